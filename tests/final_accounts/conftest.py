"""Books of two years, and somebody who reads them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.final_accounts.two_years import TwoYears
from tests.ground.shops import Shop
from webapp import identity
from webapp.identity.service import NewUser, add_member, create_user
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory


@pytest.fixture
def books_of_two_years(sharma: Shop) -> TwoYears:
    return TwoYears(sharma.actor).open()


@pytest.fixture(params=range(3))
def filled(request: pytest.FixtureRequest, books_of_two_years: TwoYears, iyer: Shop) -> TwoYears:
    """Books of random vouchers; the other company has some too, which must show nowhere."""
    books_of_two_years.fill(Random(request.param))
    TwoYears(iyer.actor).open().fill(Random(99), vouchers=5)
    return books_of_two_years


@pytest.fixture
def as_role(app: Flask) -> Callable[[Shop, Role], FlaskClient]:
    """A browser in which somebody of this role is signed in to the shop."""

    def sign_in(shop: Shop, role: Role) -> FlaskClient:
        with open_directory() as directory:
            user_id = shop.actor.user_id
            if role is not Role.OWNER:
                asked = NewUser(name=role.title(), email=f"{role}@{shop.email.split('@')[1]}", password=shop.password)
                user = create_user(directory, asked)
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
