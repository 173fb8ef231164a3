"""Several pushes at the same instant, each on a connection of its own: queues, not doubles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from tests.counter.books import Shelf, stock_shelf
from tests.counter.device import Device
from tests.ground.shops import Shop, found_shop
from webapp.counter import forms, service, tills
from webapp.platform.tenancy import books_within, open_directory


def enrolled(shop: Shop, shelf: Shelf, name: str) -> tuple[Device, tills.Device]:
    """A till made without a browser."""
    with open_directory() as directory, books_within(directory, shop.actor) as books:
        made = tills.enrol(books, directory, tills.Wish(name, None, False, None), {})
    device = Device(None, {"id": str(made.id), "code": made.code}, made.lease, {}, shelf.items)
    return device, tills.device_of(made.token)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at once; their answers in order. A fault in one is the test's."""
    answers: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[place] = act()
        except Exception as fault:
            answers[place] = fault

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    return answers


def drained(whose: tills.Device, envelope: dict[str, Any]) -> Callable[[], service.Drained]:
    import json

    push = forms.read_push(json.dumps(envelope).encode())
    return lambda: service.drain(whose, push)


def test_the_same_batch_five_times_at_once_is_written_once(real_engine: Engine) -> None:
    shop = found_shop("At once", email="once@once.example", state_code="27", gstin="27AABCS1234D1ZV")
    shelf = stock_shelf(shop.actor)
    device, whose = enrolled(shop, shelf, "Front")
    for _ in range(10):
        device.sell(device.line("Dal"))
    envelope = device.envelope(device.outbox)
    answers = together(*[drained(whose, envelope)] * 5)
    statuses = [[result.status for result in answer.results] for answer in answers]
    assert sorted(sum(statuses, [])) == ["ok"] * 10 + ["replayed"] * 40  # noqa: RUF017 - fifty words
    assert not any(answer.is_stale for answer in answers)
    assert shelf.bills() == [f"26A1/{number:06d}" for number in range(1, 11)]
    assert shelf.balance("cash") == 145_000


def test_two_tills_sell_the_last_of_an_item_at_the_same_instant(real_engine: Engine) -> None:
    shop = found_shop("Last one", email="last@once.example", state_code="27", gstin="27AABCS1234D1ZV")
    shelf = stock_shelf(shop.actor)
    pushes = []
    for name in ("Front", "Back"):
        device, whose = enrolled(shop, shelf, name)
        for _ in range(10):
            device.sell(device.line("Dal"))
        pushes.append(drained(whose, device.envelope(device.outbox)))
    answers = together(*pushes)
    flagged = [result for answer in answers for result in answer.results if "below_zero" in result.flags]
    assert {result.status for answer in answers for result in answer.results} == {"ok"}
    assert len(flagged) == 10
    assert shelf.on_hand("Dal") == -10_000
    assert len(shelf.bills()) == 20


def test_codes_are_given_once_when_two_owners_enrol_at_once(real_engine: Engine) -> None:
    shop = found_shop("Codes", email="codes@once.example", state_code="27")
    shelf = stock_shelf(shop.actor)
    made = together(*[lambda name=name: enrolled(shop, shelf, name) for name in ("One", "Two", "Three", "Four")])
    assert sorted(device.code for device, _ in made) == ["A1", "A2", "A3", "A4"]
