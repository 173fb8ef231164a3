"""A file of the portal is taken in: checked against what stands, its documents put in the place of older ones, and the month matched."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from webapp import gst_returns
from webapp.gst_inward import opening, queries, reading
from webapp.gst_inward.documents import Document
from webapp.gst_inward.models import InwardDocument, InwardFile
from webapp.gst_inward.queries import FileRow
from webapp.gst_inward.reading import IMS, TheirFile
from webapp.gst_inward.reconciling import Done, reconcile
from webapp.kernel.dates import month_name, month_of, written
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one

_AT_ONCE = 2_000  # rows written at once: what is made of them is let go before the next


@dataclass(frozen=True, slots=True)
class Import:
    """A file as read: `name` as it was called, `digest` the SHA-256 of its bytes. `month` is as chosen (0: as the file says)."""

    gstin: str
    month: int
    name: str
    digest: str
    size: int
    file: TheirFile


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: its row, whether it was there before, how many documents a newer file took away, what the matching found."""

    row: FileRow
    is_known: bool
    replaced: int
    done: Done


def read_file(gstin: str, month: int, name: str, content: bytes) -> Import:
    """A file's bytes as a command: before any books are open, for a large one takes its time. InvalidInput beside `file`."""
    name = clean_text(name)[:100]
    try:
        found = reading.read(opening.read_json(content))
    except InvalidInput as refusal:
        # A refusal repeats what the file says; signs that no page can show stay out of it.
        words = clean_text(refusal.errors["file"])
        raise InvalidInput({"file": f"File {name}. {words}" if name else words}) from None
    return Import(gstin, month, name, sha256(content).hexdigest(), len(content), found)


def import_file(books: Books, asked: Import, *, matches: bool = True) -> Imported:
    """Take a file in, whole, and match its month (unless the caller does so after the last of several, `matches`). The same file again
    changes nothing; a newer one takes the older one's place, another part of the same download stands beside it.

    InvalidInput beside `file` for another's GSTIN, another month or one that has not begun; Conflict for a file older than what stands;
    NotFound for a GSTIN that is not this company's.
    """
    turn(books, asked.gstin)
    gst_returns.registration(books, asked.gstin)
    month = require_month(asked, month_of(books.today))
    source, known = asked.file.source, queries.files(books, asked.gstin, month)
    alike = [row for row in known if row.source == source]
    standing = queries.standing(alike)
    same = next((row for row in alike if row.id in standing and row.sha256 == asked.digest), None)
    if same:
        return Imported(same, is_known=True, replaced=0, done=Done())
    newest = max((row.generation for row in alike), default=0)
    generation, replaced = newest or 1, 0
    if newest and _takes_the_place(books, asked, month, [row for row in alike if row.id in standing]):
        _require_newer(asked, alike)
        generation, replaced = newest + 1, _drop(books, asked.gstin, month, source)
    part = 1 + max((row.part for row in alike if row.generation == generation), default=0)
    row: dict[str, Any] = {
        "id": new_id(),
        "gstin": asked.gstin,
        "month": month,
        "source": source,
        "shape": asked.file.shape,
        "generation": generation,
        "part": part,
        "generated_on": asked.file.generated_on,
        "name": asked.name,
        "sha256": asked.digest,
        "bytes": asked.size,
        "documents": len(asked.file.documents),
        "imported_by": books.actor.name,
        "imported_at": books.now,
    }
    books.insert(InwardFile, [row])
    for at in range(0, len(asked.file.documents), _AT_ONCE):
        books.insert(InwardDocument, [_row(one, row) for one in asked.file.documents[at : at + _AT_ONCE]])
    done = reconcile(books, asked.gstin, month) if matches else Done()
    logged = {name: row[name] for name in ("gstin", "month", "source", "generation", "part", "name", "sha256", "documents")}
    audit.record(books, "import", "gst_inward_file", row["id"], new={**logged, "replaced": replaced})
    found = next(one for one in queries.files(books, asked.gstin, month) if one.id == row["id"])
    return Imported(found, is_known=False, replaced=replaced, done=done)


