"""What a person can count on: a password is what was typed, and the way out is never far."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.every_route.test_url_map import walk
from tests.ground.shops import Shop
from tests.security.conftest import some_address

# They open without a sign-in, the same for everybody; the counter has a door of its own (docs/counter.md).
WITHOUT_A_MENU = {
    "counter.show_counter",
    "counter.show_offline",
}


class Found(HTMLParser):
    """Where the forms of a page lead, and its fields of passwords."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.actions: set[str] = set()
        self.is_whole = "<!doctype html" in text[:100].lower()
        self.fields: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.actions.add(said.get("action") or "")
        if tag == "input" and "password" in (said.get("name") or ""):
            self.fields.append(said)


@pytest.mark.parametrize("change", [str.upper, str.title, lambda typed: typed + " ", lambda typed: " " + typed, lambda typed: typed[:-1]])
def test_a_password_that_is_nearly_right_is_wrong(
    client: FlaskClient, sharma: Shop, monkeypatch: pytest.MonkeyPatch, change: object
) -> None:
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", False)
    nearly = change(sharma.password)  # type: ignore[operator]
    assert nearly != sharma.password
    assert client.post("/sign-in", data={"email": sharma.email, "password": nearly}).status_code == 422


def test_every_page_shows_the_way_out_and_every_password_is_hidden_and_named(app: Flask, owner: FlaskClient) -> None:
    without, open_fields, seen = list[str](), list[object](), 0
    for rule, method in walk(app):
        if method != "GET" or rule.endpoint == "identity.create_sign_out":
            continue
        with owner.get(some_address(app, rule)) as answer:
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            found = Found(answer.text)
        seen += found.is_whole
        if found.is_whole and not any(one.endswith("/sign-out") for one in found.actions):
            without.append(rule.endpoint)
        open_fields += [
            (rule.endpoint, one) for one in found.fields if one.get("type") != "password" or not one.get("autocomplete") or "onpaste" in one
        ]
    assert seen > 100
    assert set(without) == WITHOUT_A_MENU
    assert open_fields == []
