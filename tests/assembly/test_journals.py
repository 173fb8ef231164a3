"""Stock journals: what is made costs what was used and spent, to the paisa, also when those costs turn out otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.assembly.making import Workshop
from tests.ground.shops import Shop
from tests.purchases.conftest import open_buyer
from tests.purchases.test_chain import billed
from tests.sales.trade import Trade
from webapp import assembly
from webapp.assembly import Cost
from webapp.assembly.queries import Wanted
from webapp.company import default_store, lock_month
from webapp.kernel.dates import month_of
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.tenancy import open_books
from webapp.stock import MadeOfNothing, serials_here

EARLY, LATE = date(2026, 11, 2), date(2026, 11, 10)


@pytest.fixture
def hampers(workshop: Workshop) -> Workshop:
    """Ten soaps for ₹100.00, three combs for ₹10.00; hampers and baskets of them."""
    for name in ("Soap", "Comb", "Hamper", "Basket", "Shavings"):
        workshop.item(name)
    workshop.receive("Soap", 10, 100, EARLY)
    workshop.receive("Comb", 3, 10, EARLY)
    return workshop


def test_what_is_made_costs_what_was_used_and_spent(hampers: Workshop) -> None:
    shop = hampers
    made = shop.post(
        [shop.use("Soap", 4), shop.use("Comb")],
        [shop.make("Hamper", 2)],
        costs=(shop.wages(7),),
        by_products=(shop.make("Shavings", 0.5, worth=1.5),),
        note="For Diwali",
    )
    assert (shop.at("Soap"), shop.at("Comb")) == ((6000, 6000), (2000, 667))
    assert (shop.at("Shavings"), shop.at("Hamper")) == ((500, 150), (2000, 4000 + 333 + 700 - 150))
    assert shop.trade.posted(made) == "Stock-in-hand 50.33 Dr / Stock-in-hand 43.33 Cr / Shop expenses 7.00 Cr"
    found = shop.trade.read(lambda books: assembly.journal(books, made))
    assert (found.row.number, found.row.made_paise, [line.side for line in found.lines]) == (
        "26-SM/000001",
        4883,
        ["used", "used", "made", "by_product"],
    )
    shop.true()


@pytest.mark.parametrize(
    ("share_by", "shares", "expected"),
    [("qty", (0, 0), (2500, 7500)), ("value", (0, 0), (1000, 9000)), ("share", (1, 2), (3333, 6667)), ("share", (0, 5), (0, 10000))],
)
def test_the_cost_is_shared_to_the_paisa(workshop: Workshop, share_by: str, shares: tuple[int, int], expected: tuple[int, int]) -> None:
    for name, price in (("Log", 50), ("Plank", 30), ("Beam", 90)):
        workshop.item(name, price)
    workshop.receive("Log", 1, 100)
    made = [workshop.make("Plank", 1, share=shares[0]), workshop.make("Beam", 3, share=shares[1])]
    workshop.post([workshop.use("Log")], made, share_by=share_by)
    assert (workshop.at("Plank"), workshop.at("Beam")) == ((1000, expected[0]), (3000, expected[1]))
    workshop.true()


def test_a_cost_put_right_later_goes_on_to_what_was_made_and_to_what_was_made_of_that(hampers: Workshop) -> None:
    shop = hampers
    shop.post([shop.use("Soap", 5)], [shop.make("Hamper", 1)], LATE)
    shop.post([shop.use("Hamper")], [shop.make("Basket", 3)], LATE)
    before = shop.trade.balance("cost-of-goods")
    shop.receive("Soap", 10, 300, EARLY)  # twenty for ₹400.00: each cost ₹20.00, not ₹10.00
    assert (shop.at("Soap"), shop.at("Hamper"), shop.at("Basket")) == ((15000, 30000), (0, 0), (3000, 10000))
    assert shop.trade.balance("cost-of-goods") == before, "nothing of it was sold"
    shop.true()


def test_what_of_it_was_sold_meanwhile_goes_to_the_cost_of_goods_sold(hampers: Workshop) -> None:
    shop = hampers
    shop.post([shop.use("Soap", 2)], [shop.make("Hamper", 2)], LATE)
    shop.trade.sell(shop.trade.line("Hamper"), total=100)
    shop.receive("Soap", 10, 300, EARLY)
    assert shop.at("Hamper") == (1000, 2000)
    assert shop.trade.balance("cost-of-goods") == 2000
    shop.true()


@pytest.mark.parametrize("valuation", ["average", "fifo"])
def test_a_bill_at_another_price_goes_on_to_what_was_made(sharma: Shop, valuation: str) -> None:
    """Ten received at ₹10.00, four of them made into two hampers that day, one hamper sold; then billed at ₹12.00."""
    buyer = open_buyer(sharma)
    shop = Workshop(Trade(buyer.actor, buyer.store_id))
    shop.items["Soap"] = buyer.items["Soap"] = buyer.item("Leaf soap", valuation=valuation)
    shop.items["Hamper"] = buyer.item("Hamper", valuation=valuation)
    receipt = buyer.receive(buyer.goods("Soap", 10, 10), received_on=LATE)
    shop.post([shop.use("Soap", 4)], [shop.make("Hamper", 2)], LATE)
    buyer.sell("Hamper", 1, LATE)
    buyer.buy(billed(buyer, receipt, 10, 12))
    assert (shop.at("Soap"), shop.at("Hamper"), buyer.balance("cost-of-goods")) == ((6000, 7200), (1000, 2400), 24)
    buyer.assert_true()


def test_a_back_dated_journal_takes_the_cost_of_its_day(hampers: Workshop) -> None:
    shop = hampers
    shop.receive("Soap", 10, 300, LATE)
    shop.post([shop.use("Soap", 2)], [shop.make("Hamper")], date(2026, 11, 5))
    assert (shop.at("Hamper"), shop.at("Soap")) == ((1000, 2000), (18000, 38000))
    shop.true()


def test_in_a_locked_month_costs_are_put_right_today(hampers: Workshop) -> None:
    shop, september, october = hampers, date(2026, 9, 5), date(2026, 10, 5)
    shop.receive("Comb", 1, 20, october)
    shop.post([shop.use("Comb")], [shop.make("Basket", 2)], october)
    with open_books(shop.trade.actor) as books:
        lock_month(books, month_of(october), "Return filed")
    shop.receive("Comb", 1, 40, september)
    assert shop.at("Basket") == (2000, 3000)
    with pytest.raises(BooksError, match=r"Return filed|locked"):
        shop.post([shop.use("Comb")], [shop.make("Basket")], october)
    shop.true()


def test_taken_apart_and_taken_back(hampers: Workshop) -> None:
    shop = hampers
    made = shop.post([shop.use("Soap", 3), shop.use("Comb", 3)], [shop.make("Hamper")])
    apart = shop.post([shop.use("Hamper")], [shop.make("Soap", 3, share=75), shop.make("Comb", 3, share=25)], share_by="share")
    assert (shop.at("Hamper"), shop.at("Comb"), shop.at("Soap")) == ((0, 0), (3000, 1000), (10000, 7000 + 3000))
    with pytest.raises(BooksError, match=r"What 26-SM/000001 made is no longer there. Hamper: 0 of 1"):
        shop.cancel(made)
    shop.cancel(apart)
    shop.cancel(apart)
    shop.cancel(made)
    assert (shop.at("Hamper"), shop.at("Comb"), shop.at("Soap")) == ((0, 0), (3000, 1000), (10000, 10000))
    shop.true()
    shop.receive("Soap", 10, 300, EARLY)
    assert (shop.at("Soap"), shop.at("Hamper")) == ((20000, 40000), (0, 0))
    shop.true()


def test_batches_and_pieces_on_both_sides(workshop: Workshop) -> None:
    workshop.item("Syrup", tracking="batch")
    workshop.item("Tonic", tracking="batch")
    workshop.item("Motor", tracking="serial")
    workshop.item("Mixer", tracking="serial")
    workshop.receive("Syrup", 1, 10, batch="S1")
    workshop.receive("Syrup", 1, 30, batch="S2")
    workshop.receive("Motor", 1, 500, serials=("M-1",))
    workshop.post([workshop.use("Syrup", 2)], [workshop.make("Tonic", 4, batch="t9", expires_on=date(2027, 1, 31))])
    made = workshop.post([workshop.use("Motor", serials=("M-1",))], [workshop.make("Mixer", serials=("X-1",))])
    assert workshop.at("Tonic") == (4000, 4000)
    assert workshop.trade.read(lambda books: serials_here(books, [workshop.items["Mixer"]], workshop.trade.store_id)) == {
        workshop.items["Mixer"]: ["X-1"]
    }
    workshop.post([workshop.use("Tonic", batch="T9")], [workshop.make("Tonic", batch="T10")])  # the same goods under another label
    with pytest.raises(BooksError, match="Tonic would be used and made at once"):
        workshop.post([workshop.use("Tonic", batch="T9")], [workshop.make("Tonic", batch="T9")])
    with pytest.raises(BooksError, match="Mixer X-1 would be used and made at once"):
        workshop.post([workshop.use("Mixer", serials=("X-1",))], [workshop.make("Mixer", serials=("X-1",))])
    other = workshop.post([workshop.use("Mixer", serials=("X-1",))], [workshop.make("Mixer", serials=("X-2",))])
    workshop.cancel(other)
    workshop.cancel(made)
    workshop.true()


Bad = Callable[[Workshop], Any]


REFUSED: list[tuple[Bad, str, str]] = [
    (lambda w: w.post([], [w.make("Hamper")]), "used", "Add at least one item that is used."),
    (lambda w: w.post([w.use("Soap")], []), "made", "Add at least one item that is made."),
    (lambda w: w.post([w.use("Soap", 0)], [w.make("Hamper")]), "used_qty_1", "above 0"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper", -1)]), "made_qty_1", "above 0"),
    (
        lambda w: w.post([w.use("Soap"), w.use("Soap", 10)], [w.make("Hamper")]),
        "used_qty_1",
        "Soap: 10 NOS are there, 11 NOS are wanted: 1 NOS short.",
    ),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper")], date(2026, 11, 1)), "used_qty_1", "Soap: 0 NOS are there, 1 NOS are wanted"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper")], date(2026, 11, 21)), "made_on", "today or earlier"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper")], by_products=(w.make("Shavings", worth=-1),)), "by_value_1", "0 or more"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper"), w.make("Basket")], share_by="share"), "made_share_1", "Type the shares"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper")], costs=(Cost(new_id(), Paise(5)),)), "cost_account_1", "Choose an account"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper")], costs=(replace(w.wages(1), amount=Paise(0)),)), "cost_amount_1", "above 0"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper", batch="B1")]), "made_batch_1", "is not kept by batch"),
    (lambda w: w.post([w.use("Soap")], [w.make("Hamper", serials=("X",))]), "made_serials_1", "one serial number for each piece"),
    (lambda w: w.post([w.use("Soap", batch="a,b")], [w.make("Hamper")]), "used_batch_1", "no comma"),
]


def test_refused_beside_its_field_and_nothing_is_written(hampers: Workshop) -> None:
    for bad, field, words in REFUSED:
        with pytest.raises(InvalidInput) as refusal:
            bad(hampers)
        assert words in refusal.value.errors[field]
        assert (hampers.at("Soap"), hampers.at("Hamper")) == ((10000, 10000), (0, 0)), words
    hampers.true()


def test_nothing_is_used_that_is_not_there_though_the_shop_sells_below_zero(hampers: Workshop) -> None:
    hampers.trade.settings(allows_negative_stock=True)
    with pytest.raises(InvalidInput) as refusal:
        hampers.post([hampers.use("Comb", 4)], [hampers.make("Hamper")])
    assert refusal.value.errors == {"used_qty_1": "Comb: 3 NOS are there, 4 NOS are wanted: 1 NOS short."}
    hampers.trade.sell(hampers.trade.line("Hamper"), total=100)  # sold before it was made: it owes its cost
    hampers.post([hampers.use("Soap", 2)], [hampers.make("Hamper", 2)])
    assert hampers.at("Hamper") == (1000, 1000)
    assert hampers.trade.balance("cost-of-goods") == 1000
    hampers.receive("Soap", 10, 300, EARLY)
    assert (hampers.at("Hamper"), hampers.trade.balance("cost-of-goods")) == ((1000, 2000), 2000)
    hampers.true()


def test_by_products_are_not_worth_more_than_all(hampers: Workshop) -> None:
    with pytest.raises(MadeOfNothing, match=r"By-products worth ₹20.00 come of goods and costs of ₹10.00"):
        hampers.post([hampers.use("Soap")], [hampers.make("Hamper")], by_products=(hampers.make("Shavings", worth=20),))
    hampers.true()


def test_once_however_often_and_other_content_is_a_conflict(hampers: Workshop, iyer: Shop) -> None:
    asked = hampers.journal([hampers.use("Soap")], [hampers.make("Hamper")])
    for _again in range(2):
        with open_books(hampers.trade.actor) as books:
            assert assembly.post(books, asked) == "26-SM/000001"
    assert hampers.at("Hamper") == (1000, 1000)
    with open_books(hampers.trade.actor) as books, pytest.raises(Conflict):
        assembly.post(books, replace(asked, body_sha256="other"))
    with open_books(iyer.actor) as books:
        with pytest.raises(NotFound):
            assembly.journal(books, asked.id)
        with pytest.raises(NotFound):
            assembly.cancel(books, asked.id, "not mine")
        with pytest.raises(NotFound):
            assembly.post(books, replace(asked, id=new_id(), store_id=default_store(books)))
        assert assembly.journals(books, Wanted()).rows == ()
