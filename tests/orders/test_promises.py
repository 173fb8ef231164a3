"""Whatever is delivered, billed, returned, cancelled or closed: ordered = delivered + pending + closed, and the books are true."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from tests.counter.test_at_once import together
from tests.ground.shops import Shop, found_shop
from tests.orders.conftest import Desk, open_desk
from tests.sales.trade import open_trade
from webapp import books_check, ledger, orders
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.ledger.models import JournalLine
from webapp.platform.tenancy import Books
from webapp.stock.models import StockMovement

ACTS = st.lists(
    st.tuples(st.sampled_from(["deliver", "bill", "back", "cancel bill", "cancel challan", "close"]), st.integers(1, 7)), max_size=9
)


class Model:
    """What a person with pencil and paper would say of one order of ten: nothing here is asked of the program."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        (self.item,) = desk.trade.items
        self.order = desk.make("order", (self.item, "10"))
        self.closed = 0
        self.before = desk.trade.balance("goods-delivered")  # of examples before this one
        self.out: list[dict[str, Any]] = []  # one a challan: how many went, came back, were billed, by which bill

    def act(self, name: str, count: int) -> None:
        with suppress(BooksError):  # refused in words; the pencil has not moved either
            getattr(self, name.replace(" ", "_"))(count)

    def deliver(self, count: int) -> None:
        head = self.desk.deliver(self.order, **{self.item: str(count)})
        self.out.append({"head": head, "went": count, "back": 0, "billed": 0, "bill": None})

    def bill(self, count: int) -> None:
        one = self.out[count % len(self.out)] if self.out else None
        if one:
            issued = self.desk.bill(one["head"])
            one.update(billed=one["went"] - one["back"], bill=issued)

    def back(self, count: int) -> None:
        one = self.out[count % len(self.out)] if self.out else None
        if one:
            self.desk.back(one["head"], count)
            one["back"] += count
            if self.is_closed:
                self.closed += count

    def cancel_bill(self, count: int) -> None:
        one = self.out[count % len(self.out)] if self.out else None
        if one and one["bill"]:
            self.desk.trade.cancel(one["bill"])
            one.update(billed=0, bill=None)

    def cancel_challan(self, count: int) -> None:
        one = self.out[count % len(self.out)] if self.out else None
        if one and not self.is_closed:
            self.desk.act(orders.cancel, one["head"], reason="Wrong")
            self.out.remove(one)

    is_closed = False

    def close(self, _count: int) -> None:
        pending = 10 - self.delivered - self.closed
        self.desk.act(orders.close_short, self.order, reason="Enough")
        self.is_closed, self.closed = True, self.closed + pending

    @property
    def delivered(self) -> int:
        return sum(one["went"] - one["back"] for one in self.out)

    def check(self) -> None:
        line = self.desk.view(self.order).lines[0]
        assert (line.used_qty, line.closed_qty) == (self.delivered * 1000, self.closed * 1000)
        assert line.qty == line.used_qty + line.left + line.closed_qty
        assert self.desk.trade.on_hand(self.item) == (100 - self.delivered) * 1000
        in_books, delivered, on_shelf = self.desk.trade.read(values)
        unbilled = sum(one["went"] - one["back"] - one["billed"] for one in self.out)
        assert in_books == on_shelf
        assert abs(delivered - self.before - unbilled * 3_333) <= 3 * len(self.out) + 3, "each part of a cost is rounded to the paisa"
        if not unbilled:
            assert delivered == self.before


def values(books: Books) -> tuple[int, int, int]:
    """Stock in the ledger, goods delivered in the ledger, stock in the register: each added up from its own rows."""
    heads, found = ledger.heads(books), balances(books)
    on_shelf = sum(books.session.scalars(select(StockMovement.value_paise)))
    return found[heads["stock-in-hand"]], found[heads["goods-delivered"]], on_shelf


def balances(books: Books) -> Counter[UUID]:
    found: Counter[UUID] = Counter()
    for account_id, amount in books.session.execute(select(JournalLine.account_id, JournalLine.amount_paise)):
        found[account_id] += amount
    return found


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=ACTS)
def test_ordered_is_delivered_and_pending_and_closed(sharma: Shop, acts: list[tuple[str, int]]) -> None:
    desk = fresh_desk(sharma)
    model = Model(desk)
    for name, count in acts:
        model.act(name, count)
        model.check()
    assert desk.trade.read(books_check.verify_books).breaches == []


def fresh_desk(shop: Shop) -> Desk:
    """The shop's desk with an item and a customer of this example's own."""
    trade, name = open_trade(shop.actor), f"Tea {new_id().hex}"
    trade.item(name, 50, tax="gst-5", incl=False, cost=33.33)
    return Desk(trade, trade.customer(f"Ravi {new_id().hex}"))


@pytest.mark.slow
def test_two_who_convert_the_same_order_take_turns(real_engine: Engine) -> None:
    shop = found_shop("Two", email="two@orders.example", state_code="27", gstin="27AABCS1234D1ZV")
    desk = open_desk(shop)
    for _ in range(5):
        order = desk.make("order", ("Soap", "3"))

        def deliver(order: Any = order) -> str:
            try:
                return desk.convert(order, "challan").number
            except BooksError as refusal:
                return refusal.problem

        said = together(deliver, deliver)
        assert sorted(word.startswith("26-DC/") for word in said) == [False, True], said
        challan = orders_of(desk, order)

        def bill(challan: Any = challan) -> str:
            try:
                return desk.bill(challan).number
            except BooksError as refusal:
                return refusal.problem

        billed = together(bill, bill)
        assert sorted(word.startswith("2600/") for word in billed) == [False, True], billed
    assert desk.trade.on_hand("Soap") == 85_000
    assert desk.trade.read(books_check.verify_books).breaches == []


def orders_of(desk: Desk, order: Any) -> Any:
    trail = desk.trade.read(lambda books: orders.chain_of(books, order.id))
    (link,) = trail.of("challan")
    return desk.view(link.id).head
