"""The papers behind a figure of the return: page by page, from a table or a row of it to bills, and from there to their vouchers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from webapp.gst_returns import reading
from webapp.gst_returns.facts import UNITS
from webapp.gst_returns.reading import Group, Part
from webapp.gst_returns.told import Document, Gstr1, Taxes
from webapp.kernel.dates import Period
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.sales.models import InvoiceLine
from webapp.tax.rules import Supply, Treatment

PAGE = 50
_AMOUNTS = ("taxable", "cgst", "sgst", "igst", "cess")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers: of a section (b2b … b2cs, nil, hsn), and of one row of it. `kind` is of table 8; `side` is b2b or b2c of table 12."""

    section: str
    words: str = ""
    place: str = ""
    rate_bp: int | None = None
    kind: str = ""
    hsn: str | None = None
    unit: str = ""
    side: str = ""
    operator: str = ""  # an e-commerce operator's GSTIN


class Paper(NamedTuple):
    """A bill or a credit note with what of it is in the row; `taxes` of a note are less than nothing."""

    id: UUID
    number: str
    day: date
    name: str
    ctin: str
    place: str
    is_note: bool
    value: int
    taxes: Taxes
    source: str = "invoice"


def papers(books: Books, gstin: str, span: Period, wanted: Wanted, *, digits: int, at: int = 0) -> tuple[list[Paper], bool]:
    """A page of papers from the place `at` on, by day and number, and whether there are more."""
    heads = reading.heads_of(gstin, span)
    columns = [heads.c[name] for name in ("id", "number", "day", "name", "gstin", "place", "is_note", "value", "sign")]
    sums = [func.sum(getattr(InvoiceLine, f"{name}_paise")) for name in _AMOUNTS]
    query = select(*columns, *sums).select_from(heads).join(InvoiceLine, reading.lines_of(heads)).where(*_conditions(heads, wanted, digits))
    if wanted.words:
        query = query.where(or_(*(heads.c[name].icontains(wanted.words, autoescape=True) for name in ("number", "name", "gstin"))))
    query = query.group_by(*columns).order_by(heads.c.day, heads.c.number).limit(PAGE + 1).offset(at)
    rows = books.session.execute(query).all()
    return [_paper(row) for row in rows[:PAGE]], len(rows) > PAGE


def of_documents(told: Gstr1, wanted: Wanted, at: int) -> tuple[list[Paper], bool]:
    """The same of the documents that a return holds in a section, amended ones with what they change."""
    words = wanted.words.casefold()
    some = [one for one in told.documents if one.section == wanted.section and _has_words(one, words)]
    return [_of_document(one) for one in some[at : at + PAGE]], len(some) > at + PAGE


def _has_words(one: Document, words: str) -> bool:
    return not words or any(words in text.casefold() for text in (one.number, one.name, one.ctin))


def _of_document(one: Document) -> Paper:
    value = -one.value if one.note == "C" else one.value
    return Paper(one.id or new_id(), one.number, one.day, one.name, one.ctin, one.place, one.note == "C", value, one.counted, one.source)


def others(parts: Iterable[Part], wanted: Wanted, *, is_split: bool) -> list[Paper]:
    """The same of papers that are no bills: they are few, and stand before the bills."""
    found: dict[UUID, Paper] = {}
    words = wanted.words.casefold()
    for part in parts:
        group = part.group
        if not _fits(group, wanted, is_split=is_split) or not any(words in text.casefold() for text in (part.number, part.name, part.ctin)):
            continue
        before = found.get(part.id)
        taxes = before.taxes.plus(group.taxes) if before else group.taxes
        found[part.id] = Paper(
            part.id, part.number, part.day, part.name, part.ctin, group.place, part.value < 0, part.value, taxes, part.source
        )
    return list(found.values())


def _fits(group: Group, wanted: Wanted, *, is_split: bool) -> bool:
    is_taxed = group.treatment == Treatment.TAXABLE.value
    if wanted.rate_bp is not None and group.rate_bp != wanted.rate_bp:
        return False
    if wanted.section == "nil":
        kind = f"{'INTRA' if group.supply == Supply.INTRA.value else 'INTR'}B2{'B' if group.is_registered else 'C'}"
        return not is_taxed and wanted.kind in ("", kind)
    if wanted.section == "hsn":
        is_side = not is_split or not wanted.side or group.is_registered == (wanted.side == "b2b")
        return is_side and wanted.hsn in (None, group.hsn) and wanted.unit in ("", "NA", group.unit)
    return wanted.section == "b2cs" and group.is_small and is_taxed and wanted.place in ("", group.place)


def _paper(row: Any) -> Paper:
    sign = int(row[8])
    return Paper._make((*row[:6], bool(row[6]), sign * int(row[7]), Taxes().plus([int(one) for one in row[9:]], sign), "invoice"))


def _conditions(heads: Any, wanted: Wanted, digits: int) -> list[ColumnElement[bool]]:
    is_home = heads.c.destination == "home"
    is_taxed = InvoiceLine.treatment == Treatment.TAXABLE.value
    if wanted.section == "nil":
        found = [is_home, ~is_taxed, heads.c.section != "supeco", *_of_kind(heads, wanted.kind)]
    elif wanted.section == "hsn":
        found = _of_code(heads, wanted, digits)
    elif wanted.section == "supeco":
        found = [heads.c.operator == wanted.operator]
    else:
        found = [heads.c.section == wanted.section, or_(is_taxed, ~is_home)]
        if wanted.place:
            found.append(heads.c.place == wanted.place)
    if wanted.rate_bp is not None:
        found.append(InvoiceLine.rate_bp == wanted.rate_bp)
    return found


def _of_kind(heads: Any, kind: str) -> list[ColumnElement[bool]]:
    if not kind:
        return []
    is_intra = heads.c.supply == Supply.INTRA.value
    return [is_intra if kind.startswith("INTRA") else ~is_intra, heads.c.gstin != "" if kind.endswith("B2B") else heads.c.gstin == ""]


def _of_code(heads: Any, wanted: Wanted, digits: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [heads.c.section != "supeco"]
    if wanted.hsn is not None:
        found.append(reading.code_of(digits) == wanted.hsn)
    if wanted.unit == "OTH":
        found.append(or_(InvoiceLine.unit == "OTH", InvoiceLine.unit.not_in(UNITS)))
    elif wanted.unit and wanted.unit != "NA":
        found.append(InvoiceLine.unit == wanted.unit)
    if wanted.side:
        found.append(and_(heads.c.gstin != "") if wanted.side == "b2b" else heads.c.gstin == "")
    return found
