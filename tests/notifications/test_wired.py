"""What other rooms announce, and what the program notices by itself, reaches who is to be told: once, however often it is handed on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from jobs import chores, wiring
from jobs.notifications import tell_customers
from jobs.once import AlreadyDone
from jobs.perform import MOST_TRIES
from tests.conftest import Clock
from tests.ground.mail import PostOffice
from tests.ground.shops import Shop
from tests.notifications.conftest import Carrier, make_party
from tests.notifications.test_pages import notices_of
from tests.notifications.test_sending import log, states
from tests.sales.trade import CREDIT, Trade, open_trade
from tests.stock_reports.test_pages import receive_batches
from tests.tds.conftest import office_of
from webapp import company, custom_reports, due_dates, links, notifications, payments
from webapp.counter.models import Shift, SyncCommand, Till
from webapp.custom_reports import Definition, ScheduleDraft
from webapp.due_dates.rules.law import Payer as IncomeTax
from webapp.due_dates.service import set_up_payer
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.links.rules import Payer, Stated
from webapp.notifications import carriers, service, watching
from webapp.notifications.models import Notice
from webapp.notifications.service import PartyWishes
from webapp.platform import machine, outside, sealing, web
from webapp.platform.outbox import Job, JobFailure, OutboxEvent
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books, read_books
from webapp.printing.service import share
from webapp.stock import BatchFacts

PUBLIC = "https://munim.example"


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> None:
    machine.use(Settings("sqlite://", tmp_path, "a secret of the tests alone", public_url=PUBLIC))


def hand_on(shop: Shop, kind: str) -> None:
    """Each fact of this kind to each of its listeners, twice, as after a crash."""
    with read_books(shop.actor) as books:
        facts = books.session.execute(select(OutboxEvent.id, OutboxEvent.payload).where(OutboxEvent.kind == kind)).all()
    assert facts, f"nobody announced {kind}"
    if kind in watching.NEWS_OF_PARTIES:
        for _pass in range(2):
            tell_customers(shop.actor)
        return
    for event_id, payload in facts:
        for listener in (*wiring.LISTENERS[kind], *wiring.LISTENERS[kind]):
            try:
                listener(Job(shop.company_id, event_id, payload))
            except AlreadyDone:
                continue


def wish(shop: Shop, party: UUID, **told_of: bool | None) -> None:
    with open_books(shop.actor) as books:
        service.set_party(books, party, PartyWishes(None, "", "", has_ended=False, told_of=told_of))


def usual(shop: Shop, event: str, *channels: str) -> None:
    with open_books(shop.actor) as books:
        service.choose(books, "", event, channels)


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    made = open_trade(sharma.actor)
    made.item("Soap", 118)
    return made


def sell(trade: Trade, party: UUID) -> UUID:
    return trade.sell(trade.line("Soap"), total=118, paid=CREDIT, party_id=party).invoice_id


# Parties ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("business", "party", "count"),
    [((), None, 0), ((), True, 1), (("sms",), None, 1), (("sms",), False, 0)],
    ids=["off", "on for the party", "on for all", "on for all but this one"],
)
def test_a_customer_is_told_of_its_bill_where_that_is_wanted(
    sharma: Shop, iyer: Shop, carrier: Carrier, trade: Trade, asha: UUID, business: tuple[str, ...], party: bool | None, count: int
) -> None:
    usual(sharma, "invoice_posted", *business)
    wish(sharma, asha, invoice_posted=party)
    bill = sell(trade, asha)
    hand_on(sharma, "InvoicePosted")
    assert states(sharma) == [("sms", "waiting")] * count
    for row in log(sharma):
        assert (row.subject_id, row.recipient) == (bill, f"party:{asha}")
        assert row.text.startswith("Dear Asha Rao, your bill 26TST")
        assert "Rs 118.00" in row.text
    assert log(iyer) == []


def test_a_bill_is_told_with_its_link_where_it_has_one(app: Flask, sharma: Shop, carrier: Carrier, trade: Trade, asha: UUID) -> None:
    wish(sharma, asha, invoice_posted=True)
    bill = sell(trade, asha)
    with open_books(sharma.actor) as books:
        share(books, bill)
        (link,) = links.links_of(books, "bill", bill)
    hand_on(sharma, "InvoicePosted")
    (row,) = log(sharma)
    assert row.link.startswith(f"{PUBLIC}/b/")
    assert row.link in row.text
    with app.test_request_context():  # a page and a job give the same address
        machine.use(web.settings())
        assert links.address_of_path(sharma.company_id, link, "/b/") == links.address(sharma.company_id, link)


@pytest.mark.parametrize("how", ["cancelled", "days later", "of nobody", "goods came back"])
def test_what_is_no_news_is_not_told(sharma: Shop, carrier: Carrier, trade: Trade, asha: UUID, clock: Clock, how: str) -> None:
    wish(sharma, asha, invoice_posted=True, payment_received=True)
    of_whom: dict[str, Any] = {} if how == "of nobody" else {"paid": CREDIT, "party_id": asha}
    bill = trade.sell(trade.line("Soap"), total=118, **of_whom)
    if how == "cancelled":
        trade.cancel(bill)
    elif how == "days later":
        clock.advance(days=4)
    elif how == "goods came back":
        trade.take_back(bill, (1, 1), mode=CREDIT)
    hand_on(sharma, "InvoicePosted")
    assert [row.subject_id for row in log(sharma)] == ([bill.invoice_id] if how == "goods came back" else [])


def take_money(shop: Shop, trade: Trade, party: UUID) -> UUID:
    asked = payments.ReceiptCommand(new_id(), party, date(2026, 11, 20), trade.store_id, "cash", Paise(50_000), new_id().hex)
    with open_books(shop.actor) as books:
        return payments.take_receipt(books, asked).id


def test_a_customer_is_told_that_its_money_came(
    sharma: Shop, iyer: Shop, carrier: Carrier, trade: Trade, asha: UUID, clock: Clock, max_queries: Callable[[int], Any]
) -> None:
    take_money(sharma, trade, asha)
    with read_books(sharma.actor) as books, max_queries(1):  # nobody wants it: nothing is looked for
        assert watching.untold(books) == ()
    hand_on(sharma, "ReceiptPosted")
    assert log(sharma) == []
    clock.advance(hours=3)  # what happened before it was wanted is no news
    wish(sharma, asha, payment_received=True)
    taken = take_money(sharma, trade, asha)
    cancelled = take_money(sharma, trade, asha)
    with open_books(sharma.actor) as books:
        payments.cancel_receipt(books, cancelled, reason="Wrong customer", at=books.now)
    hand_on(sharma, "ReceiptPosted")
    (row,) = log(sharma)
    assert (row.event, row.subject_id) == ("payment_received", taken)
    assert "has received Rs 500.00 on 20-Nov-2026" in row.text
    assert log(iyer) == []


def test_who_enters_money_hears_that_a_customer_says_it_has_paid(
    sharma: Shop, iyer: Shop, carrier: Carrier, trade: Trade, asha: UUID
) -> None:
    bill = sell(trade, asha)
    with open_books(sharma.actor) as books:
        share(books, bill)
        (link,) = links.links_of(books, "bill", bill)
        opened = links.Opened(link.id, "bill", bill, sharma.actor)
        for _double_click in range(2):
            links.state_payment(books, opened, Payer(asha, "Asha Rao", "26TST-1", 11_800), Stated("123456789012", Paise(11_800)))
    hand_on(sharma, "PaymentStated")
    assert notices_of(sharma, sharma.actor.user_id) == ["Asha Rao says that ₹118.00 was paid"]
    assert notices_of(iyer, iyer.actor.user_id) == []
    with read_books(sharma.actor) as books:
        (said,) = links.notices_of(books, "bill", [bill])
    with pytest.raises(NotFound), open_books(iyer.actor) as books:
        watching.payment_stated(books, said.id)


# Members ---------------------------------------------------------------------------------------------------------------


def test_a_due_return_and_a_deposit_are_told_once(sharma: Shop, iyer: Shop, carrier: Carrier, clock: Clock) -> None:
    clock.now = datetime(2026, 12, 17, 6, 30, tzinfo=UTC)
    for _night in range(2):
        with open_books(sharma.actor) as books:
            due_dates.announce_due(books)
    hand_on(sharma, "ReturnDue")
    told = notices_of(sharma, sharma.actor.user_id)
    assert any(title.startswith("GSTR-3B") and title.endswith(": 20-Dec-2026") for title in told)
    assert len(told) == len(set(told))
    assert {row.event for row in log(sharma)} <= {"return_due", "tax_due"}
    assert notices_of(iyer, iyer.actor.user_id) == []


def open_till(shop: Shop, *, seen: datetime, quarantined: int = 0) -> UUID:
    till = new_id()
    with open_books(shop.actor) as books:
        row = {"id": till, "code": "A1", "name": "Front", "store_id": company.default_store(books), "is_shared_device": False}
        row |= {"lease": "x", "previous_lease": "", "lease_used_by": [], "replaces_id": None, "enrolled_by": "O", "enrolled_at": books.now}
        books.insert(Till, [row | {"revoked_at": None, "last_seen_at": seen, "last_report": {}}])
        nothing = dict.fromkeys(
            ("closed_at", "closing_received_at", "closed_by", "denominations", "counted_paise", "expected_paise", "z_report")
        )
        books.insert(Shift, [{"id": new_id(), "till_id": till, "opened_at": books.now, "opened_by": "O", "float_paise": 0} | nothing])
        plain = {"till_id": till, "type": "bill", "ref": None, "series": None, "seq": None, "sha256": "x", "status": "quarantined"}
        plain |= {"result": {}, "body": "{}", "received_at": books.now, "settled_at": None, "settled_by": None, "settlement": ""}
        books.insert(SyncCommand, [plain | {"id": new_id()} for _ in range(quarantined)])
    return till


def test_a_silent_counter_is_told_once_for_each_silence(sharma: Shop, iyer: Shop, carrier: Carrier, clock: Clock) -> None:
    open_till(sharma, seen=clock())
    heard: list[int] = []
    for minutes in (120, 1, 5, 13 * 60):  # just not, silent, still, closed for the night
        clock.now += timedelta(minutes=minutes)
        chores.send_messages()
        heard.append(len(notices_of(sharma, sharma.actor.user_id)))
    assert heard == [0, 1, 1, 1]
    assert notices_of(sharma, sharma.actor.user_id) == ["Counter A1 Front is silent"]
    assert notices_of(iyer, iyer.actor.user_id) == []


@pytest.mark.parametrize(
    ("seen", "now", "told"),
    [
        ("20:30", "22:40", 0),  # two hours, of which half of one was the shop's
        ("11:00", "13:05", 1),
        ("20:30", "10:10", 0),  # the next morning: an hour and forty minutes of its own
        ("19:30", "09:20", 0),
        ("19:30", "09:21", 1),  # an hour and a half in the evening, thirty-one minutes in the morning
    ],
)
def test_a_counter_is_silent_by_the_hours_of_its_own_shop(
    sharma: Shop, carrier: Carrier, clock: Clock, seen: str, now: str, told: int
) -> None:
    """Its shifts of late were open from 8:50 to 21:00."""

    def at(day: int, hour: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{day:02d}T{hour}:00+05:30").astimezone(UTC)

    till = open_till(sharma, seen=at(18, seen))
    nothing = dict.fromkeys(("closing_received_at", "denominations", "counted_paise", "expected_paise", "z_report"))
    with open_books(sharma.actor) as books:
        for number, (opened, closed) in enumerate([("08:50", "20:30"), ("10:00", "21:00")]):
            day = 15 + number
            row = {"id": new_id(), "till_id": till, "opened_at": at(day, opened), "opened_by": "O", "float_paise": 0, "closed_by": "O"}
            books.insert(Shift, [row | {"closed_at": at(day, closed)} | nothing])
    clock.now = at(18 if now > seen else 19, now)
    chores.send_messages()
    assert len(notices_of(sharma, sharma.actor.user_id)) == told


def test_a_bill_past_the_limit_of_credit_is_told_once(sharma: Shop, iyer: Shop, carrier: Carrier, trade: Trade) -> None:
    ravi = trade.customer("Ravi", credit_limit_paise=Paise(100_00))
    trade.sell(trade.line("Soap"), total=118, paid=CREDIT, party_id=ravi, has_happened=True)
    for _twice in range(2):
        chores.send_messages()
    assert notices_of(sharma, sharma.actor.user_id) == ["Ravi is past the credit limit"]
    assert notices_of(iyer, iyer.actor.user_id) == []


def test_a_deposit_of_tds_is_told_once(sharma: Shop, iyer: Shop, carrier: Carrier, clock: Clock) -> None:
    with open_books(sharma.actor) as books:
        set_up_payer(books, IncomeTax(deducts=True))
    office = office_of(sharma)
    office.supplier("Mehta", "professional")
    office.bill(80_000, bill_date=date(2026, 11, 5), voucher_date=date(2026, 11, 5))
    clock.now = datetime(2026, 12, 6, 6, 30, tzinfo=UTC)
    for _morning in range(2):
        with open_books(sharma.actor) as books:
            due_dates.announce_due(books)
    hand_on(sharma, "ReturnDue")
    assert len([title for title in notices_of(sharma, sharma.actor.user_id) if title.endswith(": 07-Dec-2026")]) == 1
    assert notices_of(iyer, iyer.actor.user_id) == []


def test_quarantined_bills_and_jobs_given_up_are_told_once_a_day(sharma: Shop, iyer: Shop, carrier: Carrier, clock: Clock) -> None:
    open_till(sharma, seen=clock(), quarantined=2)
    with open_books(sharma.actor) as books:
        tried = {"job": "draw_pdf", "error": "no disk", "failed_at": books.now, "next_at": None}
        books.insert(JobFailure, [tried | {"event_id": new_id(), "tries": tries} for tries in (MOST_TRIES, MOST_TRIES, MOST_TRIES - 1)])
    for _twice in range(2):
        chores.send_messages()
    assert sorted(notices_of(sharma, sharma.actor.user_id)) == ["2 counter bills wait to be checked", "2 jobs were given up"]
    with read_books(sharma.actor) as books:
        links = books.session.scalars(select(Notice.link).where(Notice.link == "/background-work")).all()
    assert len(links) == 1
    assert notices_of(iyer, iyer.actor.user_id) == []
    clock.advance(days=1)
    chores.send_messages()
    # The bills still wait, and are told again; the jobs are news of yesterday.
    assert len(notices_of(sharma, sharma.actor.user_id)) == 3


def test_goods_that_run_out_or_expire_are_told_again_when_the_list_changes(
    sharma: Shop, iyer: Shop, carrier: Carrier, trade: Trade
) -> None:
    tonic = trade.item("Tonic", 50, stock_of=0, tracking="batch")
    receive_batches(trade, tonic, BatchFacts("SOON", date(2026, 11, 25)), BatchFacts("FAR", date(2027, 1, 19)))
    trade.item("Dal", 50, stock_of=2, reorder_level_qty=Qty(5_000))
    for _twice in range(2):
        chores.watch_stock()
    assert sorted(notices_of(sharma, sharma.actor.user_id)) == ["1 batches expire soon", "1 items are low in stock"]
    trade.item("Sugar", 40, stock_of=1, reorder_level_qty=Qty(5_000))
    chores.watch_stock()
    assert notices_of(sharma, sharma.actor.user_id)[0] == "2 items are low in stock"
    assert notices_of(iyer, iyer.actor.user_id) == []


class Mailbox:
    """Takes every mail."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd asks so
        self.taken += [(to, envelope.content) for to in envelope.rcpt_tos]
        return "250 kept"


