"""Batches and pieces as a member held to one store sees them: nothing of the other store, neither row nor total nor number."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from tests.stock.test_tracked import LATER, receive
from webapp import company, stock
from webapp.identity import NewUser, add_member, create_user
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books
from webapp.reports import traces
from webapp.stock import BatchFacts

Stores = tuple[Trade, Trade, Actor, dict[str, UUID]]


@pytest.fixture
def stores(sharma: Shop) -> Stores:
    """The shop, its godown, a member held to the godown; a lot in both, a lot in the shop alone, and pieces."""
    shop = open_trade(sharma.actor)
    with open_directory() as directory:
        user = create_user(directory, NewUser(name="Ravi", email="ravi@sharma.example", password=sharma.password))
        directory.flush()
        add_member(directory, sharma.company_id, user.id, Role.ACCOUNTANT)
        directory.flush()
        held = replace(sharma.actor, role=Role.ACCOUNTANT, user_id=user.id)
    with open_books(sharma.actor) as books:
        second = company.create_store(books, company.StoreDraft(name="Godown", code="GD"))
        company.limit_member(books, user.id, [second])
    godown = replace(shop, store_id=second)
    items = {
        "syrup": shop.item("Syrup", 100, stock_of=0, tracking="batch"),
        "phone": shop.item("Phone", 500, stock_of=0, tracking="serial"),
    }
    for batch in ("BOTH", "SHOP"):
        with open_books(sharma.actor) as books:
            stock.open_batch(books, items["syrup"], BatchFacts(batch, LATER))
        receive(shop, items["syrup"], 5, 100, batch=batch)
    receive(godown, items["syrup"], 2, 40, batch="BOTH")
    receive(shop, items["phone"], 2, 200, serials=("P-SHOP", "P-SOLD"))
    receive(godown, items["phone"], 2, 200, serials=("P-GODOWN", "P-GONE"))
    shop.sell(shop.line("Phone", serials=("P-SOLD",)), total=500)
    godown.sell(godown.line("Phone", serials=("P-GONE",)), total=500, store_id=second)
    return shop, godown, held, items


def test_an_owner_sees_all(stores: Stores) -> None:
    shop, _godown, _held, items = stores
    with read_books(shop.actor) as books:
        assert traces.trace_batch(books, items["syrup"], "BOTH").on_hand == 7000
        found = {(serial, store) for _, _, serial, store in traces.find_serials(books, "p-")}
        name = company.store(books, shop.store_id).name
    assert found == {("P-SHOP", name), ("P-SOLD", ""), ("P-GODOWN", "Godown"), ("P-GONE", "")}


def test_who_is_held_to_a_store_sees_its_pieces_alone(stores: Stores) -> None:
    _shop, _godown, held, items = stores
    with read_books(held) as books:
        trace = traces.trace_batch(books, items["syrup"], "BOTH")
        assert ([row.store for row in trace.rows], trace.on_hand) == (["Godown"], 2000)
        assert [(one.batch, one.qty) for one in traces.batches(books)] == [("BOTH", 2000)]
        assert {(serial, store) for _, _, serial, store in traces.find_serials(books, "p-")} == {("P-GODOWN", "Godown"), ("P-GONE", "")}
        assert [row.store for row in traces.trace_serial(books, items["phone"], "P-GONE").rows] == ["Godown", "Godown"]
        for trace_of, item, name in (
            (traces.trace_batch, "syrup", "SHOP"),
            (traces.trace_serial, "phone", "P-SHOP"),
            (traces.trace_serial, "phone", "P-SOLD"),
        ):
            with pytest.raises(NotFound):
                trace_of(books, items[item], name)


def test_a_piece_that_went_to_another_store_is_told_as_gone(stores: Stores) -> None:
    shop, godown, held, items = stores
    bill = godown.sell(godown.line("Phone", serials=("P-GODOWN",)), total=500, store_id=godown.store_id)
    shop.take_back(bill, (1, 1), store_id=shop.store_id)
    with read_books(held) as books:
        assert ("P-GODOWN", "") in {(serial, store) for _, _, serial, store in traces.find_serials(books, "P-GODOWN")}
        assert [row.qty for row in traces.trace_serial(books, items["phone"], "P-GODOWN").rows] == [1000, -1000]


def test_another_company_sees_nothing(stores: Stores, iyer: Shop) -> None:
    _shop, _godown, _held, items = stores
    with read_books(iyer.actor) as books:
        assert (traces.find_serials(books, "P-"), traces.batches(books)) == ([], [])
        with pytest.raises(NotFound):
            traces.trace_batch(books, items["syrup"], "BOTH")