def turn(books: Books, gstin: str) -> None:
    """One at a time imports, matches and decides for a registration."""
    write_one(books, UUID(bytes=sha256(f"gst_inward {books.company_id} {gstin}".encode()).digest()[:16]))


def require_month(asked: Import, now: int) -> int:
    """The month of a file, for the registration it is to be of. InvalidInput by field for another's, or a month not begun (`now`)."""
    file = asked.file
    if file.gstin and file.gstin != asked.gstin:
        raise InvalidInput({"file": f"The file is of {file.gstin}; this registration is {asked.gstin}. Choose that registration."})
    if asked.month and file.month and file.month != asked.month:
        words = f"The file is of {month_name(file.month)}; you chose {month_name(asked.month)}. Choose the file's month."
        raise InvalidInput({"file": words})
    month = file.month or asked.month
    if not month:
        raise InvalidInput({"month": "An IMS file says no period. Choose the month whose GSTR-2B it will go into."})
    if month > now:
        raise InvalidInput({"file": f"{month_name(month)} has not begun. Download the file again."})
    if not file.documents and file.source == IMS:
        raise InvalidInput({"file": "The file has no documents. Nothing was imported."})
    return month


def _takes_the_place(books: Books, asked: Import, month: int, standing: list[FileRow]) -> bool:
    """Whether a file replaces what stands: it was generated later, or tells of a document that stands already (the portal made it again
    the same day). Otherwise it is a further part. Conflict for a file generated before what stands."""
    made, before = asked.file.generated_on, max((row.generated_on for row in standing if row.generated_on), default=None)
    if made and before and made < before:
        raise Conflict(
            problem=f"The file was generated on {written(made)}; a newer one of {written(before)} is here.",
            fix="Nothing was changed. Download the file of today from the portal if you want it anew.",
        )
    if made and before and made > before:
        return True
    d = InwardDocument
    query = select(d.key).where(d.gstin == asked.gstin, d.month == month, d.source == asked.file.source)
    return bool({one.key for one in asked.file.documents} & set(books.session.scalars(query)))


def _require_newer(asked: Import, alike: list[FileRow]) -> None:
    """Conflict for a file whose place another has taken already: generated on the same day, or where files say no day."""
    if known := next((row for row in alike if row.sha256 == asked.digest), None):
        raise Conflict(
            problem=f"This file was imported on {written(known.imported_on)}, and a newer one has taken its place since.",
            fix="Nothing was changed. Download the file of today from the portal if you want it anew.",
        )


def _drop(books: Books, gstin: str, month: int, source: str) -> int:
    d = InwardDocument
    some = (d.gstin == gstin, d.month == month, d.source == source)
    gone: Any = books.session.execute(delete(d).where(*some))
    return int(gone.rowcount)


def _row(one: Document, file: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "file_id": file["id"],
        "gstin": file["gstin"],
        "month": file["month"],
        "source": file["source"],
        "key": one.key,
        "section": one.section,
        "kind": one.kind,
        "credit_kind": one.credit_kind.value,
        "supplier_gstin": one.gstin,
        "supplier_name": one.name,
        "number": one.number,
        "day": one.day,
        "taxable_paise": one.taxes.taxable,
        "cgst_paise": one.taxes.cgst,
        "sgst_paise": one.taxes.sgst,
        "igst_paise": one.taxes.igst,
        "cess_paise": one.taxes.cess,
        "value_paise": one.value,
        "place": one.place,
        "type": one.type,
        "is_reverse_charge": one.is_reverse_charge,
        "is_available": one.is_available,
        "reason": one.reason if one.reason in ("P", "C") else "",
        "is_rejected": one.is_rejected,
        "told_action": one.action.value,
        "is_pending_blocked": one.is_pending_blocked,
        "original_number": one.original_number,
        "original_day": one.original_day,
        "supplier_month": one.supplier_month,
        "filed_on": one.filed_on,
        "irn": one.irn,
        "port": one.port,
        "is_return_filed": one.is_return_filed,
        "raw": dict(one.raw),
    }
