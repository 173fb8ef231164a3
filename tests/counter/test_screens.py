"""The owner's pages: tills, shifts, what needs a look."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.conftest import Clock
from tests.counter.books import Shelf
from tests.counter.device import Device, body_of, changed, signed_in
from tests.ground.shops import Shop
from webapp.platform.tenancy import open_books


def token_of(client: FlaskClient, path: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]


def settle(client: FlaskClient, command_id: str, settlement: str, note: str = "") -> tuple[int, str]:
    path = f"/counter/review/{command_id}"
    answer = client.post(f"{path}/settlement", data={"csrf_token": token_of(client, path), "settlement": settlement, "note": note})
    return answer.status_code, answer.text


def test_tills_show_what_waits_where(till: Device, owner: FlaskClient, clock: Clock) -> None:
    till.sell(till.line("Dal"))
    till.push()
    for _ in range(3):
        till.sell(till.line("Dal"))
    report = {"pending": 3, "oldest": "2026-11-20T11:05:00+05:30", "last": till.last, "clock": clock.now.isoformat()}
    till.push([], report=report)
    page = owner.get("/counter/tills").text
    assert "A1 · Front counter" in page
    assert "3 waiting" in page
    assert "20-Nov-2026 11:05" in page
    assert "26A1/000001" in page
    assert "there: 4" in page


@pytest.mark.parametrize("path", ["/counter/tills", "/counter/shifts", "/counter/review"])
def test_empty_pages_say_so(owner: FlaskClient, path: str) -> None:
    answer = owner.get(path)
    assert answer.status_code == 200
    assert answer.text.count('class="empty') == 1


def test_a_quarantined_bill_is_tried_again_after_its_cause_is_gone(till: Device, shelf: Shelf, owner: FlaskClient) -> None:
    till.command("customer.add", {"v": 1}, type="customer.add")
    bill = till.sell(till.line("Dal"))
    body = body_of(bill)
    body["lines"][0]["treatment"] = "nonsense"
    till.outbox = [changed(bill, lines=body["lines"])]
    assert till.push()[0]["status"] == "quarantined"
    status, _ = settle(owner, bill["id"], "retried")
    assert status == 409  # it cannot be read, so trying again changes nothing
    assert len(shelf.waiting()) == 1

    status, text = settle(owner, bill["id"], "rekeyed")
    assert status == 422
    assert "Say why" in text
    status, _ = settle(owner, bill["id"], "rekeyed", "Bill 26-000012 of the office")
    assert status == 303
    assert shelf.waiting() == []
    assert settle(owner, bill["id"], "cancelled", "again")[0] == 404
    assert "Bill 26-000012" in owner.get("/counter/review").text


def test_a_cancel_that_came_before_its_bill_was_settled_is_retried(till: Device, shelf: Shelf, owner: FlaskClient) -> None:
    bill = till.sell(till.line("Dal"))
    body = body_of(bill)
    good = dict(bill)
    cancel = till.do("bill.cancel", bill=body["id"], reason="Customer left")
    till.outbox = [cancel]
    (result,) = till.push()
    assert result["status"] == "quarantined"
    assert till.statuses([good]) == ["ok"]
    assert settle(owner, cancel["id"], "retried")[0] == 303
    assert shelf.balance("cash") == 0
    assert till.statuses([cancel]) == ["replayed"]


def test_another_company_sees_nothing_of_it(app: Flask, till: Device, iyer: Shop, shelf: Shelf) -> None:
    till.open_shift()
    bad = till.command("bill.issue", "nonsense", series="26A1", seq=1)
    till.push()
    stranger = signed_in(app, iyer)
    token = token_of(stranger, "/counter/tills")
    assert "Front counter" not in stranger.get("/counter/tills").text
    assert stranger.get(f"/counter/review/{bad['id']}").status_code == 404
    assert stranger.get(f"/counter/shifts/{till.shift}").status_code == 404
    for path in (
        f"/counter/review/{bad['id']}/settlement",
        f"/counter/tills/{till.till['id']}/revocation",
        f"/counter/shifts/{till.shift}/closing",
        "/counter/missing-bills/26A1/settlement",
    ):
        form = {"csrf_token": token, "settlement": "rekeyed", "note": "x", "counted": "1", "first": "1", "last": "1"}
        assert stranger.post(path, data=form).status_code == 404, path
    assert len(shelf.waiting()) == 1


def test_a_shift_has_its_page_x_and_then_z(till: Device, owner: FlaskClient, sharma: Shop) -> None:
    till.open_shift(50_000)
    till.sell(till.line("Dal"))
    till.push()
    running = owner.get(f"/counter/shifts/{till.shift}").text
    assert "X report" in running
    assert "₹645.00" in running
    assert owner.get("/counter/shifts").text.count("A1 · Front counter") == 1
    till.do("shift.close", shift=till.shift, denominations={"50000": 1, "10000": 1, "2000": 2}, counted=64_000, unsent=0, override=None)
    assert till.statuses() == ["ok"]
    for path in (f"/counter/shifts/{till.shift}", f"/counter/shifts/{till.shift}?paper=80"):
        page = owner.get(path).text
        assert "Z report" in page
        assert "640.00" in page
        assert "5.00" in page
    assert "receipt printing" in owner.get(f"/counter/shifts/{till.shift}?paper=80").text
    here = f"/counter/shifts/{till.shift}"
    assert "SGST" in owner.get(here).text
    with open_books(sharma.actor) as books:
        books.connection.execute(text("update store set state_code = '35'"))  # the Andaman and Nicobar Islands
    assert "UTGST" in owner.get(here).text


def test_the_office_closes_a_shift_only_over_an_owners_override(till: Device, owner: FlaskClient) -> None:
    till.open_shift(10_000)
    till.push()
    till.sell(till.line("Dal"))
    till.push([])  # one waits, says the report
    path = f"/counter/shifts/{till.shift}"
    form = {"csrf_token": token_of(owner, path), "counted": "100"}
    refused = owner.post(f"{path}/closing", data=form)
    assert refused.status_code == 409
    assert "1 bill waits" in refused.text
    assert owner.post(f"{path}/closing", data={**form, "counted": "１００", "override": "1"}).status_code == 422
    assert owner.post(f"{path}/closing", data={**form, "override": "1"}).status_code == 303
    assert "1 bill unsent then" in owner.get(path).text
    till.push()
    page = owner.get(path).text
    assert "Bills of ₹145.00 came for this shift after it was closed" in page


def test_hostile_words_are_shown_as_words(till: Device, owner: FlaskClient) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    bill = till.sell(till.line("Dal"))
    body = body_of(bill)
    body["lines"][0] |= {"name": evil, "qty": 0}
    till.outbox = [changed(bill, lines=body["lines"], cashier={"id": None, "name": evil})]
    assert till.push()[0]["status"] == "quarantined"
    for path in ("/counter/review", f"/counter/review/{bill['id']}"):
        page = owner.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page.replace('<img src="/s/', "")


def test_pages_hold_no_inline_script_or_style(till: Device, owner: FlaskClient) -> None:
    till.open_shift(1)
    till.command("bill.issue", json.dumps({"lines": []}), series="26A1", seq=1)
    till.push()
    waiting = owner.get("/counter/review").text
    for path in ("/counter/tills", "/counter/shifts", f"/counter/shifts/{till.shift}", "/counter/review"):
        page = owner.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", page), path
    assert "Put aside" in waiting
