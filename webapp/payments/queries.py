"""Receipts as rows: one, a page of them, a shift's by mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_

from webapp import parties
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.parties import PartyRow
from webapp.payments.models import Receipt, ReceiptCancellation
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt as taken, and whether it was cancelled."""

    id: UUID
    number: str
    party_id: UUID
    received_on: date
    store_id: UUID
    till_id: UUID | None
    shift_id: UUID | None
    mode: str
    amount_paise: int
    reference: str
    note: str
    body_sha256: str
    received_by: str
    recorded_at: datetime
    cancelled_at: datetime | None
    cancelled_by: str | None
    cancel_reason: str | None
    reversal_id: UUID | None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.received_on, self.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of receipts shows. Empty means: whatever it is."""

    text: str = ""  # a number, a reference, or the customer
    first_day: date | None = None
    last_day: date | None = None
    mode: str = ""
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """One page, newest first, with the names of its customers."""

    rows: tuple[ReceiptRow, ...]
    customers: Mapping[UUID, PartyRow]
    older: Cursor | None
    total_paise: int  # of the rows that stand


_OWN = [getattr(Receipt, field.name) for field in fields(ReceiptRow)[:14]]
_CANCELLATION = [
    ReceiptCancellation.cancelled_at,
    ReceiptCancellation.cancelled_by,
    ReceiptCancellation.reason,
    ReceiptCancellation.voucher_id,
]


def _receipts() -> Select[Any]:
    joined = (ReceiptCancellation.company_id == Receipt.company_id) & (ReceiptCancellation.receipt_id == Receipt.id)
    return select(*_OWN, *_CANCELLATION).select_from(Receipt).outerjoin(ReceiptCancellation, joined)


def receipt_or_none(books: Books, receipt_id: UUID) -> ReceiptRow | None:
    """A receipt, or None when this company has none by that id."""
    row = books.session.execute(_receipts().where(Receipt.id == receipt_id)).first()
    return ReceiptRow(*row) if row else None


def receipt(books: Books, receipt_id: UUID) -> ReceiptRow:
    """A receipt. NotFound when there is none."""
    found = receipt_or_none(books, receipt_id)
    if found is None:
        raise NotFound("receipt")
    return found


def receipts(books: Books, wanted: Wanted, *, older_than: Cursor | None = None) -> ReceiptPage:
    """One page of receipts, newest first."""
    query = _receipts().where(*_conditions(books, wanted)).order_by(Receipt.received_on.desc(), Receipt.id.desc()).limit(PAGE + 1)
    if older_than is not None:
        # The types are said: an id without ours would be bound as text and compare with nothing.
        place = (Receipt.received_on, Receipt.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    found = [ReceiptRow(*row) for row in books.session.execute(query)]
    rows = tuple(found[:PAGE])
    return ReceiptPage(
        rows=rows,
        customers=parties.parties_by_id(books, {row.party_id for row in rows}),
        older=rows[-1].cursor if len(found) > PAGE else None,
        total_paise=sum(row.amount_paise for row in rows if row.cancelled_at is None),
    )


def numbers_by_reference(books: Books, references: Sequence[str]) -> dict[str, list[str]]:
    """The numbers of receipts that stand, by the reference they carry: one of these."""
    gone = exists().where(ReceiptCancellation.company_id == Receipt.company_id, ReceiptCancellation.receipt_id == Receipt.id)
    query = select(Receipt.reference, Receipt.number).where(Receipt.reference.in_(references), ~gone).order_by(Receipt.number)
    found: dict[str, list[str]] = {}
    for reference, number in books.session.execute(query):
        found.setdefault(reference, []).append(number)
    return found


def receipts_of_shift(books: Books, shift_id: UUID) -> Mapping[str, tuple[int, int]]:
    """Mode → (how many, paise) of the receipts a shift took that stand."""
    gone = exists().where(ReceiptCancellation.company_id == Receipt.company_id, ReceiptCancellation.receipt_id == Receipt.id)
    query = (
        select(Receipt.mode, func.count(), func.sum(Receipt.amount_paise))
        .where(Receipt.shift_id == shift_id, ~gone)
        .group_by(Receipt.mode)
        .order_by(Receipt.mode)
    )
    return {mode: (int(count), int(amount)) for mode, count, amount in books.session.execute(query)}


def _conditions(books: Books, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.first_day:
        found.append(Receipt.received_on >= wanted.first_day)
    if wanted.last_day:
        found.append(Receipt.received_on <= wanted.last_day)
    if wanted.mode:
        found.append(Receipt.mode == wanted.mode)
    if wanted.party_id:
        found.append(Receipt.party_id == wanted.party_id)
    if wanted.text:
        known = [row.id for row in parties.search_parties(books, wanted.text, most=100)]
        found.append(
            or_(
                Receipt.number.icontains(wanted.text, autoescape=True),
                Receipt.reference.icontains(wanted.text, autoescape=True),
                Receipt.party_id.in_(known),
            )
        )
    return found
