"""First in, first out through the rooms that move goods: bills, returns, challans, transfers, counts, and goods sold that were not there."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from tests.orders.conftest import Desk
from tests.sales.trade import Trade, open_trade
from tests.transfers.test_transfers import asked_for, at, godown, receive, send
from webapp import books_check, stock
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import open_books
from webapp.stocktaking import Adjustment, Change, adjust_stock
from webapp.transfers import SendLine

DAY = date(2026, 11, 20)


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    """Ten at ₹10, then ten at ₹20."""
    trade = open_trade(sharma.actor)
    trade.item("Ghee", 118, stock_of=0, valuation="fifo")
    change(trade, 10, 100_00, kind="opening")
    change(trade, 10, 200_00, kind="opening")
    return trade


def change(trade: Trade, qty: int, value: int | None = None, kind: str = "adjustment", store: UUID | None = None) -> None:
    asked = Change(trade.items["Ghee"], Qty(qty * 1000), None if value is None else Paise(value))
    with open_books(trade.actor) as books:
        adjust_stock(books, Adjustment(new_id(), DAY, store or trade.store_id, "counted", (asked,), kind))


def stands(trade: Trade, *, qty: int, worth: int, cost: int | None = None) -> None:
    """What is on hand and worth, in units and rupees; what goods have cost; and every promise of the books."""
    held = trade.read(lambda books: stock.on_hand(books, [trade.items["Ghee"]]))[trade.items["Ghee"]]
    assert (held.qty / 1000, held.value_paise / 100) == (qty, worth)
    assert trade.balance("stock-in-hand") == held.value_paise
    if cost is not None:
        assert trade.balance("cost-of-goods") / 100 == cost
    assert trade.read(lambda books: [*books_check.verify_books(books).breaches, *books_check.replay(books)]) == []


def test_a_bill_takes_the_oldest_and_its_return_brings_back_what_it_cost(trade: Trade) -> None:
    bill = trade.sell(trade.line("Ghee", 12), total=1416)
    stands(trade, qty=8, worth=160, cost=140)
    note = trade.take_back(bill, (1, 6))
    stands(trade, qty=14, worth=230, cost=70)
    trade.cancel(note)
    trade.cancel(bill)
    stands(trade, qty=20, worth=300, cost=0)
    trade.sell(trade.line("Ghee", 10), total=1180)
    stands(trade, qty=10, worth=200, cost=100)


def test_an_offline_bill_sells_what_is_not_there_and_the_receipt_says_what_it_cost(trade: Trade) -> None:
    trade.sell(trade.line("Ghee", 25), total=2950, has_happened=True)
    stands(trade, qty=-5, worth=-100, cost=400)
    change(trade, 8, 8 * 30_00, kind="opening")
    stands(trade, qty=3, worth=90, cost=450)
    trade.sell(trade.line("Ghee", 3), total=354, has_happened=True, invoice_date=date(2026, 11, 19))
    stands(trade, qty=0, worth=0, cost=540)


def test_counts_and_wastage(trade: Trade) -> None:
    change(trade, -3, kind="wastage")
    stands(trade, qty=17, worth=270)
    change(trade, -7)
    stands(trade, qty=10, worth=200)
    change(trade, 2)
    stands(trade, qty=12, worth=240)
    assert (trade.balance("wastage"), trade.balance("stock-adjustment"), trade.balance("cost-of-goods")) == (30_00, 30_00, 0)


def test_a_transfer_arrives_as_it_went_and_stands_behind_what_was_there(sharma: Shop, trade: Trade) -> None:
    store = godown(sharma)
    change(trade, 1, 50_00, kind="opening", store=store)
    asked = asked_for(trade, store, SendLine(trade.items["Ghee"], Qty(12_000)))
    send(trade, asked)
    assert at(trade, trade.store_id, "Ghee") == (8_000, 160_00)
    receive(trade, asked.id, 11_000, reason="One broke")
    assert at(trade, store, "Ghee") == (12_000, 50_00 + 128_33)
    change(trade, -1, store=store)
    assert at(trade, store, "Ghee") == (11_000, 128_33)
    stands(trade, qty=19, worth=288.33)


def test_a_challan_goes_at_the_oldest_and_its_bill_says_so(trade: Trade) -> None:
    desk = Desk(trade, trade.customer("Ravi Kumar"))
    challan = desk.make("challan", ("Ghee", "12"))
    assert trade.balance("goods-delivered") == 140_00
    desk.back(challan, 4)
    stands(trade, qty=12, worth=206.67, cost=0)
    desk.bill(challan)
    stands(trade, qty=12, worth=206.67, cost=93.33)
    assert trade.balance("goods-delivered") == 0
