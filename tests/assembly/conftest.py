"""A shop that makes things: parts in stock, wages to credit."""

from __future__ import annotations

import pytest

from tests.assembly.making import Workshop
from tests.ground.shops import Shop
from tests.sales.trade import open_trade


@pytest.fixture
def workshop(sharma: Shop) -> Workshop:
    return Workshop(open_trade(sharma.actor))
