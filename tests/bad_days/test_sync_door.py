"""Figures that cannot be, at the till's door: put aside with words, the number used up, and the next bill goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.counter.books import Shelf, stock_shelf
from tests.counter.device import Device, signed_in
from tests.ground.shops import Shop
from webapp import parties
from webapp.books_check import verify_books
from webapp.platform.tenancy import open_books

# As they stand in the JSON, without quotes of ours.
NOT_WHOLE = (
    "1e400",
    "1E2",
    "1.5",
    "-0.0",
    "NaN",
    "Infinity",
    '"1000"',
    '"１０"',
    '"१०"',
    "true",
    "null",
    "[]",
    "{}",
    "9" * 20,
    "9" * 5000,
    "０",
    "01",
    "0x10",
    "1_0",
    "",
)
BELOW = ("-1", "-" + "9" * 20)
NOUGHT = ("0",)


@pytest.fixture
def shelf(sharma: Shop) -> Shelf:
    return stock_shelf(sharma.actor)


@pytest.fixture
def till(app: Flask, sharma: Shop, shelf: Shelf) -> Device:
    made = Device.enrol(signed_in(app, sharma))
    made.items = shelf.items
    made.open_shift(50_000)
    made.sell(made.line("Dal", 3000))
    made.push()
    return made


def spoilt(command: dict[str, Any], path: tuple[Any, ...], figure: str) -> dict[str, Any]:
    """The command with `figure` written where the path leads, its checksum in order."""
    body = json.loads(command["body"])
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = "@@"
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False).replace('"@@"', figure)
    return {**command, "body": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def bill(till: Device, _shop: Shop) -> dict[str, Any]:
    return till.sell(till.line("Soap"), till.line("Dal", mrp=15_000))


def a_return(till: Device, _shop: Shop) -> dict[str, Any]:
    sold = till.sell(till.line("Soap", 2000))
    assert till.statuses() == ["ok"]
    return till.take_back(sold, 1, 1000)


def receipt(till: Device, shop: Shop) -> dict[str, Any]:
    with open_books(shop.actor) as books:
        customer = parties.create_party(books, parties.PartyDraft(name="Meera")).id
    return till.take_money(str(customer), 1000)


FIELDS: dict[str, tuple[Callable[[Device, Shop], dict[str, Any]], tuple[Any, ...], tuple[str, ...]]] = {
    "quantity of a bill": (bill, ("lines", 1, "qty"), (*NOT_WHOLE, *BELOW, *NOUGHT)),
    "price of a bill": (bill, ("lines", 0, "price"), (*NOT_WHOLE, *BELOW)),
    "discount of a line": (bill, ("lines", 0, "disc"), (*NOT_WHOLE, *BELOW, "4001", "9999999")),
    "discount of a bill": (bill, ("bill_disc",), (*NOT_WHOLE, *BELOW, "18501")),
    "rate": (bill, ("lines", 0, "rate"), (*NOT_WHOLE, *BELOW, "10001")),
    "total": (bill, ("totals", "total"), (*NOT_WHOLE, *NOUGHT, "1")),
    "money paid": (bill, ("tenders", 0, "amount"), (*NOT_WHOLE, *BELOW, *NOUGHT, "1")),
    "number": (bill, ("seq",), (*NOT_WHOLE, *BELOW, *NOUGHT, "7")),
    "quantity that comes back": (a_return, ("lines", 0, "qty"), (*NOT_WHOLE, *BELOW, *NOUGHT, "2001")),
    "money taken": (receipt, ("amount",), (*NOT_WHOLE, *BELOW, *NOUGHT)),
    "float of a shift": (lambda till, _shop: till.do("shift.open", float=100), ("float",), (*NOT_WHOLE, *BELOW)),
    "cash moved": (
        lambda till, _shop: till.do("cash.move", shift=till.shift, amount=-100, purpose="expense", reason="Tea"),
        ("amount",),
        (*NOT_WHOLE, *NOUGHT),
    ),
    "cash counted": (
        lambda till, _shop: till.do("shift.close", shift=till.shift, denominations={}, counted=100, unsent=0, override=None),
        ("counted",),
        (*NOT_WHOLE, *BELOW),
    ),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_figure_that_cannot_be_is_put_aside_and_the_next_bill_goes_on(till: Device, shelf: Shelf, sharma: Shop, field: str) -> None:
    make, path, figures = FIELDS[field]
    before = shelf.balance("cash")
    wrong: list[tuple[str, Any]] = []
    for figure in figures:
        good = make(till, sharma)
        cash = shelf.balance("cash")
        till.outbox.remove(good)
        (result,) = till.push([spoilt(good, path, figure)])
        if result["status"] != "quarantined" or len(result.get("reason", "")) < 15 or "Something in the program" in result["reason"]:
            wrong.append((figure[:30], result))
        if shelf.balance("cash") != cash:
            wrong.append((figure[:30], "money moved"))
    assert wrong == []
    if good["seq"]:
        assert shelf.last(good["series"]) == good["seq"], "its number is used up"
    till.sell(till.line("Soap"))
    assert till.statuses() == ["ok"]
    assert shelf.balance("cash") > before
    with open_books(sharma.actor) as books:
        assert [str(breach) for breach in verify_books(books).breaches] == []
