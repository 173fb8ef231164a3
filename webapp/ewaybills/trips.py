"""Consolidated e-way bills: several e-way bills put together for one vehicle, before and beside what the portal says of them.

CGST Rule 138(6): who carries several consignments in one vehicle may make one FORM GST EWB-02 of their numbers. What calls the portal is
`trip_sending`. The portal cancels none that is made; another vehicle is told as a change, and may give it another number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import company, einvoice
from webapp.ewaybills import codes, law, queries, trip_reads
from webapp.ewaybills.commands import PutTogether, Vehicle
from webapp.ewaybills.events import EwaybillTripAsked
from webapp.ewaybills.models import Ewaybill, Trip, TripPart
from webapp.ewaybills.payload import day_of
from webapp.ewaybills.portal import is_trip_number
from webapp.ewaybills.queries import EwaybillRow
from webapp.ewaybills.rules import TRIP_MOVES, State, TripState
from webapp.ewaybills.service import NO_TROUBLE, is_number
from webapp.ewaybills.telling import remark_of, wrong_place, wrong_way
from webapp.ewaybills.trip_reads import TripRow
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound, keep_promise
from webapp.platform import audit
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one

MOST_TOGETHER = law.MOST_ITEMS
# The bulk upload's own writing of consolidated e-way bills, as one public program writes it; the portal's list of fields was not found.
FILE_VERSION = "1.0.0618"
_MOVED_ON = ("This consolidated e-way bill has moved on meanwhile.", "Reload the page to see how it stands.")


def put_together(books: Books, asked: PutTogether) -> TripRow:
    """Put e-way bills together for one vehicle. Safe to repeat: the same again gives the first; other content under its id is refused.

    InvalidInput by field for a wrong vehicle or place, and under `numbers` for each e-way bill that cannot be in it, with what to do.
    NotFound for a document of another company.
    """
    _take_turn(books)
    if earlier := trip_reads.trip_or_none(books, asked.id):
        company.require_mine(books, earlier.store_id)
        _require_same(books, earlier, asked)
        return earlier
    known = queries.ewaybills_of(books, asked.document_ids)
    if len(known) < len(set(asked.document_ids)):
        raise NotFound("e-way bill")
    rows = [known[one] for one in dict.fromkeys(asked.document_ids)]
    for store_id in {row.store_id for row in rows}:
        company.require_mine(books, store_id)
    numbers = [*(row.ewb_no for row in rows), *asked.numbers]
    # One of ours may also be typed by its number.
    typed = trip_reads.ours_by_number(books, [one for one in asked.numbers if is_number(one)])
    rows += [row for number, row in typed.items() if number not in {one.ewb_no for one in rows}]
    errors = wrong_way(asked.mode, asked.vehicle, asked.trans_doc_no) | wrong_place(asked.place, asked.state_code)
    errors |= _wrong_document(asked.mode, asked.trans_doc_no, asked.trans_doc_date)
    if wrong := _wrong_parts(books, asked, rows, numbers):
        errors["numbers"] = " ".join(wrong[:5])
    if errors:
        raise InvalidInput(errors)
    documents = {row.ewb_no: row.document_id for row in rows}
    if insert_once(books, Trip, _first_row(books, asked, rows[0])):
        lines = [
            {"trip_id": asked.id, "line_no": place, "ewb_no": number, "document_id": documents.get(number)}
            for place, number in enumerate(numbers, 1)
        ]
        books.insert(TripPart, lines)
        audit.record(books, "create", "ewaybill_trip", asked.id, new={"vehicle": asked.vehicle, "ewaybills": ", ".join(numbers)})
    return trip_reads.trip(books, asked.id)


def _take_turn(books: Books) -> None:
    """One at a time puts e-way bills together: two at the same instant would both find them free."""
    write_one(books, UUID(bytes=sha256(f"ewaybill_trip {books.company_id}".encode()).digest()[:16]))


def _require_same(books: Books, earlier: TripRow, asked: PutTogether) -> None:
    numbers = {part.ewb_no for part in trip_reads.parts(books, earlier.id)}
    ticked = {row.ewb_no for row in queries.ewaybills_of(books, asked.document_ids).values()}
    # One that is made may have gone on in another vehicle since.
    same_way = earlier.state == TripState.MADE or (earlier.mode, earlier.vehicle) == (asked.mode, asked.vehicle)
    if numbers != ticked | set(asked.numbers) or not same_way:
        raise Conflict(problem="Other e-way bills were put together by this form already.", fix="Begin anew: put them together once more.")


def _wrong_document(mode: str, number: str, day: date | None) -> dict[str, str]:
    if mode in ("", law.ROAD, law.IN_TRANSIT):
        return {}
    errors = {} if number else {"trans_doc_no": codes.meaning("394").fix}
    return errors if day else {**errors, "trans_doc_date": codes.meaning("385").problem}


def _wrong_parts(books: Books, asked: PutTogether, rows: Sequence[EwaybillRow], numbers: Sequence[str]) -> list[str]:
    """What is wrong with the e-way bills themselves, each with what to do."""
    if not rows:
        return ["Tick at least one e-way bill of your own: by its GSTIN the others are put together with it."]
    if len(numbers) < 2:
        return ["One alone needs no consolidated e-way bill: enter its vehicle on its own page, or add another."]
    if len(numbers) > MOST_TOGETHER:
        return [f"At most {MOST_TOGETHER} go together. Make two of them."]
    found = [f"{one or 'An empty number'}: the number of an e-way bill has 12 digits." for one in numbers if not is_number(one)]
    found += [f"{one} is named twice: leave one of them out." for one in dict.fromkeys(numbers) if numbers.count(one) > 1]
    found += _wrong_ours(books, rows, rows[0].gstin)
    busy = trip_reads.under_way_with(books, numbers, but=asked.id)
    found += [f"{one} is being put together with {vehicle} already: take that back first." for one, vehicle in busy.items()]
    return found


def _wrong_ours(books: Books, rows: Collection[EwaybillRow], gstin: str) -> list[str]:
    """What is wrong with our own e-way bills for a vehicle of a registration."""
    split = queries.split_among(books, [row.document_id for row in rows])
    return [wrong for row in rows if (wrong := _wrong_part(books, row, gstin, is_split=row.document_id in split))]


def _wrong_part(books: Books, row: EwaybillRow, gstin: str, *, is_split: bool) -> str:
    name = f"{row.ewb_no or row.number}"
    if row.gstin != gstin:
        return f"{name} is of {row.gstin}, not of {gstin}: put together those of one GSTIN, each has its own login."
    if row.state == State.CANCELLED:
        return f"{name} is cancelled: leave it out, or make another for {row.number} first."
    if row.state == State.CLOSED:
        return f"{name}: its goods have arrived. Leave it out."
    if row.state == State.PART_A:
        return f"{name} has no vehicle yet (part B): enter one on its own page first."
    if row.state != State.ACTIVE:
        return f"{row.number} has no e-way bill yet: make it first, or leave it out."
    if row.valid_until is None or row.valid_until < books.now:
        return f"{name} has ended: extend it on its own page, or leave it out."
    if is_split:
        return f"{name}: its goods go in several vehicles. Leave it out."
    if row.asked and row.asked.get("verb") != "details":
        return f"{name}: the portal is being told something of it. Wait for the answer."
    return ""


def _first_row(books: Books, asked: PutTogether, first: EwaybillRow) -> dict[str, Any]:
    return {
        "id": asked.id,
        "gstin": first.gstin,
        "store_id": first.store_id,
        "day": books.today,
        "state": TripState.WAITING.value,
        "number": "",
        "mode": asked.mode,
        "vehicle": asked.vehicle,
        "trans_doc_no": asked.trans_doc_no,
        "trans_doc_date": asked.trans_doc_date,
        "place": remark_of(asked.place),
        "state_code": asked.state_code,
        "asked": {},
        **NO_TROUBLE,
        "tries": 0,
        **dict.fromkeys(("made_at", "sent_at", "next_at")),
        "version": 1,
        "changed_by": books.actor.name,
        "changed_at": books.now,
    }


# What a person asks ------------------------------------------------------------------------------------------------------


def my_trip(books: Books, trip_id: UUID) -> TripRow:
    """One of a store this actor works in. NotFound, NotYourStore."""
    row = trip_reads.trip(books, trip_id)
    company.require_mine(books, row.store_id)
    return row


def trip_has_road(books: Books, row: TripRow) -> bool:
    """Whether the portal is asked by an interface."""
    kept = queries.registrations(books).get(row.gstin)
    return bool(kept and kept.sends)


def ask_trip(books: Books, trip_id: UUID) -> None:
    """Have one made, or asked for again where it is not known what became of it. BooksError where they go by hand; Conflict for one that
    was refused while another has its e-way bills by now."""
    row = my_trip(books, trip_id)
    if not trip_has_road(books, row):
        raise BooksError(
            problem=f"E-way bills of {row.gstin} go by hand.",
            fix="Download the JSON and upload it on the portal, then note the number it gives here.",
        )
    if row.state in (TripState.MADE, TripState.WITHDRAWN) and not row.asked:
        return
    if row.state == TripState.FAILED:
        _take_turn(books)
        busy = trip_reads.under_way_with(books, [part.ewb_no for part in trip_reads.parts(books, trip_id)], but=trip_id)
        for one, vehicle in busy.items():
            raise Conflict(problem=f"{one} is being put together with {vehicle} already.", fix="Take one of the two back first.")
        move_trip(books, row, TripState.WAITING, next_at=None, **NO_TROUBLE)
    announce(books, EwaybillTripAsked(trip_id))


def ask_trip_vehicle(books: Books, trip_id: UUID, asked: Vehicle) -> None:
    """Another vehicle for all of them at once. InvalidInput by field; Conflict for one that is not made, or is being told of already."""
    row = my_trip(books, trip_id)
    if row.state != TripState.MADE:
        raise Conflict(problem="Only a consolidated e-way bill that is made can change its vehicle.", fix=_MOVED_ON[1])
    if row.asked:
        raise Conflict(problem="The portal is being told of another vehicle already.", fix="Wait for its answer, then ask again.")
    errors = wrong_way(asked.mode, asked.vehicle, asked.trans_doc_no) | wrong_place(asked.place, asked.state_code)
    errors |= _wrong_document(asked.mode, asked.trans_doc_no, asked.trans_doc_date)
    remark = remark_of(asked.remark)
    if asked.reason not in law.VEHICLE_REASONS or asked.reason == law.FIRST_TIME:
        errors["reason"] = "Choose the reason."
    if not remark:
        errors["remark"] = "Say in a few words why, for example: the lorry broke down."
    if not errors and (asked.mode, asked.vehicle, asked.trans_doc_no) == (row.mode, row.vehicle, row.trans_doc_no):
        errors["vehicle"] = "They travel so already: type another vehicle."
    if not trip_has_road(books, row):
        errors["vehicle"] = "Change it on the portal's own pages, then note here the number it gives."
    if errors:
        raise InvalidInput(errors)
    payload = {
        "tripSheetNo": int(row.number),
        "vehicleNo": asked.vehicle,
        "fromPlace": remark_of(asked.place),
        "fromState": int(asked.state_code),
        "transDocNo": asked.trans_doc_no,
        "transDocDate": day_of(asked.trans_doc_date) if asked.trans_doc_date else "",
        "transMode": asked.mode,
        "reasonCode": int(asked.reason),
        "reasonRem": remark,
    }
    kept = {"payload": payload, "first_try": row.tries, "date": asked.trans_doc_date.isoformat() if asked.trans_doc_date else ""}
    move_trip(books, row, TripState.MADE, asked=kept, next_at=books.now, sent_at=None, **NO_TROUBLE)
    announce(books, EwaybillTripAsked(trip_id))


def take_back(books: Books, trip_id: UUID) -> None:
    """Take one back that was not made. Conflict for one the portal has, or may have."""
    row = my_trip(books, trip_id)
    if row.state == TripState.WITHDRAWN:
        return
    if row.state not in (TripState.WAITING, TripState.FAILED):
        raise Conflict(problem="The portal has it, or may have: it cancels no consolidated e-way bill.", fix=_MOVED_ON[1])
    move_trip(books, row, TripState.WITHDRAWN, next_at=None, **NO_TROUBLE)


def note_trip(books: Books, trip_id: UUID, number: str, made_at: datetime) -> None:
    """Note the number that the portal gave for one made, or changed, on its own pages. InvalidInput by field; Conflict once withdrawn."""
    row = my_trip(books, trip_id)
    if row.number == number:
        return
    if TripState.MADE not in TRIP_MOVES[TripState(row.state)] or row.asked:
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    errors = {}
    if not is_trip_number(number):
        errors["number"] = "The number of a consolidated e-way bill has 10 digits."
    elif trip_reads.holder_of_trip(books, number, but=trip_id):
        errors["number"] = "Another consolidated e-way bill here has this number."
    if made_at > books.now + timedelta(minutes=10) or made_at.date() < row.day - timedelta(days=1):
        errors["made_at"] = "It was made between the day it was put together here and now."
    if errors:
        raise InvalidInput(errors)
    settle_trip(books, row, number, made_at)


# What the portal is told, and what became of it ---------------------------------------------------------------------------


def trip_payload(books: Books, row: TripRow) -> dict[str, Any]:
    """The portal's own writing. Source: docs.ewaybillgst.gov.in, version 1.03, Generate Consolidated E-Way Bill; read 2026-11."""
    return {
        "fromPlace": row.place,
        "fromState": int(row.state_code),
        "vehicleNo": row.vehicle,
        "transMode": row.mode,
        "transDocNo": row.trans_doc_no,
        "transDocDate": day_of(row.trans_doc_date) if row.trans_doc_date else "",
        "tripSheetEwbBills": [{"ewbNo": int(part.ewb_no)} for part in trip_reads.parts(books, row.id)],
    }


