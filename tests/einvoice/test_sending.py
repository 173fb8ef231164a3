"""Documents on their way: reported once, whatever becomes of an answer; refused in words; cancelled while it may be; never in the way of a bill."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from jobs import einvoices as jobs
from jobs.wiring import listeners_of
from tests.conftest import Clock
from tests.einvoice.conftest import Desk
from tests.einvoice.irp import public_pem, signed
from webapp import einvoice, sales
from webapp.einvoice import Cancel, Road, State, files, queries, service, signing
from webapp.einvoice.portal import Signed
from webapp.einvoice.sending import _claimed
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.platform import sealing
from webapp.platform.outbox import Job, OutboxEvent
from webapp.platform.signed_in import Refused, encrypted_for
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.queries import Issued
from webapp.tax.signed_qr import keys_in

ROADS = [Road.NIC, Road.GSP]


def cancel(desk: Desk, bill: Issued, reason: str = "2", remark: str = "Wrong quantity", **more: Any) -> None:
    with open_books(desk.trade.actor) as books:
        einvoice.ask_cancel(books, bill.invoice_id, Cancel(reason, remark, **more))
    einvoice.cancel(desk.trade.actor, bill.invoice_id)


def ask_again(desk: Desk, bill: Issued) -> None:
    with open_books(desk.trade.actor) as books:
        einvoice.ask(books, [bill.invoice_id])
    einvoice.send(desk.trade.actor, bill.invoice_id)


@pytest.mark.parametrize("road", ROADS)
def test_a_bill_is_reported_signed_and_cancelled(desk: Desk, portal_keys: None, road: Road) -> None:
    desk.set_up(road)
    bill = desk.sell()
    row = desk.send(bill)
    assert (row.state, row.is_verified, row.tries) == (State.REGISTERED, True, 1)
    told = desk.irp.kept[row.irn].payload
    assert (told["DocDtls"]["No"], str(told["ValDtls"]["TotInvVal"])) == (bill.number, "118.00")
    assert (told["BuyerDtls"]["Loc"], told["BuyerDtls"]["Pin"], told["SellerDtls"]["LglNm"]) == (
        "Pune",
        411001,
        "Sharma Stores Private Limited",
    )
    einvoice.send(desk.trade.actor, bill.invoice_id)
    assert desk.row(bill) == row  # a repeat does nothing
    assert desk.irp.asked.count("POST /eicore/v1.03/Invoice" if road is Road.NIC else "POST /enriched/ei/api/invoice") == 1
    cancel(desk, bill)
    gone = desk.row(bill)
    assert (gone.state, gone.cancel_reason, gone.ack_no) == (State.CANCELLED, "2", row.ack_no)
    cancel(desk, bill)  # says nothing new
    assert desk.irp.asked.count(desk.irp.asked[-1]) == 1


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("fault", ["lost", "garbage"])
def test_a_lost_answer_never_ends_in_a_duplicate(desk: Desk, clock: Clock, road: Road, fault: str) -> None:
    desk.set_up(road)
    desk.irp.faults = [fault]
    bill = desk.sell()
    row = desk.send(bill)
    assert (row.state, row.tries, len(desk.irp.kept)) == (State.SENT, 1, 1)  # the portal has it, and we do not know
    assert row.problem
    einvoice.send(desk.trade.actor, bill.invoice_id)
    assert desk.row(bill).tries == 1  # another process holds it for a while
    clock.advance(minutes=6)
    assert einvoice.send_due(desk.trade.actor) == 1
    found = desk.row(bill)
    assert (found.state, found.problem, len(desk.irp.kept)) == (State.REGISTERED, "", 1)
    assert sum(path.startswith("POST") and path.lower().endswith("invoice") for path in desk.irp.asked) == 1


def test_a_portal_that_is_down_is_asked_later_and_less_often(desk: Desk, clock: Clock) -> None:
    desk.irp.faults = ["down"] * 4
    bill = desk.sell()
    waits = []
    row = desk.send(bill)
    for _again in range(3):
        assert row.next_at is not None
        assert row.sent_at is not None
        waits.append(row.next_at - row.sent_at)
        clock.now = row.next_at
        assert einvoice.send_due(desk.trade.actor) == 1
        row = desk.row(bill)
    assert row.state == State.SENT
    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert row.next_at is not None
    clock.now = row.next_at
    einvoice.send_due(desk.trade.actor)
    # Nothing was there: it is asked for, and then sent.
    assert (desk.row(bill).state, desk.irp.asked[-2:]) == (
        State.REGISTERED,
        ["GET /eicore/v1.03/Invoice/irnbydocdetails", "POST /eicore/v1.03/Invoice"],
    )


def test_a_duplicate_is_taken_when_it_is_ours_and_refused_when_it_is_not(desk: Desk) -> None:
    first, second = desk.sell(), desk.sell()
    desk.enlist(first)
    for bill, total in ((first, 118), (second, 119)):
        desk.enlist(bill)
        payload = told(desk, bill)
        payload["ValDtls"]["TotInvVal"] = total  # within the portal's rupee, and yet another paper
        desk.irp.generate(payload, desk.gstin)
    assert desk.send(first).state == State.REGISTERED
    row = desk.send(second)
    assert (row.state, row.code) == (State.FAILED, "2150")
    assert "total 119.00, here 118.00" in row.problem


def told(desk: Desk, bill: Issued) -> Any:
    with open_books(desk.trade.actor) as books:
        return json.loads(files.upload_file(books, [bill.invoice_id]).text, parse_float=Decimal)[0]


def test_the_portals_refusal_is_shown_with_what_to_do(desk: Desk) -> None:
    desk.irp.refuses = "3029"
    bill = desk.sell()
    row = desk.send(bill)
    assert (row.state, row.code, row.problem) == (State.FAILED, "3029", "The buyer's GSTIN is not active.")
    asked = len(desk.irp.asked)
    einvoice.send(desk.trade.actor, bill.invoice_id)
    assert len(desk.irp.asked) == asked  # what was refused is not sent again by itself
    desk.irp.refuses = ""
    ask_again(desk, bill)
    assert desk.row(bill).state == State.REGISTERED


def test_what_the_portal_would_refuse_is_not_sent(desk: Desk, clock: Clock) -> None:
    nowhere = desk.trade.customer("No Town", gstin="27AAACR5055K1Z7", state_code="27")
    bill = desk.sell(nowhere)
    row = desk.send(bill)
    assert (row.state, desk.irp.asked) == (State.FAILED, [])
    assert row.problem == "The customer's address is missing."
    late = desk.sell()
    clock.advance(days=30)
    assert (desk.send(late).state, desk.row(late).code) == (State.FAILED, "window")


def test_sessions_are_kept_sealed_and_renewed(desk: Desk, clock: Clock) -> None:
    desk.send(desk.sell())
    desk.send(desk.sell())
    assert desk.irp.sign_ins == 1
    with read_books(desk.trade.actor) as books:
        kept = einvoice.registrations(books)[desk.gstin]
    assert not any(word in kept.session + kept.secrets for word in ("pass-Word1", "secret-1", *desk.irp.tokens))
    desk.irp.faults = ["signed out"]
    assert desk.send(desk.sell()).state == State.REGISTERED
    clock.advance(hours=7)
    assert desk.send(desk.sell()).state == State.REGISTERED
    assert desk.irp.sign_ins == 3
    sealing.use("the secret of another machine")
    row = desk.send(desk.sell())
    assert (row.state, "secret key has changed" in row.problem) == (State.FAILED, True)


@pytest.mark.parametrize("road", ROADS)
def test_a_wrong_password_is_said_and_nothing_is_sent(desk: Desk, road: Road) -> None:
    desk.set_up(road, password="another-1")
    row = desk.send(desk.sell())
    assert (row.state, row.code, desk.irp.kept) == (State.FAILED, "1007", {})
    assert "settings" in row.fix


@pytest.mark.parametrize("road", ROADS)
def test_a_sign_in_that_is_refused_says_nothing_of_a_document_that_has_left(desk: Desk, clock: Clock, road: Road) -> None:
    desk.set_up(road)
    desk.irp.faults = ["lost"]
    bill = desk.sell()
    desk.send(bill)
    desk.set_up(road, password="another-1")
    desk.cancel_bill(bill)
    clock.advance(minutes=6)
    einvoice.send(desk.trade.actor, bill.invoice_id)
    row = desk.row(bill)
    assert (row.state, "password" in row.problem) == (State.SENT, True)  # not: cancelled before it was reported
    desk.set_up(road)
    clock.advance(hours=1)
    einvoice.send(desk.trade.actor, bill.invoice_id)
    assert desk.row(bill).state == State.CANCELLING


def test_a_document_that_stands_on_the_portal_is_not_said_to_need_nothing(desk: Desk) -> None:
    desk.irp.refuses = "2283"
    bill = desk.sell()
    assert desk.send(bill).code == "2283"
    desk.cancel_bill(bill)
    row = desk.row(bill)
    assert (row.state, "still has it" in row.problem) == (State.FAILED, True)


def test_names_too_long_for_the_key_are_refused_before_they_leave() -> None:
    with pytest.raises(Refused, match="too long for the portal's key"):
        encrypted_for(keys_in(public_pem())[0], b"x" * 230)


def test_cancelling_ends_after_a_day(desk: Desk, clock: Clock) -> None:
    bill = desk.sell()
    desk.send(bill)
    for reason, remark in (("5", "x"), ("1", " ")):
        with pytest.raises(InvalidInput):
            cancel(desk, bill, reason, remark)
    clock.advance(hours=24)
    with pytest.raises(BooksError, match="until 21-Nov-2026 14:15"):
        cancel(desk, bill)
    assert desk.row(bill).state == State.REGISTERED
    cancel(desk, bill, is_done=True)  # somebody did it on the portal's pages
    assert desk.row(bill).state == State.CANCELLED


def test_a_cancellation_whose_answer_is_lost_is_asked_again(desk: Desk, clock: Clock) -> None:
    bill = desk.sell()
    desk.send(bill)
    desk.irp.faults = ["lost"]
    cancel(desk, bill)
    assert desk.row(bill).state == State.CANCELLING
    clock.advance(minutes=30)
    einvoice.send_due(desk.trade.actor)
    assert desk.row(bill).state == State.CANCELLED  # 9999: it is inactive already
    assert desk.irp.asked[-2:] == ["POST /eicore/v1.03/Invoice/Cancel"] * 2


def test_an_active_eway_bill_keeps_it_registered(desk: Desk) -> None:
    bill = desk.sell()
    desk.send(bill)
    with open_books(desk.trade.actor) as books:
        einvoice.ask_cancel(books, bill.invoice_id, Cancel("2", "x"))
    desk.irp.kept[desk.row(bill).irn].at -= timedelta(days=2)  # the portal's clock is its own
    einvoice.cancel(desk.trade.actor, bill.invoice_id)
    row = desk.row(bill)
    assert (row.state, row.code) == (State.REGISTERED, "2270")
    assert row.fix


# Bills come first -----------------------------------------------------------------------------------------------------


def test_a_cancelled_bill_takes_its_einvoice_along(desk: Desk, clock: Clock) -> None:
    waiting, registered, unknown, late = desk.sell(), desk.sell(), desk.sell(), desk.sell()
    desk.enlist(waiting)
    desk.send(registered)
    desk.send(late)
    desk.irp.faults = ["lost"]
    desk.send(unknown)
    for bill in (waiting, registered, unknown):
        desk.cancel_bill(bill)
    assert desk.row(waiting).state == State.NOT_NEEDED
    assert desk.row(registered).state == State.CANCELLED
    assert desk.row(unknown).state == State.SENT
    clock.advance(minutes=6)
    einvoice.send_due(desk.trade.actor)  # found out: it is there
    einvoice.cancel(desk.trade.actor, unknown.invoice_id)
    assert desk.row(unknown).state == State.CANCELLED
    clock.advance(days=2)
    desk.cancel_bill(late)
    assert (desk.row(late).state, "still has it" in desk.row(late).problem) == (State.REGISTERED, True)


def test_no_bill_waits_for_the_portal(desk: Desk, max_queries: Callable[[int], Any]) -> None:
    desk.irp.faults = ["down"] * 9
    with max_queries(24):
        bill = desk.sell()
    with read_books(desk.trade.actor) as books:
        facts = books.session.execute(select(OutboxEvent.id, OutboxEvent.kind, OutboxEvent.payload)).all()
    mine = sorted((fact for fact in facts if fact.payload.get("invoice_id") == str(bill.invoice_id)), key=lambda fact: fact.kind)
    assert [fact.kind for fact in mine] == ["InvoicePosted", "InvoiceToRegister"]
    assert listeners_of("InvoiceToRegister") == [jobs.register_einvoice]
    assert desk.irp.asked == []
    job = Job(desk.trade.actor.company_id, mine[1].id, mine[1].payload)
    jobs.register_einvoice(job)
    jobs.register_einvoice(job)
    assert (desk.row(bill).state, desk.row(bill).tries) == (State.SENT, 1)


def test_whoever_buys_unregistered_is_nobodys_business(desk: Desk) -> None:
    person = desk.trade.customer("Asha")
    assert desk.enlist(desk.sell(person)) is None
    note = desk.trade.take_back(desk.sell(), (1, 1))
    row = desk.enlist(note)
    assert row is not None
    assert (row.doc_type, desk.send(note).state) == ("CRN", State.REGISTERED)
    before = desk.irp.kept[row.irn].payload["RefDtls"]["PrecDocDtls"]
    assert len(before) == 1
    far = desk.sell(desk.far)
    assert desk.send(far).state == State.REGISTERED
    assert desk.irp.kept[desk.row(far).irn].payload["ItemList"][0]["IgstAmt"] == 18


def test_what_was_missed_is_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.set_up(begins_on=None)
    early = desk.sell()
    assert desk.enlist(early) is None
    desk.set_up(begins_on=date(2026, 11, 1))
    with read_books(desk.trade.actor) as books:
        fact = books.session.execute(select(OutboxEvent.id, OutboxEvent.kind, OutboxEvent.payload).order_by(OutboxEvent.id.desc())).first()
    assert fact is not None
    assert (fact.kind, listeners_of(fact.kind)) == ("EinvoicesSwitchedOn", [jobs.enlist_einvoices])
    jobs.enlist_einvoices(Job(desk.trade.actor.company_id, fact.id, fact.payload))
    assert desk.row(early).state == State.REGISTERED
    missed, gone = desk.sell(), desk.sell()
    with open_books(desk.trade.actor) as books:
        sales.cancel(books, gone.invoice_id, reason="Wrong", at=books.now)
    monkeypatch.setattr(service.sales, "to_registered_buyers", partial(sales.to_registered_buyers, most=1))  # page by page
    assert einvoice.enlist_all(desk.trade.actor) == 1
    assert einvoice.send_due(desk.trade.actor) == 1
    assert {desk.row(early).state, desk.row(missed).state} == {State.REGISTERED}


def test_two_processes_send_once(desk: Desk) -> None:
    bill = desk.sell()
    row = desk.enlist(bill)
    assert row is not None
    with open_books(desk.trade.actor) as books:
        assert [_claimed(books, row), _claimed(books, row)] == [True, False]  # both have read it as it waited
    with pytest.raises(Conflict), open_books(desk.trade.actor) as books:
        service.move(books, row, State.NOT_NEEDED)


def test_a_qr_of_other_content_is_no_registration(desk: Desk) -> None:
    bill = desk.sell()
    desk.enlist(bill)
    desk.send(bill)
    kept = desk.irp.kept[desk.row(bill).irn]
    other = signed({"SellerGstin": desk.gstin, "DocNo": "X", "DocTyp": "INV", "DocDt": "20/11/2026", "TotInvVal": "1E400", "Irn": kept.irn})
    with open_books(desk.trade.actor) as books:
        row = replace(queries.einvoice(books, bill.invoice_id), state="sent")
        looked = signing.look(row, Signed(kept.irn, "1", kept.at, other, ""))
    assert looked.trouble is not None
    assert re.search("number X, here .*total", looked.trouble["problem"])


def test_what_no_interface_takes_is_refused_by_hand_too(desk: Desk) -> None:
    """It is kept, and would be used when another road is chosen."""
    for odd in ("१e400 ₹-5<b>", "two\nlines"):
        with pytest.raises(InvalidInput) as refusal:
            desk.set_up(Road.FILE, base_url=odd, user_name=odd)
        assert set(refusal.value.errors) == {"base_url", "user_name"}
    desk.set_up(Road.FILE, base_url="", client_id="", user_name="")
