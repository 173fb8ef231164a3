"""A counter sells, takes back and syncs whatever has become of the plan, and of its file while the program runs."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.counter.books import stock_shelf
from tests.counter.device import Device, signed_in
from tests.ground.shops import Shop
from tests.plans.conftest import PLANS, Hosting, give

OVER = PLANS.replace('afterwards = "free"\n', "")


@pytest.mark.parametrize("state", ["full", "ended", "not written down", "gone from the file", "file gone", "file broken"])
def test_a_counter_is_stopped_by_nothing(hosting_app: Flask, hosting: Hosting, sharma: Shop, clock: Clock, state: str) -> None:
    file = hosting(OVER)
    shelf = stock_shelf(sharma.actor)
    tiny = PLANS + '[plans.tiny]\nname = "Tiny"\norder = 0\nmembers = 1\nstores = 1\nbills_per_month = 1\ngrace_percent = 0\n'
    if state == "full":
        hosting(tiny)
        give(sharma, "tiny")
    elif state == "gone from the file":
        hosting(tiny)
        give(sharma, "tiny")
        hosting(OVER)
    elif state != "not written down":
        give(sharma, "shop", until=clock.now.date())
    clock.advance(days=2)
    till = Device.enrol(signed_in(hosting_app, sharma))
    till.items = shelf.items
    name = next(iter(shelf.items))
    sold = [till.sell(till.line(name)) for _offline in range(3)]
    till.take_back(sold[0], 1, 1000)
    if state == "file gone":
        file.unlink()
    elif state == "file broken":
        file.write_text("begins_with = ")
    assert till.statuses() == ["ok"] * 4
    assert len(shelf.bills()) == 4
    assert till.client.get("/counter").status_code == 200
    assert till.client.get("/bills").status_code == 200
