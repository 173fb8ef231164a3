"""Who comes in while a business is about to be closed, and what comes after: pages, members, tills."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.counter.books import stock_shelf
from tests.counter.device import Device, signed_in
from tests.ground.shops import PASSWORD, Shop
from webapp import identity, winding_up
from webapp.identity.models import Membership, UserAccount
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory, read_books

pytestmark = pytest.mark.database
MEENA = {"email": "meena@sharma.example", "password": "banyan peepal tulsi 772"}


@pytest.fixture
def meena(sharma: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An accountant of Sharma's, signed in."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with open_directory() as directory:
        made = identity.create_user(directory, identity.NewUser(MEENA["email"], MEENA["password"], "Meena"))
        identity.add_member(directory, sharma.company_id, made.id, Role.ACCOUNTANT)
    client = app.test_client()
    assert client.post("/sign-in", data=MEENA).status_code == 303
    return client


def test_for_thirty_days_owners_alone_come_in_and_all_when_it_is_taken_back(
    sharma: Shop, meena: FlaskClient, browse: Callable[[Shop], FlaskClient], clock: Clock
) -> None:
    owner = browse(sharma)
    assert meena.get("/items").status_code == 200
    assert meena.get("/business-data/closure").status_code == 403
    wrong = owner.post("/business-data/closure", data={"name": "Iyer Traders"})
    assert wrong.status_code == 422
    assert 'value="Iyer Traders"' in wrong.text
    clock.advance(minutes=11)
    assert owner.post("/business-data/closure", data={"name": "sharma stores"}).status_code == 401
    done = owner.post("/business-data/closure", data={"name": "sharma stores", "proof_password": PASSWORD})
    assert done.status_code == 303
    assert owner.get("/items").status_code == 200
    assert "will be closed" in owner.get("/business-data/closure").text
    assert meena.get("/items").status_code == 303, "to the sign-in"
    assert owner.post("/business-data/closure/withdrawal").status_code == 303
    assert meena.get("/items").status_code == 200, "as before"


def test_an_offline_till_sends_its_bills_for_thirty_days_and_is_told_afterwards(sharma: Shop, app: Flask, clock: Clock) -> None:
    owner = signed_in(app, sharma)
    till = Device.enrol(owner)
    till.items = stock_shelf(sharma.actor).items
    early, late = till.sell(till.line("Dal")), till.sell(till.line("Soap"))
    winding_up.ask_closing(sharma.actor, sharma.name)
    clock.advance(days=29)
    assert [one["status"] for one in till.push([early])] == ["ok"]
    clock.advance(days=2)
    assert winding_up.close_due() == 1
    refused = till.post([late])
    assert refused.status_code == 403
    assert "closed" in refused.get_json()["problem"]
    assert owner.get("/items").status_code == 303


def test_who_belongs_nowhere_else_is_erased_and_who_does_is_not(sharma: Shop, iyer: Shop, meena: FlaskClient, clock: Clock) -> None:
    with open_directory() as directory:
        found = directory.scalars(select(UserAccount.id).where(UserAccount.email == MEENA["email"])).one()
        identity.add_member(directory, iyer.company_id, found, Role.CASHIER)
    winding_up.ask_closing(sharma.actor)
    clock.advance(days=31)
    winding_up.close_due()
    with open_directory() as directory:
        assert directory.scalar(select(UserAccount.id).where(UserAccount.email == MEENA["email"])) == found
        assert directory.scalar(select(UserAccount.id).where(UserAccount.email == sharma.email)) is None
        assert directory.get_one(UserAccount, sharma.actor.user_id).password_hash == "!"
        assert (
            directory.scalars(select(Membership).where(Membership.company_id == sharma.company_id, Membership.left_at.is_(None))).all()
            == []
        )
        assert [place.company_id for place in identity.places_of(directory, found)] == [iyer.company_id]
    with read_books(sharma.actor) as books:
        last = books.session.execute(select(EditLogEntry.action, EditLogEntry.entity).order_by(EditLogEntry.seq.desc()).limit(1)).one()
    assert tuple(last) == ("close", "company")
