"""The purchase desks of two shops."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.ground.shops import Shop
from tests.input_tax.desk import Desk


@pytest.fixture
def desk(engine: Engine, sharma: Shop) -> Desk:
    """Sharma Stores, Pune."""
    return Desk.of(sharma)


@pytest.fixture
def other(engine: Engine, iyer: Shop) -> Desk:
    """Iyer Traders, Chennai."""
    return Desk.of(iyer)
