"""The pages of accounts and browsers: what is kept, what is shown of a secret, what a try answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.ground.shops import Shop
from webapp.messaging import Outcome, push, queries, sending
from webapp.messaging.carrier import End
from webapp.messaging.models import MessagingAccount
from webapp.platform.tenancy import read_books

TWILIO = {
    "account_sid": "AC" + "a" * 32,
    "auth_token": "secret0123456789secret9876",
    "sender": "+15005550006",
    "is_on": "1",
    "version": "0",
}


@pytest.fixture
def owner(app: Flask, browse: Callable[[Shop], FlaskClient], sharma: Shop, here: None) -> FlaskClient:
    return browse(sharma)


def test_a_secret_is_kept_sealed_and_shown_by_its_last_four(owner: FlaskClient, sharma: Shop) -> None:
    assert owner.post("/messages/accounts/twilio", data=TWILIO).status_code == 303
    shown = owner.get("/messages/accounts/twilio").text
    assert "9876" in shown
    assert TWILIO["auth_token"] not in shown
    with read_books(sharma.actor) as books:
        kept = books.session.scalars(select(MessagingAccount)).one()
        assert TWILIO["auth_token"] not in kept.secrets + str(kept.settings)
    again = {**TWILIO, "auth_token": "", "sender": "MUNIM", "version": "1"}
    assert owner.post("/messages/accounts/twilio", data=again).status_code == 303  # empty: as it is kept
    assert owner.post("/messages/accounts/twilio", data=again).status_code == 409  # drawn from an older one
    assert "MUNIM" in owner.get("/messages/accounts/twilio").text


@pytest.mark.parametrize(
    ("provider", "change", "field"),
    [
        ("twilio", {"auth_token": ""}, "auth_token"),
        ("twilio", {"account_sid": "../../x"}, "account_sid"),
        ("twilio", {"sender": "a\r\nb"}, "sender"),
        ("twilio", {"base_url": "javascript:alert(1)"}, "base_url"),
        ("twilio", {"base_url": "https://user:pw@x.example"}, "base_url"),
        ("smtp", {"host": "a b", "port": "587", "security": "starttls", "sender": "a@b.example"}, "host"),
        ("smtp", {"host": "a.example", "port": "99999", "security": "starttls", "sender": "a@b.example"}, "port"),
        ("smtp", {"host": "a.example", "port": "587", "security": "maybe", "sender": "a@b.example"}, "security"),
        ("smtp", {"host": "a.example", "port": "587", "security": "tls", "sender": "a@b.example\r\nBcc: x"}, "sender"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(owner: FlaskClient, provider: str, change: dict[str, str], field: str) -> None:
    answer = owner.post(f"/messages/accounts/{provider}", data={**TWILIO, **change})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text or f"f-{field}" in answer.text.split("error-summary")[-1][:2000]
    assert TWILIO["auth_token"] not in answer.text


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (End(Outcome.SENT, "queued"), "The provider has taken the message: queued"),
        (End(Outcome.REFUSED, "<b>no</b>"), "The provider refuses the message: &lt;b&gt;no&lt;/b&gt;"),
        (End(Outcome.LATER, "busy", retry_after=5), "The message did not leave: busy"),
        (End(Outcome.UNKNOWN, "silence"), "Nobody knows whether the message left: silence"),
    ],
)
def test_a_try_shows_what_the_provider_said(owner: FlaskClient, monkeypatch: pytest.MonkeyPatch, end: End, words: str) -> None:
    carried: list[Any] = []
    monkeypatch.setattr(sending, "call", lambda *asked: carried.append(asked) or end)
    owner.post("/messages/accounts/twilio", data=TWILIO)
    answer = owner.post("/messages/accounts/twilio/tries", data={"to": "98765 43210"}, follow_redirects=True)
    assert words in answer.text
    assert carried[0][1].to == "+919876543210"
    assert owner.post("/messages/accounts/twilio/tries", data={"to": "12"}).status_code == 422


def test_templates_are_kept_by_provider_and_name(owner: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    owner.post("/messages/accounts/twilio", data=TWILIO)
    asked = {"name": "invoice_overdue.en", "approved_as": "HX1", "text": "Dear {#var#}"}
    assert owner.post("/messages/accounts/msg91/templates", data=asked).status_code == 404  # no account with it
    assert owner.post("/messages/accounts/twilio/templates", data={**asked, "name": "x"}).status_code == 422
    assert owner.post("/messages/accounts/twilio/templates", data=asked).status_code == 303
    assert "Dear {#var#}" in owner.get("/messages/accounts/twilio").text
    with read_books(iyer.actor) as books:
        assert queries.templates(books) == {}
    assert owner.post("/messages/accounts/twilio/templates", data={**asked, "approved_as": ""}).status_code == 303
    with read_books(sharma.actor) as books:
        assert queries.templates(books) == {}


def test_a_browser_is_switched_on_by_its_person_and_off_by_nobody_else(
    owner: FlaskClient, browse: Callable[[Shop], FlaskClient], sharma: Shop, iyer: Shop
) -> None:
    headers = {"X-Munim-Sync": "1", "User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Safari/537.36"}
    key = owner.post("/messages/push/key", json={}, headers=headers).get_json()["key"]
    assert owner.post("/messages/push/key", json={}, headers=headers).get_json()["key"] == key
    assert browse(iyer).post("/messages/push/key", json={}, headers=headers).get_json()["key"] != key
    whole = {"endpoint": "https://fcm.googleapis.com/fcm/send/1", "keys": {"p256dh": push.new_keys()[0], "auth": "A" * 22}}
    made = owner.post("/messages/push/subscriptions", json=whole, headers=headers)
    assert made.status_code == 201
    assert "Chrome · Android" in owner.get("/messages/browsers").text
    assert owner.post("/messages/push/subscriptions", json=whole).status_code == 403  # no header of ours
    bad: list[Any] = [
        {**whole, "endpoint": "https://169.254.169.254/latest"},
        {**whole, "endpoint": "http://fcm.googleapis.com/x"},
        {**whole, "endpoint": "https://fcm.googleapis.com@evil.example/x"},
        {**whole, "keys": {"p256dh": "BAAA", "auth": "A" * 22}},
        {**whole, "keys": {"p256dh": whole["keys"]["p256dh"], "auth": "A"}},
        {"endpoint": 7},
        [],
        None,
    ]
    for body in bad:
        assert owner.post("/messages/push/subscriptions", json=body, headers=headers).status_code == 422
    url = f"/messages/push/subscriptions/{made.get_json()['id']}/removal"
    assert browse(iyer).post(url).status_code == 404
    assert owner.post(url).status_code == 303
    with read_books(sharma.actor) as books:
        assert sharma.actor.user_id
        assert queries.subscriptions(books, sharma.actor.user_id) == ()
    worker = owner.get(f"/messages/push/{sharma.company_id}/worker.js")
    assert (worker.status_code, worker.mimetype) == (200, "text/javascript")
    assert "fetch" not in worker.text.replace("// ", "")  # it answers no request of a page
