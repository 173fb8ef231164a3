"""Clones, restored backups and lost devices: nothing is doubled, nothing is lost without being seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.company.test_stores import cashier, make_store
from tests.counter.books import Shelf
from tests.counter.device import SYNC, Device, signed_in
from tests.ground.shops import Shop
from webapp.counter import missing
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import open_books


def test_a_clone_is_told_and_its_bills_wait(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal"))
    till.push()
    clone = till.copy()
    till.sell(till.line("Dal"))
    till.push()
    clone.sell(clone.line("Soap"))
    answer = clone.post(clone.outbox).get_json()
    assert answer["stale_lease"] is True
    assert answer["lease"] is None
    assert [one["status"] for one in answer["results"]] == ["later"]
    assert shelf.bills() == ["26A1/000001", "26A1/000002"]
    till.sell(till.line("Dal"))
    assert till.statuses() == ["ok"]  # the true one goes on


def test_a_restored_backup_learns_what_it_had_sent(till: Device) -> None:
    first = till.sell(till.line("Dal"))
    backup = till.copy()
    till.push()
    till.sell(till.line("Dal"))
    till.push()
    answer = backup.post([first, backup.sell(backup.line("Soap"))]).get_json()
    assert answer["stale_lease"] is True
    assert [one["status"] for one in answer["results"]] == ["replayed", "later"]


def test_a_report_does_not_turn_the_lease(till: Device) -> None:
    before = till.lease
    assert till.push([]) == []
    assert till.lease == before
    till.sell(till.line("Dal"))
    till.push()
    assert till.lease != before


def test_a_half_of_the_batch_may_follow_a_lost_answer(till: Device) -> None:
    bills = [till.sell(till.line("Dal")) for _ in range(4)]
    till.post(bills)
    assert till.statuses(bills[:2]) == ["replayed", "replayed"]
    assert till.statuses(bills[2:]) == ["replayed", "replayed"]


def test_a_stale_till_enrols_again_and_delivers_what_it_had_issued(app: Flask, sharma: Shop, till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal"))
    till.push()
    clone = till.copy()
    till.sell(till.line("Dal"))
    till.push()
    mine = clone.sell(clone.line("Soap"))  # the same number as the true till's second bill
    third = clone.sell(clone.line("Soap"))

    again = Device.enrol(signed_in(app, sharma), "Front again", replaces=clone.till["id"])
    assert again.code == "A2"
    again.items, again.outbox = shelf.items, [mine, third]
    results = again.push()
    assert [one["status"] for one in results] == ["quarantined", "ok"]
    again.sell(again.line("Dal"))
    assert again.statuses() == ["ok"]
    assert shelf.bills() == ["26A1/000001", "26A1/000002", "26A1/000003", "26A2/000001"]
    # The till it took over from is closed: its device must be set up again as well.
    assert till.client.post("/sync/push", json=till.envelope([]), headers=SYNC).status_code == 403


def test_nobody_else_may_use_a_series(enrol: Callable[..., Device], shelf: Shelf) -> None:
    front, back = enrol("Front"), enrol("Back")
    bill = front.sell(front.line("Dal"))
    back.outbox = [bill]
    (result,) = back.push()
    assert result["status"] == "quarantined"
    assert "26A1" in result["reason"]
    assert shelf.last("26A1") == 0
    assert front.statuses() == ["quarantined"]  # that id is answered as before; a person settles it
    assert shelf.bills() == []


def test_numbers_that_cannot_come_any_more_are_noted_and_settled(till: Device, shelf: Shelf, sharma: Shop) -> None:
    till.sell(till.line("Dal"))
    till.push()
    lost = [till.sell(till.line("Dal")) for _ in range(3)]
    till.outbox = []  # the browser cleared a part of its data
    till.push([])
    assert shelf.missing() == {}  # once may be chance
    till.push([])
    assert shelf.missing() == {"26A1/000002": "missing", "26A1/000003": "missing", "26A1/000004": "missing"}

    next_bill = till.sell(till.line("Soap"))
    assert till.statuses() == ["later"]
    elsewhere = cashier(sharma, make_store(sharma, "Annexe", "ANX"))
    with pytest.raises(NotFound), open_books(elsewhere) as books:  # numbers are guessed easily
        missing.settle_missing(books, "26A1", 2, "not_received", "None came")
    answer = settle_missing(till, "26A1", 2, 4, "not_received", "Storage was cleared; no paper found")
    assert answer == 303
    assert till.statuses() == ["ok"]
    assert shelf.bills() == ["26A1/000001", "26A1/000005"]
    assert next_bill["seq"] == 5

    till.outbox = [lost[1]]  # found on a saved backup after all
    assert till.statuses() == ["ok"]
    assert shelf.missing()["26A1/000003"] == "arrived"
    assert shelf.bills() == ["26A1/000001", "26A1/000003", "26A1/000005"]


def test_a_cleared_browser_is_recognised_by_its_cookies(app: Flask, sharma: Shop, till: Device, shelf: Shelf) -> None:
    for _ in range(3):
        till.sell(till.line("Dal"))
    till.push(till.outbox[:1])
    till.client.set_cookie("munim_last_26A1", "3", path="/")
    answer = till.client.post("/counter/enrolment", json={"name": "Front again", "store": None, "shared": False}, headers=SYNC)
    made = answer.get_json()
    assert made["till"]["code"] == "A2"
    assert made["missing"] == [{"series": "26A1", "from": 2, "to": 3}]
    assert shelf.missing() == {"26A1/000002": "missing", "26A1/000003": "missing"}


def test_the_mirror_cookie_is_set_again_with_each_push(till: Device) -> None:
    till.sell(till.line("Dal"))
    answer = till.post(till.outbox)
    (mirror,) = [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("munim_last_26A1=")]
    assert "munim_last_26A1=1;" in mirror
    assert "Max-Age=34560000" in mirror
    assert "Path=/" in mirror
    assert "HttpOnly" not in mirror  # the till reads it


def settle_missing(till: Device, series: str, first: int, last: int, settlement: str, note: str) -> int:
    page = till.client.get("/counter/review").text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    form = {"csrf_token": token, "first": str(first), "last": str(last), "settlement": settlement, "note": note}
    return till.client.post(f"/counter/missing-bills/{series}/settlement", data=form).status_code
