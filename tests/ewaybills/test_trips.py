"""Consolidated e-way bills: put together once, whatever becomes of an answer; refused with what to do; nobody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from jobs import ewaybills as jobs
from jobs.wiring import listeners_of
from tests.bad_days.test_last_unit import at_once
from tests.conftest import Clock
from tests.ewaybills.conftest import CARRIER, Yard
from tests.ground.shops import Shop, found_sharma
from webapp import ewaybills
from webapp.ewaybills import Cancel, Carriage, PutTogether, Road, State, TripState, Vehicle, trip_reads, trips
from webapp.ewaybills.trip_reads import TripRow, WantedTrips
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform.outbox import Job
from webapp.platform.tenancy import open_books, read_books

Browse = Callable[[Shop], FlaskClient]
ANOTHER = Vehicle("1", "KA01Z9999", "Satara", "27", "1", "The lorry broke down")


@dataclass
class Loads:
    """A yard with e-way bills that hold, and the verbs of their putting together."""

    yard: Yard
    documents: tuple[UUID, ...]

    def asked(self, **more: Any) -> PutTogether:
        return replace(PutTogether(uuid4(), self.documents, (), "1", "MH12CD5678", "Pune", "27"), **more)

    def put(self, asked: PutTogether) -> TripRow:
        with open_books(self.yard.trade.actor) as books:
            return trips.put_together(books, asked)

    def do(self, act: Callable[..., object], trip_id: UUID, *args: Any) -> TripRow:
        with open_books(self.yard.trade.actor) as books:
            act(books, trip_id, *args)
        return self.send(trip_id)

    def send(self, trip_id: UUID) -> TripRow:
        ewaybills.send_trip(self.yard.trade.actor, trip_id)
        return self.row(trip_id)

    def row(self, trip_id: UUID) -> TripRow:
        with read_books(self.yard.trade.actor) as books:
            return trip_reads.trip(books, trip_id)

    def made(self, **more: Any) -> TripRow:
        return self.do(trips.ask_trip, self.put(self.asked(**more)).id)

    def numbers(self) -> list[str]:
        return [self.yard.row(one).ewb_no for one in self.documents]

    def refusal(self, **more: Any) -> dict[str, str]:
        with pytest.raises(InvalidInput) as refused:
            self.put(self.asked(**more))
        return dict(refused.value.errors)


def loaded(yard: Yard, count: int = 2, party: UUID | None = None) -> Loads:
    bills = [yard.sell(500 + place, party) for place in range(count)]
    for bill in bills:
        assert yard.make(bill).state == State.ACTIVE
    return Loads(yard, tuple(bill.invoice_id for bill in bills))


@pytest.fixture
def loads(yard: Yard) -> Loads:
    return loaded(yard)


def test_they_are_put_together_and_go_on_in_another_vehicle(yard: Yard) -> None:
    for road in (Road.NIC, Road.GSP):
        yard.set_up(road)
        loads = loaded(yard)
        made = loads.made()
        assert (made.state, len(made.number), made.problem) == (TripState.MADE, 10, "")
        kept = yard.portal.trips[int(made.number)]
        assert [str(one) for one in kept.ewb_nos] == loads.numbers()
        assert {yard.row(one).vehicle for one in loads.documents} == {"MH12CD5678"}
        asked = len(yard.portal.asked)
        assert loads.send(made.id) == made
        assert len(yard.portal.asked) == asked  # a repeat does nothing
        gone_on = loads.do(trips.ask_trip_vehicle, made.id, ANOTHER)
        assert (gone_on.vehicle, gone_on.place, gone_on.asked) == ("KA01Z9999", "Satara", {})
        assert gone_on.number != made.number  # the portal gives it another
        assert {yard.row(one).vehicle for one in loads.documents} == {"KA01Z9999"}
        with read_books(yard.trade.actor) as books:
            assert [one.id for one in trip_reads.trips_of(books, loads.documents[0])] == [made.id]


@pytest.mark.parametrize("fault", ["lost", "garbage", "down", "signed out"])
def test_a_lost_answer_makes_no_second_one(loads: Loads, clock: Clock, fault: str) -> None:
    yard = loads.yard
    made = loads.put(loads.asked())
    yard.portal.faults = [fault]
    sent = loads.do(trips.ask_trip, made.id)
    if fault == "signed out":  # the token is asked for anew at once
        assert (sent.state, len(yard.portal.trips)) == (TripState.MADE, 1)
        return
    assert (sent.state, "not known" in sent.fix) == (TripState.SENT, True)
    assert loads.send(made.id) == sent  # its turn has not come
    with open_books(yard.trade.actor) as books, pytest.raises(Conflict):
        trips.take_back(books, made.id)
    clock.advance(minutes=6)
    assert ewaybills.send_due(yard.trade.actor) == 1
    known = loads.row(made.id)
    assert (known.state, known.problem, len(yard.portal.trips)) == (TripState.MADE, "", 1)
    # Likewise its change, whose answer is lost.
    yard.portal.faults = [fault]
    asked = loads.do(trips.ask_trip_vehicle, made.id, ANOTHER)
    assert (asked.state, bool(asked.asked), asked.vehicle) == (TripState.MADE, True, "MH12CD5678")
    with open_books(yard.trade.actor) as books, pytest.raises(Conflict):
        trips.ask_trip_vehicle(books, made.id, ANOTHER)
    clock.advance(minutes=6)
    assert ewaybills.send_due(yard.trade.actor) == 1
    assert (loads.row(made.id).vehicle, len(yard.portal.trips)) == ("KA01Z9999", 2)


def test_one_of_another_content_is_not_taken_for_it(yard: Yard, clock: Clock) -> None:
    loads = loaded(yard, 3)
    first = loads.made(document_ids=loads.documents[:2])
    second = loads.put(loads.asked())
    yard.portal.faults = ["down"]
    assert loads.do(trips.ask_trip, second.id).state == TripState.SENT
    clock.advance(minutes=6)
    known = loads.send(second.id)
    assert (known.state, known.number != first.number, len(yard.portal.trips)) == (TripState.MADE, True, 2)


def test_what_cannot_be_in_it_is_refused_with_what_to_do(yard: Yard, clock: Clock) -> None:
    loads = loaded(yard, 3)
    one, two, three = loads.documents
    numbers = loads.numbers()
    assert "One alone" in loads.refusal(document_ids=(one,))["numbers"]
    assert "Tick at least one" in loads.refusal(document_ids=(), numbers=("123456789012", "123456789013"))["numbers"]
    for wrong in ("12345678901", "1234567890123", "12345678901x", "९" * 12, ""):
        assert "12 digits" in loads.refusal(numbers=(wrong,))["numbers"], wrong
    assert "named twice" in loads.refusal(numbers=(numbers[0],))["numbers"]
    assert "At most 250" in loads.refusal(numbers=tuple(str(10**11 + each) for each in range(250)))["numbers"]
    wrong_way = loads.refusal(vehicle="", place=" ", state_code="99")
    assert set(wrong_way) == {"vehicle", "place", "state_code"}
    assert set(loads.refusal(mode="2", vehicle="")) == {"trans_doc_no", "trans_doc_date"}

    yard.do(ewaybills.ask_cancel, one, Cancel("3", "Wrong"))
    assert "is cancelled" in loads.refusal()["numbers"]
    with open_books(yard.trade.actor) as books:
        ewaybills.close(books, two)
    assert "have arrived" in loads.refusal(document_ids=(two, three))["numbers"]
    alone = yard.make(yard.sell(900), Carriage(transporter_id=CARRIER))
    assert alone.state == State.PART_A
    assert "no vehicle yet" in loads.refusal(document_ids=(three, alone.document_id))["numbers"]
    waits = yard.sell(901)
    yard.enlist(waits.invoice_id)
    with pytest.raises(InvalidInput):
        loads.put(loads.asked(document_ids=(three, waits.invoice_id)))
    clock.advance(days=30)
    assert "has ended" in loads.refusal(document_ids=(three,), numbers=("123456789012",))["numbers"]
    assert not yard.portal.trips


def test_others_numbers_go_along_and_the_portal_may_refuse_them(loads: Loads) -> None:
    yard = loads.yard
    made = loads.made(document_ids=loads.documents[:1], numbers=("999999999999",))
    assert (made.state, made.code) == (TripState.FAILED, "301")
    assert made.fix
    theirs = yard.make(yard.sell(777))
    yard.portal.kept[int(theirs.ewb_no)].payload["userGstin"] = "29AAAAA0000A1Z5"
    refused = loads.made(numbers=(theirs.ewb_no,))
    assert (refused.state, refused.code) == (TripState.FAILED, "650")
    yard.portal.kept[int(theirs.ewb_no)].transporter = yard.gstin  # and now we carry it
    again = loads.do(trips.ask_trip, refused.id)
    assert (again.state, len(yard.portal.trips)) == (TripState.MADE, 1)


def test_what_goes_wrong_while_it_waits_is_found_before_it_is_sent(loads: Loads) -> None:
    waits = loads.put(loads.asked())
    busy = loads.refusal()
    assert "take that back first" in busy["numbers"]
    loads.yard.do(ewaybills.ask_cancel, loads.documents[0], Cancel("3", "Wrong"))
    failed = loads.do(trips.ask_trip, waits.id)
    assert (failed.state, "is cancelled" in failed.problem) == (TripState.FAILED, True)
    assert not loads.yard.portal.trips
    assert loads.do(trips.take_back, waits.id).state == TripState.WITHDRAWN
    assert loads.do(trips.take_back, waits.id).state == TripState.WITHDRAWN


def test_a_refused_one_does_not_come_back_beside_another(loads: Loads) -> None:
    refused = loads.made(numbers=("999999999999",))
    assert refused.state == TripState.FAILED
    loads.put(loads.asked())
    with open_books(loads.yard.trade.actor) as books, pytest.raises(Conflict, match="is being put together with MH12CD5678"):
        trips.ask_trip(books, refused.id)
    assert not loads.yard.portal.trips


def test_two_who_put_the_same_together_at_once(open_yard: Callable[[Shop], Yard], real_engine: Engine) -> None:
    loads = loaded(_on(open_yard(found_sharma())))
    answers = at_once([lambda plate=plate: loads.put(loads.asked(vehicle=plate)) for plate in ("MH12AA0001", "MH12AA0002", "MH12AA0003")])
    assert [isinstance(one, InvalidInput) for one in answers].count(True) == 2, answers


def test_the_same_form_twice_is_one_and_other_content_is_refused(loads: Loads) -> None:
    asked = loads.asked()
    first = loads.put(asked)
    assert loads.put(asked) == first
    for other in (replace(asked, vehicle="MH01AA0001"), replace(asked, numbers=("123456789012",))):
        with pytest.raises(Conflict):
            loads.put(other)
    with read_books(loads.yard.trade.actor) as books:
        assert len(trip_reads.parts(books, first.id)) == 2
        assert [row.id for row in trip_reads.trips(books, WantedTrips(loads.numbers()[0])).rows] == [first.id]


def test_by_hand_it_goes_as_a_file_and_its_number_is_noted(loads: Loads, clock: Clock) -> None:
    yard = loads.yard
    yard.set_up(Road.FILE)
    made = loads.put(loads.asked())
    with open_books(yard.trade.actor) as books:
        with pytest.raises(BooksError, match="by hand"):
            trips.ask_trip(books, made.id)
        told = json.loads(trips.trip_file(books, made.id))
        assert told["version"] == "1.0.0618"
        assert [str(one["ewbNo"]) for one in told["tripSheets"][0]["tripSheetEwbBills"]] == loads.numbers()
        for number, at in (("161000571", books.now), ("1610005711", books.now + timedelta(days=1))):
            with pytest.raises(InvalidInput):
                trips.note_trip(books, made.id, number, at)
        trips.note_trip(books, made.id, "1610005711", books.now)
        trips.note_trip(books, made.id, "1610005711", books.now)
        with pytest.raises(Conflict):
            trips.trip_file(books, made.id)
    clock.advance(hours=1)
    other = loads.put(loads.asked(vehicle="MH14GG0001"))
    with open_books(yard.trade.actor) as books, pytest.raises(InvalidInput) as taken:
        trips.note_trip(books, other.id, "1610005711", books.now)
    assert "Another consolidated" in taken.value.errors["number"]


def test_nobody_elses_are_put_together_seen_or_changed(loads: Loads, open_yard: Callable[[Shop], Yard], iyer: Shop, browse: Browse) -> None:
    made = loads.made()
    other = _on(open_yard(iyer))
    theirs = loaded(other, party=other.near)
    with pytest.raises(NotFound):
        theirs.put(theirs.asked(document_ids=(*theirs.documents, loads.documents[0])))
    with open_books(theirs.yard.trade.actor) as books:
        for act in (trips.ask_trip, trips.take_back, trips.trip_file):
            with pytest.raises(NotFound):
                act(books, made.id)
        assert not trip_reads.trips(books, WantedTrips()).rows
    ewaybills.send_trip(theirs.yard.trade.actor, made.id)  # finds nothing
    # A number of theirs may be typed: it is nobody's here, and the portal decides.
    assert theirs.made(document_ids=theirs.documents[:1], numbers=(loads.numbers()[0],)).code == "650"
    tab = browse(iyer)
    for page in ("", "/paper"):
        assert tab.get(f"/e-way-bills/trips/{made.id}{page}").status_code == 404
    assert tab.post(f"/e-way-bills/trips/{made.id}/sending").status_code == 404


def _on(yard: Yard) -> Yard:
    yard.set_up()
    return yard


def test_the_job_sends_it(loads: Loads) -> None:
    made = loads.put(loads.asked())
    assert listeners_of("EwaybillTripAsked") == [jobs.tell_trip]
    actor = loads.yard.trade.actor
    jobs.tell_trip(Job(company_id=actor.company_id, event_id=uuid4(), payload={"trip_id": str(made.id)}))
    assert loads.row(made.id).state == TripState.MADE


def test_from_the_list_to_the_trip_sheet(loads: Loads, sharma: Shop, browse: Browse) -> None:
    tab = browse(sharma)
    new = tab.get("/e-way-bills/trips/new").text
    for number in loads.numbers():
        assert number in new
    id_ = str(uuid4())
    typed = {"id": id_, "document": [str(one) for one in loads.documents], "mode": "1", "place": "Pune", "state_code": "27"}
    wrong = tab.post("/e-way-bills/trips", data=typed | {"vehicle": "M!", "numbers": "12 34"})
    assert wrong.status_code == 422
    for words in ("as on the plate", "12 digits", 'value="M!"', "12 34", "checked"):
        assert words in wrong.text, words
    assert tab.post("/e-way-bills/trips", data=typed | {"vehicle": "mh 12 cd 5678"}).status_code == 303
    here = f"/e-way-bills/trips/{id_}"
    assert tab.post(f"{here}/sending").status_code == 303
    assert tab.get(f"{here}/paper").status_code == 404
    made = loads.send(UUID(id_))
    assert made.number in tab.get(here).text
    paper = tab.get(f"{here}/paper").text
    for page in (paper, tab.get(here).text):
        assert re.search(r"<tfoot[^>]*><tr[^>]*>\s*<th[^>]*>Total of ours</th><td[^>]*>1,18,118\.00</td>", page)
    assert paper.count("data:image/svg+xml;base64,") == 2
    for number in (made.number, *loads.numbers()):
        assert number in paper
    listed = tab.get("/e-way-bills/trips?q=cd5678&state=made")
    assert made.number in listed.text
    assert made.number not in tab.get("/e-way-bills/trips?q=nothing").text
    assert made.number in tab.get("/e-way-bills/trips?format=csv").text
    refused = tab.post(f"{here}/vehicle", data={"mode": "1", "vehicle": "MH12CD5678", "place": "Pune", "state_code": "27", "reason": "1"})
    assert (refused.status_code, "Say in a few words" in refused.text) == (422, True)
    told = {"mode": "1", "vehicle": "KA01Z9999", "place": "Satara", "state_code": "27", "reason": "1", "remark": "Broke down"}
    assert tab.post(f"{here}/vehicle", data=told).status_code == 303
    assert loads.send(UUID(id_)).vehicle == "KA01Z9999"
    assert tab.post(f"{here}/withdrawal").status_code == 409
    assert f'href="{here}"' in tab.get(f"/e-way-bills/{loads.documents[0]}").text
