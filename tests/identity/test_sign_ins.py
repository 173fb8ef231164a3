"""Where one is signed in: told, ended, bounded in time and number; and what was typed when a sign-in had ended."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from webapp import identity
from webapp.identity import rules, sessions, typed
from webapp.identity.models import SignIn
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


def enter(app: Flask, shop: Shop, **more: str) -> FlaskClient:
    """A browser that has signed in through the page."""
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": shop.email, "password": PASSWORD, **more}, headers={"User-Agent": CHROME})
    assert answer.status_code == 303, answer.text
    return client


@pytest.fixture
def strict(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app without forms' tokens, which have tests of their own."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return app


def marks(client: FlaskClient) -> list[str]:
    return re.findall(r'name="which" value="([0-9a-f]{64})"', client.get("/account/sign-ins").text)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME + " Edg/130.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Mobile Safari/604",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26 Chrome/122 Mobile",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox, Linux"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_as_people_call_it(user_agent: str, words: str) -> None:
    assert rules.device_words(user_agent) == words


def test_one_sees_ones_own_sign_ins_and_ends_one_or_all_others(strict: Flask, sharma: Shop, iyer: Shop) -> None:
    here, other, third = enter(strict, sharma), enter(strict, sharma), enter(strict, sharma)
    theirs = enter(strict, iyer)
    page = here.get("/account/sign-ins").text
    assert page.count("Chrome, Windows") == 3
    assert "127.0.0.1" in page
    stranger = marks(here)[0]
    assert theirs.post("/account/sign-ins/end", data={"which": stranger}).status_code == 404, "another person's is not there"
    assert theirs.post("/account/sign-ins/end", data={"which": "x" * 5000}).status_code == 404
    assert here.post("/account/sign-ins/end", data={"which": stranger}).status_code == 303
    assert sorted(client.get("/settings").status_code for client in (other, third)) == [200, 303]
    assert here.post("/account/sign-ins/end", data={"which": stranger}).status_code == 404, "it has ended already"
    assert here.post("/account/sign-ins/others-end").status_code == 303
    assert [client.get("/settings").status_code for client in (here, other, third, theirs)] == [200, 303, 303, 200]


def test_of_too_many_the_one_longest_unused_ends(strict: Flask, sharma: Shop, clock: Clock) -> None:
    first = enter(strict, sharma)
    clock.advance(minutes=1)
    rest = [enter(strict, sharma) for _ in range(rules.MOST_SIGN_INS - 1)]
    clock.advance(minutes=6)
    assert first.get("/settings").status_code == 200  # used again: no longer the oldest
    assert rest[1].get("/settings").status_code == 200
    clock.advance(minutes=1)
    last = enter(strict, sharma)
    assert first.get("/settings").status_code == 200
    assert last.get("/settings").status_code == 200
    assert len(marks(last)) == rules.MOST_SIGN_INS - 1


def test_unused_it_ends_after_its_hours_and_used_after_its_days(sharma: Shop, clock: Clock) -> None:
    limits = sessions.Limits(days=2, idle_hours=12)
    assert sharma.actor.user_id
    with open_directory() as directory:
        token = identity.open_sign_in(directory, sharma.actor.user_id, user_agent="", address="", limits=limits)
        for hours in (11, 11, 11, 11):
            clock.advance(hours=hours)
            assert identity.signed_in(directory, token, limits)
            sessions.seen(directory, token)
        clock.advance(hours=5)
        assert identity.signed_in(directory, token, limits) is None, "44 + 5 hours are more than two days"
        again = identity.open_sign_in(directory, sharma.actor.user_id, user_agent="", address="", limits=limits)
        clock.advance(hours=12)
        assert identity.signed_in(directory, again, limits) is None
        assert identity.signed_in(directory, again, replace(limits, idle_hours=0)), "a machine may have no such end"


def test_that_it_is_used_is_written_now_and_then(strict: Flask, sharma: Shop, clock: Clock, max_queries: object) -> None:
    client = enter(strict, sharma)

    def writes() -> int:
        with max_queries(40) as sent:  # type: ignore[operator]
            assert client.get("/account/password").status_code == 200
        return sum("UPDATE sign_in" in one for one in sent)

    assert writes() == 0
    clock.advance(minutes=5)
    assert [writes(), writes()] == [1, 0]


def test_a_new_password_renews_this_sign_in_and_ends_the_others(strict: Flask, sharma: Shop) -> None:
    here, other = enter(strict, sharma), enter(strict, sharma)
    before = here.get_cookie("munim")
    assert here.post("/account/password", data={"password": "wrong", "new_password": "another horse battery"}).status_code == 422
    short = here.post("/account/password", data={"password": PASSWORD, "new_password": "short"})
    assert short.status_code == 422
    assert "At least 8" in short.text or "at least 8" in short.text
    assert other.get("/settings").status_code == 200
    assert here.post("/account/password", data={"password": PASSWORD, "new_password": "another horse battery"}).status_code == 303
    assert here.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 303
    copied = strict.test_client()
    assert before
    copied.set_cookie("munim", before.value)
    assert copied.get("/settings").status_code == 303, "the token before opens nothing"


def test_what_was_typed_is_kept_for_the_same_person_alone(strict: Flask, sharma: Shop, iyer: Shop, clock: Clock) -> None:
    client = enter(strict, sharma)
    with open_directory() as directory:
        sessions.end_all(directory, sharma.actor.user_id)  # type: ignore[arg-type]
    sent = {"name": 'Ghee "1 kg" <b>', "price": "640.50", "kind": "goods", "unit": "NOS", "code": "890123", "pin_code": "411001"}
    never = {"new_password": "a secret of mine", "client_secret": "a secret of mine", "proof_code": "123456"}
    refused = client.post("/items?from=list", data=sent | never)
    assert refused.status_code == 401
    assert sharma.email in refused.text
    kept = unescape(re.search(r'name="kept" value="([^"]+)"', refused.text)[1])  # type: ignore[index]
    assert "Ghee" not in kept
    stranger = client.post("/sign-in", data={"email": iyer.email, "password": PASSWORD, "kept": kept})
    assert stranger.status_code == 303
    assert "Ghee" not in client.get("/items").text
    client.post("/sign-out")
    page = client.post("/sign-in", data={"email": sharma.email, "password": PASSWORD, "kept": kept})
    assert page.status_code == 200
    assert 'action="/items?from=list"' in page.text
    again = {unescape(name): unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)}
    assert {name: value for name, value in again.items() if name != "csrf_token"} == sent
    assert "a secret of mine" not in page.text
    assert client.get("/items").text.count("Ghee") == 0, "nothing was sent without being asked for"


def test_an_htmx_form_gets_the_sign_in_beside_it(strict: Flask, sharma: Shop) -> None:
    client = enter(strict, sharma)
    with open_directory() as directory:
        sessions.end_all(directory, sharma.actor.user_id)  # type: ignore[arg-type]
    answer: TestResponse = client.post("/items", data={"name": "Ghee"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#problem")
    assert "<html" not in answer.text
    assert client.post("/items", data={"name": "Ghee"}, headers={"Accept": "application/json"}).status_code == 401
    assert strict.test_client().post("/items", data={"name": "Ghee"}).status_code == 303, "who was never here is sent to sign in"


def test_what_was_typed_belongs_to_its_business(strict: Flask, sharma: Shop, iyer: Shop) -> None:
    assert sharma.actor.user_id
    with open_directory() as directory:
        identity.add_member(directory, iyer.company_id, sharma.actor.user_id, Role.ACCOUNTANT)
    kept = typed.keep(sharma.actor.user_id, "/items", iyer.company_id, [("name", "Ghee")])
    client = strict.test_client()
    assert client.post("/sign-in", data={"email": sharma.email, "password": PASSWORD, "kept": kept}).status_code == 200
    assert "Iyer Traders" in client.get("/businesses").text.split("You are here")[0].rpartition("<b>")[2]
    with open_directory() as directory:
        identity.end_membership(directory, iyer.actor, sharma.actor.user_id)
    assert client.post("/sign-in", data={"email": sharma.email, "password": PASSWORD, "kept": kept}).status_code == 303


@pytest.mark.parametrize("sealed", ["", "x", "gAAAA", "é" * 10, "A" * 10_000])
def test_nothing_is_given_back_that_we_did_not_seal(app: Flask, sharma: Shop, sealed: str) -> None:
    assert sharma.actor.user_id
    assert typed.given_back(sharma.actor.user_id, sealed) is None
    assert typed.keep(sharma.actor.user_id, "/x", 1, [("note", "x" * 400_000)]) == ""
    assert typed.keep(sharma.actor.user_id, "/account/second-step/end", 1, [("code", "123456")]) == ""


def test_one_ends_nobody_elses(sharma: Shop, iyer: Shop) -> None:
    assert sharma.actor.user_id
    assert iyer.actor.user_id
    with open_directory() as directory:
        token = identity.open_sign_in(directory, iyer.actor.user_id, user_agent="", address="")
        with pytest.raises(NotFound):
            sessions.end_one(directory, sharma.actor.user_id, sessions.token_hash(token))
        kept = directory.get(SignIn, sessions.token_hash(token))
        assert kept is not None
        assert kept.ended_at is None
