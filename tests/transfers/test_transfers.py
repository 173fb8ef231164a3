"""Goods from one store to another: in transit meanwhile, worth what was sent, taxed between two registrations, never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.company.test_stores import cashier
from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from tests.support import assert_posted, refused
from webapp import company, ledger, printing, stock, transfers
from webapp.books_check import verify_books
from webapp.company import NotYourStore, StoreClosed, StoreDraft
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.stock import BatchFacts, NotEnoughStock
from webapp.stocktaking import Adjustment, Change, adjust_stock
from webapp.transfers import Receive, ReceivedLine, Send, SendLine
from webapp.transfers.queries import Wanted
from webapp.transfers.rules import TransferRefused

Enter = Callable[[Shop], FlaskClient]
DAY = date(2026, 11, 20)
KARNATAKA = "29AABCS1234D1ZR"


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    return open_trade(sharma.actor)


def godown(shop: Shop, name: str = "Godown", code: str = "GOD", **more: str) -> UUID:
    with open_books(shop.actor) as books:
        return company.create_store(books, StoreDraft(name=name, code=code, **more))


def asked_for(trade: Trade, to_store: UUID, *lines: SendLine, **more: object) -> Send:
    return Send(new_id(), trade.store_id, to_store, DAY, lines, new_id().hex, **more)  # type: ignore[arg-type]


def send(trade: Trade, asked: Send) -> str:
    with open_books(trade.actor) as books:
        return transfers.send(books, asked)


def receive(trade: Trade, transfer_id: UUID, *quantities: int, reason: str = "", serials: tuple[str, ...] = ()) -> None:
    lines = tuple(ReceivedLine(number, Qty(qty), serials) for number, qty in enumerate(quantities, start=1))
    with open_books(trade.actor) as books:
        transfers.receive(books, Receive(transfer_id, new_id(), DAY, lines, new_id().hex, reason))


def at(trade: Trade, store_id: UUID, item: str) -> tuple[int, int]:
    with read_books(trade.actor) as books:
        found = stock.on_hand(books, [trade.items[item]], store_id)[trade.items[item]]
        return found.qty, found.value_paise


def posted(trade: Trade, voucher_id: UUID, words: str) -> None:
    with read_books(trade.actor) as books:
        voucher = ledger.voucher_or_none(books, voucher_id)
        assert voucher
        assert_posted(books, voucher, words)


def true(trade: Trade) -> None:
    with open_books(trade.actor) as books:
        assert verify_books(books).breaches == []


def test_goods_are_in_transit_until_they_are_received(sharma: Shop, trade: Trade) -> None:
    store = godown(sharma)
    trade.item("Soap", 118, stock_of=10, cost=60)
    asked = asked_for(trade, store, SendLine(trade.items["Soap"], Qty(4000)))
    assert send(trade, asked) == "26-TC/000001"
    assert send(trade, asked) == "26-TC/000001", "the same again is sent once"
    assert "other content" in refused(lambda: send(trade, replace(asked, body_sha256="x")), Conflict)
    assert (at(trade, trade.store_id, "Soap"), at(trade, store, "Soap")) == ((6000, 36000), (0, 0))
    posted(trade, asked.id, "Goods in transit between stores 240.00 Dr / Stock-in-hand 240.00 Cr")
    true(trade)
    receive(trade, asked.id, 4000)
    assert at(trade, store, "Soap") == (4000, 24000)
    assert "was received by" in refused(lambda: receive(trade, asked.id, 4000), TransferRefused)
    with open_books(trade.actor) as books:
        assert "was received by" in refused(lambda: transfers.recall(books, asked.id, "late"), TransferRefused)
    true(trade)


def test_what_is_short_goes_to_wastage_and_what_is_over_is_found(sharma: Shop, trade: Trade) -> None:
    store = godown(sharma)
    trade.item("Soap", 118, stock_of=10, cost=60)
    trade.item("Oil", 118, stock_of=10, cost=10)
    asked = asked_for(trade, store, SendLine(trade.items["Soap"], Qty(4000)), SendLine(trade.items["Oil"], Qty(2000)))
    send(trade, asked)
    with pytest.raises(InvalidInput) as refusal:
        receive(trade, asked.id, 3000, 3000)
    assert "why more or less" in refusal.value.errors["reason"]
    receive(trade, asked.id, 3000, 3000, reason="one broken, one more in the box")
    assert (at(trade, store, "Soap"), at(trade, store, "Oil")) == ((3000, 18000), (3000, 3000))
    with read_books(trade.actor) as books:
        receipt = transfers.transfer(books, asked.id).receipt
        assert receipt
    words = "Stock-in-hand 210.00 Dr / Wastage 60.00 Dr / Goods in transit between stores 260.00 Cr / Stock adjustment 10.00 Cr"
    posted(trade, receipt.id, words)
    true(trade)


def test_between_two_registrations_goes_a_tax_invoice(sharma: Shop, trade: Trade) -> None:
    store = godown(sharma, "Bengaluru", "BLR", gstin=KARNATAKA)
    trade.item("Soap", 118, stock_of=10, cost=60)
    asked = asked_for(trade, store, SendLine(trade.items["Soap"], Qty(4000)))
    assert send(trade, asked) == "26-TI/000001"
    posted(
        trade,
        asked.id,
        "Goods in transit between stores 240.00 Dr / Stock-in-hand 240.00 Cr / Branch control 72.00 Dr / Output IGST 72.00 Cr",
    )
    receive(trade, asked.id, 3000, reason="one lost")
    with read_books(trade.actor) as books:
        receipt = transfers.transfer(books, asked.id).receipt
        assert receipt
    posted(
        trade,
        receipt.id,
        "Stock-in-hand 180.00 Dr / Wastage 60.00 Dr / Goods in transit between stores 240.00 Cr / Input IGST 54.00 Dr"
        " / GST that cannot be claimed 18.00 Dr / Branch control 72.00 Cr",
    )
    true(trade)


def test_recalled_goods_are_back_and_their_number_stays_used(sharma: Shop, trade: Trade) -> None:
    store = godown(sharma)
    trade.item("Soap", 118, stock_of=10, cost=60)
    asked = asked_for(trade, store, SendLine(trade.items["Soap"], Qty(4000)))
    send(trade, asked)
    for _ in range(2):
        with open_books(trade.actor) as books:
            transfers.recall(books, asked.id, "wrong godown")
    assert at(trade, trade.store_id, "Soap") == (10000, 60000)
    assert "was recalled" in refused(lambda: receive(trade, asked.id, 4000), TransferRefused)
    assert send(trade, replace(asked, id=new_id())) == "26-TC/000002"
    true(trade)


def test_batches_and_pieces_travel(sharma: Shop, trade: Trade) -> None:
    store = godown(sharma)
    tonic = trade.item("Tonic", 50, stock_of=0, tracking="batch")
    phone = trade.item("Phone", 500, stock_of=0, tracking="serial")
    with open_books(trade.actor) as books:
        changes = (
            Change(tonic, Qty(2000), Paise(2000), BatchFacts("B1", date(2026, 12, 31))),
            Change(tonic, Qty(5000), Paise(10000), BatchFacts("B2", date(2027, 12, 31))),
            Change(phone, Qty(2000), Paise(80000), serials=("SN1", "SN2")),
        )
        adjust_stock(books, Adjustment(new_id(), DAY, trade.store_id, "Opening stock", changes, "opening"))
    asked = asked_for(trade, store, SendLine(tonic, Qty(3000)), SendLine(phone, Qty(2000), serials=("SN1", "SN2")))
    send(trade, asked)
    with read_books(trade.actor) as books:
        lines = transfers.transfer(books, asked.id).lines
        assert sorted((line.batch, line.qty, line.cost_paise, line.serials) for line in lines) == [
            ("", 2000, 80000, "SN1, SN2"),
            ("B1", 2000, 2000, ""),
            ("B2", 1000, 2000, ""),
        ]
        assert stock.serials_here(books, [phone], trade.store_id) == {phone: []}
        quantities = [1000 if line.serials else line.qty for line in lines]
    assert "not said which 1 arrived" in refused(lambda: receive(trade, asked.id, *quantities, reason="one lost"), TransferRefused)
    receive(trade, asked.id, *quantities, reason="one lost", serials=("SN2",))
    with read_books(trade.actor) as books:
        assert stock.serials_here(books, [phone], store) == {phone: ["SN2"]}
        assert [(row.batch, row.qty) for row in stock.batches_of(books, [tonic], store)] == [("B1", 2000), ("B2", 1000)]
    true(trade)


def test_what_cannot_be_sent_is_refused_and_nothing_is_written(sharma: Shop, iyer: Shop, trade: Trade) -> None:
    store, theirs = godown(sharma), godown(iyer)
    trade.item("Soap", 118, stock_of=3, cost=60)
    line = SendLine(trade.items["Soap"], Qty(4000))
    assert "3 on hand, 4 wanted" in refused(lambda: send(trade, asked_for(trade, store, line)), NotEnoughStock)
    few = replace(line, qty=Qty(1000))
    for wrong, field in (
        (asked_for(trade, trade.store_id, few), "to_store"),
        (asked_for(trade, store), "lines"),
        (asked_for(trade, store, replace(few, qty=Qty(0))), "qty_1"),
        (replace(asked_for(trade, store, few), sent_on=date(2026, 11, 21)), "sent_on"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            send(trade, wrong)
        assert field in refusal.value.errors
    assert refused(lambda: send(trade, asked_for(trade, theirs, few)), NotFound)
    with open_books(trade.actor) as books:
        company.close_store(books, store)
    assert "Godown is closed" in refused(lambda: send(trade, asked_for(trade, store, few)), StoreClosed)
    assert at(trade, trade.store_id, "Soap") == (3000, 18000)
    true(trade)


def test_a_closed_store_receives_nothing(sharma: Shop, trade: Trade) -> None:
    store = godown(sharma)
    trade.item("Soap", 118, stock_of=3, cost=60)
    asked = asked_for(trade, store, SendLine(trade.items["Soap"], Qty(1000)))
    send(trade, asked)
    with open_books(trade.actor) as books:
        company.close_store(books, store)
    assert "Godown is closed" in refused(lambda: receive(trade, asked.id, 1000), StoreClosed)
    true(trade)


def test_a_member_of_neither_store_reaches_no_transfer(sharma: Shop, trade: Trade) -> None:
    store, third = godown(sharma), godown(sharma, "Third", "THI")
    trade.item("Soap", 118, stock_of=10, cost=60)
    asked = asked_for(trade, store, SendLine(trade.items["Soap"], Qty(4000)))
    send(trade, asked)
    there, elsewhere = cashier(sharma, store), cashier(sharma, third)
    with read_books(there) as books:
        assert transfers.transfer(books, asked.id).state == "in_transit"
    with open_books(there) as books, pytest.raises(NotYourStore):
        transfers.recall(books, asked.id, "not wanted")
    arrived = Receive(asked.id, new_id(), DAY, (ReceivedLine(1, Qty(4000)),), new_id().hex)
    acts: list[Callable[[Books], object]] = [
        lambda books: transfers.transfer(books, asked.id),
        lambda books: transfers.receive(books, arrived),
        lambda books: transfers.recall(books, asked.id, "not wanted"),
    ]
    for act in acts:
        with open_books(elsewhere) as books, pytest.raises(NotYourStore):
            act(books)
    with read_books(elsewhere) as books:
        assert transfers.transfers(books, Wanted()).rows == ()
    true(trade)


def test_the_pages_from_sending_to_receiving(browse: Enter, sharma: Shop, iyer: Shop, trade: Trade) -> None:
    store, owner = godown(sharma), browse(sharma)
    trade.item("Soap", 118, stock_of=10, cost=60)
    assert "Nothing was sent" in owner.get("/transfers").text
    typed = {"id": str(new_id()), "store": str(trade.store_id), "to_store": str(store), "sent_on": "2026-11-20", "what": ["soap", ""]}
    again = owner.post("/transfers", data={**typed, "qty": ["many", ""]})
    assert (again.status_code, "plain digits" in again.text, 'value="many"' in again.text) == (422, True, True)
    sent = owner.post("/transfers", data={**typed, "qty": ["4", ""]})
    assert sent.status_code == 303, sent.text[-3000:]
    here = f"/transfers/{typed['id']}"
    assert "In transit" in owner.get(here).text
    assert "26-TC/000001" in owner.get("/transfers?state=in_transit").text
    assert "Make PDF" in owner.get(f"{here}/print").text
    assert owner.post(f"{here}/papers").status_code == 303
    with read_books(sharma.actor) as books:
        paper = printing.newest_papers(books, UUID(typed["id"]))["a4"]
    printing.draw_paper(sharma.actor, paper.id)
    assert "Open PDF" in owner.get(f"{here}/print").text
    short = owner.post(f"{here}/receipt", data={"id": str(new_id()), "received_on": "2026-11-20", "qty_1": "3"})
    assert (short.status_code, "why more or less" in short.text) == (422, True)
    assert owner.post(f"{here}/receipt", data={"id": str(new_id()), "received_on": "2026-11-20", "qty_1": "4"}).status_code == 303
    assert "Received" in owner.get(here).text
    assert "26-TC/000001" in owner.get("/transfers/export.csv").text
    stranger = browse(iyer)
    assert stranger.get(here).status_code == 404
    assert stranger.post(f"{here}/recall", data={"reason": "mine"}).status_code == 404
    assert stranger.get(f"{here}/print").status_code == 404
    assert stranger.post(f"{here}/papers").status_code == 404
