"""Bills signed by the business's own certificate: what is refused, whose it is, and that a changed byte is seen."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from flask import Flask
from pypdf import PdfReader

from tests.conftest import Clock
from tests.counter.device import signed_in
from tests.ground.shops import PASSWORD, Shop
from tests.printing.archive import faults
from tests.printing.test_papers import sold, text_of
from webapp import printing
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.platform import clock as times
from webapp.platform import sealing
from webapp.platform.sealing import SealBroken
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import Layout, certificates, signing
from webapp.printing.certificates import read_certificate

SECRET = "पासवर्ड-12"


@pytest.fixture(autouse=True)
def _secret() -> Iterator[None]:
    kept = sealing._secret
    sealing.use(kept or "a secret of the tests alone")
    yield
    sealing.use(kept)


@cache
def keys(kind: str) -> Any:
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1()) if kind.startswith("ec") else rsa.generate_private_key(65537, int(kind))


def certificate(kind: str = "ec", *, name: str = "Asha Sharma", days: int = 365, since: int = 1, signs: bool = True) -> x509.Certificate:
    """Issued by itself, as a validator is told to trust."""
    key, now = keys(kind), times.now()
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sharma Stores")])
    usage = dict.fromkeys(
        ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only", "data_encipherment", "key_encipherment"), False
    )
    made = (
        x509.CertificateBuilder(whose, whose, key.public_key(), 7)
        .not_valid_before(now - timedelta(days=since))
        .not_valid_after(now - timedelta(days=since) + timedelta(days=days))
        .add_extension(x509.KeyUsage(digital_signature=signs, content_commitment=signs, **(usage | {"key_encipherment": not signs})), True)
    )
    return made.sign(key, None if kind == "ed25519" else hashes.SHA256())


def p12(kind: str = "ec", password: str = SECRET, *, key: Any = "own", **said: Any) -> bytes:
    sealed = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"x", keys(kind) if key == "own" else key, certificate(kind, **said), None, sealed)


def keep(shop: Shop, content: bytes | None = None, password: str = SECRET, version: int = 0) -> None:
    with open_books(shop.actor) as books:
        signing.keep(books, p12() if content is None else content, password, version)


def drawn(shop: Shop, bill: UUID, layout: Layout = Layout.A4) -> bytes:
    with read_books(shop.actor) as books:
        return printing.draw_bill(books, bill, layout)


def judged(pdf: bytes) -> Any:
    """What pyHanko's validator says of the one signature of a paper, when it trusts whom it names."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    [signature] = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False, moment=times.now())
    return validate_pdf_signature(signature, trusted)


@pytest.mark.parametrize("kind", ["ec", "2048"])
def test_a_bill_is_signed_whole_and_stays_an_archives_paper_with_its_data(sharma: Shop, kind: str) -> None:
    keep(sharma, p12(kind, name="आशा Sharma"))
    bill = sold(sharma, lines=40)
    pdf = drawn(sharma, bill)
    status = judged(pdf)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert faults(pdf) == []
    reader = PdfReader(io.BytesIO(pdf))
    assert json.loads(reader.attachments["26PR-000001.json"][0])["document"]["number"] == "26PR/000001"
    assert "Digitally signed by" in text_of(pdf)
    assert "Digitally signed by" not in reader.pages[0].extract_text(), "the stamp stands where the paper has its signatory"
    field = reader.get_fields()["Signature"]
    assert (field["/FT"], field["/V"]["/SubFilter"]) == ("/Sig", "/ETSI.CAdES.detached")
    [widget] = [one.get_object() for one in reader.pages[-1]["/Annots"]]  # type: ignore[union-attr]
    width, height = (round(float(widget["/Rect"][at + 2] - widget["/Rect"][at])) for at in (0, 1))
    assert (width, height) == (176, 40)


