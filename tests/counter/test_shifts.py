"""Shifts: the drawer, cash in and out, X and Z; Σ tenders = Σ bills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.counter.books import Shelf
from tests.counter.device import Device
from webapp import counter
from webapp.kernel.ids import new_id


def report(till: Device, shelf: Shelf) -> dict[str, Any]:
    assert till.shift is not None
    view = shelf.read(lambda books: counter.shift_view(books, UUID(till.shift)))
    return dict(view.report)


def test_a_days_drawer_adds_up(till: Device, shelf: Shelf) -> None:
    customer = str(new_id())
    till.open_shift(50_000)
    till.do("customer.add", id=customer, name="Ravi", phone="", gstin=None, state_code=None, address="")
    first = till.sell(till.line("Dal", 2000), customer=customer)  # 290.00 cash
    till.sell(till.line("Soap"), paid=[{"mode": "upi", "amount": 4_000, "ref": "", "given": None}])
    till.sell(
        till.line("Dal"),
        customer=customer,
        paid=[{"mode": "cash", "amount": 4_500, "ref": "", "given": 5_000}, {"mode": "credit", "amount": 10_000, "ref": "", "given": None}],
    )
    wrong = till.sell(till.line("Soap"))  # 40.00, cancelled
    till.do("bill.cancel", bill=wrong["id"], reason="Customer left")
    till.take_back(first, 1, 1000)  # 145.00 back
    till.take_money(customer, 5_000)
    till.do("cash.move", shift=till.shift, amount=-20_000, purpose="bank", reason="Deposit")
    till.do("cash.move", shift=till.shift, amount=-1_500, purpose="expense", reason="Tea")
    till.do("cash.move", shift=till.shift, amount=10_000, purpose="float", reason="Change")
    results = till.push()
    assert {one["status"] for one in results} == {"ok"}, results

    x = report(till, shelf)
    assert x["bills"]["count"] == 4
    assert x["bills"]["tenders"] == {"cash": 29_000 + 4_500 + 4_000, "upi": 4_000, "credit": 10_000}
    assert sum(x["bills"]["tenders"].values()) == x["bills"]["total"] == 51_500
    assert x["returns"]["total"] == 14_500
    assert x["cancelled"] == {"count": 1, "total": 4_000, "cash": 4_000}
    assert x["adds_up"] is True
    assert x["expected"] == 50_000 + 37_500 - 14_500 - 4_000 + 5_000 - 20_000 - 1_500 + 10_000 == 62_500
    assert x["bills"]["numbers"] == [["26A1", 1, 4]]
    assert "cost" not in str(x)

    till.do("shift.close", shift=till.shift, denominations={"50000": 1, "10000": 1, "1000": 2}, counted=62_000, unsent=0, override=None)
    assert till.statuses() == ["ok"]
    z = report(till, shelf)
    assert (z["counted"], z["difference"]) == (62_000, -500)
    # What the books hold in cash is what was counted, less the float that was there before and the change from the safe.
    assert shelf.balance("cash") == 62_000 - 50_000 - 10_000
    assert shelf.balance("cash-short-over") == 500
    assert (shelf.balance("bank"), shelf.balance("expenses")) == (20_000, 1_500)


def test_a_frozen_report_does_not_move(till: Device, shelf: Shelf) -> None:
    till.open_shift()
    till.sell(till.line("Dal"))
    till.do("shift.close", shift=till.shift, denominations={}, counted=14_500, unsent=0, override=None)
    till.push()
    before = report(till, shelf)
    till.sell(till.line("Dal"))  # names the closed shift
    assert till.statuses() == ["ok"]
    assert report(till, shelf) == before
    view = shelf.read(lambda books: counter.shift_view(books, UUID(till.shift or "")))
    assert view.late_total == 14_500


def test_a_count_that_does_not_add_up_is_put_aside(till: Device) -> None:
    till.open_shift()
    till.do("shift.close", shift=till.shift, denominations={"50000": 1}, counted=40_000, unsent=0, override=None)
    results = till.push()
    assert results[1]["status"] == "quarantined"
    assert "add up" in results[1]["reason"]


def test_odd_pieces_and_odd_moves_are_put_aside(till: Device) -> None:
    till.open_shift()
    till.do("shift.close", shift=till.shift, denominations={"33": 1}, counted=33, unsent=0, override=None)
    till.do("cash.move", shift=till.shift, amount=0, purpose="bank", reason="x")
    till.do("cash.move", shift=till.shift, amount=5, purpose="gift", reason="x")
    till.do("cash.move", shift=str(new_id()), amount=5, purpose="bank", reason="x")
    till.do("shift.close", shift=till.shift, denominations={}, counted=0, unsent=2, override={"by": "Asha"})
    till.do("cash.move", shift=till.shift, amount=5, purpose="bank", reason="too late")
    assert till.statuses() == ["ok", "quarantined", "quarantined", "quarantined", "quarantined", "ok", "quarantined"]


def test_an_opening_sent_twice_is_one_shift(till: Device) -> None:
    opening = till.open_shift(100)
    assert till.statuses([opening]) == ["ok"]
    assert till.statuses([opening]) == ["replayed"]
