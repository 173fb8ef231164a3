"""What a till keeps for the customer who stands there and pays is taken by no document of the office: one door, asked by each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.assembly.making import Workshop
from tests.ground.shops import Shop
from tests.orders.conftest import Desk
from tests.purchases.conftest import Buyer, open_buyer
from tests.sales.trade import Trade
from tests.transfers.test_transfers import asked_for, godown, send
from webapp import stock
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform.tenancy import open_books
from webapp.sales import office, read_sheet
from webapp.transfers import SendLine


class Shelf:
    """Ten soaps of a supplier's bill, eight of them set aside at a till."""

    def __init__(self, shop: Shop) -> None:
        self.godown = godown(shop)
        self.buyer: Buyer = open_buyer(shop)
        self.trade = Trade(self.buyer.actor, self.buyer.store_id)
        self.trade.items = {"Soap": self.buyer.items["Soap"]}
        self.bill = self.buyer.buy(self.buyer.line("Soap", 10, 100))
        self.workshop = Workshop(self.trade)
        self.workshop.items["Soap"] = self.buyer.items["Soap"]
        self.workshop.item("Hamper")
        self.desk = Desk(self.trade, self.trade.customer("Ravi Kumar"))
        self.till = self.reserve(8)

    def reserve(self, units: int) -> UUID:
        till = new_id()
        with open_books(self.trade.actor) as books:
            wanted = {self.buyer.items["Soap"]: Qty(units * 1000)}
            assert stock.reserve(books, document_id=till, store_id=self.trade.store_id, wanted=wanted).until
        return till

    def invoice(self, units: int) -> Any:
        with open_books(self.trade.actor) as books:
            return office.issue_invoice(
                books, read_sheet({"id": str(new_id()), "item-1": "Soap", "qty-1": str(units), "rate-1": "118", "pay": "cash"})
            )

    def transfer(self, units: int) -> Any:
        return send(self.trade, asked_for(self.trade, self.godown, SendLine(self.buyer.items["Soap"], Qty(units * 1000))))

    def journal(self, units: int) -> Any:
        return self.workshop.post([self.workshop.use("Soap", units)], [self.workshop.make("Hamper")], date(2026, 11, 20))

    def challan(self, units: int) -> Any:
        return self.desk.make("challan", ("Soap", str(units)))

    def debit_note(self, units: int) -> Any:
        return self.buyer.give_back(self.bill, (1, units))


@pytest.fixture
def shelf(sharma: Shop) -> Shelf:
    return Shelf(sharma)


WAYS: list[tuple[Callable[[Shelf, int], Any], str]] = [
    (Shelf.invoice, "10 in stock, 8 of them on bills being paid at a counter, 3 on this bill"),
    (Shelf.transfer, "10 on hand, 8 of them on bills being paid at a counter, 3 wanted. Take what is free, or try again in some minutes"),
    (Shelf.journal, "2 NOS are there, 3 NOS are wanted: 1 NOS short"),
    (Shelf.challan, "10 in stock, 8 of them on bills being paid at a counter, 3 on this bill"),
    (
        Shelf.debit_note,
        "10 on hand, 8 of them on bills being paid at a counter, 3 would go. Take what is free, or try again in some minutes",
    ),
]


def refused(shelf: Shelf, way: Callable[[Shelf, int], Any], units: int) -> str:
    """The words of a refusal, its fields' too."""
    with pytest.raises(BooksError) as refusal:
        way(shelf, units)
    fields = refusal.value.errors.values() if isinstance(refusal.value, InvalidInput) else ()
    return " ".join((refusal.value.problem, refusal.value.fix, *fields))


def test_no_document_takes_what_a_till_keeps_and_each_takes_it_when_the_till_is_done(shelf: Shelf) -> None:
    for way, words in WAYS:
        assert words in refused(shelf, way, 3)
        assert shelf.buyer.on_hand("Soap") == (10, 1000)
    with open_books(shelf.trade.actor) as books:
        stock.release(books, shelf.till)
    for way, _words in WAYS:
        way(shelf, 2)
    assert shelf.buyer.on_hand("Soap")[0] == 0
    shelf.buyer.assert_true()


def test_what_is_free_goes_and_of_two_lines_together_no_more(shelf: Shelf) -> None:
    soap = shelf.workshop.use("Soap")
    with pytest.raises(InvalidInput):
        shelf.workshop.post([soap, soap, soap], [shelf.workshop.make("Hamper")])
    shelf.workshop.post([soap, soap], [shelf.workshop.make("Hamper")])
    for way, _words in WAYS:
        refused(shelf, way, 1)
    assert shelf.buyer.on_hand("Soap")[0] == 8


def test_where_goods_are_sold_below_zero_nobody_waits_for_a_till(shelf: Shelf) -> None:
    """But for those documents that never take what is not there."""
    shelf.trade.settings(allows_negative_stock=True)
    for way in (Shelf.invoice, Shelf.challan, Shelf.debit_note):
        way(shelf, 3)
    for way in (Shelf.transfer, Shelf.journal):
        assert "bills being paid" in refused(shelf, way, 2) or way is Shelf.journal
    assert shelf.buyer.on_hand("Soap")[0] == 1
