"""Two shops whose books are read; people of every role, signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.ground.shops import Shop
from tests.reports.ledgers import Ledgers
from tests.sales.trade import Trade, open_trade
from webapp import identity
from webapp.identity.service import NewUser, add_member, create_user
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory


@pytest.fixture
def trade(sharma: Shop) -> Trade:
    return open_trade(sharma.actor)


@pytest.fixture
def ledgers(sharma: Shop) -> Ledgers:
    return Ledgers(sharma.actor)


@pytest.fixture
def as_role(app: Flask) -> Callable[[Shop, Role], FlaskClient]:
    """A browser in which somebody of this role is signed in to the shop."""

    def sign_in(shop: Shop, role: Role) -> FlaskClient:
        with open_directory() as directory:
            user_id = shop.actor.user_id
            if role is not Role.OWNER:
                user = create_user(
                    directory, NewUser(name=role.title(), email=f"{role}@{shop.email.split('@')[1]}", password=shop.password)
                )
                directory.flush()
                add_member(directory, shop.company_id, user.id, role)
                directory.flush()
                user_id = user.id
            assert user_id is not None
            token = identity.open_sign_in(directory, user_id, user_agent="test", address="127.0.0.1")
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    return sign_in


@pytest.fixture
def owner(as_role: Callable[[Shop, Role], FlaskClient], sharma: Shop) -> FlaskClient:
    return as_role(sharma, Role.OWNER)
