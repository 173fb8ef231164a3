"""Two shops whose parties owe and are owed."""

from __future__ import annotations

import pytest

from tests.ground.shops import Shop
from tests.outstandings.khata import Khata
from tests.sales.conftest import other, trade

__all__ = ["other", "trade"]


@pytest.fixture
def khata(sharma: Shop) -> Khata:
    return Khata(sharma.actor)


@pytest.fixture
def theirs(iyer: Shop) -> Khata:
    """The other company's."""
    return Khata(iyer.actor)
