"""Who may speak to `/sync`, how much, and in which words; the shell and its worker."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from tests.conftest import Clock
from tests.counter.books import Shelf
from tests.counter.device import SYNC, Device, signed_in
from tests.ground.shops import Shop
from webapp.counter import service


def test_ping_is_204_and_says_who_we_are(client: FlaskClient) -> None:
    answer = client.get("/sync/ping")
    assert (answer.status_code, answer.headers["X-Munim"], answer.data) == (204, "1", b"")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sync/state", "/sync/catalogue"])
def test_without_a_device_cookie_nothing_is_said(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 401
    assert set(answer.get_json()) == {"problem", "fix"}
    assert client.post("/sync/push", json={}, headers=SYNC).status_code == 401


def test_a_push_needs_our_header_and_our_origin(till: Device) -> None:
    envelope = till.envelope([])
    assert till.client.post("/sync/push", json=envelope).status_code == 403
    assert till.client.post("/sync/push", json=envelope, headers={**SYNC, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert till.client.post("/sync/push", json=envelope, headers={**SYNC, "Origin": "https://evil.example"}).status_code == 403
    assert till.client.post("/sync/push", json=envelope, headers={**SYNC, "Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_the_device_cookie_is_shut_away(owner: FlaskClient) -> None:
    answer = owner.post("/counter/enrolment", json={"name": "Front"}, headers=SYNC)
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("munim_till=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/sync" in cookie
    assert "Max-Age=15552000" in cookie
    assert len(re.match(r"munim_till=([^;]+)", cookie)[1]) >= 43


def test_only_an_owner_makes_a_till(app: Flask, client: FlaskClient, sharma: Shop) -> None:
    wish = {"name": "Front", "store": None, "shared": False}
    assert client.post("/counter/enrolment", json=wish, headers=SYNC).status_code == 401
    owner = signed_in(app, sharma)
    assert owner.post("/counter/enrolment", json=wish).status_code == 403  # without our header
    refused = owner.post("/counter/enrolment", json={**wish, "name": " "}, headers=SYNC)
    assert refused.status_code == 422
    assert "name" in refused.get_json()["errors"]


def test_codes_are_never_used_again(owner: FlaskClient) -> None:
    codes = [Device.enrol(owner, f"Counter {number}").code for number in range(11)]
    assert codes == ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "AA", "AB"]


def test_a_till_of_another_company_cannot_be_taken_over(app: Flask, till: Device, iyer: Shop) -> None:
    stranger = signed_in(app, iyer)
    answer = stranger.post("/counter/enrolment", json={"name": "X", "replaces": till.till["id"]}, headers=SYNC)
    assert answer.status_code == 404
    assert till.push([]) == []


def test_a_closed_till_keeps_its_bills(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal"))
    page = till.client.get("/counter/tills").text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    assert till.client.post(f"/counter/tills/{till.till['id']}/revocation", data={"csrf_token": token}).status_code == 303
    answer = till.post(till.outbox)
    assert answer.status_code == 403
    assert "stay on the device" in answer.get_json()["fix"]
    assert shelf.bills() == []

    again = Device.enrol(till.client, "Front", replaces=till.till["id"])
    again.items, again.outbox = till.items, till.outbox
    assert again.statuses() == ["ok"]
    assert shelf.bills() == ["26A1/000001"]


def test_the_cookie_dies_after_180_days_and_is_renewed_by_pushes(till: Device, clock: Clock) -> None:
    clock.advance(days=40)
    answer = till.post([])
    assert any(one.startswith("munim_till=") for one in answer.headers.getlist("Set-Cookie"))
    clock.advance(days=179)
    assert till.post([]).status_code == 200
    clock.advance(days=181)
    assert till.post([]).status_code == 401


def test_too_much_at_once_is_413(till: Device, shelf: Shelf) -> None:
    for _ in range(21):
        till.sell(till.line("Dal"))
    assert till.post(till.outbox).status_code == 413
    fat = [{**one, "body": one["body"] + " " * 600_000} for one in till.outbox[:2]]
    assert till.post(fat).status_code == 413
    assert till.client.post("/sync/push", data=b"x" * 8_000_001, headers=SYNC).status_code == 413
    assert shelf.bills() == []
    assert till.statuses() == ["ok"] * 20
    assert till.statuses() == ["ok"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"commands": []}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": 1e400}',
        b'{"format": 1.0}',
        b'{"format": NaN}',
        b"null",
    ],
)
def test_a_push_that_cannot_be_read_is_400(till: Device, data: bytes) -> None:
    answer = till.client.post("/sync/push", data=data, headers={**SYNC, "Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.get_json()["problem"]


def test_a_format_of_another_time_is_409(till: Device) -> None:
    assert till.post([], format=2).status_code == 409
    assert till.post([], format=0).status_code == 409


@pytest.mark.parametrize(("said", "status"), [("database is locked", 503), ("database or disk is full", 507)])
def test_a_database_in_trouble_lets_the_till_keep_the_bill(
    till: Device, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, said: str, status: int
) -> None:
    def fail(*_anything: object, **_more: object) -> None:
        raise OperationalError("insert …", {}, Exception(said))

    bill = till.sell(till.line("Dal"))
    with monkeypatch.context() as patch:
        patch.setattr(service, "take", fail)
        answer = till.post([bill])
    assert answer.status_code == status
    assert answer.get_json()["problem"]
    assert till.statuses([bill]) == ["ok"]  # the lease turned, but these are the ids that turned it
    assert shelf.bills() == ["26A1/000001"]


def test_a_full_disk_in_the_middle_keeps_what_was_taken(till: Device, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    bills = [till.sell(till.line("Dal")) for _ in range(3)]
    whole, calls = service.take, [0]

    def fail_second(*arguments: object, **more: object) -> object:
        calls[0] += 1
        if calls[0] == 2:
            raise OperationalError("insert …", {}, Exception("database or disk is full"))
        return whole(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(service, "take", fail_second)
        assert till.post(bills).status_code == 507
    assert shelf.bills() == ["26A1/000001"]
    assert till.statuses(bills) == ["replayed", "ok", "ok"]


def test_the_shell_is_the_same_bytes_for_everybody(app: Flask, client: FlaskClient, owner: FlaskClient, iyer: Shop) -> None:
    hindi = app.test_client().get("/counter", headers={"Accept-Language": "hi"})
    bodies = {client.get("/counter").data, owner.get("/counter").data, signed_in(app, iyer).get("/counter").data, hindi.data}
    assert len(bodies) == 1
    (body,) = bodies
    assert b"csrf" not in body.lower()
    assert b"Sharma" not in body
    assert b"Set-Cookie" not in bytes(str(client.get("/counter").headers), "utf-8")


def test_every_address_the_worker_keeps_answers_200(client: FlaskClient) -> None:
    worker = client.get("/sw.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Service-Worker-Allowed"] == "/"
    kept = json.loads(re.search(r"const PRECACHE = (\[.*?\]);", worker.text)[1])
    assert kept[0] == "/counter"
    assert len(kept) > 20
    for address in kept:
        answer = client.get(address)
        assert answer.status_code == 200, address
        answer.close()
    assert re.search(r"const BUILD = '[0-9a-f]{12}'", worker.text)
    assert "__" not in re.sub(r"/\*.*?\*/", "", worker.text)


def test_get_never_writes(till: Device, shelf: Shelf, engine: Engine) -> None:
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: sent.append(seen[2].split()[0].lower()))
    for path in (
        "/sync/ping",
        "/sync/state",
        "/sync/catalogue?since=0",
        "/sync/shelves",
        "/counter",
        "/sw.js",
    ):
        assert till.client.get(path).status_code in {200, 204}
    assert "select" in sent
    assert not {"insert", "update", "delete", "replace"} & set(sent)


def test_who_is_signed_in_is_asked_apart(client: FlaskClient, owner: FlaskClient) -> None:
    assert client.get("/counter/session", headers={"Accept": "application/json"}).status_code == 401
    answer = owner.get("/counter/session", headers={"Accept": "application/json"}).get_json()
    assert answer["may_enrol"] is True


def test_state_tells_a_till_what_is_known_of_it(till: Device) -> None:
    till.open_shift(50_000)
    till.sell(till.line("Dal"))
    till.number()
    till.command("bill.issue", "nonsense", series="26A1", seq=2)
    till.push()
    state = till.client.get("/sync/state").get_json()
    assert state["till"]["code"] == "A1"
    assert {row["prefix"]: row["last"] for row in state["series"]}["26A1"] == 2
    assert state["shift"]["float"] == 50_000
    assert [one["number"] for one in state["quarantined"]] == ["26A1/000002"]
