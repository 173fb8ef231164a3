"""Write-offs as rows: one with its bills, a page of them, what came with a document; and the small balances there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, tuple_

from webapp import ledger, outstandings, parties
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.outstandings import OpenItem
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books
from webapp.writing_off.models import WriteOff, WriteOffCancellation, WriteOffLine
from webapp.writing_off.rules import KINDS

PAGE = 50
MOST_SMALL = 200  # parties in one look


@dataclass(frozen=True, slots=True)
class WriteOffRow:
    """A write-off as written, and whether it was cancelled."""

    id: UUID
    number: str
    kind: str
    party_id: UUID
    store_id: UUID
    written_on: date
    amount_paise: int
    reason: str
    came_with: UUID | None
    body_sha256: str
    written_by: str
    created_at: datetime
    cancelled_at: datetime | None
    cancelled_by: str | None
    cancel_reason: str | None
    reversal_id: UUID | None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.written_on, self.id)


@dataclass(frozen=True, slots=True)
class WriteOffView:
    """A write-off with its bills: (name, paise, voucher)."""

    row: WriteOffRow
    bills: tuple[tuple[str, int, UUID], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. Empty means: whatever it is."""

    text: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class WriteOffPage:
    """One page, newest first, with the names of its parties."""

    rows: tuple[WriteOffRow, ...]
    names: Mapping[UUID, PartyRow]
    older: Cursor | None
    total_paise: int


@dataclass(frozen=True, slots=True)
class SmallBalance:
    """A party of which only a little is open: its open lines on one account, all on one side."""

    party: PartyRow
    items: tuple[OpenItem, ...]

    @property
    def open(self) -> int:
        """Signed like its lines: debit is owed to the shop."""
        return sum(item.open for item in self.items)


_OWN = [getattr(WriteOff, field.name) for field in fields(WriteOffRow)[:12]]
_CANCELLED = [
    WriteOffCancellation.cancelled_at,
    WriteOffCancellation.cancelled_by,
    WriteOffCancellation.reason,
    WriteOffCancellation.voucher_id,
]


def _rows() -> Select[Any]:
    joined = (WriteOffCancellation.company_id == WriteOff.company_id) & (WriteOffCancellation.write_off_id == WriteOff.id)
    return select(*_OWN, *_CANCELLED).select_from(WriteOff).outerjoin(WriteOffCancellation, joined)


def row_or_none(books: Books, write_off_id: UUID) -> WriteOffRow | None:
    """A write-off's own row, or None when this company has none by that id."""
    row = books.session.execute(_rows().where(WriteOff.id == write_off_id)).first()
    return WriteOffRow(*row) if row else None


def write_off(books: Books, write_off_id: UUID) -> WriteOffView:
    """A write-off with its bills. NotFound when there is none."""
    row = row_or_none(books, write_off_id)
    if row is None:
        raise NotFound("write-off")
    lines = select(WriteOffLine.bill_name, WriteOffLine.amount_paise, WriteOffLine.bill_voucher_id)
    found = books.session.execute(lines.where(WriteOffLine.write_off_id == write_off_id).order_by(WriteOffLine.line_no))
    return WriteOffView(row, tuple((name, int(amount), voucher) for name, amount, voucher in found))


def came_with(books: Books, document_id: UUID) -> list[WriteOffRow]:
    """What a party was let off with a receipt or cheque."""
    return [WriteOffRow(*row) for row in books.session.execute(_rows().where(WriteOff.came_with == document_id))]


def write_offs(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> WriteOffPage:
    """One page of write-offs, newest first."""
    query = _rows()
    if wanted.kind in KINDS:
        query = query.where(WriteOff.kind == wanted.kind)
    if wanted.text:
        known = [row.id for row in parties.search_parties(books, wanted.text, most=100)]
        words = WriteOff.number.icontains(wanted.text, autoescape=True), WriteOff.reason.icontains(wanted.text, autoescape=True)
        query = query.where(or_(*words, WriteOff.party_id.in_(known)))
    if older_than is not None:
        place = (WriteOff.written_on, WriteOff.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    query = query.order_by(WriteOff.written_on.desc(), WriteOff.id.desc()).limit(most + 1)
    found = [WriteOffRow(*row) for row in books.session.execute(query)]
    rows = tuple(found[:most])
    return WriteOffPage(
        rows=rows,
        names=parties.parties_by_id(books, {row.party_id for row in rows}),
        older=rows[-1].cursor if len(found) > most else None,
        total_paise=sum(row.amount_paise for row in rows if row.cancelled_at is None),
    )


def small_balances(books: Books, limit: int) -> list[SmallBalance]:
    """Parties whose whole open balance on Customers or on Suppliers is at most `limit` paise and stands on one side. Whoever has both
    bills and money on account settles those first."""
    heads = ledger.heads(books)
    found: list[SmallBalance] = []
    for side, account in ((outstandings.RECEIVABLE, heads["debtors"]), (outstandings.PAYABLE, heads["creditors"])):
        asked = outstandings.Asked(books.today, side=side, account_id=account)
        little = [row.party_id for row in outstandings.ageing(books, asked).rows if 0 < row.bills + row.on_account <= limit]
        for party in parties.parties_by_id(books, little[: MOST_SMALL - len(found)]).values():
            items = tuple(item for item in outstandings.open_items(books, party.id) if item.account_id == account)
            if len({item.open > 0 for item in items}) == 1:
                found.append(SmallBalance(party, items))
    return sorted(found, key=lambda one: (one.party.name, one.party.id))
