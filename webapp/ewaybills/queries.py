"""Registrations, e-way bills and transporters as frozen rows: one, a list, what waits, what ends soon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from webapp.company import allowed_stores
from webapp.ewaybills.models import Ewaybill, EwaybillRegistration, Group, Transporter
from webapp.ewaybills.rules import Road, State
from webapp.ewaybills.values import Carriage
from webapp.kernel.errors import NotFound
from webapp.kernel.money import read_paise
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

PAGE = 50
VEHICLES = 20


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """How a GSTIN makes e-way bills (see models.EwaybillRegistration)."""

    gstin: str
    begins_on: date | None
    own_paise: int | None
    road: str
    is_sandbox: bool
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
        """Whether the portal is asked by an interface."""
        return self.begins_on is not None and self.road != Road.FILE


@dataclass(frozen=True, slots=True)
class EwaybillRow:
    """An e-way bill as it stands (see models.Ewaybill)."""

    document_id: UUID
    kind: str
    gstin: str
    store_id: UUID
    doc_type: str
    number: str
    day: date
    party_name: str
    total_paise: int
    is_outward: bool
    reason: str
    state: str
    ewb_no: str
    made_at: datetime | None
    valid_until: datetime | None
    extended: int
    sub_supply: str
    sub_words: str
    distance_km: int
    mode: str
    vehicle: str
    vehicle_type: str
    transporter_id: str
    transporter_name: str
    trans_doc_no: str
    trans_doc_date: date | None
    dispatch: Mapping[str, Any]
    ship: Mapping[str, Any]
    asked: Mapping[str, Any]
    code: str
    problem: str
    fix: str
    tries: int
    sent_at: datetime | None
    next_at: datetime | None
    cancelled_at: datetime | None
    version: int
    changed_by: str
    changed_at: datetime

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.day, self.document_id)

    @property
    def carriage(self) -> Carriage:
        return Carriage(**{field.name: getattr(self, field.name) for field in fields(Carriage)})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows. Empty means: whatever it is."""

    text: str = ""  # a number, a party, an e-way bill, a vehicle, or an amount in rupees
    state: str = ""  # a State, "expired", or "ending"
    kind: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class EwaybillPage:
    """One page, the newest day first, and how many there are of each state."""

    rows: tuple[EwaybillRow, ...]
    older: Cursor | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ending:
    """An e-way bill that ends soon, for a list of what is due."""

    kind: str
    document_id: UUID
    number: str
    ewb_no: str
    party_name: str
    valid_until: datetime


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]


_REGISTRATIONS = Lookup(select(*_columns(EwaybillRegistration, RegistrationRow)).order_by(EwaybillRegistration.gstin))


def registrations(books: Books) -> dict[str, RegistrationRow]:
    """The registrations that have ever been set up, by GSTIN."""
    return {row[0]: RegistrationRow(*row) for row in _REGISTRATIONS.rows(books)}


def ewaybill_or_none(books: Books, document_id: UUID) -> EwaybillRow | None:
    """The e-way bill of a document, or None."""
    row = books.session.execute(select(*_columns(Ewaybill, EwaybillRow)).where(Ewaybill.document_id == document_id)).first()
    return EwaybillRow(*row) if row else None


def ewaybill(books: Books, document_id: UUID) -> EwaybillRow:
    """The same. NotFound when this company has none of that document."""
    row = ewaybill_or_none(books, document_id)
    if row is None:
        raise NotFound("e-way bill")
    return row


def ewaybills_of(books: Books, document_ids: Sequence[UUID]) -> dict[UUID, EwaybillRow]:
    """The e-way bills of many documents; documents without are absent."""
    query = select(*_columns(Ewaybill, EwaybillRow)).where(Ewaybill.document_id.in_(document_ids))
    return {row[0]: EwaybillRow(*row) for row in books.session.execute(query)} if document_ids else {}


def by_paper(books: Books, numbers: Sequence[str]) -> list[EwaybillRow]:
    """Those of documents with these numbers, which two suppliers may share; held until the transaction ends."""
    query = select(*_columns(Ewaybill, EwaybillRow)).where(Ewaybill.number.in_(numbers)).order_by(Ewaybill.document_id).with_for_update()
    return [EwaybillRow(*row) for row in books.session.execute(query)] if numbers else []


def holder_of(books: Books, ewb_no: str, *, but: UUID) -> str:
    """The number of another document that has this e-way bill; "" where none has."""
    query = select(Ewaybill.number).where(Ewaybill.ewb_no == ewb_no, Ewaybill.document_id != but)
    return books.session.scalars(query.limit(1)).first() or ""


