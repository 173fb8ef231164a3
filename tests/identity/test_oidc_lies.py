"""Every lie and trouble of an issuer: none lets anybody in, each is told in words. And the truth, in each of its forms."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.identity.issuers import (
    SECRET,
    SUBJECT,
    Liar,
    by_public_key,
    come_back,
    go,
    half_hash,
    have_linked,
    is_in,
    key_of,
    parameters,
    segment,
    unsigned,
    use_issuers,
    user_of,
    who,
)
from tests.identity.test_passwords import NEW, Sent, post  # noqa: F401 - a fixture
from webapp.identity import linked, oidc, rules
from webapp.identity.issuer_trouble import IssuerTrouble
from webapp.identity.models import LinkedIdentity
from webapp.platform.issuers import TENANT
from webapp.platform.tenancy import open_directory

TENANT_ID = "72f988bf-86f1-41af-91ab-2d7cd011db47"


# Lies -------------------------------------------------------------------------------------------------------------------

LATE, OLD = "clock", "proves nothing"
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"claims": {"iss": "https://accounts.google.com"}}, OLD),
    "an issuer almost alike": ({"claims": {"iss": "{url}/"}}, OLD),
    "for another client": ({"claims": {"aud": "somebody else"}}, OLD),
    "for others": ({"claims": {"aud": ["somebody else", "a third"]}}, OLD),
    "for nobody": ({"claims": {"aud": []}}, OLD),
    "for what is no text": ({"claims": {"aud": {"munim": 1}}}, OLD),
    "for several, and not by us": ({"claims": {"aud": ["munim", "other"]}}, OLD),
    "for several, asked by another": ({"claims": {"aud": ["munim", "other"], "azp": "other"}}, OLD),
    "asked by another": ({"claims": {"azp": "other"}}, OLD),
    "of another trip": ({"claims": {"nonce": "another"}}, OLD),
    "of no trip": ({"claims": {"nonce": None}}, OLD),
    "of nobody": ({"claims": {"sub": None}}, OLD),
    "of an empty name": ({"claims": {"sub": ""}}, OLD),
    "of a number": ({"claims": {"sub": 7}}, OLD),
    "of a long name": ({"claims": {"sub": "x" * 256}}, OLD),
    "over": ({"claims": {"exp": "now-61"}}, LATE),
    "without an end": ({"claims": {"exp": None}}, OLD),
    "with an end that is none": ({"claims": {"exp": "tomorrow"}}, OLD),
    "of tomorrow": ({"claims": {"iat": "now+61"}}, LATE),
    "not yet": ({"claims": {"nbf": "now+61"}}, LATE),
    "without a beginning": ({"claims": {"iat": None}}, OLD),
    "of another access token": ({"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}, OLD),
    "with a mark that is none": ({"claims": {"at_hash": 7}}, OLD),
    "signed by nobody": ({"forge": unsigned}, OLD),
    "signed with the public key": ({"forge": by_public_key, "shown": ["RSA"]}, OLD),
    "signed with a key unknown": ({"key": ("EC", "unknown")}, OLD),
    "signed with another's key of that name": ({"key": ("EC", "two"), "header": {"kid": "EC one"}}, OLD),
    "signed in another way than the key's": ({"header": {"kid": "RSA one"}, "shown": ["RSA"]}, OLD),
    "no token": ({"forge": lambda _claims: "x.y.z"}, OLD),
    "no token at all": ({"forge": lambda _claims: None}, OLD),
    "an encrypted one": ({"forge": lambda _claims: "a.b.c.d.e"}, OLD),
}


def have_lied(liar: Liar, lie: dict[str, Any], now: int) -> None:
    def meant(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("now"):
            return now + int(value[3:])
        return value.replace("{url}", liar.url) if isinstance(value, str) else value

    liar.claims = {name: meant(value) for name, value in lie.get("claims", {}).items()}
    liar.header, liar.forge = lie.get("header", {}), lie.get("forge")
    liar.key = key_of(*lie["key"]) if "key" in lie else liar.key
    liar.shown = [key_of(kind) for kind in lie.get("shown", ["EC"])]


@pytest.mark.parametrize("name", LIES)
def test_no_lie_lets_anybody_in(app: Flask, liar: Liar, sharma: Shop, clock: Clock, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    have_linked(liar, sharma)
    lie, words = LIES[name]
    client = app.test_client()
    sent = go(client, liar)
    have_lied(liar, lie, int(clock.now.timestamp()))
    answer = come_back(client, sent)
    assert (answer.status_code, words in answer.text) == (502, True)
    assert 'action="/sign-in"' in answer.text
    assert not is_in(client)
    assert come_back(client, sent).status_code == 410, "the answer is used up"
    logged = "".join(capfd.readouterr())
    assert not any(secret in logged + answer.text for secret in ("a code of its own", "an access token", SECRET, sent["nonce"], "eyJ"))


TRUTHS: dict[str, dict[str, Any]] = {
    "for us in a list": {"claims": {"aud": ["munim"]}},
    "for several, asked by us": {"claims": {"aud": ["other", "munim"], "azp": "munim"}},
    "asked by us": {"claims": {"azp": "munim"}},
    "over for a minute": {"claims": {"exp": "now-59"}},
    "of a minute ahead": {"claims": {"iat": "now+60", "nbf": "now+60"}},
    "with the mark of its access token": {"claims": {"at_hash": "…"}},
    "signed with RSA": {"key": ("RSA", "one"), "shown": ["EC", "RSA"]},
    "without the key's name, where there is one": {"header": {"kid": None}},
}


@pytest.mark.parametrize("name", TRUTHS)
def test_the_truth_is_believed_in_each_of_its_forms(app: Flask, liar: Liar, sharma: Shop, clock: Clock, name: str) -> None:
    have_linked(liar, sharma)
    client = app.test_client()
    sent = go(client, liar)
    truth = TRUTHS[name]
    have_lied(liar, truth, int(clock.now.timestamp()))
    if "kid" in truth.get("header", {}):
        liar.forge = lambda claims: jwt.encode({"alg": "ES256"}, claims, key_of("EC"))
    if "at_hash" in truth.get("claims", {}):
        liar.claims["at_hash"] = half_hash("an access token")
    assert come_back(client, sent).status_code == 303
    assert is_in(client)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "auth_time", "amr", "email", "email_verified", "name", "tid"]


@given(
    changed=st.dictionaries(st.sampled_from(CLAIMS), JSON, max_size=4), told=st.dictionaries(st.sampled_from(["alg", "kid", "crit"]), JSON)
)
def test_whatever_a_signed_token_says_it_is_one_of_ours_or_refused(changed: dict[str, Any], told: dict[str, Any]) -> None:
    """No claim of any shape is our own mistake, and none makes another issuer, client or trip of it."""
    issuer = Liar.issuer(mock.Mock(url="https://issuer.example"))
    about = oidc.Metadata("https://issuer.example/a", "", "https://issuer.example/k", "", "", names_itself=False, auth_methods=())
    now = int(oidc.clock.now().timestamp())
    true = {"iss": "https://issuer.example", "sub": SUBJECT, "aud": "munim", "exp": now + 300, "iat": now, "nonce": "n"}
    claims = {**true, **changed}
    token = jwt.encode({"alg": "ES256", "kid": "EC one"}, claims, key_of("EC"))
    if told:
        token = f"{segment({'alg': 'ES256', 'kid': 'EC one', **told})}.{token.partition('.')[2]}"
    shown = {"keys": [key_of("EC").as_dict(private=False)]}
    oidc.forget()
    with mock.patch.object(oidc, "_ask", return_value=(200, shown)):
        try:
            found = oidc._verified(issuer, about, {"id_token": token, "access_token": "t"}, "n")
        except IssuerTrouble:
            return
    assert (found["iss"], found["nonce"]) == (true["iss"], true["nonce"])
    assert found["aud"] == "munim" or "munim" in found["aud"]
    assert isinstance(found["sub"], str)
    assert found["sub"]
    oidc._instant(found.get("auth_time"))
    oidc._email(found.get("email"))


DISCOVERIES: dict[str, dict[str, Any]] = {
    "of another issuer": {"issuer": "https://accounts.google.com"},
    "of an issuer almost alike": {"issuer": "{url}/"},
    "of nobody": {"issuer": None},
    "without PKCE as we do it": {"code_challenge_methods_supported": ["plain"]},
    "that sends browsers where nothing is safe": {"authorization_endpoint": "http://evil.example/"},
    "that sends browsers to a script": {"authorization_endpoint": "javascript:alert(1)"},
    "that sends browsers nowhere": {"authorization_endpoint": None},
}


@pytest.mark.parametrize("name", DISCOVERIES)
def test_a_discovery_that_is_not_its_own_leads_nowhere(app: Flask, liar: Liar, name: str) -> None:
    liar.discovery = {
        key: value.replace("{url}", liar.url) if isinstance(value, str) else value for key, value in DISCOVERIES[name].items()
    }
    answer = app.test_client().post("/sign-in/with/liar")
    assert (answer.status_code, "proves nothing" in answer.text) == (502, True)
    assert "Refresh" not in answer.headers


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize(
    "url", ["http://localhost:{port}/token", "https://evil.example/", "http://169.254.169.254/", "file:///etc/passwd", None]
)
def test_nothing_is_asked_of_an_address_that_is_not_its_own(app: Flask, liar: Liar, sharma: Shop, name: str, url: str | None) -> None:
    have_linked(liar, sharma)
    liar.discovery[name] = url.replace("{port}", str(liar.server_port)) if url else None
    liar.claims["email"] = None  # so that userinfo is asked
    client = app.test_client()
    answer = come_back(client, go(client, liar))
    assert answer.status_code == (303 if name == "userinfo_endpoint" and url is None else 502)


TROUBLE = {
    "down": (503, b"", {}),
    "hurried": (429, b"{}", {}),
    "sent on to this machine": (302, b"", {"Location": "http://127.0.0.1:1/"}),
    "a page": (200, b"<html>", {}),
    "a list": (200, b"[]", {}),
    "nested": (200, b'{"a":' * 100_000, {}),
    "huge": (200, b'{"issuer": "' + b"x" * 600_000 + b'"}', {}),
    "nothing": (200, b"", {}),
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_over_there_is_told_in_words(app: Flask, liar: Liar, sharma: Shop, path: str, name: str) -> None:
    have_linked(liar, sharma)
    liar.answers[path] = TROUBLE[name]
    client = app.test_client()
    answer = client.post("/sign-in/with/liar")
    if path == "/token" or path == "/jwks":
        sent = parameters(answer)
        liar.nonce = sent["nonce"]
        answer = come_back(client, sent)
    assert answer.status_code in {502, 503}
    assert 'action="/sign-in"' in answer.text
    assert "Traceback" not in answer.text
    assert not is_in(client)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token"])
def test_nobody_waits_for_a_slow_one(app: Flask, liar: Liar, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    client = app.test_client()
    sent = go(client, liar) if path == "/token" else {}
    monkeypatch.setattr(oidc, "PATIENCE_SECONDS", 0.2)  # from here on nothing is answered
    liar.stuck = path
    answer = come_back(client, sent) if sent else client.post("/sign-in/with/liar")
    assert answer.status_code == 503
    assert "Liar &amp; Sons does not answer" in answer.text


def test_a_code_that_was_used_or_a_secret_that_is_wrong(app: Flask, liar: Liar) -> None:
    client = app.test_client()
    for error, words in (("invalid_grant", "proves nothing"), ("invalid_client", "does not know this machine")):
        sent = go(client, liar)
        liar.answers["/token"] = (400, json.dumps({"error": error, "error_description": "<b>evil</b>"}).encode(), {})
        answer = come_back(client, sent)
        assert (answer.status_code, words in answer.text, "evil" in answer.text) == (502, True, False)


def test_what_userinfo_says_is_of_the_same_person_or_not_believed(app: Flask, liar: Liar, sharma: Shop) -> None:
    have_linked(liar, sharma)
    liar.claims["email"] = None
    for said, status, email in (({"email": "new@example.in"}, 303, "new@example.in"), ({"sub": "another"}, 502, "new@example.in")):
        client = app.test_client()
        liar.userinfo = said
        assert come_back(client, go(client, liar)).status_code == status
        with open_directory() as directory:
            assert directory.scalars(select(LinkedIdentity.email)).one() == email
    client = app.test_client()
    liar.answers["/userinfo"] = (503, b"", {})
    assert come_back(client, go(client, liar)).status_code == 303, "who he is was said before"


def test_keys_that_changed_are_asked_for_once_a_minute(app: Flask, liar: Liar, sharma: Shop, clock: Clock) -> None:
    have_linked(liar, sharma)

    def try_it() -> tuple[int, int]:
        before = len(liar.asked)
        client = app.test_client()
        status: int = come_back(client, go(client, liar)).status_code
        return status, sum(path == "/jwks" for path, _ in liar.asked[before:])

    assert try_it() == (303, 1)
    assert try_it() == (303, 0)
    liar.key, liar.shown = key_of("EC", "new"), [key_of("EC"), key_of("EC", "new")]
    assert try_it() == (502, 0), "asked for a moment ago"
    clock.advance(minutes=1)
    assert try_it() == (303, 1)
    liar.key = key_of("EC", "unknown")
    clock.advance(minutes=1)
    assert [try_it(), try_it()] == [(502, 1), (502, 0)]
    liar.key = key_of("EC", "new")
    clock.advance(minutes=60)
    assert try_it() == (303, 1), "after an hour all is asked anew"


@pytest.mark.parametrize(
    ("tid", "iss", "key", "status"),
    [
        (TENANT_ID, TENANT_ID, TENANT, 303),
        (TENANT_ID, TENANT_ID, TENANT_ID, 303),
        (TENANT_ID, TENANT_ID, None, 303),
        (None, TENANT_ID, TENANT, 502),
        (TENANT_ID, "9188040d-6c67-4c5b-b112-36a304b66dad", TENANT, 502),
        (TENANT_ID, TENANT, TENANT, 502),
        (TENANT, TENANT, TENANT, 502),
        ("evil/../common", "evil/../common", TENANT, 502),
        (TENANT_ID, TENANT_ID, "9188040d-6c67-4c5b-b112-36a304b66dad", 502),
    ],
)
def test_microsofts_issuer_is_a_tenant_of_the_template(
    app: Flask, liar: Liar, sharma: Shop, monkeypatch: pytest.MonkeyPatch, tid: str | None, iss: str, key: str | None, status: int
) -> None:
    template = f"{liar.url}/{TENANT}/v2.0"
    use_issuers(app, monkeypatch, liar.issuer(url=template))
    liar.discovery["issuer"] = template
    liar.claims = {"iss": f"{liar.url}/{iss}/v2.0", "tid": tid}
    shown = key_of("EC").as_dict(private=False) | ({"issuer": f"{liar.url}/{key}/v2.0"} if key else {})
    liar.answers["/jwks"] = (200, json.dumps({"keys": [shown]}).encode(), {})
    with open_directory() as directory:
        linked.link(directory, user_of(sharma), who(liar, issuer=f"{liar.url}/{iss}/v2.0"), by="test")
    client = app.test_client()
    assert come_back(client, go(client, liar)).status_code == status
    assert is_in(client) is (status == 303)


def test_who_makes_answers_up_waits(app: Flask, liar: Liar) -> None:
    client = app.test_client()
    liar.claims = {"nonce": "another"}
    for _ in range(rules.FREE_TRIES + rules.MORE_OF_A_NETWORK):
        assert come_back(client, go(client, liar)).status_code == 502
    answer = client.post("/sign-in/with/liar")
    assert (answer.status_code, "Too many failed tries" in answer.text) == (429, True)
