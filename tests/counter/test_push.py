"""What a till sends: taken once, in order, never refused when it has happened."""

from __future__ import annotations

from collections.abc import Callable

from tests.counter.books import Shelf
from tests.counter.device import Device, body_of, changed


def test_a_bill_is_in_the_books_after_a_push(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal", 2000))
    (result,) = till.push()
    assert result == {"id": result["id"], "status": "ok", "number": "26A1/000001"}
    assert shelf.bills() == ["26A1/000001"]
    assert shelf.balance("cash") == 29000
    assert shelf.on_hand("Dal") == 8000


def test_an_answer_that_was_lost_is_given_again(till: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal"))
    first = till.post([bill]).get_json()
    second = till.post([bill]).get_json()  # the old lease: the batch begins with the ids that used it up
    assert [one["status"] for one in first["results"] + second["results"]] == ["ok", "replayed"]
    assert second["stale_lease"] is False
    assert first["lease"] != second["lease"]
    assert first["results"][0]["number"] == second["results"][0]["number"] == "26A1/000001"
    assert shelf.balance("cash") == 14500
    third = till.post([bill, till.sell(till.line("Soap"))]).get_json()  # and once more, with another behind it
    assert [one["status"] for one in third["results"]] == ["replayed", "ok"]


def test_the_same_bill_under_another_command_is_the_same_bill(till: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal"))
    till.push()
    again = {**bill, "id": "0190a2b4-0000-7000-8000-000000000001"}
    (result,) = till.push([again])
    assert result["status"] == "quarantined"  # for a bill, the command's id is the bill's own
    assert shelf.bills() == ["26A1/000001"]


def test_the_same_id_with_another_body_is_quarantined_and_the_first_stands(till: Device, shelf: Shelf) -> None:
    bill = till.sell(till.line("Dal"))
    till.push()
    (result,) = till.push([changed(bill, note="altered")])
    assert result["status"] == "quarantined"
    assert "other content" in result["reason"]
    assert shelf.balance("cash") == 14500
    assert till.statuses([bill]) == ["replayed"]


def test_the_same_number_with_another_content_is_quarantined_both_sides_visible(till: Device, shelf: Shelf) -> None:
    clone = till.copy()
    till.sell(till.line("Dal"))
    till.push()
    other = clone.sell(clone.line("Soap"))
    clone.lease = till.lease
    (result,) = clone.push()
    assert result["status"] == "quarantined"
    assert "26A1/000001" in result["reason"]
    (waiting,) = shelf.waiting()
    assert waiting.body == other["body"]
    assert shelf.last("26A1") == 1
    till.lease = clone.lease
    till.sell(till.line("Dal"))
    assert till.statuses() == ["ok"]
    assert shelf.bills() == ["26A1/000001", "26A1/000002"]


def test_a_later_number_waits_for_the_one_before_it(till: Device, shelf: Shelf) -> None:
    first, second, third = (till.sell(till.line("Dal")) for _ in range(3))
    results = till.push([second, third])
    assert [one["status"] for one in results] == ["later", "later"]
    assert results[0]["expected"] == 1
    assert shelf.bills() == []
    assert shelf.missing() == {"26A1/000001": "missing"}
    assert till.statuses([first, second, third]) == ["ok", "ok", "ok"]
    assert shelf.missing() == {"26A1/000001": "arrived"}
    assert shelf.bills() == ["26A1/000001", "26A1/000002", "26A1/000003"]


def test_a_poison_bill_does_not_stop_the_rest_and_uses_up_its_number(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal"))
    till.number()
    till.command("bill.issue", "{not json", series="26A1", seq=2)
    till.sell(till.line("Soap"))
    results = till.push()
    assert [one["status"] for one in results] == ["ok", "quarantined", "ok"]
    assert results[1]["reason"] == "It is not readable JSON."
    assert shelf.bills() == ["26A1/000001", "26A1/000003"]
    assert shelf.last("26A1") == 3


def test_figures_that_differ_are_quarantined(till: Device, shelf: Shelf) -> None:
    till.sell(till.line("Dal"))
    bill = till.outbox[0]
    body = body_of(bill)
    body["totals"]["cgst"] += 1
    till.outbox = [changed(bill, totals=body["totals"])]
    (result,) = till.push()
    assert result["status"] == "quarantined"
    assert "figures" in result["reason"].lower()
    assert shelf.last("26A1") == 1


def test_two_tills_sell_the_last_unit_and_both_bills_stand(enrol: Callable[..., Device], shelf: Shelf) -> None:
    front, back = enrol("Front"), enrol("Back")
    front.sell(front.line("Dal", 10_000))
    back.sell(back.line("Dal", 1_000))
    assert front.push()[0]["status"] == "ok"
    (result,) = back.push()
    assert result["status"] == "ok"
    assert result["flags"] == ["below_zero"]
    assert shelf.on_hand("Dal") == -1000
    assert shelf.flags("26A2/000001") == {"below_zero"}
