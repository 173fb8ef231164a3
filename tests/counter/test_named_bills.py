"""A till's receipt that names the bills it pays: they are settled, as far as they can be; the money is never refused."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.counter.books import stock_shelf
from tests.counter.device import Device, signed_in
from tests.ground.shops import Shop
from webapp import outstandings, parties
from webapp.parties import PartyDraft
from webapp.platform.tenancy import open_books, read_books


@pytest.fixture
def customer(sharma: Shop) -> str:
    with open_books(sharma.actor) as books:
        return str(parties.create_party(books, PartyDraft(name="Meera")).id)


def left(shop: Shop, customer: str) -> list[int]:
    with read_books(shop.actor) as books:
        return sorted(item.open for item in outstandings.open_items(books, UUID(customer)))


def test_named_bills_are_paid(till: Device, sharma: Shop, customer: str) -> None:
    till.open_shift()
    credit = [{"mode": "credit", "amount": 14_500, "ref": "", "given": None}]
    first = till.sell(till.line("Dal"), customer=customer, paid=credit)
    second = till.sell(till.line("Dal"), customer=customer, paid=credit)
    till.take_money(customer, 10_000, bills=[{"bill": second["id"], "amount": 10_000}])
    till.take_money(customer, 20_000, bills=[{"bill": second["id"], "amount": 14_500}, {"bill": str(uuid4()), "amount": 5}])
    till.take_money(customer, 500, bills=[])
    assert first["id"] != second["id"]
    assert till.statuses() == ["ok"] * 6
    assert left(sharma, customer) == [-15_500, -500, 14_500]


def asked(till: Device, customer: str) -> list[tuple[str, int, int]]:
    answer = till.client.get(f"/sync/dues?customer={customer}").get_json()
    return [(one["number"], one["amount"], one["open"]) for one in answer["bills"]]


def test_a_till_is_told_what_is_open_and_pays_the_very_line(till: Device, sharma: Shop, customer: str) -> None:
    credit = [{"mode": "credit", "amount": 14_500, "ref": "", "given": None}]
    bills = [till.sell(till.line("Dal"), customer=customer, paid=credit) for _ in range(2)]
    assert till.statuses() == ["ok"] * 2
    assert asked(till, customer) == [("26A1/000001", 14_500, 14_500), ("26A1/000002", 14_500, 14_500)]
    told = till.client.get(f"/sync/dues?customer={customer}").get_json()
    assert (told["due"], told["more"]) == (29_000, False)
    line = told["bills"][1]["line"]
    parts = [{"bill": bills[1]["id"], "line": line, "amount": 10_000}, {"bill": bills[0]["id"], "line": 99, "amount": 5_000}]
    till.take_money(customer, 15_000, bills=parts)
    assert till.statuses() == ["ok"]
    assert asked(till, customer) == [("26A1/000001", 14_500, 14_500), ("26A1/000002", 14_500, 4_500)]
    assert left(sharma, customer) == [-5_000, 4_500, 14_500]


def test_another_shops_customer_is_not_told_of(till: Device, app: Flask, iyer: Shop, customer: str) -> None:
    stock_shelf(iyer.actor)
    stranger = Device.enrol(signed_in(app, iyer))
    assert stranger.client.get(f"/sync/dues?customer={customer}").status_code == 404
    assert till.client.get("/sync/dues?customer=x").status_code == 404
    assert till.client.get(f"/sync/dues?customer={customer}").status_code == 200
    assert app.test_client().get(f"/sync/dues?customer={customer}").status_code == 401


@pytest.mark.parametrize(
    "bills", ["all", [5], [{"bill": "x", "amount": 5}], [{"bill": str(uuid4())}], [{"bill": str(uuid4()), "amount": 0}], {}]
)
def test_bills_that_cannot_be_read_are_put_aside(till: Device, sharma: Shop, customer: str, bills: object) -> None:
    till.open_shift()
    till.take_money(customer, 10_000, bills=bills)
    assert till.statuses() == ["ok", "quarantined"]
    assert left(sharma, customer) == []
