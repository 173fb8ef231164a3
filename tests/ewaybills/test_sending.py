"""E-way bills on their way: made once, whatever becomes of an answer; changed, extended and cancelled while it may be; never in a bill's way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from jobs import ewaybills as jobs
from jobs.wiring import listeners_of
from tests.conftest import Clock
from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, public_pem
from tests.ewaybills.conftest import CARRIER, LORRY, Yard
from tests.ground.shops import Shop
from tests.orders.conftest import Desk
from webapp import einvoice, ewaybills, orders, sales
from webapp.einvoice import files as einvoice_files
from webapp.einvoice.sending import checked as einvoice_checked
from webapp.ewaybills import Cancel, Carriage, Extension, Kind, Noted, Reason, Road, State, Vehicle, files, queries, sending, service
from webapp.kernel.dates import IST
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.platform.outbox import Job
from webapp.platform.tenancy import open_books, read_books

ROADS = [Road.NIC, Road.GSP]
ANOTHER = Vehicle("1", "KA01Z9999", "Satara", "27", "1", "The lorry broke down")
WRONG = Cancel("3", "Wrong vehicle")


@pytest.mark.parametrize("road", ROADS)
def test_one_is_made_changed_asked_about_and_cancelled(yard: Yard, road: Road) -> None:
    yard.set_up(road)
    bill = yard.sell()
    made = yard.make(bill)
    assert (made.state, len(made.ewb_no), made.distance_km) == (State.ACTIVE, 12, 150)
    assert made.valid_until is not None
    assert made.made_at is not None
    assert made.valid_until.astimezone(IST).strftime("%H:%M") == "23:59"
    told = yard.portal.kept[int(made.ewb_no)].payload
    assert (told["docNo"], str(told["totInvValue"]), told["toPincode"]) == (bill.number, "59000.00", 600001)
    yard.send(bill.invoice_id)
    assert len(yard.portal.kept) == 1  # a repeat does nothing

    changed = yard.do(ewaybills.ask_vehicle, bill.invoice_id, ANOTHER)
    assert (changed.vehicle, changed.asked, changed.problem) == ("KA01Z9999", {}, "")
    given = yard.do(ewaybills.ask_transporter, bill.invoice_id, CARRIER)
    assert (given.transporter_id, yard.portal.kept[int(made.ewb_no)].transporter) == (CARRIER, CARRIER)
    yard.portal.kept[int(made.ewb_no)].vehicles.insert(
        0, {"vehicleNo": "MH14XY1", "transMode": "1", "enteredDate": "01/01/2027 10:00:00 AM"}
    )
    assert yard.do(ewaybills.ask_details, bill.invoice_id).vehicle == "MH14XY1"  # entered by the transporter, on the portal

    gone = yard.do(ewaybills.ask_cancel, bill.invoice_id, WRONG)
    assert (gone.state, gone.ewb_no) == (State.CANCELLED, made.ewb_no)
    yard.do(ewaybills.ask_cancel, bill.invoice_id, WRONG)  # says nothing new
    with open_books(yard.trade.actor) as books:
        ewaybills.make_again(books, bill.invoice_id)
    again = yard.send(bill.invoice_id)
    assert (again.state, again.ewb_no != made.ewb_no, len(yard.portal.kept)) == (State.ACTIVE, True, 2)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("fault", ["lost", "garbage"])
def test_a_lost_answer_never_ends_in_a_second_one(yard: Yard, clock: Clock, road: Road, fault: str) -> None:
    yard.set_up(road)
    bill = yard.sell()
    yard.portal.faults = [fault]
    row = yard.make(bill)
    assert (row.state, row.tries, len(yard.portal.kept)) == (State.SENT, 1, 1)
    assert yard.send(bill.invoice_id).tries == 1  # another process holds it for a while
    clock.advance(minutes=6)
    assert ewaybills.send_due(yard.trade.actor) == 1
    found = yard.row(bill.invoice_id)
    assert (found.state, found.problem, len(yard.portal.kept)) == (State.ACTIVE, "", 1)


@pytest.mark.parametrize("verb", ["vehicle", "transporter", "extend", "cancel"])
def test_what_was_told_and_not_answered_is_asked_for_before_it_is_told_again(yard: Yard, clock: Clock, verb: str) -> None:
    bill = yard.sell()
    made = yard.make(bill)
    assert made.valid_until is not None
    if verb == "extend":
        clock.now = made.valid_until - timedelta(hours=1)
    acts: dict[str, tuple[Callable[..., object], tuple[Any, ...]]] = {
        "vehicle": (ewaybills.ask_vehicle, (ANOTHER,)),
        "transporter": (ewaybills.ask_transporter, (CARRIER,)),
        "extend": (ewaybills.ask_extension, (extension(),)),
        "cancel": (ewaybills.ask_cancel, (WRONG,)),
    }
    act, asked = acts[verb]
    yard.portal.faults = ["lost"]
    row = yard.do(act, bill.invoice_id, *asked)
    assert row.asked["verb"] == verb
    assert row.problem
    with open_books(yard.trade.actor) as books, pytest.raises(Conflict):  # one thing at a time
        ewaybills.ask_transporter(books, bill.invoice_id, "27AAPFU0939F1ZX")
    clock.advance(minutes=6)
    ewaybills.send_due(yard.trade.actor)
    done = yard.row(bill.invoice_id)
    assert (done.asked, done.problem) == ({}, "")
    actions = {"vehicle": "VEHEWB", "transporter": "UPDATETRANSPORTER", "extend": "EXTENDVALIDITY", "cancel": "CANEWB"}
    assert sum(one.endswith(actions[verb]) for one in yard.portal.asked) == 1
    kept = yard.portal.kept[int(made.ewb_no)]
    assert {"vehicle": len(kept.vehicles) == 2, "transporter": done.transporter_id == CARRIER}.get(verb, True)
    assert (done.extended == 1) == (verb == "extend")
    assert (done.state == State.CANCELLED) == (verb == "cancel")


def extension(**more: Any) -> Extension:
    return replace(Extension("Hosur", "33", "635109", 100, "1", "Flood", "1", "MH12AB1234"), **more)


def test_a_portal_that_is_down_forgets_or_refuses(yard: Yard, clock: Clock) -> None:
    bill = yard.sell()
    yard.portal.faults = ["down", "down"]
    row = yard.make(bill)
    assert (row.state, row.next_at) == (State.SENT, clock() + timedelta(minutes=5))
    clock.now = row.next_at
    ewaybills.send_due(yard.trade.actor)
    clock.now = yard.row(bill.invoice_id).next_at or clock()
    yard.portal.faults = ["signed out"]
    ewaybills.send_due(yard.trade.actor)
    assert (yard.row(bill.invoice_id).state, len(yard.portal.kept)) == (State.ACTIVE, 1)
    assert yard.portal.sign_ins == 2
    second = yard.sell()
    yard.portal.refuses = "702"
    failed = yard.make(second)
    assert (failed.state, failed.code) == (State.FAILED, "702")
    assert "0 for the portal" in failed.fix
    with read_books(yard.trade.actor) as books:
        assert sales.invoice(books, second.invoice_id).cancellation is None  # the bill stands as it was


def test_a_wrong_password_is_no_answer_about_the_goods(yard: Yard, clock: Clock) -> None:
    bill = yard.sell()
    yard.portal.faults = ["lost"]
    yard.make(bill)
    yard.set_up(password="changed")
    clock.advance(minutes=6)
    ewaybills.send_due(yard.trade.actor)
    row = yard.row(bill.invoice_id)
    assert (row.state, len(yard.portal.kept)) == (State.SENT, 1)
    assert "password" in row.problem


def test_part_a_alone_holds_no_day_until_its_vehicle_is_named(yard: Yard, clock: Clock) -> None:
    bill = yard.sell()
    row = yard.make(bill, Carriage(transporter_id=CARRIER))
    assert (row.state, row.valid_until) == (State.PART_A, None)
    with open_books(yard.trade.actor) as books, pytest.raises(Conflict):
        ewaybills.ask_extension(books, bill.invoice_id, extension())
    clock.advance(days=3)
    going = yard.do(ewaybills.ask_vehicle, bill.invoice_id, replace(ANOTHER, reason="4", remark=""))
    assert going.state == State.ACTIVE
    assert going.valid_until is not None
    assert (going.valid_until.astimezone(IST).date() - clock().astimezone(IST).date()).days == 1
    with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="took cancellations"):
        ewaybills.ask_cancel(books, bill.invoice_id, WRONG)  # its 24 hours run from its making


def test_it_is_extended_in_the_portals_sixteen_hours_only(yard: Yard, clock: Clock) -> None:
    bill = yard.sell()
    until = yard.make(bill).valid_until
    assert until is not None
    for hours, may in ((-9, False), (9, False), (-7, True)):
        clock.now = until + timedelta(hours=hours)
        if not may:
            with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="extends this e-way bill"):
                ewaybills.ask_extension(books, bill.invoice_id, extension())
    with open_books(yard.trade.actor) as books, pytest.raises(InvalidInput) as wrong:
        ewaybills.ask_extension(
            books, bill.invoice_id, extension(km_left=151, pin="110001", remark=" ", reason="3", place="", is_moving=False)
        )
    assert set(wrong.value.errors) == {"km_left", "pin", "remark", "reason", "place", "stands_in", "address"}
    with read_books(yard.trade.actor) as books:
        assert [one.number for one in ewaybills.expiring(books, books.now + timedelta(hours=8))] == [bill.number]
        assert ewaybills.expiring(books, books.now + timedelta(hours=6)) == []
    row = yard.do(ewaybills.ask_extension, bill.invoice_id, extension())
    assert (row.extended, row.valid_until) == (1, until + timedelta(days=1))
    clock.now = until + timedelta(days=2)
    with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="has ended"):
        ewaybills.ask_vehicle(books, bill.invoice_id, ANOTHER)


def test_a_cancelled_document_takes_its_e_way_bill_along(yard: Yard, clock: Clock) -> None:
    waits, stands, late = (yard.sell() for _ in range(3))
    yard.enlist(waits.invoice_id)
    yard.make(stands)
    yard.make(late)
    for bill in (waits, stands):
        withdraw(yard, bill.invoice_id, "InvoiceCancelled", "invoice_id")
    assert (yard.row(waits.invoice_id).state, yard.row(stands.invoice_id).state) == (State.NOT_NEEDED, State.CANCELLED)
    clock.advance(hours=25)
    withdraw(yard, late.invoice_id, "InvoiceCancelled", "invoice_id")
    row = yard.row(late.invoice_id)
    assert (row.state, "still has" in row.problem) == (State.ACTIVE, True)
    with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="was cancelled"):
        ewaybills.make_again(books, waits.invoice_id)


def withdraw(yard: Yard, document_id: UUID, fact: str, name: str) -> None:
    """Cancel a bill, and do what the jobs do then."""
    assert jobs.withdraw_ewaybill in listeners_of(fact)
    yard.trade.cancel(document_id)
    job = Job(company_id=yard.trade.actor.company_id, event_id=uuid4(), payload={name: str(document_id)})
    jobs.withdraw_ewaybill(job)
    yard.send(document_id)


def test_a_bill_that_is_an_e_invoice_is_made_by_its_irn(yard: Yard, clock: Clock) -> None:
    given = {"base_url": yard.url, "client_id": CLIENT, "client_secret": SECRET, "user_name": USER, "password": PASSWORD}
    with open_books(yard.trade.actor) as books:
        einvoice.set_up(books, einvoice.SetUp(yard.gstin, 0, date(2026, 4, 1), 10, einvoice.Road.NIC, portal_key=public_pem(), **given))
    bill = yard.sell()
    with open_books(yard.trade.actor) as books:
        einvoice.enlist(books, bill.invoice_id)
    waits = yard.make(bill)
    assert (waits.state, waits.code) == (State.FAILED, "irn")  # the e-invoice first
    register(yard, bill.invoice_id)
    yard.portal.faults = ["lost"]
    with open_books(yard.trade.actor) as books:
        ewaybills.ask(books, [bill.invoice_id])
    assert yard.send(bill.invoice_id).state == State.SENT
    clock.advance(minutes=6)
    ewaybills.send_due(yard.trade.actor)
    row = yard.row(bill.invoice_id)
    assert (row.state, len(yard.portal.kept)) == (State.ACTIVE, 1)
    assert yard.portal.asked.count("POST /eiewb/v1.03/ewaybill") == 1
    assert not [one for one in yard.portal.asked if "GENEWAYBILL" in one]
    # What follows is told to the e-way bill portal, by its own sign-in.
    assert yard.do(ewaybills.ask_vehicle, bill.invoice_id, ANOTHER).vehicle == "KA01Z9999"


def register(yard: Yard, invoice_id: UUID) -> None:
    """The e-invoice portal has signed it: read back from its file."""
    with read_books(yard.trade.actor) as books:
        made, wrong = einvoice_checked(books, sales.invoice(books, invoice_id), 10)
    assert not wrong
    signed = yard.irp.generate(json.loads(einvoice.as_json(made), parse_float=Decimal), yard.gstin)
    with open_books(yard.trade.actor) as books:
        einvoice_files.read_back(books, json.dumps([signed], default=str).encode())


def test_files_go_to_the_portal_and_come_back(yard: Yard, clock: Clock) -> None:
    yard.set_up(Road.FILE)
    good, bad = yard.sell(), yard.sell()
    for bill in (good, bad):
        yard.enlist(bill.invoice_id)
    yard.say(good.invoice_id)
    with open_books(yard.trade.actor) as books:
        made = files.upload_file(books, [good.invoice_id, bad.invoice_id])
    assert (made.count, made.failed, yard.row(bad.invoice_id).code) == (1, 1, "619")
    told = json.loads(made.text)
    assert (told["version"], told["billLists"][0]["transType"], "transactionType" in told["billLists"][0]) == ("1.0.0621", 1, False)
    answer = [
        {"Doc No": good.number, "EWB No": "331000000001", "EWB Date": "20/11/2026 09:00:00 AM", "Valid Till": "21/11/2026 11:59:00 PM"},
        {"docNo": bad.number, "errorMessage": "619"},
        {"docNo": "NOBODY", "ewbNo": 331000000002},
        "nonsense",
    ]
    with open_books(yard.trade.actor) as books:
        read = files.read_back(books, json.dumps(answer).encode())
        assert (read.made, len(read.odd)) == (1, 2)
        assert files.read_back(books, json.dumps(answer[:1]).encode()).known == 1
    assert (yard.row(good.invoice_id).state, yard.row(good.invoice_id).ewb_no) == (State.ACTIVE, "331000000001")
    for raw in (b"", b"[" * 100_000, b'"x"', b"{}"[:1], b"\xff\xfe", b"[" + b"{}," * 3000 + b"{}]"):
        with open_books(yard.trade.actor) as books, pytest.raises(InvalidInput):
            files.read_back(books, raw)
    with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="as files"):
        ewaybills.ask(books, [bad.invoice_id])


def test_what_needs_one_is_found_by_itself(yard: Yard) -> None:
    far, near, small = yard.sell(), yard.sell(party=yard.near), yard.sell(10)
    yard.trade.take_back(far, (1, 450))
    assert ewaybills.enlist_since(yard.trade.actor, yard.gstin) == 3
    assert ewaybills.enlist_all(yard.trade.actor) == 0  # once
    assert [yard.row(one.invoice_id).reason for one in (far, near)] == [Reason.NEEDED, Reason.CHECK]
    with read_books(yard.trade.actor) as books:
        assert ewaybills.ewaybill_or_none(books, small.invoice_id) is None
        back = [row for row in queries.all_ewaybills(books, queries.Wanted()) if not row.is_outward]
    assert [(row.doc_type, row.sub_supply) for row in back] == [("CHL", "7")]
    assert yard.enlist(small.invoice_id) is None
    chosen = yard.enlist(small.invoice_id, by_choice=True)
    assert chosen is not None


def test_a_challan_travels_for_its_purpose(yard: Yard) -> None:
    desk = Desk(yard.trade, yard.far)
    with open_books(yard.trade.actor) as books:
        made = orders.create(books, orders.NewDocument("challan", sales.read_sheet(desk.sheet(("Soap", "10"))), purpose="job_work"))
    assert ewaybills.enlist_since(yard.trade.actor, yard.gstin) == 1  # to a job worker in another state, whatever it is worth
    row = yard.row(made.id)
    assert (row.kind, row.doc_type, row.sub_supply, row.state) == (Kind.ORDER, "CHL", "4", State.WAITING)
    yard.say(made.id)
    assert yard.send(made.id).state == State.ACTIVE
    with open_books(yard.trade.actor) as books:
        orders.cancel(books, made.id, version=made.version, reason="Not sent")
        ewaybills.withdraw(books, made.id)
    assert yard.send(made.id).state == State.CANCELLED


def test_two_processes_make_one(yard: Yard) -> None:
    bill = yard.sell()
    yard.enlist(bill.invoice_id)
    yard.say(bill.invoice_id)
    with open_books(yard.trade.actor) as books:
        first = sending._leave(books, queries.ewaybill(books, bill.invoice_id))
    with open_books(yard.trade.actor) as books:
        second = sending._leave(books, queries.ewaybill(books, bill.invoice_id))
    assert first is not None
    assert second is None


def test_another_company_reaches_nothing(yard: Yard, open_yard: Callable[[Shop], Yard], iyer: Shop) -> None:
    other = open_yard(iyer)
    other.set_up()
    bill = yard.sell()
    yard.make(bill)
    with open_books(other.trade.actor) as books:
        for act, asked in (
            (service.ask, ([bill.invoice_id],)),
            (ewaybills.ask_cancel, (bill.invoice_id, WRONG)),
            (ewaybills.ask_vehicle, (bill.invoice_id, ANOTHER)),
            (ewaybills.note_by_hand, (bill.invoice_id, Noted("1" * 12, books.now, None))),
            (files.upload_file, ([bill.invoice_id],)),
        ):
            with pytest.raises(NotFound):
                act(books, *asked)  # type: ignore[operator]  # verbs of several shapes
        with pytest.raises(NotFound):
            ewaybills.enlist(books, Kind.INVOICE, bill.invoice_id, by_choice=True)
        assert ewaybills.expiring(books, books.now + timedelta(days=9)) == []
    ewaybills.send(other.trade.actor, bill.invoice_id)
    assert len(yard.portal.kept) == 1


def test_one_that_is_of_another_paper_is_not_taken(yard: Yard, clock: Clock) -> None:
    bill = yard.sell()
    yard.portal.faults = ["lost"]
    yard.make(bill)
    (kept,) = yard.portal.kept.values()
    kept.payload["totInvValue"] = 1
    clock.advance(minutes=6)
    ewaybills.send_due(yard.trade.actor)
    row = yard.row(bill.invoice_id)
    assert (row.state, row.code, row.ewb_no) == (State.FAILED, "differs", "")


def test_noted_by_hand_and_settings_hold_what_is_right(yard: Yard, clock: Clock) -> None:
    bill = yard.sell()
    yard.enlist(bill.invoice_id)
    made = datetime(2026, 11, 20, 9, 0, tzinfo=IST)
    with open_books(yard.trade.actor) as books, pytest.raises(InvalidInput) as wrong:
        ewaybills.note_by_hand(books, bill.invoice_id, Noted("12345", made + timedelta(days=9), made - timedelta(days=9)))
    assert set(wrong.value.errors) == {"number", "made_at", "valid_until"}
    with open_books(yard.trade.actor) as books:
        ewaybills.note_by_hand(books, bill.invoice_id, Noted("331000000009", clock(), None))
    assert yard.row(bill.invoice_id).state == State.PART_A
    with open_books(yard.trade.actor) as books:  # its vehicle was entered on the portal's own pages
        ewaybills.note_by_hand(books, bill.invoice_id, Noted("331000000009", clock(), clock() + timedelta(days=1)))
    assert (yard.row(bill.invoice_id).state, yard.row(bill.invoice_id).valid_until) == (State.ACTIVE, clock() + timedelta(days=1))
    with open_books(yard.trade.actor) as books, pytest.raises(Conflict):
        ewaybills.note_by_hand(books, bill.invoice_id, Noted("331000000010", clock(), None))
    for more, field in (
        ({"base_url": "http://api.ewaybillgst.gov.in"}, "base_url"),
        ({"is_sandbox": True}, "is_sandbox"),
        ({"portal_key": "x"}, "portal_key"),
        ({"client_id": "é"}, "client_id"),
        ({"base_url": "https://api.ewaybillgst.gov.in", "password": "", "client_secret": ""}, "password"),
    ):
        with pytest.raises(InvalidInput) as refused:
            yard.set_up(**more)
        assert field in refused.value.errors
    with pytest.raises(InvalidInput):
        replace(yard, gstin="27AAPFU0939F1ZV").set_up()
    with open_books(yard.trade.actor) as books:
        ewaybills.keep_transporter(books, CARRIER.lower(), "Fast Lorries")
        with pytest.raises(InvalidInput):
            ewaybills.keep_transporter(books, "x", "")
        assert queries.transporters(books) == {CARRIER: "Fast Lorries"}
        ewaybills.take_transporter_away(books, CARRIER)
        assert queries.transporters(books) == {}


def test_details_go_stale_and_are_held_to_the_paper(yard: Yard) -> None:
    bill = yard.sell()
    yard.enlist(bill.invoice_id)
    yard.say(bill.invoice_id)
    with open_books(yard.trade.actor) as books, pytest.raises(Conflict):
        ewaybills.say_details(books, bill.invoice_id, ewaybills.Details(1, LORRY))
    with pytest.raises(InvalidInput):
        yard.say(bill.invoice_id, sub_supply="4")  # a tax invoice is not for job work