def test_a_changed_byte_is_seen(sharma: Shop) -> None:
    keep(sharma)
    pdf = bytearray(drawn(sharma, sold(sharma)))
    at = pdf.index(b"stream") + 20
    pdf[at] ^= 1
    status = judged(bytes(pdf))
    assert not status.intact
    assert not status.bottom_line


def test_rolls_and_a_business_without_a_certificate_are_not_signed(sharma: Shop, iyer: Shop) -> None:
    keep(sharma)
    assert b"/Sig" not in drawn(sharma, sold(sharma), Layout.THERMAL80)
    theirs = drawn(iyer, sold(iyer))
    assert b"/ByteRange" not in theirs
    assert "Authorised signatory" in text_of(theirs)
    keep(iyer, p12("2048", name="Iyer"))
    assert "Iyer" in text_of(drawn(iyer, sold(iyer)))
    with open_books(iyer.actor) as books:
        signing.remove(books, 1)
    with read_books(sharma.actor) as books:
        assert signing.kept(books) is not None, "what one business removes stays another's"


def test_one_certificate_does_not_open_for_another_business(sharma: Shop, iyer: Shop) -> None:
    """Even who writes into the database moves no signature from one business to another."""
    from sqlalchemy import update

    from webapp.printing.models import SigningCertificate

    keep(sharma)
    keep(iyer)
    with read_books(sharma.actor) as books:
        stolen = books.session.query(SigningCertificate.sealed).scalar()
    with open_books(iyer.actor) as books:
        books.session.execute(update(SigningCertificate).values(sealed=stolen))
    with read_books(iyer.actor) as books, pytest.raises(SealBroken):
        signing.signer(books)


BAD: list[tuple[str, Callable[[], tuple[bytes, str]], str, str]] = [
    ("nothing", lambda: (b"", ""), certificates.FILE, "Choose the file"),
    ("junk", lambda: (b"\x30\x82" + b"j" * 5_000_000, ""), certificates.FILE, "no certificate file"),
    ("small junk", lambda: (b"%PDF-1.7 hello", ""), certificates.FILE, "no certificate file"),
    ("deep", lambda: (b"\x30\x80" * 20_000, ""), certificates.FILE, "no certificate file"),
    ("cut off", lambda: (p12()[:-40], SECRET), certificates.FILE, "no certificate file"),
    ("a certificate alone", lambda: (certificate().public_bytes(Encoding.DER), ""), certificates.FILE, "no certificate file"),
    ("wrong password", lambda: (p12(), SECRET + " "), certificates.PASSWORD, "does not open"),
    ("no password", lambda: (p12(), ""), certificates.PASSWORD, "does not open"),
    ("no key", lambda: (p12(key=None), SECRET), certificates.FILE, "no private key"),
    ("short key", lambda: (p12("1024"), SECRET), certificates.FILE, "1024 bits"),
    ("other kind", lambda: (p12("ed25519"), SECRET), certificates.FILE, "another kind"),
    ("ended", lambda: (p12(days=30, since=31), SECRET), certificates.FILE, "signs only from"),
    ("not begun", lambda: (p12(since=-5), SECRET), certificates.FILE, "signs only from"),
    ("for encryption", lambda: (p12(signs=False), SECRET), certificates.FILE, "not meant for signatures"),
]


