"""Which certificate signs a business's A4 bills: kept, shown, removed; and the signing itself, in the job that draws."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from webapp.kernel.errors import Conflict
from webapp.kernel.records import dataclass
from webapp.platform import audit, sealing
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.printing.certificates import CertificateEnded, read_certificate, require_valid
from webapp.printing.models import SigningCertificate

FIELD = "Signature"
SOON = timedelta(days=30)
# The stamp's place as the paper draws it (.stamp of a4.css): 62 by 14 mm, in points.
_STAMP = (176, 40)


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """The kept certificate, without its sealed file."""

    subject: str
    issuer: str
    serial: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate opened for signing, and whom it names."""

    name: str
    pkcs12: bytes
    password: str
    at: datetime


def kept(books: Books) -> CertificateRow | None:
    """The certificate that signs this business's papers; None where they are not signed."""
    columns = [getattr(SigningCertificate, field.name) for field in fields(CertificateRow)]
    row = books.session.execute(select(*columns)).first()
    return CertificateRow(*row) if row else None


def since(books: Books, changed_at: datetime) -> datetime:
    """Since when a paper is as it is, given since when its document is: a paper of before the certificate is not signed by it."""
    found = books.session.scalar(select(SigningCertificate.changed_at))
    return max(changed_at, found) if found else changed_at


def trouble(books: Books) -> CertificateEnded | None:
    """Why papers cannot be signed at this moment."""
    found = kept(books)
    if found is None:
        return None
    try:
        require_valid(found.valid_from, found.valid_until, books.now)
    except CertificateEnded as refusal:
        return refusal
    return None


def keep(books: Books, content: bytes, password: str, version: int) -> None:
    """Keep a certificate in place of the one before. InvalidInput by field for one that cannot sign (certificates.read_certificate);
    Conflict when somebody changed it meanwhile. `version` is of the one that was shown, 0 for none."""
    said = read_certificate(content, password, books.now)
    sealed = sealing.seal(_purpose(books), json.dumps([base64.b64encode(content).decode(), password]))
    row = {
        "sealed": sealed,
        "subject": said.subject,
        "issuer": said.issuer,
        "serial": said.serial,
        "fingerprint": said.fingerprint,
        "valid_from": said.valid_from,
        "valid_until": said.valid_until,
        "version": version + 1,
        "changed_by": books.actor.name,
        "changed_at": books.now,
    }
    before = kept(books)
    if before is None:
        written = version == 0 and insert_once(books, SigningCertificate, row)
    else:
        written = bool(update_count(books, update(SigningCertificate).where(SigningCertificate.version == version).values(**row)))
    if not written:
        raise _changed()
    told = {"subject": said.subject, "fingerprint": said.fingerprint, "until": said.valid_until.isoformat()}
    audit.record(books, "change", "signing_certificate", "papers", old=_told(before), new=told)


def remove(books: Books, version: int) -> None:
    """Sign no more, and forget the certificate. Nothing where there is none; Conflict when it is another than was shown."""
    before = kept(books)
    if before is None:
        return
    books.session.execute(delete(SigningCertificate).where(SigningCertificate.version == version))
    if kept(books) is not None:
        raise _changed()
    audit.record(books, "delete", "signing_certificate", "papers", old=_told(before))


def signer(books: Books) -> Signer | None:
    """The certificate opened, for the job that draws. CertificateEnded, SealBroken; None where papers are not signed."""
    row = books.session.execute(select(SigningCertificate.sealed, SigningCertificate.valid_from, SigningCertificate.valid_until)).first()
    if row is None:
        return None
    sealed, valid_from, valid_until = row
    require_valid(valid_from, valid_until, books.now)
    content, password = json.loads(sealing.unseal(_purpose(books), sealed))
    file = base64.b64decode(content)
    return Signer(read_certificate(file, password, books.now).name, file, password, books.now)


def sign(pdf: bytes, by: Signer) -> bytes:
    """The paper with a signature over all of it (PAdES B-B: CMS with SHA-256, ETSI EN 319 142-1), added after its last byte. It lies
    where the paper drew its stamp; the stamp's words are the paper's own, so that no font but its own is needed."""
    # Some 25 MB, which only the process that signs needs.
    from pyhanko.pdf_utils.content import RawContent
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.stamp import StaticStampStyle

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page, left, top = _place(writer)
    box = (left, top - _STAMP[1], left + _STAMP[0], top)
    blank = StaticStampStyle(border_width=0, background=RawContent(b"", box=BoxConstraints(*_STAMP)))
    about = PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=by.name)
    hand = SimpleSigner.load_pkcs12_data(by.pkcs12, other_certs=[], passphrase=by.password.encode() or None)
    place = SigFieldSpec(FIELD, on_page=page, box=box)
    signed: bytes = PdfSigner(about, hand, stamp_style=blank, new_field_spec=place).sign_pdf(writer).getvalue()
    return signed


def _place(writer: Any) -> tuple[int, int, int]:
    """Where the paper drew its stamp: the page, counted from 0, and its left and upper edge in points."""
    names = writer.root["/Names"]["/Dests"]["/Names"]
    aim = next(names[number + 1] for number in range(0, len(names), 2) if names[number] == "sign")
    pages = writer.root["/Pages"]["/Kids"]
    page = next(number for number in range(len(pages)) if pages.raw_get(number).reference == aim.raw_get(0).reference)
    return page, round(aim[2]), round(aim[3])


def _purpose(books: Books) -> str:
    return f"signing certificate {books.company_id}"


def _told(row: CertificateRow | None) -> dict[str, Any] | None:
    return {"subject": row.subject, "fingerprint": row.fingerprint} if row else None


def _changed() -> Conflict:
    return Conflict(problem="Somebody has changed the certificate meanwhile.", fix="Reload the page, and look which one is kept now.")
