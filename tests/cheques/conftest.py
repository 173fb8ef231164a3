"""Two shops that take, bank and lose cheques."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cheques.drawer import Drawer
from tests.ground.shops import Shop


@pytest.fixture
def drawer(sharma: Shop) -> Drawer:
    return Drawer(sharma.actor)


@pytest.fixture
def theirs(iyer: Shop) -> Drawer:
    """The other company's."""
    return Drawer(iyer.actor)


@pytest.fixture
def ravi(drawer: Drawer) -> UUID:
    return drawer.customer("Ravi Rao", phone="+919822010023")
