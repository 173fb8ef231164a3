"""Consolidated e-way bills as frozen rows: one with its parts, a list, what waits; and which e-way bills may be put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from webapp.company import allowed_stores
from webapp.ewaybills.models import Ewaybill, Trip, TripPart
from webapp.ewaybills.queries import PAGE, EwaybillRow
from webapp.ewaybills.rules import State, TripState
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

MOST_OFFERED = 250


@dataclass(frozen=True, slots=True)
class TripRow:
    """A consolidated e-way bill as it stands (see models.Trip)."""

    id: UUID
    gstin: str
    store_id: UUID
    day: date
    state: str
    number: str
    made_at: datetime | None
    mode: str
    vehicle: str
    trans_doc_no: str
    trans_doc_date: date | None
    place: str
    state_code: str
    asked: Mapping[str, Any]
    code: str
    problem: str
    fix: str
    tries: int
    sent_at: datetime | None
    next_at: datetime | None
    version: int
    changed_by: str
    changed_at: datetime

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.day, self.id)


@dataclass(frozen=True, slots=True)
class PartRow:
    """One e-way bill of a consolidated one. Without a document it is another's, of which only the number is known here."""

    ewb_no: str
    document_id: UUID | None
    number: str | None
    party_name: str | None
    total_paise: int | None
    state: str | None
    made_at: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class WantedTrips:
    """What the list shows. Empty means: whatever it is."""

    text: str = ""  # a number, one of its e-way bills, a vehicle or a place
    state: str = ""  # a TripState
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class TripPage:
    """One page, the newest day first; how many e-way bills each has."""

    rows: tuple[TripRow, ...]
    older: Cursor | None
    sizes: Mapping[UUID, int]


_TRIP = [getattr(Trip, field.name) for field in fields(TripRow)]
_EWAYBILL = [getattr(Ewaybill, field.name) for field in fields(EwaybillRow)]


def trip_or_none(books: Books, trip_id: UUID) -> TripRow | None:
    """One, or None."""
    row = books.session.execute(select(*_TRIP).where(Trip.id == trip_id)).first()
    return TripRow(*row) if row else None


def trip(books: Books, trip_id: UUID) -> TripRow:
    """The same. NotFound when this company has none of that id."""
    row = trip_or_none(books, trip_id)
    if row is None:
        raise NotFound("consolidated e-way bill")
    return row


def parts(books: Books, trip_id: UUID) -> list[PartRow]:
    """The e-way bills in one, in their order."""
    about = (Ewaybill.number, Ewaybill.party_name, Ewaybill.total_paise, Ewaybill.state, Ewaybill.made_at, Ewaybill.valid_until)
    query = select(TripPart.ewb_no, TripPart.document_id, *about).outerjoin(Ewaybill, Ewaybill.document_id == TripPart.document_id)
    return [PartRow(*row) for row in books.session.execute(query.where(TripPart.trip_id == trip_id).order_by(TripPart.line_no))]


def trips(books: Books, wanted: WantedTrips, *, older_than: Cursor | None = None, most: int = PAGE) -> TripPage:
    """One page of the list."""
    query = select(*_TRIP).where(*_conditions(books, wanted))
    if older_than is not None:
        place = (Trip.day, Trip.id)
        query = query.where(tuple_(*place) < tuple_(*older_than, types=[column.type for column in place]))
    found = [TripRow(*row) for row in books.session.execute(query.order_by(Trip.day.desc(), Trip.id.desc()).limit(most + 1))]
    rows = tuple(found[:most])
    return TripPage(rows, rows[-1].cursor if len(found) > most else None, _sizes(books, [row.id for row in rows]))


def all_trips(books: Books, wanted: WantedTrips) -> Iterator[tuple[TripRow, int]]:
    """Every row of the list with how many e-way bills it has, read in pages so that memory stays flat."""
    place: Cursor | None = None
    while True:
        found = trips(books, wanted, older_than=place, most=500)
        yield from ((row, found.sizes.get(row.id, 0)) for row in found.rows)
        if (place := found.older) is None:
            return


