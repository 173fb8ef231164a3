"""A second step that is asked of people: by a business of all, by whoever runs the machine of owners or of all. Tills bill through it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.counter.books import stock_shelf
from tests.counter.device import SYNC, Device, signed_in
from tests.ground.shops import PASSWORD, Shop
from tests.identity.test_second_step import app_of, enrol, first_step, second
from tests.identity.test_sign_ins import enter, strict  # noqa: F401 - a fixture
from webapp import identity
from webapp.platform import machine
from webapp.platform.permissions import Role
from webapp.platform.settings import BadSetting, Settings, one_of
from webapp.platform.tenancy import open_directory


def join(shop: Shop, email: str, role: Role) -> Shop:
    """One more person of a shop, as who signs in."""
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser(email=email, password=PASSWORD))
        identity.add_member(directory, shop.company_id, user.id, role)
        return replace(shop, email=email, actor=replace(shop.actor, user_id=user.id, role=role))


def machine_asks(app: Flask, monkeypatch: pytest.MonkeyPatch, whom: str) -> None:
    settings: Settings = app.extensions["munim.settings"]
    monkeypatch.setattr(machine, "_settings", replace(settings, second_step=whom))


def is_led(tab: FlaskClient) -> bool:
    """Whether this person is led to set a second step up. His own account, and the ways out, stay open all the same."""
    answers = [tab.get(url) for url in ("/items", "/settings", "/today", "/settings/people")]
    places = {answer.headers.get("Location") for answer in answers}
    assert [tab.get(url).status_code for url in ("/account/second-step", "/account/passkeys", "/businesses", "/counter")] == [200] * 4
    return places == {"/account/second-step"}


def test_a_business_asks_it_of_its_owners_too_and_no_password_takes_it_back(
    strict: Flask,  # noqa: F811
    sharma: Shop,
    iyer: Shop,
    clock: Clock,
) -> None:
    enrol(sharma, clock)
    first = first_step(strict, sharma)
    assert second(first, app_of(sharma).at(clock.now)) == 303
    partner = join(sharma, "partner@sharma.example", Role.OWNER)
    tab = enter(strict, partner)
    assert not is_led(tab)
    assert first.post("/account/second-step/of-all", data={"is_asked": "1"}).status_code == 303
    assert is_led(tab)
    assert is_led(enter(strict, partner)), "right after signing in"
    for said in ("0", "1", ""):
        assert tab.post("/account/second-step/of-all", data={"is_asked": said}).status_code == 403
    assert is_led(tab), "a password alone is no way round it"
    with open_directory() as directory:
        identity.add_member(directory, iyer.company_id, partner.actor.user_id, Role.OWNER)  # type: ignore[arg-type]
    assert tab.post("/company-switch", data={"company_id": str(iyer.company_id)}).status_code == 303
    assert tab.get("/items").status_code == 200, "another business asks nothing"
    assert tab.post("/company-switch", data={"company_id": str(sharma.company_id)}).status_code == 303
    assert tab.post("/account/second-step", data={"password": PASSWORD}).status_code == 303
    code = pyotp.TOTP(key_of(tab)).at(clock.now)
    assert tab.post("/account/second-step/confirmation", data={"code": code}).status_code == 200
    assert tab.get("/items").status_code == 200
    clock.advance(minutes=2)
    both = {"password": PASSWORD, "code": app_of(partner).at(clock.now)}
    assert tab.post("/account/second-step/end", data=both).status_code == 303
    assert is_led(tab), "who turns his off sets it up again"
    assert tab.post("/sign-out").status_code == 303
    assert tab.get("/items").headers["Location"].startswith("/sign-in")


def key_of(tab: FlaskClient) -> str:
    page = tab.get("/account/second-step").text
    return "".join(page.partition('Key: <b class="code">')[2].partition("</b>")[0].split())


def test_an_admin_is_not_offered_what_is_the_owners(strict: Flask, sharma: Shop, clock: Clock) -> None:  # noqa: F811
    admin = join(sharma, "admin@sharma.example", Role.ADMIN)
    enrol(admin, clock)
    tab = first_step(strict, admin)
    assert second(tab, app_of(admin).at(clock.now)) == 303
    assert "/account/second-step/of-all" not in tab.get("/account/second-step").text
    assert tab.post("/account/second-step/of-all", data={"is_asked": "1"}).status_code == 403


@pytest.mark.parametrize(("whom", "of_owner", "of_cashier"), [("none", False, False), ("owners", True, False), ("all", True, True)])
def test_whoever_runs_the_machine_may_ask_it(
    strict: Flask,  # noqa: F811
    sharma: Shop,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    whom: str,
    of_owner: bool,
    of_cashier: bool,
) -> None:
    machine_asks(strict, monkeypatch, whom)
    owner, cashier = enter(strict, sharma), enter(strict, join(sharma, "mina@example.in", Role.CASHIER))
    assert (is_led(owner), cashier.get("/items").status_code == 303) == (of_owner, of_cashier)
    assert ("Whoever runs this machine asks" in owner.get("/account/second-step").text) is of_owner
    enrol(sharma, clock)
    assert owner.get("/items").status_code == 200


def test_a_passkey_is_asked_for_where_the_machine_asks(
    strict: Flask,  # noqa: F811
    sharma: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from webapp.identity import factors
    from webapp.identity.models import Passkey, UserAccount
    from webapp.kernel.ids import new_id
    from webapp.platform import clock

    cashier = join(sharma, "mina@example.in", Role.CASHIER)
    kept: dict[str, Any] = {"rp_id": "localhost", "public_key": "x", "sign_count": 0, "transports": "", "name": "Phone"}
    with open_directory() as directory:
        for shop in (sharma, cashier):
            made = Passkey(id=new_id(), user_id=shop.actor.user_id, credential_id=shop.email, is_backed_up=False, **kept)
            made.made_at = clock.now()
            directory.add(made)

    def asked() -> list[bool]:
        with open_directory() as directory:
            return [factors.is_asked_of(directory, directory.get_one(UserAccount, shop.actor.user_id)) for shop in (sharma, cashier)]

    found = {}
    for whom in ("none", "owners", "all"):
        machine_asks(strict, monkeypatch, whom)
        found[whom] = asked()
    assert found == {"none": [False, False], "owners": [True, False], "all": [True, True]}
    machine_asks(strict, monkeypatch, "owners")
    answer = strict.test_client().post("/sign-in", data={"email": sharma.email, "password": PASSWORD})
    assert "More than a password is asked of you" in answer.text


def test_its_till_bills_on_and_hands_over(app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    till = Device.enrol(signed_in(app, sharma), "Front counter")
    till.items = stock_shelf(sharma.actor).items
    till.open_shift()
    assert till.statuses() == ["ok"]
    machine_asks(app, monkeypatch, "all")
    assert is_led(till.client)
    till.sell(till.line(next(iter(till.items))))
    assert till.statuses() == ["ok"]
    assert [till.client.get(url).status_code for url in ("/sync/state", "/sync/catalogue", "/counter/session")] == [200] * 3
    kept = ("/counter/tills", "/counter/shifts", "/counter/review", "/counter/approvals", "/settings/till-pins", "/account/till-pin")
    assert {till.client.get(url).headers.get("Location") for url in kept} == {"/account/second-step"}, (
        "a till is one thing, its owner another"
    )
    wish = {"name": "Back counter", "store": None, "shared": False}
    another = till.client.post("/counter/enrolment", json=wish, headers=SYNC)
    assert (another.status_code, "second step" in another.json["problem"]) == (403, True), "a till's key outlasts a password"  # type: ignore[index]


def test_a_word_that_is_none_is_refused_at_the_start() -> None:
    assert one_of({}, "SECOND_STEP", "none", "owners", "all") == "none"
    assert one_of({"SECOND_STEP": " Owners "}, "SECOND_STEP", "none", "owners", "all") == "owners"
    with pytest.raises(BadSetting) as refusal:
        one_of({"SECOND_STEP": "everybody"}, "SECOND_STEP", "none", "owners", "all")
    assert "none, owners, all" in refusal.value.fix
