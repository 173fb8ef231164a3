"""Issuers of the tests: one that lies as it is told to, and the browser that goes there and back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.ground.shops import Shop
from webapp.identity import linked, oidc
from webapp.identity.models import UserAccount
from webapp.identity.oidc import Assertion
from webapp.platform import clock, outside
from webapp.platform.issuers import Issuer
from webapp.platform.tenancy import open_directory

SUBJECT = "248289761001"
SECRET = "a secret: of the tests & alone"


def key_of(kind: str, name: str = "one") -> Any:
    """A key of the run, by name."""
    return _made(kind, name)


@cache
def _made(kind: str, name: str) -> Any:
    words = {"kid": f"{kind} {name}", "use": "sig"}
    return RSAKey.generate_key(2048, words) if kind == "RSA" else ECKey.generate_key("P-256", words)


class Liar(ThreadingHTTPServer):
    """An issuer that says what a test has it say, and the truth otherwise."""

    def __init__(self) -> None:
        self.nonce, self.asked = "", list[tuple[str, dict[str, str]]]()
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.key, self.shown = key_of("EC"), [key_of("EC")]
        self.discovery: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.forge: Callable[[dict[str, Any]], str] | None = None
        self.answers: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.stuck, self.release = "", Event()
        super().__init__(("127.0.0.1", 0), _Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def issuer(self, **more: Any) -> Issuer:
        discovery = f"{self.url}/.well-known/openid-configuration"
        made = Issuer("liar", "Liar & Sons", self.url, discovery, "munim", SECRET, frozenset({"127.0.0.1"}))
        return replace(made, **more)

    def true_claims(self) -> dict[str, Any]:
        now = int(clock.now().timestamp())
        said = {
            "iss": self.url,
            "sub": SUBJECT,
            "aud": "munim",
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonce,
            "email": "asha@example.in",
        }
        return {name: value for name, value in {**said, "name": "Asha", **self.claims}.items() if value is not None}

    def id_token(self) -> str:
        claims = self.true_claims()
        if self.forge:
            return self.forge(claims)
        algorithm = "RS256" if self.key.key_type == "RSA" else "ES256"
        return jwt.encode({"alg": algorithm, "kid": self.key.kid, **self.header}, claims, self.key, algorithms=["RS256", "ES256"])

    def about(self) -> dict[str, Any]:
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/end?of=session",
            **self.discovery,
        }
        return {name: value for name, value in said.items() if value is not None}


class _Answering(BaseHTTPRequestHandler):
    server: Liar

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))

    def _answer(self, form: dict[str, str]) -> None:
        liar, path = self.server, urlsplit(self.path).path
        liar.asked.append((path, form))
        if path == liar.stuck:
            liar.release.wait()
        said: Any
        if path in liar.answers:
            status, body, headers = liar.answers[path]
        else:
            status, headers = 200, {}
            if path == "/token":
                said = {"access_token": "an access token", "token_type": "Bearer", "expires_in": 60, "id_token": liar.id_token()}
            elif path == "/jwks":
                said = {"keys": [key.as_dict(private=False) | {"use": "sig"} for key in liar.shown]}
            elif path == "/userinfo":
                said = {"sub": SUBJECT, **liar.userinfo}
            else:
                said = liar.about()
            body = json.dumps(said).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()


@contextmanager
def lying() -> Iterator[Liar]:
    """The lying issuer, which this machine may call."""
    made = Liar()
    Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    kept = outside._allowed
    outside.use({"127.0.0.1"})
    oidc.forget()
    with waited_for():
        yield made
    made.release.set()
    outside.use(kept)
    oidc.forget()
    made.shutdown()
    made.server_close()


@contextmanager
def waited_for() -> Iterator[None]:
    """An issuer on a busy machine of tests is waited for longer than a person before a page would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oidc, "PATIENCE_SECONDS", 300)
        yield


def use_issuers(app: Flask, monkeypatch: pytest.MonkeyPatch, *issuers: Issuer) -> None:
    """Have a machine with these, whose forms' tokens have tests of their own."""
    made_with = app.extensions["munim.settings"]
    monkeypatch.setitem(app.extensions, "munim.settings", replace(made_with, issuers=issuers))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def parameters(answer: TestResponse) -> dict[str, str]:
    """Where the page sends the browser, which it does by itself."""
    assert answer.status_code == 200, answer.text
    wait, _, url = answer.headers["Refresh"].partition("; url=")
    assert wait == "0"
    assert url.replace("&", "&amp;") in answer.text
    said = parse_qs(urlsplit(url).query)
    assert all(len(values) == 1 for values in said.values())
    return {"at": url.partition("?")[0], "url": url} | {name: values[0] for name, values in said.items()}


def go(client: FlaskClient, liar: Liar, path: str = "/sign-in/with/liar", **form: str) -> dict[str, str]:
    """To the lying issuer, which remembers the nonce."""
    found = parameters(client.post(path, data=form))
    liar.nonce = found["nonce"]
    return found


def come_back(client: FlaskClient, sent: dict[str, str], **said: str) -> TestResponse:
    """Back from it with a code."""
    return client.get("/sign-in/with/liar/back", query_string={"code": "a code of its own", "state": sent["state"], **said})


def s256(verifier: str) -> str:
    """RFC 7636, 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def segment(value: Any) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(claims: dict[str, Any]) -> str:
    """A token that nobody signed."""
    return f"{segment({'alg': 'none'})}.{segment(claims)}."


def by_public_key(claims: dict[str, Any]) -> str:
    """A token signed with what everybody knows, as if it were a secret."""
    text = f"{segment({'alg': 'HS256', 'kid': key_of('RSA').kid})}.{segment(claims)}"
    mark = hmac.digest(key_of("RSA").as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


def user_of(shop: Shop) -> UUID:
    assert shop.actor.user_id
    return shop.actor.user_id


def who(liar: Liar, **more: Any) -> Assertion:
    words: dict[str, Any] = {"via": "liar", "issuer": liar.url, "subject": SUBJECT, "email": "asha@example.in", "name": "Asha"}
    return Assertion(**{**words, "is_email_verified": False, "authenticated_at": None, **more})


def have_linked(liar: Liar, shop: Shop) -> None:
    with open_directory() as directory:
        linked.link(directory, user_of(shop), who(liar), by="test")


def confirm_address(shop: Shop) -> None:
    with open_directory() as directory:
        user = directory.get_one(UserAccount, user_of(shop))
        user.email_verified_at = user.created_at


def is_in(client: FlaskClient) -> bool:
    return client.get("/").status_code == 303


def rows(model: Any) -> int:
    with open_directory() as directory:
        return directory.scalar(select(func.count()).select_from(model)) or 0


def half_hash(token: str) -> str:
    """`at_hash` of an access token (OpenID Connect Core 1.0, 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).decode().rstrip("=")
