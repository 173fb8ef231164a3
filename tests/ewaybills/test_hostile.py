"""E-way bills against who means them ill, and what happens by mischance: a portal that answers of another's goods, papers that share a
number, plates in another script, tax collected at source beside the bill."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from tests.conftest import Clock
from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, public_pem
from tests.ewaybills.conftest import CARRIER, Yard
from tests.ewaybills.portal import when
from tests.ewaybills.test_payload import NEAR, facts, goods, line
from tests.ewaybills.test_sending import ANOTHER, WRONG, extension, register
from webapp import einvoice, ewaybills
from webapp.app import connect_rooms
from webapp.ewaybills import Kind, Noted, Reason, Road, State, files
from webapp.ewaybills.checks import is_vehicle
from webapp.ewaybills.gathering import plate
from webapp.ewaybills.models import Ewaybill
from webapp.ewaybills.portal import Made, Standing
from webapp.ewaybills.rules import need, value_of
from webapp.ewaybills.telling import stranger
from webapp.ewaybills.values import Line
from webapp.kernel.dates import IST
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import Paise
from webapp.platform.tenancy import open_books
from webapp.tds import BuyerDraft, collect_now, mark_buyer, mark_item


def part(worth: int, number: int = 1, **more: Any) -> Line:
    return line(number, worth, igst=Paise(0), **more)


@pytest.mark.parametrize(
    ("lines", "value", "reason"),
    [
        ((part(10_000_00), part(45_000_00, 2, hsn="998314")), 10_000_00, Reason.BELOW),  # services do not travel
        ((part(50_000_01), part(45_000_00, 2, hsn="998314")), 50_000_01, Reason.NEEDED),
        ((part(60_000_00, is_taxable=False), part(60_000_00, 2, hsn="998314")), 60_000_00, Reason.EXEMPT),
        ((part(50_000_00), part(1, 2, is_taxable=False)), 50_000_00, Reason.BELOW),
        ((part(50_000_01), part(90_000_00, 2, is_taxable=False)), 50_000_01, Reason.NEEDED),
    ],
)
def test_the_value_is_of_the_goods_that_bear_gst(lines: tuple[Line, ...], value: int, reason: Reason) -> None:
    made = goods(*lines)
    assert (value_of(made), need(made, facts())) == (value, reason)


def test_tax_collected_at_source_lifts_nothing_above_the_amount() -> None:
    made = replace(goods(part(50_000_00)), total=Paise(51_000_00), collected=Paise(1_000_00))
    assert (value_of(made), need(made, facts()), need(replace(made, taker=NEAR), facts())) == (50_000_00, Reason.BELOW, Reason.BELOW)


@pytest.mark.parametrize(
    ("typed", "plain", "is_one"),
    [
        ("mh 12-ab 1234", "MH12AB1234", True),
        (" mh\u00a012\u200bab\t1234 ", "MH12AB1234", True),
        ("MH१२AB१२३४", "MH12AB1234", True),  # digits of a Hindi keyboard
        ("ＭＨ１２ＡＢ１２３４", "MH12AB1234", True),
        ("МН12АВ1234", "МН12АВ1234", False),  # letters of Russian that look like these
        ("एमएच12AB1234", "एमएच12AB1234", False),  # not 12AB1234, which is another's
        ("²³¼MH12AB1", "2314MH12AB1", True),
        ("<script>1", "SCRIPT1", True),
        ("\x00", "", False),
    ],
)
def test_a_plate_is_read_whole_or_refused(typed: str, plain: str, is_one: bool) -> None:
    assert (plate(typed), is_vehicle(plate(typed))) == (plain, is_one)


def test_a_total_that_is_none_is_of_another_paper(yard: Yard) -> None:
    bill = yard.sell()
    row = yard.make(bill)
    made = Made(row.ewb_no, row.made_at or yard.portal.now(), None)
    told = Standing(made, "INV", row.number.lower(), "59000.00", False, False, 0, "", "", "", "")
    assert stranger(row, told) is None
    for total in ("1e999999", "NaN", "-Infinity", "x", "59002.01", "\u0661"):
        wrong = stranger(row, replace(told, total=total))
        assert wrong is not None, total
        assert "total" in wrong.problem


def test_a_number_of_another_paper_is_never_taken(yard: Yard, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = yard.sell(), yard.sell()
    number = yard.make(first).ewb_no
    monkeypatch.setattr(yard.portal, "generate", lambda *_: yard.portal._told(yard.portal.kept[int(number)]))
    row = yard.make(second)
    assert (row.state, row.code, row.ewb_no) == (State.FAILED, "differs", "")
    assert first.number in row.problem
    with open_books(yard.trade.actor) as books, pytest.raises(InvalidInput) as refused:
        ewaybills.note_by_hand(books, second.invoice_id, Noted(number, clock(), None))
    assert list(refused.value.errors) == ["number"]
    entry = {"docNo": second.number, "ewbNo": number, "ewbDate": when(clock())}
    with open_books(yard.trade.actor) as books:
        read = files.read_back(books, json.dumps(entry).encode())
    assert (read.made, len(read.odd), yard.row(second.invoice_id).ewb_no) == (0, 1, "")


@pytest.mark.parametrize("road", [Road.NIC, Road.GSP])
def test_an_answer_about_another_e_way_bill_is_no_answer(yard: Yard, clock: Clock, monkeypatch: pytest.MonkeyPatch, road: Road) -> None:
    yard.set_up(road)
    bill = yard.sell()
    yard.make(bill)
    monkeypatch.setattr(yard.portal, "_cancel", lambda *_: {"ewayBillNo": 331999999999, "cancelDate": when(clock())})
    row = yard.do(ewaybills.ask_cancel, bill.invoice_id, WRONG)
    assert (row.state, row.asked["verb"]) == (State.ACTIVE, "cancel")
    assert "cannot be read" in row.problem
    monkeypatch.undo()
    clock.advance(minutes=6)
    ewaybills.send_due(yard.trade.actor)
    assert yard.row(bill.invoice_id).state == State.CANCELLED


def test_a_bulk_answer_of_another_business_or_day_is_not_taken(yard: Yard, clock: Clock) -> None:
    yard.set_up(Road.FILE)
    bill = yard.sell()
    yard.enlist(bill.invoice_id)
    entry = {"docNo": bill.number, "ewbNo": "331000000001", "ewbDate": when(clock())}
    for theirs in ({"fromGstin": CARRIER}, {"userGstin": CARRIER}, {"docDate": "19/11/2025"}, {"Doc Type": "CHL"}, {"docNo": None}):
        with open_books(yard.trade.actor) as books:
            read = files.read_back(books, json.dumps([entry | theirs]).encode())
        assert (read.made, len(read.odd)) == (0, 1), theirs
    ours = {"fromGstin": yard.gstin, "toGstin": CARRIER, "docDate": yard.row(bill.invoice_id).day.strftime("%d/%m/%Y"), "docType": "INV"}
    with open_books(yard.trade.actor) as books:
        assert files.read_back(books, json.dumps([entry | ours]).encode()).made == 1


def test_two_papers_of_one_number_are_told_apart_or_left(yard: Yard, clock: Clock) -> None:
    """Two suppliers number alike: nothing may be noted at the wrong one."""
    yard.set_up(Road.FILE)
    first, second = yard.sell(), yard.sell()
    for bill in (first, second):
        yard.enlist(bill.invoice_id)
    with open_books(yard.trade.actor) as books:
        books.session.execute(update(Ewaybill).where(Ewaybill.document_id == second.invoice_id).values(number=first.number))
        read = files.read_back(books, json.dumps({"docNo": first.number, "ewbNo": "331000000001", "ewbDate": when(clock())}).encode())
        assert (read.made, read.odd) == (0, [f"Entry 1: several documents here have the number {first.number}."])


def test_a_document_cancelled_while_its_vehicle_is_being_told_is_withdrawn_after(yard: Yard, clock: Clock) -> None:
    bill = yard.sell()
    yard.make(bill)
    yard.portal.faults = ["lost"]
    yard.do(ewaybills.ask_vehicle, bill.invoice_id, ANOTHER)
    yard.trade.cancel(bill)
    with open_books(yard.trade.actor) as books:
        ewaybills.withdraw(books, bill.invoice_id)  # waits: one thing at a time
    assert yard.row(bill.invoice_id).asked["verb"] == "vehicle"
    clock.advance(minutes=6)
    for _turn in range(2):
        ewaybills.send_due(yard.trade.actor)
    assert yard.row(bill.invoice_id).state == State.CANCELLED


def test_a_bill_cancelled_while_nobody_knows_of_its_e_way_bill_leaves_none(yard: Yard, clock: Clock) -> None:
    there, not_there = yard.sell(), yard.sell()
    for bill, fault in ((there, "lost"), (not_there, "down")):
        yard.portal.faults = [fault]
        assert yard.make(bill).state == State.SENT
        yard.trade.cancel(bill)
        with open_books(yard.trade.actor) as books:
            ewaybills.withdraw(books, bill.invoice_id)
    clock.advance(minutes=6)
    for _turn in range(2):
        ewaybills.send_due(yard.trade.actor)
    assert [yard.row(one.invoice_id).state for one in (there, not_there)] == [State.CANCELLED, State.NOT_NEEDED]
    assert [bool(one.cancelled_at) for one in yard.portal.kept.values()] == [True]


@pytest.mark.parametrize(("away", "may"), [(-8 * 3600 - 1, False), (-8 * 3600, True), (60, True), (8 * 3600, True), (8 * 3600 + 1, False)])
def test_exactly_eight_hours_before_and_after(yard: Yard, clock: Clock, away: int, may: bool) -> None:
    bill = yard.sell()
    until = yard.make(bill).valid_until
    assert until is not None
    clock.now = until + timedelta(seconds=away)
    if may:
        row = yard.do(ewaybills.ask_extension, bill.invoice_id, extension())
        assert row.valid_until is not None
        assert (row.extended, row.valid_until.astimezone(IST).strftime("%H:%M")) == (1, "23:59")
    else:
        with open_books(yard.trade.actor) as books, pytest.raises(BooksError, match="extends this e-way bill"):
            ewaybills.ask_extension(books, bill.invoice_id, extension())


def test_secrets_go_to_no_host_that_is_not_allowed(yard: Yard) -> None:
    for address in (
        "https://evil.example/.gst.gov.in",
        "https://api.ewaybillgst.gov.in@evil.example",
        "https://evil.example#.gst.gov.in",
        "https://ewaybillgst.gov.in.evil.example",
        "https://api.gst.gov.in:pass@127.0.0.2",
        "https://gst.gov.in\u3002evil.example",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "file:///etc/passwd",
        "https://a.gst.gov.in\r\nX: y",
    ):
        for road in (Road.NIC, Road.GSP):
            with pytest.raises(InvalidInput) as refused:
                yard.set_up(road, base_url=address)
            assert "base_url" in refused.value.errors, address


HOSTILE = "=cmd|' /C calc'!A1 \"<img src=x onerror=alert(1)>\\"


def test_hostile_names_reach_the_portal_and_the_file_as_text(yard: Yard) -> None:
    party = yard.trade.customer(HOSTILE[:60], state_code="33", address=HOSTILE, city="Chennai", pin_code="600001")
    row = yard.make(yard.sell(party=party))
    assert row.state == State.ACTIVE
    told = yard.portal.kept[int(row.ewb_no)].payload
    assert not {'"', "\\"} & set(told["toTrdName"] + told["toAddr1"])


def collecting(yard: Yard) -> None:
    """Soap is of a kind that bears tax collected at source: 2 % of ₹59,000."""
    connect_rooms()
    with open_books(yard.trade.actor) as books:
        mark_item(books, "Soap", "scrap")
        mark_buyer(books, BuyerDraft("Beach Stores", pan="AAPFU0939F"))


def test_tax_collected_is_another_value_of_the_portal_and_its_answer_is_known_again(yard: Yard, clock: Clock) -> None:
    collecting(yard)
    bill = yard.sell()
    yard.portal.faults = ["lost"]
    yard.make(bill)
    (kept,) = yard.portal.kept.values()
    assert [str(kept.payload[name]) for name in ("totalValue", "igstValue", "otherValue", "totInvValue")] == [
        "50000.00",
        "9000.00",
        "1180.00",
        "60180.00",
    ]
    yard.trade.take_back(bill, (1, 100))  # what came back later changes nothing of what was told
    clock.advance(minutes=6)
    ewaybills.send_due(yard.trade.actor)
    assert (yard.row(bill.invoice_id).state, yard.row(bill.invoice_id).total_paise) == (State.ACTIVE, 60_180_00)
    assert yard.do(ewaybills.ask_details, bill.invoice_id).problem == ""


def test_tax_collected_after_it_was_enlisted_is_told_too(yard: Yard) -> None:
    bill = yard.sell()
    assert yard.enlist(bill.invoice_id) is not None
    assert yard.row(bill.invoice_id).total_paise == 59_000_00
    collecting(yard)
    with open_books(yard.trade.actor) as books:
        collect_now(books, bill.invoice_id)
    yard.say(bill.invoice_id)
    row = yard.send(bill.invoice_id)
    assert (row.state, row.total_paise) == (State.ACTIVE, 60_180_00)
    assert yard.do(ewaybills.ask_details, bill.invoice_id).problem == ""


def test_one_made_by_its_irn_is_known_again_with_tax_collected(yard: Yard) -> None:
    given = {"base_url": yard.url, "client_id": CLIENT, "client_secret": SECRET, "user_name": USER, "password": PASSWORD}
    with open_books(yard.trade.actor) as books:
        einvoice.set_up(books, einvoice.SetUp(yard.gstin, 0, date(2026, 4, 1), 10, einvoice.Road.NIC, portal_key=public_pem(), **given))
    collecting(yard)
    bill = yard.sell()
    with open_books(yard.trade.actor) as books:
        einvoice.enlist(books, bill.invoice_id)
    register(yard, bill.invoice_id)
    row = yard.make(bill)
    assert (row.state, row.total_paise) == (State.ACTIVE, 60_180_00)
    yard.portal.kept[int(row.ewb_no)].payload["totInvValue"] = Decimal("60180.00")  # as the e-invoice says
    asked = yard.do(ewaybills.ask_details, bill.invoice_id)
    assert (asked.problem, asked.state) == ("", State.ACTIVE)


def test_a_credit_note_has_none_of_what_was_collected(yard: Yard) -> None:
    collecting(yard)
    bill = yard.sell()
    note = yard.trade.take_back(bill, (1, 450))
    row = yard.enlist(note.invoice_id, Kind.INVOICE)
    assert row is not None
    assert row.total_paise == 450 * 118_00
