"""Sign-in by an issuer: there and back, whose identity it is, and what is held while somebody signs up."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.identity.issuers import (
    SECRET,
    SUBJECT,
    Liar,
    come_back,
    go,
    have_linked,
    is_in,
    rows,
    s256,
    use_issuers,
    user_of,
)
from tests.identity.test_passwords import NEW, Sent, post  # noqa: F401 - a fixture
from tests.identity.test_sign_ins import enter
from webapp.identity.models import IssuerTrip, LinkedIdentity, SignIn
from webapp.platform import audit
from webapp.platform.tenancy import open_directory, read_books

# There and back ---------------------------------------------------------------------------------------------------------


def test_where_no_issuer_is_set_nothing_is_there(app: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    client = enter(app, sharma)
    assert "/account/identities" not in client.get("/account/sign-ins").text
    assert client.get("/account/identities").status_code == 404
    assert [client.post(f"/{path}/google").status_code for path in ("sign-in/with", "account/identities/with")] == [404, 404]
    assert [client.get(f"/sign-in/with/google/{path}").status_code for path in ("back", "end")] == [404, 404]
    client.post("/sign-out")
    assert "/sign-in/with/" not in client.get("/sign-in").text


def test_the_way_there_and_back(app: Flask, liar: Liar, sharma: Shop, clock: Clock) -> None:
    have_linked(liar, sharma)
    client = app.test_client()
    assert 'action="/sign-in/with/liar"' in client.get("/sign-in?next=/items").text
    sent = go(client, liar, next="/items")
    assert sent["at"] == f"{liar.url}/authorize"
    assert (sent["response_type"], sent["scope"], sent["client_id"]) == ("code", "openid email profile", "munim")
    assert sent["redirect_uri"] == "http://127.0.0.1:8000/sign-in/with/liar/back", "of PUBLIC_URL, whatever name the browser asked by"
    assert (sent["code_challenge_method"], len(sent["code_challenge"]), len(sent["nonce"])) == ("S256", 43, 43)
    back = come_back(client, sent)
    assert (back.status_code, back.headers["Location"]) == (303, "/items")
    assert is_in(client)
    form = next(form for path, form in liar.asked if path == "/token")
    assert s256(form["code_verifier"]) == sent["code_challenge"]
    assert (form["grant_type"], form["redirect_uri"], form["code"]) == ("authorization_code", sent["redirect_uri"], "a code of its own")
    with open_directory() as directory:
        kept = directory.scalars(select(LinkedIdentity)).one()
        assert (kept.issuer, kept.subject, kept.last_used_at, kept.email) == (liar.url, SUBJECT, clock.now, "asha@example.in")
        assert directory.scalars(select(SignIn.by_issuer).where(SignIn.user_id == user_of(sharma))).one() == "liar"
    with read_books(sharma.actor) as books:
        entries = [json.loads(line) for line in audit.exported(books)]
    assert [entry["new"]["by"] for entry in entries if entry["action"] == "login"] == ["liar"]
    assert [entry["new"] for entry in entries if "identity_linked" in (entry["new"] or {})] == [{"identity_linked": "liar"}]


def test_two_trips_differ_in_all_that_must_not_be_guessed_and_both_end(app: Flask, liar: Liar, sharma: Shop) -> None:
    have_linked(liar, sharma)
    client = app.test_client()
    first, second = go(client, liar), go(client, liar)
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert come_back(client, second).status_code == 303
    assert rows(IssuerTrip) == 1
    assert is_in(client)


@pytest.mark.parametrize(
    ("methods", "is_posted"), [(None, False), (["client_secret_basic"], False), (["client_secret_basic", "client_secret_post"], True)]
)
def test_the_secret_goes_as_the_issuer_takes_it(
    app: Flask, liar: Liar, sharma: Shop, *, methods: list[str] | None, is_posted: bool
) -> None:
    liar.discovery["token_endpoint_auth_methods_supported"] = methods
    have_linked(liar, sharma)
    client = app.test_client()
    assert come_back(client, go(client, liar)).status_code == 303
    form = next(form for path, form in liar.asked if path == "/token")
    assert form.get("client_secret") == (SECRET if is_posted else None)
    assert not any(SECRET in json.dumps(asked) for path, asked in liar.asked if path != "/token")


def test_state_is_good_once_in_its_browser_for_ten_minutes_and_its_issuer(
    app: Flask, liar: Liar, sharma: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_issuers(app, monkeypatch, liar.issuer(), liar.issuer(id="other", name="Other"))
    have_linked(liar, sharma)
    client, stranger = app.test_client(), app.test_client()
    stranger.post("/sign-in/with/liar")
    sent = go(client, liar)
    assert come_back(stranger, sent).status_code == 410
    assert come_back(app.test_client(), sent).status_code == 410
    query = {"code": "x", "state": sent["state"]}
    assert client.get("/sign-in/with/other/back", query_string=query).status_code == 410, "another issuer's answer"
    assert [come_back(client, {"state": state}).status_code for state in ("", "x" * 5000, "é")] == [410] * 3
    twice = client.get(f"/sign-in/with/liar/back?state={sent['state']}&state=x&code=y")
    assert twice.status_code == 410
    assert not [path for path, _ in liar.asked if path == "/token"], "no code was tried"
    assert come_back(client, sent).status_code == 303
    again = come_back(client, sent)
    assert again.status_code == 410
    assert "was used already" in again.text
    client = app.test_client()
    sent = go(client, liar)
    clock.advance(minutes=10)
    assert come_back(client, sent).status_code == 410


def test_who_does_not_go_on_over_there_is_told_so(app: Flask, liar: Liar) -> None:
    client = app.test_client()
    answer = come_back(client, go(client, liar), error="access_denied", error_description="<b>evil</b>")
    assert answer.status_code == 403
    assert "Liar &amp; Sons was not allowed to say who you are" in answer.text
    assert "evil" not in answer.text
    assert 'action="/sign-in"' in answer.text


@pytest.mark.parametrize(
    ("is_advertised", "said", "status"),
    [
        (False, None, 303),
        (False, "ours", 303),
        (False, "https://evil.example", 502),
        (True, "ours", 303),
        (True, None, 502),
        (True, "", 502),
    ],
)
def test_the_answer_says_whose_it_is(app: Flask, liar: Liar, sharma: Shop, *, is_advertised: bool, said: str | None, status: int) -> None:
    """RFC 9207."""
    have_linked(liar, sharma)
    liar.discovery["authorization_response_iss_parameter_supported"] = is_advertised
    client = app.test_client()
    sent = go(client, liar)
    more = {} if said is None else {"iss": liar.url if said == "ours" else said}
    assert come_back(client, sent, **more).status_code == status
    if status != 303:
        assert not [path for path, _ in liar.asked if path == "/token"], "the code is given to nobody"
