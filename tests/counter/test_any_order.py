"""However a day's commands are cut, doubled and shuffled on the way, the books come out the same."""

from __future__ import annotations

import itertools
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.counter.books import Shelf, stock_shelf
from tests.counter.device import Device, signed_in
from tests.ground.shops import found_shop
from webapp.kernel.ids import new_id

_counter = itertools.count()
_ITEMS = {"Dal": new_id(), "Soap": new_id()}


def fresh(app: Flask) -> tuple[Device, Shelf]:
    """A company of its own whose items have the same ids each time, with its till A1."""
    number = next(_counter)
    shop = found_shop(f"Order {number}", email=f"order{number}-{new_id().hex[-8:]}@order.example", state_code="27", gstin="27AABCS1234D1ZV")
    shelf = stock_shelf(shop.actor, ids=_ITEMS)
    device = Device.enrol(signed_in(app, shop))
    device.items = shelf.items
    return device, shelf


def a_day(device: Device) -> list[tuple[dict[str, Any], list[str]]]:
    """The commands of a day, each with those that have to be there before it."""
    customer = str(new_id())
    opening = device.open_shift(10_000)
    who = device.do("customer.add", id=customer, name="Ravi", phone="", gstin=None, state_code=None, address="")
    first = device.sell(device.line("Dal", 2000))
    owed = device.sell(device.line("Soap", 3000), customer=customer, paid=[{"mode": "credit", "amount": 12_000, "ref": "", "given": None}])
    wrong = device.sell(device.line("Dal"))
    cancel = device.do("bill.cancel", bill=wrong["id"], reason="Wrong item")
    device.command("bill.issue", "nonsense", series="26A1", seq=device.number()[1])
    last = device.sell(device.line("Soap"))
    back = device.take_back(first, 1, 1000)
    paid = device.take_money(customer, 7_000)
    moved = device.do("cash.move", shift=device.shift, amount=-2_000, purpose="expense", reason="Tea")
    close = device.do("shift.close", shift=device.shift, denominations={}, counted=30_000, unsent=0, override=None)
    needs = {
        owed["id"]: [who],
        cancel["id"]: [wrong],
        back["id"]: [first],
        paid["id"]: [who],
        moved["id"]: [opening],
        close["id"]: [opening, first, owed, wrong, cancel, last, back, paid, moved],
    }
    return [(one, [other["id"] for other in needs.get(one["id"], [])]) for one in device.outbox]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_interleaving_gives_the_same_books(app: Flask, engine: Engine, data: st.DataObject) -> None:
    straight, shelf = fresh(app)
    day = a_day(straight)
    assert straight.statuses() == ["ok"] * 6 + ["quarantined"] + ["ok"] * 5
    expected = shelf.fingerprint()

    device, shelf = fresh(app)
    commands = {one["id"]: one for one, _ in day}
    needs = {one["id"]: before for one, before in day}
    done: set[str] = set()
    device.outbox = [one for one, _ in day]
    for _round in range(60):
        may = [key for key in commands if done.issuperset(needs[key])]
        batch = data.draw(st.lists(st.sampled_from(may), min_size=1, max_size=20, unique=True)) if _round < 12 else may[:20]
        if data.draw(st.booleans()) and _round < 12:  # the answer is lost, and the same goes again
            device.post([commands[key] for key in batch])
        for result in device.push([commands[key] for key in batch]):
            if result["status"] != "later":
                done.add(result["id"])
        if len(done) == len(commands):
            break
    assert done == set(commands)
    assert shelf.fingerprint() == expected
