"""A till's receipt that names the bills it pays: they are settled, as far as they can be; the money is never refused."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.counter.device import Device
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


@pytest.mark.parametrize(
    "bills", ["all", [5], [{"bill": "x", "amount": 5}], [{"bill": str(uuid4())}], [{"bill": str(uuid4()), "amount": 0}], {}]
)
def test_bills_that_cannot_be_read_are_put_aside(till: Device, sharma: Shop, customer: str, bills: object) -> None:
    till.open_shift()
    till.take_money(customer, 10_000, bills=bills)
    assert till.statuses() == ["ok", "quarantined"]
    assert left(sharma, customer) == []
