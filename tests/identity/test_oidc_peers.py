"""Sign-in by issuers that others wrote, whole and without a browser window: node oidc-provider and oidc-provider-mock. They know the time
of this machine, so the program does here, too."""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.ground.server import free_port
from tests.ground.shops import Shop
from tests.identity.issuers import SECRET, confirm_address, is_in, key_of, parameters, rows, use_issuers, user_of, waited_for
from tests.messaging.conftest import PEERS, node, running
from webapp.identity import linked, oidc
from webapp.identity.issuer_trouble import IssuerNotBelieved
from webapp.identity.models import HeldIdentity, LinkedIdentity, UserAccount
from webapp.platform import clock, outside
from webapp.platform.issuers import Issuer
from webapp.platform.tenancy import open_directory

BACK = "http://127.0.0.1:8000/sign-in/with/peer/back"


@pytest.fixture(scope="module")
def certified() -> Iterator[Issuer]:
    """node oidc-provider, certified by the OpenID Foundation."""
    url = f"http://127.0.0.1:{free_port()}"
    keys = json.dumps([key_of(kind).as_dict(private=True) for kind in ("RSA", "EC")])
    module = (PEERS / "oidc-provider" / "lib" / "index.js").as_uri()
    port = str(urlsplit(url).port)
    with node(str(Path(__file__).parent / "issuer.mjs"), module, port, BACK, keys, ready=lambda: f"{url}/jwks"):
        yield _issuer(url, SECRET)


@pytest.fixture(scope="module")
def mocked() -> Iterator[Issuer]:
    """oidc-provider-mock, which does not say that it can do PKCE, and does not name itself in its answers."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    arguments = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", port]
    with running("oidc-provider-mock", arguments, ready=lambda: f"{url}/jwks"):
        yield _issuer(url, SECRET)


def _issuer(url: str, secret: str) -> Issuer:
    return Issuer("peer", "Peer", url, f"{url}/.well-known/openid-configuration", "munim", secret, frozenset({"127.0.0.1"}))


@pytest.fixture(autouse=True)
def _here(app: Flask) -> Iterator[None]:
    kept = outside._allowed
    outside.use({"127.0.0.1"})
    oidc.forget()
    clock.use(None)
    with waited_for():
        yield
    outside.use(kept)
    oidc.forget()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def over_there(url: str, *answers: Mapping[str, str]) -> dict[str, str]:
    """A person goes through the issuer's pages, fills in its forms one after another, and comes back with these parameters."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), _Stay)
    waiting, body = list(answers), None
    for _ in range(20):
        try:
            with opener.open(url, body) as page:
                text = page.read().decode()
        except HTTPError as moved:
            if not 300 <= moved.code < 400:
                raise AssertionError(moved.read().decode()) from None
            url, body = urljoin(url, moved.headers["Location"]), None
            if url.startswith(BACK):
                return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            continue
        hidden = {unescape(name): unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text)}
        action = re.search(r'<form[^>]*\baction="([^"]+)"', text)
        url = urljoin(url, unescape(action[1])) if action else url
        body = urlencode({**hidden, **(waiting.pop(0) if waiting else {})}).encode()
    raise AssertionError("it does not come back")


LOGIN = {"login": "asha", "password": "any"}


def back(client: FlaskClient, said: Mapping[str, str]) -> Any:
    return client.get("/sign-in/with/peer/back", query_string=dict(said))


