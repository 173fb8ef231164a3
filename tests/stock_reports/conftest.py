"""Shops that have traded for a while in two stores: bills, returns, cancellations, receipts."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.sales.trade import Trade, at, open_trade, stock_up
from webapp import company, stock
from webapp.company import StoreDraft
from webapp.kernel.dates import ist_day
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import open_books

NAMES = ("Dal", "Ghee", "Salt")
CASHIERS = ("Asha", "Ravi")


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    return open_trade(sharma.actor)


class Market:
    """A shop that trades at random from April on, one event after the other."""

    def __init__(self, trade: Trade, clock: Clock, seed: int) -> None:
        self.trade, self.clock, self.chance = trade, clock, Random(seed)
        self.bills: list[Any] = []
        clock.now = at("2026-04-02T06:00:00+00:00")
        for number, name in enumerate(NAMES):
            trade.item(name, 100 + number, stock_of=20, cost=60, category="Grocery" if number else "")
        self.party = trade.customer("Meera", phone="9822012345")
        with open_books(trade.actor) as books:
            second = company.create_store(books, StoreDraft(name="Godown", code="GD"))
        self.stores = [trade.store_id, second]
        for name in NAMES:
            self.receive(name, 10, second)

    @property
    def today(self) -> date:
        return ist_day(self.clock.now)

    def trade_for(self, events: int) -> None:
        for _ in range(events):
            self.clock.advance(days=self.chance.randrange(9))
            self.chance.choice((self.sell, self.sell, self.sell, self.buy, self.take_back, self.cancel))()

    def receive(self, name: str, qty: int, store: Any) -> None:
        with open_books(self.trade.actor) as books:
            value = Paise(qty * self.chance.randrange(40_00, 90_00))
            stock_up(books, store, self.trade.items[name], Qty(qty * 1000), value, self.today)

    def buy(self) -> None:
        self.receive(self.chance.choice(NAMES), self.chance.randrange(1, 9), self.chance.choice(self.stores))

    def sell(self) -> None:
        store, names = self.chance.choice(self.stores), self.chance.sample(NAMES, 2)
        if any(self.held(name, store) < 3000 for name in names):
            return
        amounts = [self.chance.randrange(1, 4) for _ in names]
        total = sum(qty * self.trade.prices[name][0] // 100_000 for name, qty in zip(names, amounts, strict=True))
        lines = [self.trade.line(name, qty) for name, qty in zip(names, amounts, strict=True)]
        more: dict[str, Any] = {"party_id": self.party} if self.chance.random() < 0.5 else {}
        self.bills.append(self.trade.sell(*lines, total=total, store_id=store, cashier=self.chance.choice(CASHIERS), **more))

    def take_back(self) -> None:
        if self.bills:
            bill = self.bills.pop(self.chance.randrange(len(self.bills)))
            self.trade.take_back(bill, (1, 1), store_id=self.trade.bill(bill).header.store_id)

    def cancel(self) -> None:
        """A bill is cancelled in its own month only."""
        if self.bills and self.trade.bill(self.bills[-1]).header.invoice_date.month == self.today.month:
            self.trade.cancel(self.bills.pop())

    def held(self, name: str, store: Any) -> int:
        item = self.trade.items[name]
        return int(self.trade.read(lambda books: stock.on_hand(books, [item], store))[item].qty)
