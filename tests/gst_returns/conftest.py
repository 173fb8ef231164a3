"""Months of two shops, and a browser signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.counter.device import signed_in
from tests.ground.shops import Shop
from tests.gst_returns.month import Month


@pytest.fixture
def month(sharma: Shop) -> Month:
    return Month.of(sharma)


@pytest.fixture
def enter(app: Flask) -> Callable[[Shop], FlaskClient]:
    """A browser in which a shop's owner has signed in."""
    return lambda shop: signed_in(app, shop)