def user_with_address(shop: Shop, email: str) -> None:
    confirm_address(shop)
    with open_directory() as directory:
        directory.get_one(UserAccount, user_of(shop)).email = email


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_whole_sign_in_by_the_certified_one(
    app: Flask, certified: Issuer, sharma: Shop, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    """First by an address that both were shown; then by who he is."""
    issuer = certified if algorithm == "RS256" else replace(certified, client_id="munim-es", client_secret="")
    use_issuers(app, monkeypatch, issuer)
    user_with_address(sharma, "asha@sharma.example")
    for _ in range(2):
        client = app.test_client()
        sent = parameters(client.post("/sign-in/with/peer"))
        said = over_there(sent["url"], LOGIN)
        assert said["iss"] == certified.url
        assert back(client, {**said, "iss": "https://evil.example"}).status_code == 502
        sent = parameters(client.post("/sign-in/with/peer"))
        answer = back(client, over_there(sent["url"], LOGIN))
        assert answer.status_code == 303, answer.text
        assert is_in(client)
    with open_directory() as directory:
        kept = directory.scalars(select(LinkedIdentity)).one()
    assert (kept.issuer, kept.subject, kept.email) == (certified.url, "asha", "asha@sharma.example")


def test_the_certified_one_asks_for_pkce_and_takes_a_code_once(
    app: Flask, certified: Issuer, sharma: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_issuers(app, monkeypatch, certified)
    client = app.test_client()
    sent = parameters(client.post("/sign-in/with/peer"))
    without = re.sub(r"&code_challenge(_method)?=[^&]+", "", sent["url"])
    refused = over_there(without)
    assert refused["error"] == "invalid_request"
    assert back(client, refused).status_code == 403
    about = oidc._metadata(certified)
    said = over_there(parameters(client.post("/sign-in/with/peer"))["url"], LOGIN)
    with pytest.raises(IssuerNotBelieved):
        oidc._tokens(certified, about, BACK, said["code"], "x" * 43)
    sent = parameters(client.post("/sign-in/with/peer"))
    said = over_there(sent["url"], LOGIN)
    with client.session_transaction() as cookie:
        verifier = oidc._of_trip("verifier", said["state"], cookie["issuer_browser"])
    assert back(client, said).status_code == 303
    assert (back(client, said).status_code, rows(HeldIdentity)) == (410, 1)
    with pytest.raises(IssuerNotBelieved):
        oidc._tokens(certified, about, BACK, said["code"], verifier)
    assert oidc.end_session(certified).startswith(f"{certified.url}/session/end?client_id=")


def test_who_turns_back_at_the_certified_one(app: Flask, certified: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    use_issuers(app, monkeypatch, certified)
    client = app.test_client()
    sent = parameters(client.post("/sign-in/with/peer"))
    abort = {"error": "access_denied", "state": sent["state"], "iss": certified.url}
    answer = back(client, abort)
    assert (answer.status_code, "was not allowed to say who you are" in answer.text) == (403, True)


def test_a_whole_sign_in_by_the_mock(app: Flask, mocked: Issuer, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its people's addresses were shown to nobody: who is unknown signs up; who is linked comes in. A code is taken once."""
    use_issuers(app, monkeypatch, mocked)
    client = app.test_client()
    sent = parameters(client.post("/sign-in/with/peer"))
    said = over_there(sent["url"], {"sub": sharma.email})
    assert "iss" not in said
    assert back(client, said).headers["Location"] == "/sign-up"
    assert f'value="{sharma.email}"' in client.get("/sign-up").text
    with open_directory() as directory:
        held = directory.scalars(select(HeldIdentity)).one()
        linked.link_held(directory, user_of(sharma), held)
    client = app.test_client()
    said = over_there(parameters(client.post("/sign-in/with/peer", data={"next": "/items"}))["url"], {"sub": sharma.email})
    with client.session_transaction() as cookie:
        verifier = oidc._of_trip("verifier", said["state"], cookie["issuer_browser"])
    answer = back(client, said)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/items")
    assert is_in(client)
    with pytest.raises(IssuerNotBelieved):
        oidc._tokens(mocked, oidc._metadata(mocked), BACK, said["code"], verifier)
    denied = app.test_client()
    said = over_there(parameters(denied.post("/sign-in/with/peer"))["url"], {"action": "deny"})
    assert said["error"] == "access_denied"
    assert back(denied, said).status_code in {403, 410}
