"""Two shops at the counter: Sharma Stores, and Iyer Traders whose rows nobody else may touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from webapp import sales, stocktaking


@pytest.fixture(autouse=True)
def _costs_are_settled() -> Iterator[None]:
    sales.use_settling(getattr(stocktaking, "settle_costs", lambda books, recorded: None))
    yield


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    return open_trade(sharma.actor)


@pytest.fixture
def other(iyer: Shop) -> Trade:
    return open_trade(iyer.actor)
