"""Sales, returns, counts, cancellations and reservations of the same goods at the same instant: they queue, and none is thrown out.

On PostgreSQL documents of one company are written side by side; each must take its locks in the same order as the others.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.counter.test_at_once import together
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import CREDIT, Trade, open_trade
from webapp import books_check, ledger, stock, stocktaking
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import Books, open_books
from webapp.sales import SaleRefused
from webapp.sales.queries import Issued

GOODS = ("Dal", "Rice", "Soap", "Tea")
ROUNDS = 25


def busy_shop(name: str) -> tuple[Shop, Trade]:
    shop = found_shop(name, email=f"{name.lower()}@many.example", state_code="27", gstin="27AABCS1234D1ZV")
    trade = open_trade(shop.actor)
    for good in GOODS:
        trade.item(good, 100, stock_of=10_000, cost=50)
    return shop, trade


class Person:
    """Somebody who does one thing after the other, the same each time by his seed."""

    def __init__(self, trade: Trade, seed: int, bills: list[Issued]) -> None:
        self.trade = trade
        self.dice = random.Random(seed)
        self.bills = bills

    def work(self) -> int:
        done = 0
        for _ in range(ROUNDS):
            act = self.dice.choice([self.sell, self.sell, self.take_back, self.count, self.cancel, self.set_aside])
            try:
                act(self.dice.sample(GOODS, 3))
                done += 1
            except BooksError:
                pass  # cancelled or returned by somebody else meanwhile: said in words
        return done

    def some_day(self) -> Any:
        """Today, or a day before what has moved since: its costs are put right after the fact, by vouchers of other days."""
        return self.trade.read(lambda books: books.today) - timedelta(days=self.dice.choice([0, 0, 1, 2]))

    def sell(self, goods: list[str]) -> None:
        sale = self.trade.sale(*[self.trade.line(good) for good in goods], total=300, invoice_date=self.some_day())
        self.bills.append(self.trade.issue(sale))

    def take_back(self, _goods: list[str]) -> None:
        if self.bills:
            self.trade.take_back(self.dice.choice(self.bills[-10:]), (self.dice.choice([1, 2, 3]), 1))

    def cancel(self, _goods: list[str]) -> None:
        if self.bills:
            self.trade.cancel(self.dice.choice(self.bills[-10:]))

    def count(self, goods: list[str]) -> None:
        changes = tuple(stocktaking.Change(self.trade.items[good], Qty(1_000), Paise(self.dice.choice([4_000, 7_000]))) for good in goods)
        asked = stocktaking.Adjustment(new_id(), self.some_day(), self.trade.store_id, "counted", changes)
        with open_books(self.trade.actor) as books:
            stocktaking.adjust_stock(books, asked)

    def set_aside(self, goods: list[str]) -> None:
        wanted = {self.trade.items[good]: Qty(1_000) for good in goods}
        with open_books(self.trade.actor) as books:
            stock.reserve(books, document_id=new_id(), store_id=self.trade.store_id, wanted=wanted)


def test_three_people_at_the_same_goods_wait_for_each_other_and_nobody_for_ever(real_engine: Engine) -> None:
    shop, trade = busy_shop("Many")
    bills: list[Issued] = []
    done = together(*[Person(trade, seed, bills).work for seed in range(3)])
    assert min(done) > ROUNDS // 2
    with open_books(shop.actor) as books:
        assert books_check.verify_books(books).breaches == []
        assert books_check.replay(books, repair=False) == []


def test_goods_come_back_once_when_two_take_them_back_at_once(real_engine: Engine) -> None:
    _shop, trade = busy_shop("Twice")

    def tried(act: Callable[[], Any]) -> Callable[[], bool]:
        def attempt() -> bool:
            try:
                act()
            except BooksError:
                return False
            return True

        return attempt

    for _ in range(10):
        bill = trade.sell(trade.line("Dal"), total=100)
        acts = [lambda bill=bill: trade.take_back(bill, (1, 1)), lambda bill=bill: trade.take_back(bill, (1, 1))]
        assert sorted(together(*[tried(act) for act in acts])) == [False, True], "a return and a second one of the same goods"
        bill = trade.sell(trade.line("Dal"), total=100)
        acts = [lambda bill=bill: trade.take_back(bill, (1, 1)), lambda bill=bill: trade.cancel(bill)]
        assert sorted(together(*[tried(act) for act in acts])) == [False, True], "a return and a cancellation"
    assert trade.on_hand("Dal") == 10_000_000


def test_of_two_bills_at_once_that_would_pass_a_credit_limit_together_one_is_refused(
    real_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits, after what is due was read, for the other to have read it too, or for as long as the other is held up."""
    shop, trade = busy_shop("Limit")
    mohan = trade.customer("Poor Mohan", credit_limit_paise=Paise(15_000))
    both, asked = threading.Barrier(2), ledger.party_due

    def due(books: Books, party_id: UUID) -> Paise:
        found = asked(books, party_id)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(ledger, "party_due", due)

    def sell(good: str) -> str:
        sale = trade.sale(trade.line(good), total=100, paid=CREDIT, party_id=mohan)
        try:
            trade.issue(sale)
        except SaleRefused as refusal:
            return refusal.flag.kind.value
        return "issued"

    answers = together(lambda: sell("Dal"), lambda: sell("Rice"))
    assert sorted(answers) == ["credit_limit", "issued"]
    with open_books(shop.actor) as books:
        assert asked(books, mohan) == 10_000
