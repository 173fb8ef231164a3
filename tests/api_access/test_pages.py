"""Pages of tokens: made once seen once, listed, searched, sent out, revoked; who is told of what."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from jobs.tokens import tell_of_misused_token, tell_of_new_token
from tests.api_access.programs import EVERYTHING, Program, hire, make, make_service
from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from webapp import api_access, identity
from webapp.api_access import Draft, rules
from webapp.api_access.models import ApiToken
from webapp.notifications.models import Notice
from webapp.platform.audit import EditLogEntry
from webapp.platform.outbox import Job, OutboxEvent
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory

Browse = Callable[[Shop], FlaskClient]
FORM = {"name": "Tally bridge", "scope": ["company:read", "bills:read"], "days": "90", "networks": ""}


def browser_of(app: Flask, actor: Actor) -> FlaskClient:
    client = app.test_client()
    assert actor.user_id
    with open_directory() as directory:
        token = identity.open_sign_in(directory, actor.user_id, user_agent="", address="")
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def kept() -> list[ApiToken]:
    with open_directory(writes=False) as directory:
        return list(directory.scalars(select(ApiToken).order_by(ApiToken.id)))


def test_a_token_is_shown_once_and_works(app: Flask, browse: Browse, sharma: Shop) -> None:
    tab = browse(sharma)
    assert "No program has a token yet" in tab.get("/account/tokens").text
    form = tab.get("/account/tokens/new").text
    ticked = re.findall(r'name="scope" value="([\w:]+)" checked', form)
    assert ticked == [name for name in EVERYTHING if name.endswith(":read") and name != "company:read"], "reading is what is usual"
    made = tab.post("/account/tokens", data=FORM)
    (text,) = re.findall(r"mun_pat_\w+", made.text)
    assert Program(app).exchange(text)["scope"] == "company:read bills:read"
    (row,) = kept()
    assert text not in f"{vars(row)}"
    listed = tab.get("/account/tokens").text
    assert text not in listed
    assert rules.beginning(text) in listed
    with open_books(sharma.actor) as books:
        (entry,) = books.session.scalars(select(EditLogEntry).where(EditLogEntry.entity == "api_token"))
    assert (entry.action, entry.new["name"]) == ("create", "Tally bridge") if entry.new else False
    assert text not in f"{entry.new}"


def test_what_cannot_be_is_said_beside_its_field_and_kept(browse: Browse, sharma: Shop) -> None:
    tab = browse(sharma)
    wrong = [
        ({"name": " "}, "Give it a name"),
        ({"name": "x" * 81}, "at most 80"),
        ({"scope": ["company:read"]}, "at least one thing"),
        ({"scope": ["member:write"]}, "Choose from the list"),
        ({"days": "366"}, "how long"),
        ({"days": ""}, "how long"),
        ({"networks": "203.0.113.7\nhome"}, "home is no address"),
        ({"networks": " ".join(["203.0.113.7"] * 21)}, "at most 20"),
    ]
    for changed, words in wrong:
        answer = tab.post("/account/tokens", data=FORM | changed)
        assert answer.status_code == 422, changed
        assert words in answer.text
        if "networks" in changed:
            assert "Tally bridge" in answer.text
    for changed, words in (
        ({"role": "owner"}, "no right more"),
        ({"role": ""}, "Choose a role"),
        ({"role": "viewer", "which": "some"}, "at least one store"),
    ):
        answer = tab.post("/settings/tokens", data=FORM | changed)
        assert (answer.status_code, words in answer.text) == (422, True), changed
    assert kept() == []


def test_an_old_proof_is_asked_for_again(app: Flask, browse: Browse, sharma: Shop, clock: Clock) -> None:
    tab = browse(sharma)
    clock.advance(minutes=11)
    for path, form in (("/account/tokens", FORM), ("/settings/tokens", FORM | {"role": "viewer"})):
        assert tab.post(path, data=form).status_code == 401
        assert tab.post(path, data=form | {"proof_password": "a wrong one"}).status_code == 422
        clock.advance(minutes=11)
    assert kept() == []
    answer = tab.post("/settings/tokens", data=FORM | {"role": "viewer", "proof_password": PASSWORD})
    assert "mun_svc_" in answer.text
    assert [one.role for one in kept()] == ["viewer"]


def test_lists_are_searched_filtered_paged_and_sent_out(
    browse: Browse, sharma: Shop, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    ravi = hire(sharma)
    api_access.make_personal(ravi, Draft("Ravi's sheet", ("bills:read",)))
    old = make(sharma, days=7)
    clock.advance(days=7)
    gone, _of_shop = make(sharma), make_service(sharma)
    api_access.revoke(sharma.actor, gone.id)
    tab = browse(sharma)
    own, every = tab.get("/account/tokens").text, tab.get("/settings/tokens").text
    assert ("Ravi" in own, "Till sync" in own) == (False, False)
    assert ("Ravi&#39;s sheet" in every, "Till sync" in every, str(old.id) in every) == (True, True, True)
    for query, names in (
        ("q=RAVI", ["Ravi's sheet"]),
        ("state=expired", ["Sync"]),
        ("state=revoked", ["Sync"]),
        ("kind=service", ["Till sync"]),
        ("q=100%25", []),
    ):
        sheet = tab.get(f"/settings/tokens?format=csv&{query}").text
        assert [line.partition(",")[0] for line in sheet.splitlines()[1:]] == names, query
    monkeypatch.setattr("webapp.api_access.queries.PAGE", 3)
    first = tab.get("/settings/tokens").text
    (older,) = re.findall(r"older=(\w+)", first)[:1]
    assert first.count('id="token-') == 3
    assert tab.get(f"/settings/tokens?older={older}").text.count('id="token-') == 1
    assert "No token matches" in tab.get("/account/tokens?q=nothing").text


def test_revoking_is_ones_own_and_the_owners(app: Flask, browse: Browse, sharma: Shop, iyer: Shop) -> None:
    ravi = hire(sharma, Role.CASHIER)
    his, hers = api_access.make_personal(ravi, Draft("Sync", ("bills:read",))), make(sharma)
    theirs, shops = make(iyer), make_service(sharma)
    tab, owner = browser_of(app, ravi), browse(sharma)
    for made in (hers, theirs, shops):
        assert tab.post(f"/account/tokens/{made.id}/revocation").status_code == 404
    assert tab.post(f"/settings/tokens/{his.id}/revocation").status_code == 403
    assert owner.post(f"/account/tokens/{his.id}/revocation").status_code == 404
    assert owner.post(f"/settings/tokens/{theirs.id}/revocation").status_code == 404
    assert tab.post(f"/account/tokens/{his.id}/revocation").status_code == 303
    assert tab.post(f"/account/tokens/{his.id}/revocation").status_code == 404
    assert owner.post(f"/settings/tokens/{shops.id}/revocation").status_code == 303
    assert {one.id for one in kept() if one.revoked_at} == {his.id, shops.id}
    again = api_access.make_personal(ravi, Draft("Sync", ("bills:read",)))
    assert owner.post("/account/tokens/revocation").status_code == 303
    assert {one.id for one in kept() if not one.revoked_at} == {again.id, theirs.id}
    assert owner.post("/settings/tokens/revocation").status_code == 303
    assert {one.id for one in kept() if not one.revoked_at} == {theirs.id}


def test_there_are_only_so_many(browse: Browse, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_TOKENS", 2)
    for _turn in range(2):
        make(sharma)
        make_service(sharma)
    for path, form in (("/account/tokens", FORM), ("/settings/tokens", FORM | {"role": "viewer"})):
        answer = browse(sharma).post(path, data=form)
        assert (answer.status_code, "Revoke those" in answer.text) == (409, True)


def test_whose_it_is_is_told(app: Flask, sharma: Shop) -> None:
    ravi, program = hire(sharma), Program(app)
    his = api_access.make_personal(ravi, Draft("Sync", ("bills:read",)), "203.0.113.7")
    make_service(sharma)
    given = program.exchange(his.text)["refresh_token"]
    program.post("refresh", refresh_token=given)
    program.post("refresh", refresh_token=given)
    with open_books(sharma.actor) as books:
        facts = books.session.scalars(select(OutboxEvent).where(OutboxEvent.kind.startswith("ApiToken")).order_by(OutboxEvent.id)).all()
    assert [one.kind for one in facts] == ["ApiTokenMade", "ApiTokenMade", "ApiTokenMisused"]
    for fact in facts:
        tell = tell_of_new_token if fact.kind == "ApiTokenMade" else tell_of_misused_token
        tell(Job(sharma.company_id, fact.id, fact.payload))
    with open_books(sharma.actor) as books:
        notices = books.session.scalars(select(Notice).where(Notice.event.startswith("token_"))).all()
    assert sorted((one.event, one.user_id == ravi.user_id, one.link) for one in notices) == [
        ("token_made", False, "/settings/tokens"),
        ("token_made", True, "/account/tokens"),
        ("token_misused", False, "/settings/tokens"),
        ("token_misused", True, "/account/tokens"),
    ]
    assert {one.user_id for one in notices if one.event == "token_misused"} == {ravi.user_id, sharma.actor.user_id}
    assert all("Sync" in one.text or "Till sync" in one.text for one in notices)
