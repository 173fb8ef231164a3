"""A shop that sells, sends on approval, and holds a consignor's goods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.ground.shops import Shop
from tests.orders.conftest import Desk, open_desk
from tests.purchases.conftest import Buyer
from webapp import purchases
from webapp.app import connect_rooms
from webapp.company import default_store
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.purchases import BackRow, BillRow, ConsignmentBack, LineKind, LineRef, NoteLine, ReceiptRow
from webapp.sales import Issued

FAN = "Fan (Gupta)"


@dataclass
class House:
    """The whole shop: its desk, what it buys, and the consignor Gupta Traders, whose fans it sells at ₹118.00 with tax."""

    desk: Desk
    buyer: Buyer

    @property
    def fan(self) -> UUID:
        return self.desk.trade.items[FAN]

    def came(self, qty: int = 10, rupees: int = 60, item: str = FAN, **more: Any) -> ReceiptRow:
        return self.buyer.receive(self.buyer.goods(item, qty, rupees, **more.pop("goods", {})), is_consignment=True, **more)

    def sell(self, qty: int, item: str = FAN) -> Issued:
        return self.desk.trade.sell(self.desk.trade.line(item, qty), total=118 * qty)

    def bill(self, receipt: ReceiptRow, qty: int, rupees: int = 60, item: str = FAN, **more: Any) -> BillRow:
        line = purchases.BillLine(
            kind=LineKind.ITEM, item_id=self.desk.trade.items[item], qty=Qty(qty * 1000), rate=MilliPaise(rupees * 100_000),
            receipt=LineRef(receipt.id, 1), batch=more.pop("batch", ""),
        )  # fmt: skip
        return self.buyer.buy(line, number=more.pop("number", f"G-{new_id().hex[-8:]}"), **more)

    def send_back(self, receipt: ReceiptRow, qty: int, *serials: str, **more: Any) -> BackRow:
        lines = more.pop("lines", (NoteLine(1, Qty(qty * 1000), serials),))
        given: dict[str, Any] = {"id": new_id(), "receipt_id": receipt.id, "returned_on": receipt.received_on, "reason": "Not sold"}
        given |= {"lines": lines, "body_sha256": new_id().hex} | more
        with open_books(self.desk.trade.actor) as books:
            return purchases.send_back(books, ConsignmentBack(**given))

    def holding(self, item: str = FAN) -> purchases.Holding:
        found: purchases.Holding = self.desk.trade.read(lambda books: purchases.holdings(books, [self.desk.trade.items[item]]))[
            self.desk.trade.items[item]
        ]
        return found

    def true(self) -> None:
        self.buyer.assert_true()


def refused(act: Callable[[], Any]) -> str:
    """What an act is refused with, beside its fields too."""
    with pytest.raises(BooksError) as found:
        act()
    refusal = found.value
    return " ".join(refusal.errors.values()) if isinstance(refusal, InvalidInput) else refusal.problem


def open_house(shop: Shop) -> House:
    connect_rooms()
    desk, buyer = open_desk(shop), open_buyer_beside(shop)
    desk.trade.item(FAN, 118, stock_of=0)
    buyer.items |= desk.trade.items
    return House(desk, buyer)


def open_buyer_beside(shop: Shop) -> Buyer:
    """The purchase desk of a shop whose items the sales desk has made."""
    with read_books(shop.actor) as books:
        made = Buyer(shop.actor, default_store(books))
    made.supplier("Gupta Traders")
    return made


@pytest.fixture
def house(engine: Engine, sharma: Shop) -> House:
    return open_house(sharma)


@pytest.fixture
def other(engine: Engine, iyer: Shop) -> House:
    return open_house(iyer)
