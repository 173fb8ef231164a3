"""Sharma Stores with two items on the shelf and a till at the front."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.counter.books import Shelf, stock_shelf
from tests.counter.device import Device, signed_in
from tests.ground.shops import Shop


@pytest.fixture
def owner(app: Flask, sharma: Shop) -> FlaskClient:
    """The owner's browser."""
    return signed_in(app, sharma)


@pytest.fixture
def shelf(sharma: Shop) -> Shelf:
    return stock_shelf(sharma.actor)


@pytest.fixture
def enrol(app: Flask, sharma: Shop, shelf: Shelf) -> Callable[..., Device]:
    """Makes a till of a browser of its own."""

    def make(name: str = "Front counter", **wish: Any) -> Device:
        device = Device.enrol(signed_in(app, sharma), name, **wish)
        device.items = shelf.items
        return device

    return make


@pytest.fixture
def till(enrol: Callable[..., Device]) -> Device:
    return enrol()
