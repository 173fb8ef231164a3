"""Two shops that sell: Sharma Stores with soap, paste and dal on the shelf, and Iyer Traders whose rows nobody else may touch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from webapp import schemes
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books
from webapp.schemes import Goods, Kind, Scheme


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    made = open_trade(sharma.actor)
    made.item("Soap", 118, brand="Lux", category="Bath")
    made.item("Paste", 236, brand="Cibaca", category="Bath")
    made.item("Dal", 105, tax="gst-5", category="Grain")
    return made


@pytest.fixture
def other(iyer: Shop) -> Trade:
    return open_trade(iyer.actor)


def buy_two_get_one(trade: Trade, item: str = "Soap", **more: Any) -> Scheme:
    goods = Goods(frozenset({str(trade.items[item])}))
    return Scheme(**{"id": str(new_id()), "name": "Buy 2 get 1 free", "kind": Kind.FREE, "goods": goods, "buy": 2000, "get": 1000, **more})


def put(trade: Trade, scheme: Scheme) -> UUID:
    with open_books(trade.actor) as books:
        return schemes.create_scheme(books, scheme)
