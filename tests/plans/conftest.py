"""A machine that hosts by plans, and two shops on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.conftest import SECRET, Ground
from tests.ground.shops import Shop
from webapp import identity
from webapp.plans import enforcing, offered, routes, service
from webapp.platform import db, machine
from webapp.platform.permissions import Role
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, open_directory

PLANS = """
begins_with = "shop"
afterwards = "free"
host_email = "plans@host.example"
pay_url = "https://host.example/pay"

[plans.free]
name = "Free"
name_hi = "मुफ़्त"
order = 1
members = 2
stores = 1
bills_per_month = 10
price_month_paise = 0

[plans.shop]
name = "Shop"
name_hi = "दुकान"
order = 2
members = 3
stores = 2
bills_per_month = 20
price_month_paise = 49900
price_year_paise = 499000
trial_days = 30

[plans.chain]
name = "Chain"
name_hi = "शृंखला"
order = 3
price_month_paise = 249900
"""

Hosting = Callable[..., Path]
Browse = Callable[[Actor], FlaskClient]


@pytest.fixture
def hosting(tmp_path: Path, var_dir: Path) -> Iterator[Hosting]:
    """Have this process told of a file of plans; called again, of another one."""

    def say(text: str = PLANS, **more: str) -> Path:
        path = tmp_path / "plans.toml"
        path.write_text(text, encoding="utf-8")
        machine.use(Settings("sqlite://", var_dir, SECRET, is_testing=True, plans_file=str(path), **more))  # type: ignore[arg-type]
        offered._kept.cache_clear()
        enforcing.connect()
        return path

    yield say
    offered._kept.cache_clear()
    routes._levels.clear()


@pytest.fixture
def hosted(hosting: Hosting) -> Path:
    return hosting()


@pytest.fixture(scope="session")
def _hosting_app(_ground: Ground, var_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    from webapp.app import create_app

    path = tmp_path_factory.mktemp("plans") / "plans.toml"
    path.write_text(PLANS, encoding="utf-8")
    url = str(_ground.engine.url)
    return create_app(Settings(database_url=url, var_dir=var_dir, secret_key=SECRET, is_testing=True, plans_file=str(path)))


@pytest.fixture
def hosting_app(_hosting_app: Flask, engine: Engine, hosted: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The whole web application of such a machine; forms without tokens."""
    db.use(engine)
    monkeypatch.setitem(_hosting_app.config, "WTF_CSRF_ENABLED", False)
    routes._levels.clear()
    return _hosting_app


@pytest.fixture
def browse(hosting_app: Flask) -> Browse:
    """A browser in which somebody has signed in a moment ago."""

    def sign_in(actor: Actor) -> FlaskClient:
        assert actor.user_id is not None
        client = hosting_app.test_client()
        with open_directory() as directory:
            token = identity.open_sign_in(directory, actor.user_id, user_agent="test", address="127.0.0.1")
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    return sign_in


@pytest.fixture
def hire(request: pytest.FixtureRequest) -> Callable[..., Actor]:
    """Somebody of this role in a shop, without asking whether there is room."""

    def make(shop: Shop, role: Role = Role.CASHIER, name: str = "Ravi") -> Actor:
        with open_directory() as directory:
            address = f"{name.lower()}{shop.company_id}@shop.example"
            user = identity.create_user(directory, identity.NewUser(address, "banyan peepal tulsi 772", name))
            identity.add_member(directory, shop.company_id, user.id, role)
            found = identity.actor_of(directory, shop.company_id, user.id)
        assert found is not None
        return found

    return make


def as_host(shop: Shop) -> Actor:
    return Actor(shop.company_id, Role.OWNER, name="console", via="console")


def give(shop: Shop, plan: str, **how: object) -> None:
    service.set_plan(as_host(shop), plan, anyway=True, **how)  # type: ignore[arg-type]
