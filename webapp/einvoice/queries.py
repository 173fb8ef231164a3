"""Registrations and e-invoices as frozen rows: one, a list, what waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from webapp.company import allowed_stores
from webapp.einvoice import law
from webapp.einvoice.models import Einvoice, EinvoiceRegistration
from webapp.einvoice.rules import Road, State
from webapp.kernel.errors import NotFound
from webapp.kernel.money import read_paise
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """How a GSTIN reports (see models.EinvoiceRegistration)."""

    gstin: str
    begins_on: date | None
    turnover_crore: int
    road: str
    base_url: str
    client_id: str
    user_name: str
    secrets: str
    portal_key: str
    session: str
    session_until: datetime | None
    version: int
    changed_by: str
    changed_at: datetime

    @property
    def sends(self) -> bool:
        """Whether documents leave by themselves."""
        return self.begins_on is not None and self.road != Road.FILE


@dataclass(frozen=True, slots=True)
class EinvoiceRow:
    """An e-invoice as it stands (see models.Einvoice), without what the portal signed of the whole invoice."""

    invoice_id: UUID
    gstin: str
    store_id: UUID
    doc_type: str
    number: str
    day: date
    party_name: str
    total_paise: int
    state: str
    irn: str
    ack_no: str
    ack_at: datetime | None
    signed_qr: str
    is_verified: bool
    code: str
    problem: str
    fix: str
    tries: int
    sent_at: datetime | None
    next_at: datetime | None
    cancel_reason: str
    cancel_remark: str
    cancelled_at: datetime | None
    changed_by: str
    changed_at: datetime

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.day, self.invoice_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows. Empty means: whatever it is."""

    text: str = ""  # a number, a customer, an acknowledgement, an IRN, or an amount in rupees
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class EinvoicePage:
    """One page, the newest day first, and how many there are of each state."""

    rows: tuple[EinvoiceRow, ...]
    older: Cursor | None
    counts: Mapping[str, int]


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]


_REGISTRATIONS = Lookup(select(*_columns(EinvoiceRegistration, RegistrationRow)).order_by(EinvoiceRegistration.gstin))


def registrations(books: Books) -> dict[str, RegistrationRow]:
    """The registrations that have ever been set up, by GSTIN."""
    return {row[0]: RegistrationRow(*row) for row in _REGISTRATIONS.rows(books)}


def einvoice_or_none(books: Books, invoice_id: UUID) -> EinvoiceRow | None:
    """The e-invoice of a document, or None."""
    row = books.session.execute(select(*_columns(Einvoice, EinvoiceRow)).where(Einvoice.invoice_id == invoice_id)).first()
    return EinvoiceRow(*row) if row else None


def einvoice(books: Books, invoice_id: UUID) -> EinvoiceRow:
    """The same. NotFound when this company has none of that document."""
    row = einvoice_or_none(books, invoice_id)
    if row is None:
        raise NotFound("e-invoice")
    return row


def einvoices_of(books: Books, invoice_ids: Sequence[UUID]) -> dict[UUID, EinvoiceRow]:
    """The e-invoices of many documents; documents without are absent."""
    query = select(*_columns(Einvoice, EinvoiceRow)).where(Einvoice.invoice_id.in_(invoice_ids))
    return {row[0]: EinvoiceRow(*row) for row in books.session.execute(query)} if invoice_ids else {}


@dataclass(frozen=True, slots=True)
class Unreported:
    """How many documents of a registration and a day the portal has not registered, and the last day on which it does."""

    gstin: str
    day: date
    last_day: date
    count: int


