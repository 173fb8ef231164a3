"""People of every role in a shop, and what the machine's mail server was given."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.ground.shops import Shop, found_shop
from webapp import identity, messaging
from webapp.kernel.ids import new_id
from webapp.messaging import Outcome
from webapp.platform import machine
from webapp.platform.permissions import Role
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, open_directory

Hire = Callable[..., Actor]
Browse = Callable[[UUID | None], FlaskClient]
Post = list[tuple[str, str, str]]
STRONG = "banyan peepal tulsi 772"


@pytest.fixture
def hire(request: pytest.FixtureRequest) -> Hire:
    """Somebody of this role, or of this role of the shop's own, as who acts."""

    def make(role: Role | UUID, shop: Shop | None = None, name: str = "Ravi") -> Actor:
        shop = shop or request.getfixturevalue("sharma")
        assert shop is not None
        with open_directory() as directory:
            user = identity.create_user(directory, identity.NewUser(f"{new_id().hex[-10:]}@shop.example", STRONG, name))
            own = role if isinstance(role, UUID) else None
            identity.add_member(directory, shop.company_id, user.id, role if isinstance(role, Role) else Role.CUSTOM, own)
            found = identity.actor_of(directory, shop.company_id, user.id)
        assert found is not None
        return found

    return make


@pytest.fixture
def alone(real_engine: Engine) -> Shop:
    """A shop in a database of its own, where several connections commit."""
    return found_shop("Rao Traders", email="owner@rao.example", state_code="29")


@pytest.fixture
def browse(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Browse:
    """A browser in which this person has signed in; forms without tokens."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)

    def sign_in(user_id: UUID | None) -> FlaskClient:
        assert user_id is not None
        client = app.test_client()
        with open_directory() as directory:
            token = identity.open_sign_in(directory, user_id, user_agent="test", address="127.0.0.1")
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    return sign_in


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Post:
    """What the machine's mail server was given."""
    settings: Settings = app.extensions["munim.settings"]
    monkeypatch.setattr(machine, "_settings", replace(settings, mail_url="smtp://127.0.0.1:1", mail_from="post@munim.example"))
    sent: Post = []

    def take(_id: object, to: str, subject: str, text: str) -> Outcome:
        sent.append((to, subject, text))
        return Outcome.SENT

    monkeypatch.setattr(messaging, "mail_person", take)
    return sent


def token_in(text: str) -> str:
    found = re.search(r"\?token=([\w-]{43})", text)
    assert found
    return found[1]


def make_role(actor: Actor, name: str = "Helper", copy_of: str = "cashier") -> UUID:
    with open_directory() as directory:
        return identity.make_role(directory, actor, name, copy_of)


def own_role(actor: Actor, role_id: UUID) -> identity.OwnRole:
    with open_directory(writes=False) as directory:
        return identity.own_role(directory, actor.company_id, role_id)
