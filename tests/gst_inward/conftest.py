"""The purchase desk of a shop with two suppliers of one PAN and one of another."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.gst_inward.made import Desk
from tests.purchases.conftest import FAR_GSTIN, Buyer, open_buyer


@pytest.fixture
def desk(engine: Engine, sharma: Shop, clock: Clock) -> Desk:
    buyer = open_buyer(sharma)
    buyer.supplier("Iyer Mills", gstin=FAR_GSTIN)
    return Desk(sharma, buyer)


@pytest.fixture
def other(engine: Engine, iyer: Shop) -> Buyer:
    """The purchase desk of another business."""
    return open_buyer(iyer)
