"""Terms and notes as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, tuple_

from webapp import parties
from webapp.interest.models import InterestCancellation, InterestLine, InterestNote, InterestTerms
from webapp.interest.rules import Terms
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books

PAGE = 50
EVERYBODY = UUID(int=0)  # the key of the terms of whoever has none of their own
Key = tuple[UUID, int]  # a bill's line in the register


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as charged, and whether it was cancelled (see models.InterestNote)."""

    id: UUID
    number: str
    party_id: UUID
    store_id: UUID
    charged_upto: date
    amount_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    body_sha256: str
    charged_by: str
    created_at: datetime
    cancelled_at: datetime | None
    cancelled_by: str | None
    cancel_reason: str | None
    reversal_id: UUID | None

    @property
    def tax_paise(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise + self.cess_paise

    @property
    def total_paise(self) -> int:
        return self.amount_paise + self.tax_paise

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.charged_upto, self.id)


@dataclass(frozen=True, slots=True)
class LineRow:
    """Interest of one bill (see models.InterestLine)."""

    line_no: int
    bill_voucher_id: UUID
    bill_line_no: int
    bill_name: str
    due_on: date
    after_on: date
    upto_on: date
    days: int
    paise_days: int
    rate_bp: int
    amount_paise: int


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note with its customer and its bills."""

    row: NoteRow
    party: PartyRow
    lines: tuple[LineRow, ...]


@dataclass(frozen=True, slots=True)
class NotePage:
    """One page of notes, newest first."""

    rows: tuple[NoteRow, ...]
    names: Mapping[UUID, PartyRow]
    older: Cursor | None


_OWN = [getattr(InterestNote, field.name) for field in fields(NoteRow)[:13]]
_LINE = [getattr(InterestLine, field.name) for field in fields(LineRow)]
_CANCELLED = [
    InterestCancellation.cancelled_at,
    InterestCancellation.cancelled_by,
    InterestCancellation.reason,
    InterestCancellation.voucher_id,
]


def terms_by_party(books: Books) -> dict[UUID, tuple[Terms, ...]]:
    """All terms there are, of each the latest beginning first; those of everybody else under EVERYBODY."""
    columns = (InterestTerms.party_id, InterestTerms.rate_bp, InterestTerms.grace_days, InterestTerms.since, InterestTerms.with_tax)
    found: dict[UUID, list[Terms]] = {}
    query = select(*columns).order_by(InterestTerms.party_id, InterestTerms.since.desc())
    for party, rate, grace, since, with_tax in books.session.execute(query):
        found.setdefault(party, []).append(Terms(rate, grace, since, with_tax))
    return {party: tuple(rows) for party, rows in found.items()}


def charged_upto(books: Books, keys: Iterable[Key]) -> dict[Key, date]:
    """The newest day charged of each bill, by notes that stand."""
    vouchers = sorted({voucher for voucher, _line in keys})
    found: dict[Key, date] = {}
    for start in range(0, len(vouchers), 400):
        query = (
            select(InterestLine.bill_voucher_id, InterestLine.bill_line_no, func.max(InterestLine.upto_on))
            .where(InterestLine.bill_voucher_id.in_(vouchers[start : start + 400]), _stands(InterestLine))
            .group_by(InterestLine.bill_voucher_id, InterestLine.bill_line_no)
        )
        found |= {(voucher, line): upto for voucher, line, upto in books.session.execute(query)}
    return found


def later_note(books: Books, view: NoteView) -> str | None:
    """The number of a note that stands and charges later days of one of these bills, or None."""
    upto = {(line.bill_voucher_id, line.bill_line_no): line.upto_on for line in view.lines}
    query = (
        select(InterestNote.number, InterestLine.bill_voucher_id, InterestLine.bill_line_no, InterestLine.upto_on)
        .join(InterestLine, (InterestLine.company_id == InterestNote.company_id) & (InterestLine.note_id == InterestNote.id))
        .where(InterestNote.party_id == view.row.party_id, InterestNote.id != view.row.id, _stands(InterestLine))
        .order_by(InterestLine.upto_on.desc())
    )
    return next((number for number, voucher, line, day in books.session.execute(query) if day > upto.get((voucher, line), date.max)), None)


def row_or_none(books: Books, note_id: UUID) -> NoteRow | None:
    """A note's own row, or None when this company has none by that id."""
    row = books.session.execute(_rows().where(InterestNote.id == note_id)).first()
    return NoteRow(*row) if row else None


def note(books: Books, note_id: UUID) -> NoteView:
    """A note with its bills. NotFound when there is none."""
    row = row_or_none(books, note_id)
    if row is None:
        raise NotFound("note of interest")
    lines = books.session.execute(select(*_LINE).where(InterestLine.note_id == note_id).order_by(InterestLine.line_no))
    return NoteView(row, parties.party_row(books, row.party_id), tuple(LineRow(*line) for line in lines))


def notes(books: Books, text: str = "", *, older_than: Cursor | None = None, most: int = PAGE) -> NotePage:
    """One page of notes, newest first; `text` is of a number or a customer."""
    query = _rows()
    if text:
        known = [row.id for row in parties.search_parties(books, text, most=100)]
        query = query.where(or_(InterestNote.number.icontains(text, autoescape=True), InterestNote.party_id.in_(known)))
    if older_than is not None:
        place = (InterestNote.charged_upto, InterestNote.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    query = query.order_by(InterestNote.charged_upto.desc(), InterestNote.id.desc()).limit(most + 1)
    found = [NoteRow(*row) for row in books.session.execute(query)]
    rows = tuple(found[:most])
    older = rows[-1].cursor if len(found) > most else None
    return NotePage(rows, parties.parties_by_id(books, {row.party_id for row in rows}), older)


def _rows() -> Select[Any]:
    joined = (InterestCancellation.company_id == InterestNote.company_id) & (InterestCancellation.note_id == InterestNote.id)
    return select(*_OWN, *_CANCELLED).select_from(InterestNote).outerjoin(InterestCancellation, joined)


def _stands(line: type[InterestLine]) -> Any:
    return ~exists().where(InterestCancellation.company_id == line.company_id, InterestCancellation.note_id == line.note_id)