def test_a_scheduled_report_is_mailed_once_with_its_file(
    sharma: Shop, iyer: Shop, trade: Trade, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Mailbox()
    post = PostOffice(box)
    post.start()
    mail: dict[str, Any] = {"mail_url": f"smtp://127.0.0.1:{post.port}", "mail_from": "post@munim.example"}
    machine.use(Settings("sqlite://", tmp_path, "a secret of the tests alone", public_url=PUBLIC, **mail))
    sealing.use("a secret of the tests alone")
    outside.use({"127.0.0.1"})
    monkeypatch.setattr(carriers, "_public_url", lambda: PUBLIC)
    try:
        sell(trade, make_party(sharma))
        with open_books(sharma.actor) as books:
            made = custom_reports.save_report(books, "Daily bills", Definition("bills", ("party", "total"), period="yesterday"))
            draft = ScheduleDraft("day", 0, 10 * 60, "csv", ("ca@firm.example", "owner@sharma.example"))
            custom_reports.create_schedule(books, made, draft, {"party": "Party", "total": "Total"})
        clock.advance(days=1)
        for _twice in range(2):
            chores.prepare_reports()
            hand_on(sharma, "ScheduledReportDue")
            notifications.send_due(sharma.actor)
            notifications.send_due(iyer.actor)
    finally:
        post.stop()
        outside.use(())
    assert sorted(to for to, _ in box.taken) == ["ca@firm.example", "owner@sharma.example"]
    for _to, content in box.taken:
        read = message_from_bytes(content, policy=default)
        (attached,) = read.iter_attachments()
        assert attached.get_filename() == "Daily bills.csv"
        assert "Asha Rao" in attached.get_content()
    assert states(sharma) == [("email", "sent")] * 2
    assert notices_of(sharma, sharma.actor.user_id) == ["Daily bills is ready"]
