"""Who asks in these tests, and what they ask for."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter

from tests.every_route.test_url_map import WORDS
from tests.ground.shops import Shop
from webapp import identity
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory


@pytest.fixture
def owner(app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser in which Sharma's owner has signed in; the forms' tokens have tests of their own."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    assert sharma.actor.user_id is not None
    return browser_of(app, sharma.actor.user_id)


@pytest.fixture
def cashier(app: Flask, sharma: Shop, owner: FlaskClient) -> FlaskClient:
    """A browser in which somebody who only bills at Sharma's has signed in."""
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser("ravi@sharma.example", "a long enough password", "Ravi"))
        identity.add_member(directory, sharma.company_id, user.id, Role.CASHIER)
    return browser_of(app, user.id)


def browser_of(app: Flask, user_id: object) -> FlaskClient:
    client = app.test_client()
    with open_directory() as directory:
        token = identity.open_sign_in(directory, user_id, user_agent="test", address="127.0.0.1")  # type: ignore[arg-type]
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def some_address(app: Flask, rule: Rule) -> str:
    """The rule filled with words that fit, and with ids that nobody has."""
    filled: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        filled[name] = (
            uuid4() if isinstance(converter, UUIDConverter) else 202604 if isinstance(converter, IntegerConverter) else WORDS.get(name, "x")
        )
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, filled, method=next(iter(rule.methods or {"GET"})))