@pytest.mark.parametrize(("made", "field", "words"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_cannot_sign_is_refused_beside_its_field(clock: Clock, made: Callable[[], tuple[bytes, str]], field: str, words: str) -> None:
    content, password = made()
    with pytest.raises(InvalidInput) as refusal:
        read_certificate(content, password, clock.now)
    assert words in refusal.value.errors[field]


def test_one_without_a_password_is_taken(clock: Clock) -> None:
    assert read_certificate(p12(password=""), "", clock.now).name == "Asha Sharma"


def test_an_ended_certificate_makes_no_paper_and_says_what_to_do(app: Flask, sharma: Shop, clock: Clock) -> None:
    keep(sharma, p12(days=20))
    bill = sold(sharma)
    clock.advance(hours=24 * 21)
    with open_books(sharma.actor) as books:
        paper_id = printing.ask_paper(books, bill, Layout.A4)
    printing.draw_paper(sharma.actor, paper_id)
    with read_books(sharma.actor) as books:
        asked = printing.paper(books, paper_id)
    assert (asked.state, asked.storage_key) == ("failed", None)
    assert "ended on 09-Dec-2026" in asked.error
    client = signed_in(app, sharma)
    assert "ended on 09-Dec-2026" in client.get(f"/bills/{bill}/print").text
    assert "cannot be made until" in client.get("/settings/signing").text
    keep(sharma, p12(name="Asha again"), version=1)
    with open_books(sharma.actor) as books:
        paper_id = printing.ask_paper(books, bill, Layout.A4)
    printing.draw_paper(sharma.actor, paper_id)
    with read_books(sharma.actor) as books:
        assert printing.paper(books, paper_id).state == "ready"
    assert "ended on" not in client.get(f"/bills/{bill}/print").text


def test_papers_of_before_are_made_anew_with_the_signature(sharma: Shop, clock: Clock) -> None:
    bill = sold(sharma)
    with open_books(sharma.actor) as books:
        before = printing.ask_paper(books, bill, Layout.A4)
    clock.advance(minutes=1)
    keep(sharma)
    clock.advance(minutes=1)
    with open_books(sharma.actor) as books:
        assert printing.ask_paper(books, bill, Layout.A4) != before


def test_two_who_keep_at_once_do_not_overwrite_each_other(sharma: Shop) -> None:
    keep(sharma)
    for version in (0, 7):
        with pytest.raises(Conflict):
            keep(sharma, p12(name="Second"), version=version)
    with open_books(sharma.actor) as books, pytest.raises(Conflict):
        signing.remove(books, 9)
    with read_books(sharma.actor) as books:
        assert "Asha" in signing.kept(books).subject  # type: ignore[union-attr]


def test_the_owner_keeps_and_removes_it_with_the_password_and_nobody_else(app: Flask, sharma: Shop, iyer: Shop) -> None:
    client = signed_in(app, sharma)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/settings/signing").text)[1]

    def post(path: str = "/settings/signing", **changes: Any) -> Any:
        values = {"csrf_token": token, "version": "0", "certificate_password": SECRET, "password": PASSWORD} | changes
        return client.post(path, data=values, content_type="multipart/form-data")

    wrong = post(certificate=(io.BytesIO(p12()), "a.p12"), password="nope")
    assert (wrong.status_code, "not your password" in wrong.text) == (422, True)
    huge = post(certificate=(io.BytesIO(b"0" * 400_000), "a.p12"))
    assert (huge.status_code, "no certificate file" in huge.text) == (422, True)
    assert post().status_code == 422
    assert post(certificate=(io.BytesIO(p12()), "a.p12")).status_code == 303
    shown = client.get("/settings/signing").text
    assert "CN=Asha Sharma" in shown
    assert SECRET not in shown
    assert post(certificate=(io.BytesIO(p12()), "a.p12"), version="x").status_code == 409
    assert "Asha Sharma" not in signed_in(app, iyer).get("/settings/signing").text
    assert post("/settings/signing/removal", version="1", password="").status_code == 422
    assert post("/settings/signing/removal", version="1").status_code == 303
    assert "Asha Sharma" not in client.get("/settings/signing").text


def test_neither_file_nor_password_stand_in_the_database(sharma: Shop) -> None:
    from sqlalchemy import text

    keep(sharma)
    with read_books(sharma.actor) as books:
        row = books.connection.execute(text("select * from signing_certificate")).first()
        log = books.connection.execute(text("select new from edit_log where entity = 'signing_certificate'")).all()
    assert SECRET not in str(row)
    assert "PRIVATE" not in str(row)
    assert SECRET not in str(log)