def trip_file(books: Books, trip_id: UUID) -> str:
    """The file for the portal's bulk upload. Conflict for one that is made, withdrawn, or was sent by an interface that still answers."""
    row = my_trip(books, trip_id)
    may_leave = row.state in (TripState.WAITING, TripState.FAILED) or (row.state == TripState.SENT and not trip_has_road(books, row))
    if not may_leave:
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    sheet = {"userGstin": row.gstin, **trip_payload(books, row)}
    audit.record(books, "export", "ewaybill_trip", trip_id, new={"ewaybills": len(sheet["tripSheetEwbBills"])})
    return einvoice.as_json({"version": FILE_VERSION, "tripSheets": [sheet]}) + "\n"


def part_problems(books: Books, row: TripRow) -> list[str]:
    """What has become wrong with our own e-way bills since they were put together."""
    ids = [part.document_id for part in trip_reads.parts(books, row.id) if part.document_id]
    return _wrong_ours(books, queries.ewaybills_of(books, ids).values(), row.gstin)


def settle_trip(books: Books, row: TripRow, number: str, made_at: datetime, way: Mapping[str, Any] | None = None) -> None:
    """It is made, or goes on by another `way` (columns): our own e-way bills in it travel so from now on."""
    move_trip(books, row, TripState.MADE, number=number, made_at=made_at, asked={}, next_at=None, **NO_TROUBLE, **(way or {}))
    names = ("mode", "vehicle", "trans_doc_no", "trans_doc_date")
    carried = {name: (way or {}).get(name, getattr(row, name)) for name in names}
    ids = [part.document_id for part in trip_reads.parts(books, row.id) if part.document_id]
    stamp = {"version": Ewaybill.version + 1, "changed_at": books.now, "changed_by": books.actor.name}
    books.session.execute(update(Ewaybill).where(Ewaybill.document_id.in_(ids), Ewaybill.state == State.ACTIVE).values(**carried, **stamp))
    for one in ids:
        audit.record(books, "change", "ewaybill", one, new={"trip": number, "vehicle": carried["vehicle"]})


def move_trip(books: Books, row: TripRow, to: TripState, **values: Any) -> None:
    """Take one to another state. Conflict when it is no more as `row` says: another process has moved it."""
    keep_promise(to in TRIP_MOVES[TripState(row.state)], f"a consolidated e-way bill goes from {row.state} to {to}")
    same = (Trip.id == row.id, Trip.state == row.state, Trip.version == row.version)
    values = {**values, "state": to.value, "version": row.version + 1, "changed_by": books.actor.name, "changed_at": books.now}
    if not update_count(books, update(Trip).where(*same).values(**values)):
        raise Conflict(problem=_MOVED_ON[0], fix=_MOVED_ON[1])
    told = {name: str(values[name]) for name in ("number", "vehicle", "code", "problem", "asked") if values.get(name)}
    audit.record(books, "change", "ewaybill_trip", row.id, old={"state": row.state}, new={"state": to.value, **told})
