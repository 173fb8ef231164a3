"""Signing in: the same words for every wrong pair, a pause after many tries, an end that is an end."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.ground.shops import PASSWORD, Shop
from webapp import identity
from webapp.identity import rules
from webapp.platform import audit
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory, read_books
from webapp.platform.web import safe_next


def send(client: FlaskClient, email: str, password: str, **more: str) -> object:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]
    return client.post("/sign-in", data={"csrf_token": token, "email": email, "password": password, **more})


def test_the_right_password_opens_and_signing_out_closes(client: FlaskClient, sharma: Shop) -> None:
    assert client.get("/settings").status_code == 303
    answer = send(client, sharma.email, PASSWORD, next="/settings")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/settings"
    page = client.get("/settings")
    assert page.status_code == 200
    stolen = client.get_cookie("munim")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert stolen
    client.set_cookie("munim", stolen.value)
    assert client.get("/settings").status_code == 303, "a copied cookie opens nothing after signing out"


def test_who_came_in_stands_in_the_edit_log(client: FlaskClient, sharma: Shop) -> None:
    send(client, sharma.email, "not this one")
    send(client, sharma.email, PASSWORD)
    with read_books(sharma.actor) as books:
        entries = [json.loads(line) for line in audit.exported(books)]
        assert not list(audit.broken_links(books))
    logins = [entry for entry in entries if entry["action"] == "login"]
    assert [(entry["user_id"], entry["new"]) for entry in logins] == [(str(sharma.actor.user_id), {"address": "127.0.0.1"})]


def test_a_new_password_stands_in_the_edit_log_of_each_company_and_ends_sign_ins(client: FlaskClient, sharma: Shop, iyer: Shop) -> None:
    send(client, sharma.email, PASSWORD)
    assert sharma.actor.user_id
    with open_directory() as directory:
        identity.add_member(directory, iyer.company_id, sharma.actor.user_id, Role.ACCOUNTANT)
    with open_directory() as directory:
        identity.set_password(directory, sharma.email, "another horse battery", by="console")
    assert client.get("/settings").status_code == 303
    for shop in (sharma, iyer):
        with read_books(shop.actor) as books:
            *_, entry = [json.loads(line) for line in audit.exported(books)]
            assert not list(audit.broken_links(books))
        assert (entry["user_id"], entry["user_name"], entry["via"]) == (None, "console", "console")
        assert (entry["action"], entry["entity"], entry["entity_id"]) == ("change", "user", str(sharma.actor.user_id))
        assert "another horse" not in json.dumps(entry)
    assert send(client, sharma.email, "another horse battery").status_code == 303


def test_unknown_email_and_wrong_password_read_the_same(client: FlaskClient, sharma: Shop) -> None:
    wrong = send(client, sharma.email, "not this one").text
    unknown = send(client, "nobody@example.in", "not this one").text
    said = re.compile(r'class="field-error".*?<span>(.*?)</span>', re.DOTALL)
    assert said.findall(wrong) == said.findall(unknown) != []


def test_many_failures_pause_and_time_ends_the_pause(client: FlaskClient, sharma: Shop, clock: Clock) -> None:
    for _ in range(rules.FREE_TRIES):
        send(client, sharma.email, "not this one")
    assert send(client, sharma.email, PASSWORD).status_code == 429
    clock.advance(minutes=20)
    assert send(client, sharma.email, PASSWORD).status_code == 303


def test_a_sign_in_ends_after_its_days(client: FlaskClient, sharma: Shop, clock: Clock) -> None:
    send(client, sharma.email, PASSWORD)
    assert client.get("/settings").status_code == 200
    clock.advance(days=rules.SIGN_IN_DAYS, minutes=1)
    assert client.get("/settings").status_code == 303


@pytest.mark.parametrize(
    "url",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb", "", None, "evil", "///evil.example"],
)
def test_no_door_to_another_site(url: str | None) -> None:
    assert safe_next(url) is None


def test_a_write_without_its_token_or_from_another_site_is_refused(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"email": "a@b.in", "password": "x"}).status_code == 403
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]
    foreign = client.post("/sign-in", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    foreign = client.post("/sign-in", data={"csrf_token": token}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


@given(st.text(max_size=300))
def test_any_text_is_an_email_or_a_refusal(text: str) -> None:
    try:
        email = rules.normal_email(text)
    except ValueError:
        return
    assert email == email.strip().lower()
    assert email.count("@") == 1


def test_waits_grow_and_are_bounded() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 11, 20, tzinfo=UTC)
    waits = [rules.wait_after(tries, now, now) for tries in range(40)]
    assert waits[: rules.FREE_TRIES] == [timedelta(0)] * rules.FREE_TRIES
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=15)


def test_passwords_are_kept_as_owasp_says(real_hasher: PasswordHasher) -> None:
    """argon2id, 19 MiB, two passes: the first choice of its Password Storage Cheat Sheet."""
    assert real_hasher.hash("correct horse battery").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
