"""A browser of a shop's owner."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.ground.shops import Shop


@pytest.fixture
def browse(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Shop], FlaskClient]:
    """A browser in which a shop's owner has signed in. The forms' tokens have their own tests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)

    def enter(shop: Shop) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"email": shop.email, "password": shop.password})
        assert answer.status_code == 303, answer.text
        return client

    return enter