def ewaybills(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> EwaybillPage:
    """One page of the list."""
    query = select(*_columns(Ewaybill, EwaybillRow)).where(*_conditions(books, wanted))
    if older_than is not None:
        place = (Ewaybill.day, Ewaybill.document_id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    query = query.order_by(Ewaybill.day.desc(), Ewaybill.document_id.desc()).limit(most + 1)
    found = [EwaybillRow(*row) for row in books.session.execute(query)]
    rows = tuple(found[:most])
    return EwaybillPage(rows, rows[-1].cursor if len(found) > most else None, counts(books))


def all_ewaybills(books: Books, wanted: Wanted) -> Iterator[EwaybillRow]:
    """Every row of the list, read in pages so that memory stays flat."""
    place: Cursor | None = None
    while True:
        found = ewaybills(books, wanted, older_than=place, most=500)
        yield from found.rows
        if (place := found.older) is None:
            return


def counts(books: Books) -> dict[str, int]:
    """How many there are of each state."""
    query = select(Ewaybill.state, func.count()).where(*_own_stores(books)).group_by(Ewaybill.state)
    return {state: int(count) for state, count in books.session.execute(query)}


def expiring(books: Books, until: datetime) -> list[Ending]:
    """What is active now and ends before `until`, the soonest first; of the stores this actor may work in."""
    names = ("kind", "document_id", "number", "ewb_no", "party_name", "valid_until")
    query = select(*(getattr(Ewaybill, name) for name in names)).where(
        *_own_stores(books), Ewaybill.state == State.ACTIVE, Ewaybill.valid_until >= books.now, Ewaybill.valid_until < until
    )
    return [Ending(*row) for row in books.session.execute(query.order_by(Ewaybill.valid_until, Ewaybill.document_id).limit(200))]


def due(books: Books, most: int = 200) -> list[EwaybillRow]:
    """What may be asked of the portal now: it was sent and nobody knows, or something is being told; the oldest first."""
    is_asked = or_(Ewaybill.state == State.SENT, Ewaybill.next_at.is_not(None))
    query = select(*_columns(Ewaybill, EwaybillRow)).where(is_asked, or_(Ewaybill.next_at.is_(None), Ewaybill.next_at <= books.now))
    return [EwaybillRow(*row) for row in books.session.execute(query.order_by(Ewaybill.day, Ewaybill.document_id).limit(most))]


def split_among(books: Books, document_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these documents whose goods go on in several vehicles."""
    query = select(Group.document_id).where(Group.document_id.in_(document_ids))
    return set(books.session.scalars(query)) if document_ids else set()


def transporters(books: Books) -> dict[str, str]:
    """Who carries goods: names by id, in order of their names."""
    query = select(Transporter.transporter_id, Transporter.name).order_by(Transporter.name, Transporter.transporter_id)
    return {row.transporter_id: row.name for row in books.session.execute(query)}


def vehicles(books: Books, store_id: UUID) -> list[str]:
    """The vehicles that have carried goods of a store, the latest first."""
    query = select(Ewaybill.vehicle).where(Ewaybill.store_id == store_id, Ewaybill.vehicle != "").group_by(Ewaybill.vehicle)
    return [row[0] for row in books.session.execute(query.order_by(func.max(Ewaybill.day).desc(), Ewaybill.vehicle).limit(VEHICLES))]


def _own_stores(books: Books) -> list[ColumnElement[bool]]:
    """Whoever is held to some stores sees theirs."""
    allowed = allowed_stores(books)
    return [] if allowed is None else [Ewaybill.store_id.in_(allowed)]


def _conditions(books: Books, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _own_stores(books)
    if wanted.state == "expired":
        found += [Ewaybill.state == State.ACTIVE, Ewaybill.valid_until < books.now]
    elif wanted.state:
        found.append(Ewaybill.state == wanted.state)
    if wanted.kind:
        found.append(Ewaybill.kind == wanted.kind)
    if wanted.first_day:
        found.append(Ewaybill.day >= wanted.first_day)
    if wanted.last_day:
        found.append(Ewaybill.day <= wanted.last_day)
    if wanted.text:
        columns = (Ewaybill.number, Ewaybill.party_name, Ewaybill.ewb_no, Ewaybill.vehicle)
        like = [column.icontains(wanted.text, autoescape=True) for column in columns]
        with suppress(ValueError):
            like.append(Ewaybill.total_paise == read_paise(wanted.text))
        found.append(or_(*like))
    return found
