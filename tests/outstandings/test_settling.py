"""Settling, undoing, and everything that must be refused."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.outstandings.khata import DAY, Khata
from webapp import outstandings
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.outstandings import CannotSettle, LineKey, Reference
from webapp.platform.tenancy import open_books, read_books


def test_a_line_that_nothing_touches_is_open_by_itself(khata: Khata) -> None:
    ravi = khata.customer("Ravi", credit_days=30)
    bill = khata.bill(ravi, 118, date(2026, 10, 1))
    (item,) = khata.open(ravi)
    assert (item.key, item.open, item.name, item.due_on, item.days_over(DAY)) == (bill, 118_00, "J/00001", date(2026, 10, 31), 20)
    assert khata.left(ravi, date(2026, 9, 30)) == {}


def test_a_receipt_settles_two_bills_and_the_rest_stays_on_account(khata: Khata) -> None:
    ravi = khata.customer("Ravi")
    first, second, money = khata.bill(ravi, 100), khata.bill(ravi, 50), khata.money(ravi, 200)
    khata.settle(ravi, money, (first, 100), (second, 30))
    assert khata.left(ravi) == {second: 20, money: -70}
    khata.settle(ravi, second, (money, 20))  # from the bill's side it is the same
    assert khata.left(ravi) == {money: -50}


def test_suppliers_stand_on_the_other_side(khata: Khata) -> None:
    mill = khata.customer("Mill", is_supplier=True)
    bill, paid = khata.bill(mill, 100, to="creditors"), khata.money(mill, 40, to="creditors")
    sold = khata.bill(mill, 10)
    khata.settle(mill, paid, (bill, 40))
    assert khata.left(mill) == {bill: -60, sold: 10}
    assert [item.key for item in khata.open(mill, side="payable")] == [bill]
    with pytest.raises(CannotSettle, match="not of one party and account"):
        khata.settle(mill, bill, (sold, 10))


def test_an_undone_settlement_leaves_both_as_they_were(khata: Khata) -> None:
    ravi = khata.customer("Ravi")
    bill, money = khata.bill(ravi, 100), khata.money(ravi, 60)
    before = khata.left(ravi)
    (made,) = khata.settle(ravi, money, (bill, 60))
    khata.undo(made)
    assert khata.left(ravi) == before
    with pytest.raises(Conflict, match="has undone this"):
        khata.undo(made)
    with pytest.raises(InvalidInput):
        khata.undo(made, why=" ")
    with pytest.raises(NotFound):
        khata.undo(uuid4())
    khata.settle(ravi, money, (bill, 60))
    assert khata.left(ravi) == {bill: 40}


def test_a_reversed_voucher_and_its_reversal_are_in_neither_list(khata: Khata) -> None:
    ravi = khata.customer("Ravi")
    bill, money = khata.bill(ravi, 100, date(2026, 11, 1)), khata.money(ravi, 60, date(2026, 11, 2))
    khata.settle(ravi, money, (bill, 60), on=date(2026, 11, 2))
    khata.take_back(bill.voucher_id, date(2026, 11, 10))
    assert khata.left(ravi) == {money: -60}
    assert khata.left(ravi, date(2026, 11, 9)) == {bill: 40}, "the past is told as it stood"
    with pytest.raises(CannotSettle, match="was taken back"):
        khata.settle(ravi, money, (bill, 1))


def test_what_is_settled_later_does_not_count_before(khata: Khata) -> None:
    ravi = khata.customer("Ravi")
    bill, money = khata.bill(ravi, 100, date(2026, 10, 1)), khata.money(ravi, 100, date(2026, 10, 15))
    khata.settle(ravi, money, (bill, 100))  # today, the twentieth of November
    assert khata.left(ravi, date(2026, 10, 31)) == {bill: 100, money: -100}
    assert khata.left(ravi) == {}
    assert khata.ageing(date(2026, 10, 31)) == {ravi: ((0, 100_00, 0, 0), 100_00)}
    assert khata.ageing() == {}


@pytest.mark.parametrize(
    ("rupees", "words"),
    [(0, "₹0.00 cannot settle"), (-5, "cannot settle"), (101, "₹100.00 of J/00001 is open"), (10**12, "is open")],
)
def test_an_amount_that_cannot_be(khata: Khata, rupees: int, words: str) -> None:
    ravi = khata.customer("Ravi")
    bill, money = khata.bill(ravi, 100), khata.money(ravi, 500)
    with pytest.raises(CannotSettle, match=words):
        khata.settle(ravi, money, (bill, rupees))
    assert khata.left(ravi) == {bill: 100, money: -500}


def test_more_than_the_money_is_and_the_same_bill_twice(khata: Khata) -> None:
    ravi = khata.customer("Ravi")
    first, second, money = khata.bill(ravi, 100), khata.bill(ravi, 100), khata.money(ravi, 150)
    with pytest.raises(CannotSettle, match=r"₹150\.00 of J/00003 is free, ₹160\.00 would be used"):
        khata.settle(ravi, money, (first, 80), (second, 80))
    with pytest.raises(CannotSettle, match="twice"):
        khata.settle(ravi, money, (first, 10), (first, 10))
    with pytest.raises(CannotSettle, match="Nothing was chosen"):
        khata.settle(ravi, money)
    khata.settle(ravi, money, (first, 100))
    with pytest.raises(CannotSettle, match=r"₹0\.00 of J/00001 is open"):
        khata.settle(ravi, money, (first, 1))  # a stale page sends it again


def test_other_peoples_lines(khata: Khata, theirs: Khata) -> None:
    ravi, meera, stranger = khata.customer("Ravi"), khata.customer("Meera"), theirs.customer("Stranger")
    mine, hers, money = khata.bill(ravi, 100), khata.bill(meera, 100), khata.money(ravi, 100)
    foreign = theirs.bill(stranger, 100)
    with pytest.raises(CannotSettle, match="not of one party"):
        khata.settle(ravi, money, (hers, 10))
    with pytest.raises(CannotSettle, match="not of this party"):
        khata.settle(meera, money, (hers, 10))
    with pytest.raises(CannotSettle, match="same side"):
        khata.settle(ravi, mine, (khata.bill(ravi, 5), 5))
    for stray in (foreign, LineKey(uuid4(), 1), LineKey(money.voucher_id, 1), LineKey(mine.voucher_id, 99)):
        with pytest.raises(NotFound):
            khata.settle(ravi, money, (stray, 10))
    with pytest.raises(NotFound):
        theirs.settle(stranger, mine, (foreign, 10))
    assert theirs.left(stranger) == {foreign: 100}


def test_what_has_happened_is_never_refused(khata: Khata, theirs: Khata) -> None:
    ravi, meera = khata.customer("Ravi"), khata.customer("Meera")
    bill, paid, hers, money = khata.bill(ravi, 100), khata.bill(ravi, 10), khata.bill(meera, 50), khata.money(ravi, 200)
    khata.settle(ravi, khata.money(ravi, 10), (paid, 10))
    foreign = theirs.bill(theirs.customer("Stranger"), 100)
    with open_books(khata.actor) as books:
        named = [(paid, 10_00), (hers, 10_00), (foreign, 10_00), (LineKey(uuid4(), 1), 5_00), (bill, 500_00)]
        outstandings.settle_what_can_be(books, ravi, money, named)
        outstandings.settle_what_can_be(books, ravi, money, [])
    assert khata.left(ravi) == {money: -100}


def test_a_reference_names_a_bill_and_says_when_it_is_due(khata: Khata) -> None:
    ravi = khata.customer("Ravi", credit_days=30)
    bill, advance = khata.bill(ravi, 100, date(2026, 9, 1)), khata.money(ravi, 40)
    with open_books(khata.actor) as books:
        outstandings.refer(books, bill.voucher_id, {1: Reference("new", "  OLD/17 ", date(2026, 11, 19))})
        outstandings.refer(books, advance.voucher_id, {2: Reference("advance", "For Diwali")})
        outstandings.refer(books, advance.voucher_id, {})
    names = {item.key: (item.name, item.reference, item.due_on) for item in khata.open(ravi)}
    assert names[bill] == ("OLD/17", "new", date(2026, 11, 19))
    assert names[advance][:2] == ("For Diwali", "advance")
    assert khata.ageing() == {ravi: ((0, 100_00, 0, 0), 40_00)}
    assert khata.ageing(by_due=False) == {ravi: ((0, 0, 100_00), 40_00)}
    for wrong in (Reference("agst", "X"), Reference("new", ""), Reference("new", "X" * 61), Reference("advance", "X", DAY)):
        with open_books(khata.actor) as books, pytest.raises(InvalidInput):
            outstandings.refer(books, bill.voucher_id, {1: wrong})
    with open_books(khata.actor) as books, pytest.raises(NotFound):
        outstandings.refer(books, bill.voucher_id, {2: Reference("new", "X")})


def test_taking_back_ends_every_settlement_of_a_voucher(khata: Khata) -> None:
    ravi = khata.customer("Ravi")
    first, second, money = khata.bill(ravi, 100), khata.bill(ravi, 100), khata.money(ravi, 150)
    khata.settle(ravi, money, (first, 100), (second, 50))
    khata.take_back(money.voucher_id, DAY + timedelta(days=1))
    assert khata.left(ravi, DAY + timedelta(days=1)) == {first: 100, second: 100}
    assert khata.left(ravi) == {second: 50}
    with open_books(khata.actor) as books:
        assert outstandings.release_all_of(books, money.voucher_id) == 0
    with read_books(khata.actor) as books:
        assert [row.released_why for row in outstandings.allocations_of(books, money.voucher_id)] == ["The voucher was reversed"] * 2
