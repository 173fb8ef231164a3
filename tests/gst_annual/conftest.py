"""A browser signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.counter.device import signed_in
from tests.ground.shops import Shop


@pytest.fixture
def enter(app: Flask) -> Callable[[Shop], FlaskClient]:
    """A browser in which a shop's owner has signed in."""
    return lambda shop: signed_in(app, shop)
