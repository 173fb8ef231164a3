"""Every answer, whoever asks: what may run in it, who may frame it, who may keep it. A rule that is added tomorrow is asked here too."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.routing import Rule

from tests.every_route.test_url_map import walk
from tests.security.conftest import some_address
from webapp.platform.settings import Settings
from webapp.platform.web_headers import STRICT_TRANSPORT

SAID = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), usb=(self), serial=(self), bluetooth=(self), payment=()",
    "Server": "munim",
}
POLICY = {
    **dict.fromkeys(("script-src", "style-src", "connect-src", "font-src", "manifest-src", "worker-src", "form-action"), "'self'"),
    **dict.fromkeys(("default-src", "base-uri", "object-src", "frame-ancestors"), "'none'"),
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
}
WITH_A_CAMERA = {**POLICY, "script-src": "'self' 'wasm-unsafe-eval'"}
# What a stranger sent is shown in a box of its own, where nothing runs and no form is sent.
IN_A_BOX = {"attachments.show_file", "attachments.show_thumbnail"}
# What a device keeps, to work without the network: none of it is of one person; and files whose address never has another content.
KEPT = {
    "asset": {"public, max-age=31536000, immutable", "no-cache"},
    "counter.show_counter": {"no-cache"},
    "counter.show_offline": {"no-cache"},
    "counter.show_worker": {"no-cache"},
    "messaging.show_worker": {"no-cache"},
    **{endpoint: {"private, no-cache"} for endpoint in IN_A_BOX},
}
TELLS = re.compile(r"granian|werkzeug|flask|python|gunicorn|\d+\.\d+", re.IGNORECASE)


def faults(headers: Headers, path: str, endpoint: str | None, strict_transport: str | None = None) -> list[str]:
    """What an answer's headers fail to say."""
    policies = headers.getlist("Content-Security-Policy")
    policy = {name: rest for name, _, rest in (part.strip().partition(" ") for part in "".join(policies).split(";"))}
    wrong = [name for name, value in SAID.items() if headers.getlist(name) != [value]]
    if len(policies) != 1 or any("unsafe-inline" in rest or "'unsafe-eval'" in rest or "*" in rest for rest in policy.values()):
        wrong.append("policy")
    if endpoint in IN_A_BOX and "sandbox" in policy:
        if policy.get("default-src") != "'none'" or "script-src" in policy:
            wrong.append("box")
    elif policy != (WITH_A_CAMERA if path.startswith(("/counter", "/stock/counts/", "/sw.js")) else POLICY):
        wrong.append("policy")
    kept = headers.get("Cache-Control", "")
    if "no-store" not in kept and kept not in KEPT.get(endpoint or "", ()):
        wrong.append(f"kept: {kept}")
    if headers.get("Strict-Transport-Security") != strict_transport:
        wrong.append("transport")
    if "X-Powered-By" in headers or TELLS.search(headers.get("Via", "") + headers.get("Server", "")):
        wrong.append("tells what it runs on")
    return wrong + [name for name, _value in headers if name.lower().startswith("access-control-")]


def asked(client: FlaskClient, rule: Rule, method: str, url: str, **headers: str) -> list[str]:
    with client.open(url, method=method, headers={"X-Munim-Sync": "1", **headers}) as answer:
        return faults(answer.headers, url.split("?", maxsplit=1)[0], rule.endpoint)


def test_every_answer_says_all_of_it(app: Flask, client: FlaskClient, owner: FlaskClient, cashier: FlaskClient) -> None:
    wrong = list[object]()
    for rule, method in walk(app):
        url, leaves = some_address(app, rule), rule.endpoint in {"identity.create_sign_out", "onboarding.create_sign_up"}
        asking = {"signed out": (client, {}), "a cashier's htmx": (cashier, {"HX-Request": "true"}), "the owner": (owner, {})}
        for who, (browser, piece) in asking.items():
            if who == "signed out" or (not leaves and (method == "GET" or who == "the owner")):
                wrong += [(who, method, rule.rule, fault) for fault in asked(browser, rule, method, url, **piece)]
    assert wrong == []


@pytest.mark.parametrize(
    "url", ["/bills?format=csv", "/bills/export.xlsx", "/day-book?format=pdf", "/calendar.ics", "/edit-log/export.jsonl"]
)
def test_files_say_all_of_it_too(owner: FlaskClient, url: str) -> None:
    with owner.get(url) as answer:
        assert faults(answer.headers, url, None) == []


ODD = [
    ("GET", "/nothing-here", 404),
    ("POST", "/healthz", 405),
    ("TRACE", "/", 405),
    ("OPTIONS", "/bills", 303),
    ("HEAD", "/sign-in", 200),
    ("OPTIONS", "/sign-in", 200),
    ("GET", "/s/x/no-such-file.js", 404),
    ("GET", "/s/x/../../wsgi.py", 404),
    ("GET", "/bills//", 404),
    ("GET", "/items/%00", 404),
    ("POST", "/sign-in", 403),
    ("GET", "/healthz?a=%00", 422),
]


@pytest.mark.parametrize(("method", "url", "status"), ODD)
def test_trouble_says_all_of_it_too(client: FlaskClient, method: str, url: str, status: int) -> None:
    with client.open(url, method=method) as answer:
        assert (answer.status_code, faults(answer.headers, url, None)) == (status, [])
        assert ("Allow" in answer.headers) >= (status == 405)  # RFC 9110 section 15.5.6


def test_our_own_mistake_says_all_of_it_and_nothing_of_the_mistake(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_values: object) -> None:
        raise ZeroDivisionError("the secret of the stack")

    monkeypatch.setattr("webapp.identity.routes.sign_in_form", fails)
    with client.get("/sign-in") as answer:
        assert (answer.status_code, faults(answer.headers, "/sign-in", None)) == (500, [])
        assert "secret of the stack" not in answer.text
        assert "Traceback" not in answer.text


def test_over_tls_browsers_are_held_to_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Settings = app.extensions["munim.settings"]
    monkeypatch.setitem(app.extensions, "munim.settings", replace(kept, public_url="https://books.example.in"))
    for url in ("/sign-in", "/nothing-here", "/sw.js", "/s/x/manifest.webmanifest"):
        with app.test_client().get(url) as answer:
            assert faults(answer.headers, url, "asset" if url.startswith("/s/") else "counter.show_worker", STRICT_TRANSPORT) == []
    assert "max-age=31536000" in STRICT_TRANSPORT
