"""After anything in any order (sent, accepted, back; come, sold, billed, sent back; amended, cancelled): books = stock = replay."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.consignment.conftest import FAN, House, open_house
from tests.counter.test_at_once import together
from tests.ground.shops import Shop, found_shop
from webapp import orders, purchases, sales
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.orders import NewDocument, WantedStanding
from webapp.platform.tenancy import open_books
from webapp.sales import read_sheet

ACTS = (
    "lend_own", "lend_fans", "accept", "back", "cancel_bill", "cancel_challan", "come", "sell", "take_back", "bill_sold", "note",
    "send_back", "cancel_back", "cancel_purchase", "cancel_receipt",
)  # fmt: skip


@dataclass
class Pencil:
    """What a person would write down of a shop with 100 teas of its own at ₹33.33 and a consignor's fans. Nothing is asked of the program."""

    house: House
    tea: str
    fan: str
    came: dict[UUID, int] = field(default_factory=dict)  # receipt → how many came
    receipts: dict[UUID, Any] = field(default_factory=dict)
    backs: dict[UUID, int] = field(default_factory=dict)  # to the consignor
    bills: dict[UUID, int] = field(default_factory=dict)  # of the consignor
    notes: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    lent: list[dict[str, Any]] = field(default_factory=list)
    sold: dict[UUID, int] = field(default_factory=dict)  # fans over the counter

    def act(self, name: str, count: int) -> None:
        with suppress(BooksError):  # refused in words; the pencil has not moved either
            getattr(self, name)(count)

    # Ours, with others ----------------------------------------------------------------------------------------------

    def _lend(self, item: str, count: int) -> None:
        desk = self.house.desk
        with open_books(desk.trade.actor) as books:
            head = orders.create(books, NewDocument("challan", read_sheet(desk.sheet((item, str(count)))), purpose="approval"))
        self.lent.append({"head": head, "item": item, "went": count, "back": 0, "accepted": {}})

    def lend_own(self, count: int) -> None:
        self._lend(self.tea, count)

    def lend_fans(self, count: int) -> None:
        self._lend(self.fan, count)

    def _one(self, count: int) -> dict[str, Any]:
        if not self.lent:
            raise BooksError(problem="Nothing is lent.", fix="Lend.")
        return self.lent[count % len(self.lent)]

    def accept(self, count: int) -> None:
        one = self._one(count)
        with open_books(self.house.desk.trade.actor) as books:
            sheet = read_sheet(self.house.desk.sheet((one["item"], str(count), "", f"{one['head'].id}.1")))
            issued = orders.issue(books, sheet)
        one["accepted"][issued.invoice_id] = count

    def back(self, count: int) -> None:
        one = self._one(count)
        self.house.desk.back(one["head"], count)
        one["back"] += count

    def cancel_bill(self, count: int) -> None:
        one = self._one(count)
        for invoice_id in list(one["accepted"])[:1]:
            self.house.desk.trade.cancel(invoice_id)
            del one["accepted"][invoice_id]

    def cancel_challan(self, count: int) -> None:
        one = self._one(count)
        self.house.desk.act(orders.cancel, one["head"], reason="Wrong")
        self.lent.remove(one)

    # A consignor's, with us -----------------------------------------------------------------------------------------

    def come(self, count: int) -> None:
        receipt = self.house.came(count, item=self.fan)
        self.came[receipt.id], self.receipts[receipt.id] = count, receipt

    def sell(self, count: int) -> None:
        self.sold[self.house.sell(count, self.fan).invoice_id] = count

    def take_back(self, count: int) -> None:
        for invoice_id in list(self.sold)[-1:]:
            self.house.desk.trade.take_back(invoice_id, (1, count))
            self.sold[invoice_id] -= count

    def bill_sold(self, count: int) -> None:
        for receipt in list(self.receipts.values())[count % 2 :][:1]:
            self.bills[self.house.bill(receipt, count, item=self.fan).id] = count

    def note(self, count: int) -> None:
        for bill_id in list(self.bills)[:1]:
            found = self.house.desk.trade.read(lambda books, id_=bill_id: purchases.bill(books, id_))
            self.notes[self.house.buyer.give_back(found, (1, count)).id] = (bill_id, count)

    def send_back(self, count: int) -> None:
        for receipt in list(self.receipts.values())[count % 2 :][:1]:
            self.backs[self.house.send_back(receipt, count).id] = count

    def cancel_back(self, count: int) -> None:
        for return_id in list(self.backs)[count % 2 :][:1]:
            with open_books(self.house.desk.trade.actor) as books:
                purchases.cancel_back(books, return_id, reason="Wrong")
            del self.backs[return_id]

    def cancel_purchase(self, count: int) -> None:
        for bill_id in (list(self.notes) + list(self.bills))[count % 2 :][:1]:
            self.house.buyer.cancel(bill_id)
            self.bills.pop(bill_id, None)
            self.notes.pop(bill_id, None)

    def cancel_receipt(self, count: int) -> None:
        for receipt_id in list(self.came)[count % 2 :][:1]:
            with open_books(self.house.desk.trade.actor) as books:
                purchases.cancel_receipt(books, receipt_id, reason="Wrong")
            del self.came[receipt_id], self.receipts[receipt_id]

    # What must hold ---------------------------------------------------------------------------------------------------

    def lent_of(self, item: str) -> int:
        return sum(one["went"] - one["back"] - sum(one["accepted"].values()) for one in self.lent if one["item"] == item)

    def check(self) -> None:
        trade = self.house.desk.trade
        accepted = {item: sum(sum(one["accepted"].values()) for one in self.lent if one["item"] == item) for item in (self.tea, self.fan)}
        came, back = sum(self.came.values()), sum(self.backs.values())
        sold = sum(self.sold.values()) + accepted[self.fan]
        billed = sum(self.bills.values()) - sum(count for _bill, count in self.notes.values())
        here = came - back - sold - self.lent_of(self.fan)
        held = self.house.holding(self.fan)
        assert held == purchases.Holding(*(1000 * figure for figure in (came, back, here, self.lent_of(self.fan), billed)))
        assert (held.sold, held.unbilled) == (1000 * sold, 1000 * (sold - billed))
        assert self.house.buyer.on_hand(self.fan) == (here, 0)
        assert trade.on_hand(self.tea) == 1000 * (100 - accepted[self.tea] - self.lent_of(self.tea))
        rows = [
            row for row in trade.read(lambda books: list(orders.all_standing(books, WantedStanding()))) if row.name in (self.tea, self.fan)
        ]
        assert sum(row.out for row in rows) == 1000 * (self.lent_of(self.tea) + self.lent_of(self.fan))
        every = trade.read(lambda books: orders.standing_cost(books, WantedStanding()))
        assert every == trade.balance("goods-delivered"), "what stands with others is worth what the books say"


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 6)), min_size=4, max_size=14))
def test_books_are_stock_are_replay(house: House, acts: list[tuple[str, int]]) -> None:
    tea, fan = f"Tea {new_id().hex}", f"Fan {new_id().hex}"
    house.desk.trade.item(tea, 50, tax="gst-5", incl=False, cost=33.33)
    house.desk.trade.item(fan, 118, stock_of=0)
    house.buyer.items |= house.desk.trade.items
    pencil = Pencil(house, tea, fan)
    for name, count in (("come", 6), ("sell", 2), *acts):
        pencil.act(name, count)
    pencil.check()
    house.true()


@pytest.mark.slow
def test_two_at_once_accept_bill_and_send_back_no_more_than_there_is(real_engine: Engine) -> None:
    shop: Shop = found_shop("Two", email="two@consignment.example", state_code="27", gstin="27AABCS1234D1ZV")
    house = open_house(shop)
    receipt = house.came(5)
    house.sell(3)

    def said(act: Any) -> Any:
        def run() -> str:
            try:
                act()
            except BooksError as refusal:
                return f"refused {refusal.problem}"
            return "done"

        return run

    def accept(challan: Any) -> sales.Issued:
        with open_books(house.desk.trade.actor) as books:
            return orders.issue(books, read_sheet(house.desk.sheet(("Soap", "3", "", f"{challan.id}.1"))))

    challan = house.desk.make("challan", ("Soap", "4"))
    for act in (lambda: accept(challan), lambda: house.bill(receipt, 2), lambda: house.send_back(receipt, 2)):
        answers = together(said(act), said(act))
        assert sorted(one.split()[0] for one in answers) == ["done", "refused"], answers
    house.true()
    assert house.holding(FAN) == purchases.Holding(5_000, 2_000, 0, 0, 2_000)
