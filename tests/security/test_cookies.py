"""Cookies over TLS and without: their names, their flags, and that nobody loses one when a machine is brought up to date."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from tests.counter.books import stock_shelf
from tests.counter.device import SYNC, Device, signed_in
from tests.every_route.test_url_map import walk
from tests.ground.shops import Shop
from tests.security.conftest import browser_of, some_address
from webapp.app import create_app
from webapp.counter.tills import read_mirrors
from webapp.platform import db

TLS = "https://books.example.in"
WISH = {"name": "Front", "store": None, "shared": False}
OF_SCRIPTS = re.compile(r"munim_last_\w+")  # the last numbers of a till, which its own script reads
KNOWN = {"munim", "munim-device", "munim_till"}


@pytest.fixture(params=[False, True], ids=["without TLS", "over TLS"])
def site(request: pytest.FixtureRequest, app: Flask) -> Flask:
    """The program as it is reached without TLS, and over it."""
    return of_tls(app) if request.param else app


def of_tls(app: Flask) -> Flask:
    """The same machine, over TLS: another PUBLIC_URL, and started again."""
    kept = db.engine()
    made = create_app(replace(app.extensions["munim.settings"], public_url=TLS))
    db.use(kept)  # making it had it use another
    return made


@pytest.fixture
def till(app: Flask, sharma: Shop) -> Device:
    """A till of a browser in which the owner signed in without TLS."""
    shelf = stock_shelf(sharma.actor)
    made = Device.enrol(signed_in(app, sharma))
    made.items = shelf.items
    return made


def address_of(site: Flask) -> str:
    return TLS if site.extensions["munim.settings"].is_https else "http://localhost"


def faults(lines: list[str], *, is_https: bool) -> list[str]:
    """Those of these Set-Cookie lines with which something is wrong."""
    wrong = []
    for line in lines:
        name, attributes = line.split("=", 1)[0], [part.strip().lower() for part in line.split(";")[1:]]
        plain_name = name.removeprefix("__Host-")
        wanted = {"samesite=lax"}
        wanted |= {"secure"} if is_https else set()
        wanted |= set() if OF_SCRIPTS.fullmatch(plain_name) else {"httponly"}
        is_given = "max-age=0" not in attributes
        if is_https and is_given:
            wanted.add("path=/")
        has_right_name = name.startswith("__Host-") == is_https or not is_given
        is_known = plain_name in KNOWN or OF_SCRIPTS.fullmatch(plain_name)
        if not wanted <= set(attributes) or any(one.startswith("domain") for one in attributes) or not has_right_name or not is_known:
            wrong.append(line)
    return wrong


def test_every_cookie_of_every_rule_is_locked(site: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(site.config, "WTF_CSRF_ENABLED", False)
    lines, is_https = list[str](), address_of(site) == TLS
    assert sharma.actor.user_id is not None
    stranger, owner = site.test_client(), browser_of(site, sharma.actor.user_id)
    for rule, method in walk(site):
        leaves = rule.endpoint in {"identity.create_sign_out", "onboarding.create_sign_up"}
        for browser in (stranger,) if leaves else (stranger, owner):
            with browser.open(some_address(site, rule), method=method, headers=SYNC, base_url=address_of(site)) as answer:
                lines += answer.headers.getlist("Set-Cookie")
    assert faults(lines, is_https=is_https) == []
    assert {line.split("=")[0] for line in lines} >= {"__Host-munim" if is_https else "munim"}


def test_a_sign_in_and_a_till_leave_cookies_that_are_locked(site: Flask, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(site.config, "WTF_CSRF_ENABLED", False)
    browser, is_https = site.test_client(), address_of(site) == TLS
    lines = list[str]()
    for path, sent in (
        ("/sign-in", {"data": {"email": sharma.email, "password": sharma.password}}),
        ("/counter/enrolment", {"json": WISH}),
    ):
        answer = browser.post(path, headers=SYNC, base_url=address_of(site), **sent)
        assert answer.status_code in (201, 303), answer.text
        lines += answer.headers.getlist("Set-Cookie")
    host = "__Host-" if is_https else ""
    assert {line.split("=")[0] for line in lines} == {f"{host}{name}" for name in ("munim", "munim-device", "munim_till")}
    assert faults(lines, is_https=is_https) == []


def over_tls(till: Device, site: Flask) -> Device:
    """The same browser, once the machine has the program that names its cookies anew: it still has the old ones."""
    fresh = site.test_client()
    fresh.set_cookie("munim_till", till.client.get_cookie("munim_till", path="/sync").value, domain="books.example.in", path="/sync")
    till.client = fresh
    return till


def test_a_till_keeps_its_key_when_its_cookie_gets_another_name(app: Flask, till: Device) -> None:
    till.sell(till.line("Dal"))
    site = of_tls(app)
    client = over_tls(till, site).client
    first = client.post("/sync/push", json=till.envelope(till.outbox), headers=SYNC, base_url=TLS)
    assert first.status_code == 200
    lines = first.headers.getlist("Set-Cookie")
    assert faults(lines, is_https=True) == []
    assert client.get_cookie("munim_till", domain="books.example.in", path="/sync") is None
    assert client.get_cookie("__Host-munim_till", domain="books.example.in") is not None
    second = client.post("/sync/push", json=till.envelope([]), headers=SYNC, base_url=TLS)
    assert second.status_code == 200
    assert not any("munim_till=" in line for line in second.headers.getlist("Set-Cookie")), "given once"


def test_a_key_that_another_site_of_the_domain_planted_counts_for_nothing_beside_ours(app: Flask, till: Device) -> None:
    client = over_tls(till, of_tls(app)).client
    assert client.post("/sync/push", json=till.envelope([]), headers=SYNC, base_url=TLS).status_code == 200
    client.set_cookie("munim_till", "x" * 43, domain="books.example.in", path="/sync")
    assert client.post("/sync/push", json=till.envelope([]), headers=SYNC, base_url=TLS).status_code == 200


def test_of_two_memories_of_a_number_ours_counts() -> None:
    assert read_mirrors({"__Host-munim_last_26A1": "7", "munim_last_26A1": "900", "munim_last_26A2": "3"}) == {"26A1": 7, "26A2": 3}
    assert read_mirrors({"munim_last_26A1": "900", "__Host-munim_last_26A1": "7"}) == {"26A1": 7}


def test_the_numbers_a_till_remembers_are_set_again_and_taken_away_under_both_names(app: Flask, till: Device) -> None:
    till.sell(till.line("Dal"))
    client = over_tls(till, of_tls(app)).client
    prefix, last = next(iter(till.last.items()))
    client.set_cookie(f"munim_last_{prefix}", str(last), domain="books.example.in")
    envelope = till.envelope(till.outbox)
    answer = client.post("/sync/push", json={**envelope, "report": {**envelope["report"], "last": till.last}}, headers=SYNC, base_url=TLS)
    assert answer.status_code == 200
    assert client.get_cookie(f"munim_last_{prefix}", domain="books.example.in") is None
    assert client.get_cookie(f"__Host-munim_last_{prefix}", domain="books.example.in").value == str(last)