def trips_of(books: Books, document_id: UUID) -> list[TripRow]:
    """Those that a document's e-way bill was put in, the newest first."""
    inside = select(TripPart.trip_id).where(TripPart.document_id == document_id)
    query = select(*_TRIP).where(Trip.id.in_(inside), Trip.state != TripState.WITHDRAWN)
    return [TripRow(*row) for row in books.session.execute(query.order_by(Trip.day.desc(), Trip.id.desc()).limit(20))]


def due_trips(books: Books, most: int = 100) -> list[UUID]:
    """What may be asked of the portal now: it was sent and nobody knows, or a change is being told; the oldest first."""
    is_asked = or_(Trip.state == TripState.SENT, Trip.next_at.is_not(None))
    query = select(Trip.id).where(is_asked, or_(Trip.next_at.is_(None), Trip.next_at <= books.now))
    return list(books.session.scalars(query.order_by(Trip.day, Trip.id).limit(most)))


def offered(books: Books, gstin: str) -> list[EwaybillRow]:
    """E-way bills of a registration that hold now and may be put together, the newest first; of the stores this actor works in."""
    query = select(*_EWAYBILL).where(
        Ewaybill.gstin == gstin, Ewaybill.state == State.ACTIVE, Ewaybill.valid_until >= books.now, *_own(books, Ewaybill)
    )
    return [
        EwaybillRow(*row)
        for row in books.session.execute(query.order_by(Ewaybill.made_at.desc(), Ewaybill.document_id).limit(MOST_OFFERED))
    ]


def ours_by_number(books: Books, numbers: Sequence[str]) -> dict[str, EwaybillRow]:
    """Our own e-way bills among these numbers; a number that an earlier, cancelled one has had counts as the one that stands."""
    query = select(*_EWAYBILL).where(Ewaybill.ewb_no.in_(numbers))
    return {row.ewb_no: row for row in (EwaybillRow(*one) for one in books.session.execute(query))} if numbers else {}


def under_way_with(books: Books, numbers: Sequence[str], *, but: UUID) -> dict[str, str]:
    """Which of these e-way bills another consolidated one names that is not made yet: by number, with its vehicle or document."""
    query = select(TripPart.ewb_no, Trip.vehicle, Trip.trans_doc_no).join(Trip, Trip.id == TripPart.trip_id)
    query = query.where(TripPart.ewb_no.in_(numbers), Trip.id != but, Trip.state.in_((TripState.WAITING, TripState.SENT)))
    return {row.ewb_no: row.vehicle or row.trans_doc_no for row in books.session.execute(query)} if numbers else {}


def holder_of_trip(books: Books, number: str, *, but: UUID) -> UUID | None:
    """Another consolidated e-way bill of ours that has this number."""
    return books.session.scalar(select(Trip.id).where(Trip.number == number, Trip.id != but).limit(1))


def _sizes(books: Books, trip_ids: Sequence[UUID]) -> dict[UUID, int]:
    query = select(TripPart.trip_id, func.count()).where(TripPart.trip_id.in_(trip_ids)).group_by(TripPart.trip_id)
    return {row[0]: int(row[1]) for row in books.session.execute(query)} if trip_ids else {}


def _own(books: Books, model: Any) -> list[ColumnElement[bool]]:
    """Whoever is held to some stores sees theirs."""
    allowed = allowed_stores(books)
    return [] if allowed is None else [model.store_id.in_(allowed)]


def _conditions(books: Books, wanted: WantedTrips) -> list[ColumnElement[bool]]:
    found = _own(books, Trip)
    if wanted.state:
        found.append(Trip.state == wanted.state)
    if wanted.first_day:
        found.append(Trip.day >= wanted.first_day)
    if wanted.last_day:
        found.append(Trip.day <= wanted.last_day)
    if wanted.text:
        like = [column.icontains(wanted.text, autoescape=True) for column in (Trip.number, Trip.vehicle, Trip.place, Trip.trans_doc_no)]
        inside = select(TripPart.trip_id).where(TripPart.ewb_no.icontains(wanted.text, autoescape=True))
        found.append(or_(*like, Trip.id.in_(inside)))
    return found
