"""A cheque's life, and every step that is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cheques.drawer import Drawer
from tests.outstandings.khata import DAY
from webapp import cheques, ledger
from webapp.cheques import ISSUED
from webapp.cheques.rules import ChequeRefused, valid_until
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.outstandings import Part
from webapp.platform.tenancy import open_books, read_books


def state(drawer: Drawer, id_: UUID) -> str:
    with read_books(drawer.actor) as books:
        return cheques.cheque(books, id_).row.state


def refused(field: str, act: Callable[[], Any], words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        act()
    assert words in refusal.value.errors[field], refusal.value.errors


@pytest.mark.parametrize(
    ("of", "until"),
    [
        (date(2026, 1, 15), date(2026, 4, 15)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 10, 31), date(2027, 1, 31)),
        (date(2026, 9, 30), date(2026, 12, 30)),
        (date(2026, 12, 31), date(2027, 3, 31)),
    ],
)
def test_a_cheque_is_good_for_three_months(of: date, until: date) -> None:
    assert valid_until(of) == until


def test_from_the_drawer_to_the_bank(drawer: Drawer, ravi: UUID) -> None:
    bill = drawer.bill(ravi, 1000)
    one = drawer.cheque(ravi, 1000, (bill, 1000))
    assert (drawer.balance("cheques-in-hand"), drawer.balance("bank"), drawer.left(ravi)) == (1000, 0, {})
    slip = drawer.deposit(one)
    assert (drawer.balance("cheques-in-hand"), drawer.balance("bank")) == (0, 1000)
    with pytest.raises(ChequeRefused, match="deposited"):
        drawer.move(cheques.cancel, one)
    with open_books(drawer.actor) as books:
        assert cheques.cancel_slip(books, slip, reason="Not taken there").cancelled_on == DAY
    assert (drawer.balance("cheques-in-hand"), drawer.balance("bank"), state(drawer, one)) == (1000, 0, "in_hand")
    drawer.deposit(one)
    assert drawer.move(cheques.clear, one) == "cleared"
    with read_books(drawer.actor) as books:
        newest = cheques.cheque(books, one).moves[3].slip_id
    assert newest is not None
    with open_books(drawer.actor) as books, pytest.raises(ChequeRefused, match="is cleared"):
        cheques.cancel_slip(books, newest, reason="Too late")
    assert drawer.breaches() == ()


def test_one_that_comes_back_opens_its_bills_and_may_go_again(drawer: Drawer, ravi: UUID) -> None:
    bill = drawer.bill(ravi, 1000)
    one = drawer.cheque(ravi, 980, (bill, 980), off=(Part(bill, 20_00),))
    assert drawer.left(ravi) == {}
    assert drawer.balance("discount-allowed") == 20
    drawer.deposit(one)
    assert drawer.move(cheques.bounce, one, charges=118_00, from_party=True) == "bounced"
    # The bill is open whole, its discount is gone; the bank's charges are a bill of their own.
    open_now = drawer.left(ravi)
    assert open_now.pop(bill) == 1000
    assert list(open_now.values()) == [118]
    assert drawer.due(ravi) == 1118_00
    assert (drawer.balance("cheques-in-hand"), drawer.balance("bank"), drawer.balance("discount-allowed")) == (0, -118, 0)
    with read_books(drawer.actor) as books:
        assert ledger.voucher_or_none(books, one) is not None
        kinds = [(voucher.kind, voucher.reverses_id) for voucher in ledger.vouchers_of(books, one)]
    assert sorted(kinds, key=str) == sorted([("receipt", None), ("payment", None), ("receipt", one)], key=str)
    assert drawer.move(cheques.again, one) == "in_hand"
    assert drawer.left(ravi)[bill] == 20
    drawer.deposit(one)
    drawer.move(cheques.bounce, one)
    assert drawer.left(ravi)[bill] == 1000
    assert drawer.breaches() == ()


def test_the_shop_bears_the_charges_where_it_does_not_ask_them(drawer: Drawer, ravi: UUID) -> None:
    one = drawer.cheque(ravi, 100)
    drawer.deposit(one)
    drawer.move(cheques.bounce, one, charges=59_00)
    assert (drawer.due(ravi), drawer.balance("expenses"), drawer.balance("bank")) == (0, 59, -59)


@pytest.mark.parametrize("end", [cheques.stop, cheques.bounce, cheques.cancel])
def test_cheques_to_suppliers(drawer: Drawer, end: Any) -> None:
    mill = drawer.supplier("Mill")
    bill = drawer.bill(mill, 500, to="creditors")
    one = drawer.cheque(mill, 500, (bill, 500), direction=ISSUED, cheque_date=DAY + timedelta(days=10))
    assert (drawer.balance("cheques-issued"), drawer.balance("bank"), drawer.left(mill)) == (-500, 0, {})
    refused("on", lambda: drawer.move(cheques.clear, one), "no bank pays it before 30-Nov-2026")
    drawer.move(end, one)
    assert (drawer.balance("cheques-issued"), drawer.left(mill)) == (0, {bill: -500})
    if end is not cheques.cancel:
        drawer.move(cheques.again, one)
        assert drawer.left(mill) == {}
    other = drawer.cheque(mill, 70, direction=ISSUED)
    drawer.move(cheques.clear, other)
    assert drawer.balance("bank") == -70
    assert drawer.breaches() == ()


def test_what_a_bank_would_not_take(drawer: Drawer, ravi: UUID) -> None:
    later = drawer.cheque(ravi, 10, cheque_date=DAY + timedelta(days=1))
    refused("deposited_on", lambda: drawer.deposit(later), "post-dated")
    old = drawer.cheque(ravi, 10, cheque_date=DAY - timedelta(days=100), taken_on=DAY - timedelta(days=40))
    refused("deposited_on", lambda: drawer.deposit(old), "stale since 12-Nov-2026")
    fresh = drawer.cheque(ravi, 10)
    refused("deposited_on", lambda: drawer.deposit(fresh, on=DAY - timedelta(days=1)), "was taken on 20-Nov-2026")
    refused("deposited_on", lambda: drawer.deposit(fresh, on=DAY + timedelta(days=1)), "has not come yet")
    refused("cheques", drawer.deposit, "Tick the cheques")
    drawer.deposit(fresh)
    with pytest.raises(ChequeRefused, match="is deposited"):
        drawer.deposit(fresh)
    with pytest.raises(ChequeRefused):
        drawer.move(cheques.again, fresh)
    refused("on", lambda: drawer.move(cheques.bounce, fresh, on=DAY - timedelta(days=1)), "was taken on")
    refused("reason", lambda: drawer.move(cheques.bounce, fresh, reason=" "), "Say in a few words")
    refused("charges", lambda: drawer.move(cheques.bounce, fresh, charges=-1), "not less than 0")
    assert state(drawer, fresh) == "deposited"
    assert drawer.breaches() == ()


@pytest.mark.parametrize(
    ("field", "more", "words"),
    [
        ("cheque_no", {"cheque_no": "12345"}, "6 digits"),
        ("cheque_no", {"cheque_no": "12345A"}, "6 digits"),
        ("cheque_no", {"cheque_no": "१२३४५६"}, "6 digits"),
        ("cheque_date", {"cheque_date": date(2026, 8, 1)}, "stale since 01-Nov-2026"),
        ("cheque_date", {"cheque_date": date(2036, 8, 1)}, "more than three years ahead"),
        ("taken_on", {"taken_on": DAY + timedelta(days=1)}, "has not come yet"),
        ("bank", {"bank": "  "}, "Type the bank"),
        ("amount", {"amount": 0}, "above 0"),
        ("note", {"note": "x" * 101}, "at most 100"),
    ],
)
def test_a_cheque_that_cannot_be(drawer: Drawer, ravi: UUID, field: str, more: dict[str, Any], words: str) -> None:
    refused(field, lambda: drawer.cheque(ravi, 100, **more), words)
    assert drawer.due(ravi) == 0


def test_more_than_is_open_is_refused_with_figures(drawer: Drawer, theirs: Drawer, ravi: UUID) -> None:
    bill = drawer.bill(ravi, 100)
    name = f"{bill.voucher_id.hex}.{bill.line_no}"
    refused("bills", lambda: drawer.cheque(ravi, 50, (bill, 60)), "₹60.00, more than ₹50.00")
    refused(f"bill_{name}", lambda: drawer.cheque(ravi, 150, (bill, 101)), "₹100.00 of")
    refused(f"off_{name}", lambda: drawer.cheque(ravi, 90, (bill, 90), off=(Part(bill, 11_00),)), "₹10.00 of")
    assert (drawer.due(ravi), drawer.balance("cheques-in-hand")) == (100_00, 0)
    stranger = theirs.customer("Stranger")
    foreign = theirs.bill(stranger, 100)
    for act in (lambda: drawer.cheque(ravi, 100, (foreign, 100)), lambda: drawer.cheque(stranger, 100)):
        with pytest.raises(NotFound):
            act()
    one = theirs.cheque(stranger, 100)
    for other in (lambda: drawer.deposit(one), lambda: drawer.move(cheques.cancel, one), lambda: state(drawer, one)):
        with pytest.raises(NotFound):
            other()


def test_the_same_again(drawer: Drawer, ravi: UUID) -> None:
    asked = drawer.command(ravi, 100)
    with open_books(drawer.actor) as books:
        assert cheques.take(books, asked) == cheques.take(books, asked)
        with pytest.raises(Conflict):
            cheques.take(books, replace(asked, body_sha256="other"))
    refused("cheque_no", lambda: drawer.cheque(ravi, 5, cheque_no=asked.cheque_no), "is this cheque already")
    drawer.deposit(asked.id)
    move = cheques.MoveCommand(asked.id, asked.id, DAY, "Funds insufficient")
    move = replace(move, id=UUID(int=7))
    with open_books(drawer.actor) as books:
        assert cheques.bounce(books, move) == cheques.bounce(books, move)
    assert drawer.balance("bank") == 0
    with pytest.raises(BooksError, match="bounced"):
        drawer.move(cheques.bounce, asked.id)
