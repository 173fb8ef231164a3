"""Advances as frozen rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from webapp.kernel.errors import NotFound
from webapp.kernel.money import read_paise
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.orders.models import Advance, AdvanceUse
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class AdvanceRow:
    """A receipt or refund voucher. Paise; `cgst_paise` is half of the tax at home, the other half is SGST."""

    id: UUID
    kind: str
    number: str
    advance_date: date
    store_id: UUID
    party_id: UUID
    party: Mapping[str, Any]
    seller: Mapping[str, Any]
    order_id: UUID | None
    against_id: UUID | None
    is_service: bool
    description: str
    supply: str
    place_of_supply: str
    rate_bp: int
    amount_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    used_paise: int
    used_cgst_paise: int
    used_igst_paise: int
    mode: str
    reference: str
    note: str
    body_sha256: str
    made_at: datetime
    made_by: str

    @property
    def left_paise(self) -> int:
        """What of a receipt has neither paid a bill nor been given back."""
        return self.amount_paise - self.used_paise if self.kind == "receipt" else 0

    @property
    def party_name(self) -> str:
        return str(self.party.get("name", ""))


@dataclass(frozen=True, slots=True)
class AdvanceUseRow:
    """So much of an advance was set against a bill."""

    id: UUID
    advance_id: UUID
    invoice_id: UUID
    used_on: date
    amount_paise: int
    cgst_paise: int
    igst_paise: int
    undone_at: datetime | None


_COLUMNS = [getattr(Advance, field.name) for field in fields(AdvanceRow)]
_USE_COLUMNS = [getattr(AdvanceUse, field.name) for field in fields(AdvanceUseRow)]


def advance_or_none(books: Books, advance_id: UUID) -> AdvanceRow | None:
    """One voucher, or None when this company has none by that id."""
    row = books.session.execute(select(*_COLUMNS).where(Advance.id == advance_id)).first()
    return AdvanceRow(*row) if row else None


def advance(books: Books, advance_id: UUID) -> AdvanceRow:
    """One voucher. NotFound when this company has none by that id."""
    found = advance_or_none(books, advance_id)
    if found is None:
        raise NotFound("voucher")
    return found


def held_advance(books: Books, advance_id: UUID) -> AdvanceRow:
    """A receipt held until the transaction ends. NotFound when there is none."""
    row = books.session.execute(select(*_COLUMNS).where(Advance.id == advance_id).with_for_update()).first()
    if row is None or row.kind != "receipt":
        raise NotFound("voucher")
    return AdvanceRow(*row)


def advances_of(books: Books, order_id: UUID) -> list[AdvanceRow]:
    """The vouchers of an order, oldest first."""
    query = select(*_COLUMNS).where(Advance.order_id == order_id).order_by(Advance.made_at, Advance.id)
    return [AdvanceRow(*row) for row in books.session.execute(query)]


def numbers_by_reference(books: Books, references: Sequence[str]) -> dict[str, list[str]]:
    """The numbers of receipts of advances, by the reference they carry: one of these."""
    query = select(Advance.reference, Advance.number).where(Advance.reference.in_(references), Advance.kind == "receipt")
    found: dict[str, list[str]] = {}
    for reference, number in books.session.execute(query.order_by(Advance.number)):
        found.setdefault(reference, []).append(number)
    return found


def refunds_of(books: Books, advance_id: UUID) -> list[AdvanceRow]:
    """What of an advance was given back."""
    query = select(*_COLUMNS).where(Advance.against_id == advance_id).order_by(Advance.made_at, Advance.id)
    return [AdvanceRow(*row) for row in books.session.execute(query)]


def uses_of_advance(books: Books, advance_id: UUID) -> list[AdvanceUseRow]:
    """The bills an advance was set against, those undone too."""
    query = select(*_USE_COLUMNS).where(AdvanceUse.advance_id == advance_id).order_by(AdvanceUse.made_at, AdvanceUse.id)
    return [AdvanceUseRow(*row) for row in books.session.execute(query)]


def use_or_none(books: Books, use_id: UUID) -> AdvanceUseRow | None:
    """One setting of an advance against a bill, or None when there is none by that id."""
    row = books.session.execute(select(*_USE_COLUMNS).where(AdvanceUse.id == use_id)).first()
    return AdvanceUseRow(*row) if row else None


def uses_on_invoice(books: Books, invoice_id: UUID) -> list[AdvanceUseRow]:
    """The advances that stand against a bill."""
    query = select(*_USE_COLUMNS).where(AdvanceUse.invoice_id == invoice_id, AdvanceUse.undone_at.is_(None))
    return [AdvanceUseRow(*row) for row in books.session.execute(query.order_by(AdvanceUse.made_at, AdvanceUse.id))]


def advances(books: Books, text: str = "", *, older_than: Cursor | None = None) -> tuple[list[AdvanceRow], Cursor | None]:
    """A page of vouchers, newest first, and where the next one begins. `text` is in the number, the customer's name, or the amount."""
    query = select(*_COLUMNS).order_by(Advance.advance_date.desc(), Advance.id.desc()).limit(PAGE + 1)
    if text:
        like = Advance.number.icontains(text, autoescape=True) | Advance.party["name"].as_string().icontains(text, autoescape=True)
        with suppress(ValueError):
            like = like | (Advance.amount_paise == read_paise(text))
        query = query.where(like)
    if older_than is not None:
        place = (Advance.advance_date, Advance.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    rows = [AdvanceRow(*row) for row in books.session.execute(query)]
    more = Cursor(rows[PAGE - 1].advance_date, rows[PAGE - 1].id) if len(rows) > PAGE else None
    return rows[:PAGE], more
