"""A consolidated e-way bill on its way to the portal and back. No transaction is open while an answer is waited for.

As with e-way bills (`sending`), what has ever left is asked for before it is sent again. The portal lists none by vehicle; but the details
of an e-way bill name the consolidated ones it was put in, and each of those says what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp import einvoice
from webapp.ewaybills import codes, queries, trip_reads, trips
from webapp.ewaybills.checks import Problem
from webapp.ewaybills.gathering import plate
from webapp.ewaybills.models import Trip
from webapp.ewaybills.portal import EwbPortal, TripStanding, is_trip_number, read_time
from webapp.ewaybills.rules import TripState
from webapp.ewaybills.sending import FIRST_PAUSE, LEASE, LONGEST_PAUSE, keep_session, road_of, said_of
from webapp.ewaybills.trip_reads import TripRow
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.outside import HostNotAllowed, Unanswered
from webapp.platform.rows import update_count
from webapp.platform.signed_in import Refused
from webapp.platform.tenancy import Actor, Books, open_books

_MOST_LOOKED_AT = 5  # consolidated ones of one e-way bill, the newest first


@dataclass(frozen=True, slots=True)
class LeavingTrip:
    """What leaves. `asks_first`: it has left before, and nobody knows what became of it."""

    row: TripRow
    portal: EwbPortal
    ewb_nos: tuple[str, ...]
    payload: str
    asks_first: bool


def send_trip(actor: Actor, trip_id: UUID) -> None:
    """Have one made, find out what became of it, or tell the portal of its other vehicle. Safe to repeat, and to run twice at once.

    Nothing is raised for what the portal says or does not say: the row says it.
    """
    with open_books(actor) as books:
        row = trip_reads.trip_or_none(books, trip_id)
        leaving = _leave(books, row) if row else None
    if leaving is None:
        return
    answer: Any
    try:
        answer = _exchange(leaving)
    except (Refused, Unanswered) as trouble:
        answer = trouble
    except HostNotAllowed as refusal:
        answer = Refused("", f"{refusal.problem} {refusal.fix}")
    with open_books(actor) as books:
        keep_session(books, leaving.row.gstin, leaving.portal)
        _settle(books, leaving, answer)


def send_due_trips(actor: Actor) -> int:
    """Every consolidated e-way bill of a company whose turn has come. Says how many were tried."""
    with open_books(actor) as books:
        found = trip_reads.due_trips(books)
    for trip_id in found:
        send_trip(actor, trip_id)
    return len(found)


def _leave(books: Books, row: TripRow) -> LeavingTrip | None:
    """Mark one as sent, and put together what leaves. None when there is nothing to do, or another process does it."""
    if row.state not in (TripState.WAITING, TripState.SENT) and not row.asked:
        return None
    portal = road_of(books, queries.registrations(books)[row.gstin])
    if portal is None:
        return None
    asks_first = row.tries > int(row.asked.get("first_try", 0))
    if isinstance(portal, Problem):
        _say(books, row, portal)
        return None
    # What is wrong by now is said without asking; what has left is asked for whatever has become of its parts.
    if row.state == TripState.WAITING and (wrong := trips.part_problems(books, row)):
        fix = "Put it right, or take this back and put the others together without it."
        _say(books, row, Problem("", "parts", wrong[0], fix))
        return None
    if not _claimed(books, row):
        return None
    told = row.asked["payload"] if row.asked else trips.trip_payload(books, row)
    numbers = tuple(part.ewb_no for part in trip_reads.parts(books, row.id))
    return LeavingTrip(trip_reads.trip(books, row.id), portal, numbers, einvoice.as_json(told), asks_first)


def _say(books: Books, row: TripRow, problem: Problem) -> None:
    if row.state == TripState.WAITING:
        trips.move_trip(books, row, TripState.FAILED, **said_of(problem), next_at=None)
    else:
        _note(books, row, **said_of(problem))


def _claimed(books: Books, row: TripRow) -> bool:
    """Whether this process is the one that asks the portal now."""
    if row.state != TripState.WAITING and row.sent_at is not None and row.sent_at > books.now - LEASE:
        return False
    tried = row.tries - int(row.asked.get("first_try", 0))
    pause = min(FIRST_PAUSE * 2 ** min(tried, 8), LONGEST_PAUSE)
    state = row.state if row.asked else TripState.SENT.value
    values: dict[str, Any] = {"state": state, "tries": row.tries + 1, "sent_at": books.now, "next_at": books.now + pause}
    stamp = {"version": row.version + 1, "changed_at": books.now, "changed_by": books.actor.name}
    same = (Trip.id == row.id, Trip.state == row.state, Trip.tries == row.tries, Trip.version == row.version)
    if not update_count(books, update(Trip).where(*same).values(**values, **stamp)):
        return False
    audit.record(books, "send", "ewaybill_trip", row.id, old={"state": row.state}, new={"state": state, "try": row.tries + 1})
    return True


def _exchange(leaving: LeavingTrip) -> Mapping[str, Any] | TripStanding:
    if leaving.asks_first:
        try:
            found = _there(leaving)
        except Refused as refused:
            said = codes.meaning(refused.code, refused.words)
            raise Unanswered(f"{said.problem} {said.fix}") from refused
        if found:
            return found
    return leaving.portal.act("REGENTRIPSHEET" if leaving.row.asked else "GENCEWB", leaving.payload)


def _there(leaving: LeavingTrip) -> TripStanding | None:
    """What the portal has of it: a consolidated e-way bill of the same e-way bills in the same vehicle."""
    row = leaving.row
    numbers = list(leaving.portal.details(leaving.ewb_nos[0]).trips[:_MOST_LOOKED_AT])
    if row.number and row.number not in numbers:
        numbers.append(row.number)
    for number in numbers:
        try:
            found = leaving.portal.trip(number)
        except Refused as refused:
            if refused.code not in codes.NO_SUCH_TRIP:
                raise
            continue
        if _is_it(leaving, found):
            return found
    return None


def _is_it(leaving: LeavingTrip, found: TripStanding) -> bool:
    row, told = leaving.row, leaving.row.asked.get("payload", {})
    vehicle, document = told.get("vehicleNo", row.vehicle), told.get("transDocNo", row.trans_doc_no)
    if found.is_cancelled or (plate(found.vehicle), found.trans_doc_no) != (vehicle, document):
        return False
    # With another vehicle the portal leaves out what does not hold any more.
    same = found.ewb_nos <= set(leaving.ewb_nos) if row.asked else found.ewb_nos == set(leaving.ewb_nos)
    return bool(found.ewb_nos) and same


def _settle(books: Books, leaving: LeavingTrip, answer: Any) -> None:
    row = trip_reads.trip(books, leaving.row.id)
    if (row.state, row.tries, row.asked) != (leaving.row.state, leaving.row.tries, leaving.row.asked):
        return  # another process has found out meanwhile
    if isinstance(answer, Mapping | TripStanding):
        answer = _take(books, row, answer)
    if isinstance(answer, Refused):
        meaning = codes.meaning(answer.code, answer.words)
        said = {"code": clean_text(answer.code)[:10], "problem": meaning.problem, "fix": meaning.fix}
        to = TripState.MADE if row.asked else TripState.FAILED
        trips.move_trip(books, row, to, asked={}, next_at=None, **said)
    elif isinstance(answer, Unanswered):
        fix = "It is not known whether the portal has it. The program asks by itself; you may also ask now."
        _note(books, row, code="", problem=clean_text(str(answer))[:300], fix=fix)


def _take(books: Books, row: TripRow, said: Mapping[str, Any] | TripStanding) -> Refused | Unanswered | None:
    """Write down that it is made, or has gone on. Says what is wrong with an answer that cannot be used."""
    if isinstance(said, TripStanding):
        number, made_at = said.number, said.made_at
    else:
        number = str(said.get("cEwbNo") or said.get("cEWBNo") or said.get("tripSheetNo") or "").strip()
        try:
            told = said.get("cEWBDate") or said.get("cEwbDate")
            made_at = read_time(told) if told or not row.asked else books.now
        except ValueError:
            return Unanswered("The answer lacks the time of the consolidated e-way bill.")
    if not is_trip_number(number):
        return Unanswered("The answer lacks the number of the consolidated e-way bill.")
    if trip_reads.holder_of_trip(books, number, but=row.id):
        return Refused("", f"The portal names {number}, which is another consolidated e-way bill here.")
    trips.settle_trip(books, row, number, made_at, _way(row.asked) if row.asked else None)
    return None


def _way(asked: Mapping[str, Any]) -> dict[str, Any]:
    told = asked["payload"]
    return {
        "mode": told["transMode"],
        "vehicle": told["vehicleNo"],
        "trans_doc_no": told["transDocNo"],
        "trans_doc_date": date.fromisoformat(asked["date"]) if asked["date"] else None,
        "place": told["fromPlace"],
        "state_code": f"{told['fromState']:02}",
    }


def _note(books: Books, row: TripRow, **values: Any) -> None:
    """Write beside one what is to be said of it; its state stays."""
    stamp = {"version": row.version + 1, "changed_at": books.now, "changed_by": books.actor.name}
    books.session.execute(update(Trip).where(Trip.id == row.id, Trip.state == row.state).values(**values, **stamp))
