"""PINs over HTTP: one's own, given for once and changed at a till, taken away; what is asked; the list of approvals."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.counter.device import SYNC, Device
from tests.ground.shops import Shop
from webapp import identity
from webapp.counter import pin_rules, pins
from webapp.counter.models import MemberPin, TillApproval
from webapp.platform.audit import EditLogEntry
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_directory, read_books

pytestmark = pytest.mark.database

Browse = Callable[[Actor], FlaskClient]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """PINs stretched a little; forms without tokens."""
    monkeypatch.setattr(pin_rules, "ROUNDS", 3)
    stretch = pin_rules.stretch
    monkeypatch.setattr(pin_rules, "stretch", lambda pin, salt, rounds=3: stretch(pin, salt, min(rounds, 3)))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def browse(app: Flask) -> Browse:
    """A browser in which somebody has just signed in."""

    def sign_in(actor: Actor) -> FlaskClient:
        client = app.test_client()
        assert actor.user_id is not None
        with open_directory() as directory:
            token = identity.open_sign_in(directory, actor.user_id, user_agent="test", address="127.0.0.1")
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    return sign_in


def hire(shop: Shop, name: str, role: Role) -> Actor:
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser(f"{name.lower()}@sharma.example", "banyan peepal tulsi 772", name))
        identity.add_member(directory, shop.company_id, user.id, role)
    return Actor(shop.company_id, role, user.id, name)


def pin_of(shop: Shop, actor: Actor) -> pins.Pin | None:
    assert actor.user_id is not None
    with read_books(shop.actor) as books:
        return pins.pin_of(books, actor.user_id)


def test_one_chooses_his_own(sharma: Shop, browse: Browse) -> None:
    ravi, meena = hire(sharma, "Ravi", Role.CASHIER), hire(sharma, "Meena", Role.ACCOUNTANT)
    for actor, short, good in ((ravi, "907", "4839"), (meena, "48397", "483917")):
        client = browse(actor)
        refused = client.post("/account/till-pin", data={"pin_secret": short, "pin_secret_again": short})
        assert refused.status_code == 422
        assert f'value="{short}"' not in refused.get_data(as_text=True)
        differs = client.post("/account/till-pin", data={"pin_secret": good, "pin_secret_again": "70518" + good[:3]})
        assert "not the same" in differs.get_data(as_text=True)
        assert client.post("/account/till-pin", data={"pin_secret": good, "pin_secret_again": good}).status_code == 303
        kept = pin_of(sharma, actor)
        assert kept is not None
        assert (kept.generation, kept.is_once) == (1, False)
        assert "You have a PIN since" in client.get("/account/till-pin").get_data(as_text=True)


def test_who_has_nothing_to_do_with_tills_gets_none(sharma: Shop, browse: Browse) -> None:
    client = browse(hire(sharma, "Vimla", Role.VIEWER))
    assert "you need no PIN" in client.get("/account/till-pin").get_data(as_text=True)
    assert client.post("/account/till-pin", data={"pin_secret": "483917", "pin_secret_again": "483917"}).status_code == 422


def test_a_stale_proof_is_asked_again_before_a_pin_is_chosen(sharma: Shop, browse: Browse, clock: Clock) -> None:
    ravi = hire(sharma, "Ravi", Role.CASHIER)
    client = browse(ravi)
    clock.advance(minutes=11)
    assert client.post("/account/till-pin", data={"pin_secret": "4839", "pin_secret_again": "4839"}).status_code == 401
    assert pin_of(sharma, ravi) is None


def test_a_pin_for_once_is_shown_once_and_opens_nothing_but_the_choice(
    sharma: Shop, browse: Browse, till: Device, owner: FlaskClient
) -> None:
    ravi = hire(sharma, "Ravi", Role.CASHIER)
    shown = owner.post(f"/settings/till-pins/{ravi.user_id}/for-once").get_data(as_text=True)
    found = re.search(r'<b class="code">(\d{6})</b>', shown)
    assert found is not None
    assert found[1] not in owner.get("/settings/till-pins").get_data(as_text=True)
    [person] = till.client.get("/sync/catalogue").get_json()["shop"]["pins"]["people"]
    assert (person["once"], person["may"]) == (True, [])
    body = {"member": str(ravi.user_id), "pin": found[1], "new": "1234", "again": "1234"}
    weak = till.client.post("/sync/pin", json=body, headers=SYNC)
    assert (weak.status_code, "in a row" in weak.get_json()["errors"]["pin_secret"]) == (422, True)
    assert till.client.post("/sync/pin", json={**body, "new": "4839", "again": "4839"}, headers=SYNC).status_code == 200
    kept = pin_of(sharma, ravi)
    assert kept is not None
    assert (kept.generation, kept.is_once, kept.set_by) == (2, False, "Ravi")
    again = till.client.post("/sync/pin", json={**body, "pin": "4839", "new": "7051", "again": "7051"}, headers=SYNC)
    assert again.status_code == 409  # his own is changed under "Your account"


def test_wrong_pins_at_the_server_are_paused(sharma: Shop, till: Device, owner: FlaskClient, clock: Clock) -> None:
    ravi = hire(sharma, "Ravi", Role.CASHIER)
    shown = owner.post(f"/settings/till-pins/{ravi.user_id}/for-once").get_data(as_text=True)
    right = re.search(r'<b class="code">(\d{6})</b>', shown)[1]  # type: ignore[index]
    body = {"member": str(ravi.user_id), "pin": "000000", "new": "4839", "again": "4839"}

    def send(pin: str) -> int:
        return till.client.post("/sync/pin", json={**body, "pin": pin}, headers=SYNC).status_code

    assert [send("000000") for _ in range(6)] == [422] * 5 + [429]
    assert send(right) == 429
    clock.advance(seconds=31)
    assert send(right) == 200


def test_a_pin_for_once_ends_after_a_week(sharma: Shop, till: Device, owner: FlaskClient, clock: Clock) -> None:
    ravi = hire(sharma, "Ravi", Role.CASHIER)
    owner.post(f"/settings/till-pins/{ravi.user_id}/for-once")
    clock.advance(days=7)
    assert pin_of(sharma, ravi) is None
    assert till.client.get("/sync/catalogue").get_json()["shop"]["pins"] is None


def test_only_a_till_changes_one_and_only_of_its_own_business(
    sharma: Shop, iyer: Shop, till: Device, app: Flask, owner: FlaskClient
) -> None:
    body = {"member": str(iyer.actor.user_id), "pin": "000000", "new": "483917", "again": "483917"}
    assert till.client.post("/sync/pin", json=body, headers=SYNC).status_code == 404
    assert app.test_client().post("/sync/pin", json=body, headers=SYNC).status_code == 401
    assert till.client.post("/sync/pin", json=body).status_code == 403


def test_nobody_gives_a_pin_to_who_may_do_more(sharma: Shop, browse: Browse) -> None:
    admin = hire(sharma, "Anil", Role.ADMIN)
    client = browse(admin)
    assert client.post(f"/settings/till-pins/{sharma.actor.user_id}/for-once").status_code == 403
    assert client.post(f"/settings/till-pins/{sharma.actor.user_id}/removal").status_code == 403
    assert client.post(f"/settings/till-pins/{admin.user_id}/for-once").status_code == 403  # his own he chooses


def test_whose_place_ends_has_no_pin_and_the_tills_are_told(sharma: Shop, browse: Browse, till: Device) -> None:
    ravi = hire(sharma, "Ravi", Role.CASHIER)
    browse(ravi).post("/account/till-pin", data={"pin_secret": "4839", "pin_secret_again": "4839"})
    before = till.client.get("/sync/catalogue").get_json()["rev"]
    with open_directory() as directory:
        identity.deactivate(directory, sharma.actor, ravi.user_id)  # type: ignore[arg-type]
    assert till.client.get("/sync/catalogue").get_json()["rev"] > before
    with open_directory() as directory:
        identity.reactivate(directory, sharma.actor, ravi.user_id)  # type: ignore[arg-type]
    assert pin_of(sharma, ravi) is None
    browse(ravi).post("/account/till-pin", data={"pin_secret": "7051", "pin_secret_again": "7051"})
    kept = pin_of(sharma, ravi)
    assert kept is not None
    assert kept.generation == 2  # what was proved by the first stays known as that


def test_what_is_asked_is_kept_and_told(sharma: Shop, owner: FlaskClient, till: Device) -> None:
    form = {"signs_on": "1", "idle_minutes": "10", "asks_cancel": "1", "asks_cash": "1", "above_cash": "1,500.50"}
    assert owner.post("/settings/till-pins/rules", data=form).status_code == 303
    told = till.client.get("/sync/catalogue").get_json()["shop"]["pins"]
    assert (told["sign_on"], told["idle"], told["asks"]) == (True, 10, {"cancel": 0, "cash": 1500_50})
    unticked = owner.post("/settings/till-pins/rules", data={**form, "above_return": "5"})
    assert (unticked.status_code, "Tick the box above too" in unticked.text, 'value="5"' in unticked.text) == (422, True, True)
    refused = owner.post("/settings/till-pins/rules", data={**form, "idle_minutes": "999", "above_cash": "much"})
    assert refused.status_code == 422
    assert 'value="much"' in refused.get_data(as_text=True)
    with read_books(sharma.actor) as books:
        entries = books.session.scalars(select(EditLogEntry.new).where(EditLogEntry.entity == "till_rules")).all()
    assert entries == [{"signs_on": True, "idle_minutes": 10, "asks": {"cancel": 0, "cash": 1500_50}}]


def test_the_edit_log_says_no_pin_and_not_how_long_it_is(sharma: Shop, browse: Browse, owner: FlaskClient) -> None:
    ravi = hire(sharma, "Ravi", Role.CASHIER)
    browse(ravi).post("/account/till-pin", data={"pin_secret": "4839", "pin_secret_again": "4839"})
    owner.post(f"/settings/till-pins/{ravi.user_id}/removal")
    with read_books(sharma.actor) as books:
        rows = books.session.execute(select(EditLogEntry.action, EditLogEntry.new).where(EditLogEntry.entity == "till_pin")).all()
        kept = books.session.execute(select(MemberPin.stretched).where(MemberPin.user_id == ravi.user_id)).one()
    assert [tuple(row) for row in rows] == [("change", {"generation": 1, "for_once": False}), ("remove", None)]
    assert kept.stretched is None


def test_the_list_is_filtered_taken_away_and_settled(sharma: Shop, owner: FlaskClient, till: Device) -> None:
    owner.post("/settings/till-pins/rules", data={"asks_cancel": "1", "asks_cash": "1"})
    bill = till.sell(till.line("Dal"))
    till.open_shift()
    till.do("bill.cancel", bill=bill["id"], reason="Wrong")
    till.do("cash.move", shift=till.shift, amount=-50_00, purpose="expense", reason="Tea")
    till.push()
    assert "2 exceptions at the counters" in owner.get("/counter/review").get_data(as_text=True)
    everything = owner.get("/counter/approvals").get_data(as_text=True)
    assert everything.count("Nobody approved it") >= 2
    assert "Bill cancelled" in owner.get("/counter/approvals?kind=cancel").get_data(as_text=True)
    assert "50.00" not in owner.get("/counter/approvals?kind=cancel").get_data(as_text=True)
    assert "No approval matches" in owner.get("/counter/approvals?state=good").get_data(as_text=True)
    assert "Nobody approved it" in owner.get(f"/bills/{bill['id']}").get_data(as_text=True)
    csv = owner.get("/counter/approvals?format=csv").get_data(as_text=True)
    assert csv.count("Nobody approved it") == 2
    with read_books(sharma.actor) as books:
        cash = books.session.scalars(select(TillApproval.id).where(TillApproval.kind == "cash")).one()
    refused = owner.post(f"/counter/approvals/{cash}/look", data={"note": " "})
    assert (refused.status_code, "what was done about it" in html.unescape(refused.get_data(as_text=True))) == (422, True)
    assert owner.post(f"/counter/approvals/{cash}/look", data={"note": "It was tea"}).status_code == 303
    assert owner.post(f"/counter/approvals/{cash}/look", data={"note": "Again"}).status_code == 409
    assert "It was tea" in owner.get("/counter/approvals").get_data(as_text=True)
    assert owner.get("/counter/approvals?q=tea&state=open").status_code == 200