def unreported(books: Books, first: date, last: date) -> list[Unreported]:
    """What waits, was refused, or was sent without an answer, and whose last day is between these two; by day. Documents of registrations
    whose turnover holds them to no last day are not in it. Of the stores this actor may work in."""
    kept = registrations(books)
    if not any(row.begins_on for row in kept.values()):
        return []
    wide = timedelta(days=law.WINDOW_DAYS)
    query = select(Einvoice.gstin, Einvoice.day, func.count()).where(
        Einvoice.state.in_((State.WAITING, State.SENT, State.FAILED)), Einvoice.day.between(first - wide, last), *_own_stores(books)
    )
    found = []
    for gstin, day, count in books.session.execute(query.group_by(Einvoice.gstin, Einvoice.day).order_by(Einvoice.day, Einvoice.gstin)):
        if first <= law.last_day(day) <= last and law.holds(law.WINDOW, kept[gstin].turnover_crore, day):
            found.append(Unreported(gstin, day, law.last_day(day), int(count)))
    return found


def by_irn(books: Books, irns: Sequence[str]) -> dict[str, EinvoiceRow]:
    """Those with these numbers, held until the transaction ends."""
    query = select(*_columns(Einvoice, EinvoiceRow)).where(Einvoice.irn.in_(irns)).order_by(Einvoice.invoice_id).with_for_update()
    found = (EinvoiceRow(*row) for row in books.session.execute(query)) if irns else ()
    return {row.irn: row for row in found}


def signed_invoice(books: Books, invoice_id: UUID) -> str:
    """What the portal signed of a whole document; "" where there is nothing."""
    return str(books.session.scalar(select(Einvoice.signed_invoice).where(Einvoice.invoice_id == invoice_id)) or "")


def einvoices(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> EinvoicePage:
    """One page of the list."""
    query = select(*_columns(Einvoice, EinvoiceRow)).where(*_conditions(books, wanted))
    if older_than is not None:
        place = (Einvoice.day, Einvoice.invoice_id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    found = [
        EinvoiceRow(*row) for row in books.session.execute(query.order_by(Einvoice.day.desc(), Einvoice.invoice_id.desc()).limit(most + 1))
    ]
    rows = tuple(found[:most])
    return EinvoicePage(rows, rows[-1].cursor if len(found) > most else None, counts(books))


def all_einvoices(books: Books, wanted: Wanted) -> Iterator[EinvoiceRow]:
    """Every row of the list, read in pages so that memory stays flat."""
    place: Cursor | None = None
    while True:
        found = einvoices(books, wanted, older_than=place, most=500)
        yield from found.rows
        if (place := found.older) is None:
            return


def counts(books: Books) -> dict[str, int]:
    """How many there are of each state."""
    query = select(Einvoice.state, func.count()).where(*_own_stores(books)).group_by(Einvoice.state)
    return {state: int(count) for state, count in books.session.execute(query)}


def due(books: Books, gstin: str, most: int = 200) -> list[EinvoiceRow]:
    """What may leave now: it waits, or it was sent and nobody knows; the oldest first."""
    states = (State.WAITING, State.SENT, State.CANCELLING)
    query = select(*_columns(Einvoice, EinvoiceRow)).where(
        Einvoice.gstin == gstin, Einvoice.state.in_(states), or_(Einvoice.next_at.is_(None), Einvoice.next_at <= books.now)
    )
    return [EinvoiceRow(*row) for row in books.session.execute(query.order_by(Einvoice.day, Einvoice.invoice_id).limit(most))]


def _own_stores(books: Books) -> list[ColumnElement[bool]]:
    """Whoever is held to some stores sees theirs."""
    allowed = allowed_stores(books)
    return [] if allowed is None else [Einvoice.store_id.in_(allowed)]


def _conditions(books: Books, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _own_stores(books)
    if wanted.state:
        found.append(Einvoice.state == wanted.state)
    if wanted.first_day:
        found.append(Einvoice.day >= wanted.first_day)
    if wanted.last_day:
        found.append(Einvoice.day <= wanted.last_day)
    if wanted.text:
        columns = (Einvoice.number, Einvoice.party_name, Einvoice.ack_no, Einvoice.irn)
        like = [column.icontains(wanted.text, autoescape=True) for column in columns]
        with suppress(ValueError):
            like.append(Einvoice.total_paise == read_paise(wanted.text))
        found.append(or_(*like))
    return found
