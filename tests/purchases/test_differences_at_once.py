"""A bill that puts costs right while others sell, and a process that is killed in the middle of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.ground.shops import found_sharma
from tests.purchases.conftest import Buyer, open_buyer
from tests.purchases.test_chain import billed
from webapp.kernel.ids import new_id

KILLED = """
import os, signal, sys
from uuid import UUID
from webapp import purchases, stock, stocktaking
from webapp.app import connect_rooms
from webapp.platform import db
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books
from webapp.kernel.money import MilliPaise, Qty
from tests.purchases.conftest import TODAY
from webapp.purchases import Bill, BillLine, LineKind, LineRef

url, company, user, supplier, store, item, receipt = sys.argv[1:]
db.use(db.make_engine(url))
connect_rooms()
stocktaking.service.stock.revalue = lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL)
line = BillLine(kind=LineKind.ITEM, item_id=UUID(item), qty=Qty(40_000), rate=MilliPaise(1_200_000), receipt=LineRef(UUID(receipt), 1))
bill = Bill(
    id=UUID(int=7), party_id=UUID(supplier), supplier_number="K-1", bill_date=TODAY, voucher_date=TODAY, store_id=UUID(store),
    lines=(line,), body_sha256="0",
)
with open_books(Actor(int(company), Role.OWNER, UUID(user), "Asha")) as books:
    purchases.enter_bill(books, bill)
"""


def shelf_of(valuation: str) -> Buyer:
    buyer = open_buyer(found_sharma())
    buyer.items["Soap"] = buyer.item("Soap by " + valuation, valuation=valuation)
    return buyer


@pytest.mark.parametrize("valuation", ["average", "fifo"])
def test_two_sell_while_bills_put_the_cost_right(real_engine: Engine, valuation: str) -> None:
    """Forty at ₹10, twenty sold by two tills; billed at ₹12, cancelled, and billed at ₹11, all at once."""
    shelf = shelf_of(valuation)
    receipt = shelf.receive(shelf.goods("Soap", 40, 10))

    def sells() -> None:
        for _ in range(10):
            shelf.sell("Soap", 1)

    def bills() -> None:
        wrong = shelf.buy(billed(shelf, receipt, 40, 12), number="1")
        shelf.cancel(wrong.id)
        shelf.buy(billed(shelf, receipt, 40, 11), number="2")

    answers = at_once([sells, bills, sells])
    assert answers == [None] * 3
    assert (shelf.on_hand("Soap"), shelf.balance("cost-of-goods"), shelf.balance("price-differences")) == ((20, 220), 220, 0)
    shelf.assert_true()


def test_killed_between_the_difference_and_the_costs_nothing_of_the_bill_is_there(
    real_engine: Engine,
) -> None:
    shelf = shelf_of("fifo")
    receipt = shelf.receive(shelf.goods("Soap", 40, 10))
    shelf.sell("Soap", 4)
    url = real_engine.url.render_as_string(hide_password=False)
    named = (shelf.actor.company_id, shelf.actor.user_id, shelf.suppliers["Gupta Traders"], shelf.store_id, shelf.items["Soap"], receipt.id)
    killed = subprocess.run([sys.executable, "-c", KILLED, url, *map(str, named)], capture_output=True, timeout=600, check=False)
    assert killed.returncode == -9, killed.stderr.decode()
    assert (shelf.on_hand("Soap"), shelf.balance("cost-of-goods"), shelf.balance("goods-received")) == ((36, 360), 40, -400)
    shelf.assert_true()
    shelf.buy(billed(shelf, receipt, 40, 12), number="K-1", id=new_id())
    assert (shelf.on_hand("Soap"), shelf.balance("cost-of-goods")) == ((36, 432), 48)
    shelf.assert_true()
