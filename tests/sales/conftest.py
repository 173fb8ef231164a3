"""Two shops at the counter: Sharma Stores, and Iyer Traders whose rows nobody else may touch."""

from __future__ import annotations

import pytest

from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    return open_trade(sharma.actor)


@pytest.fixture
def other(iyer: Shop) -> Trade:
    return open_trade(iyer.actor)
