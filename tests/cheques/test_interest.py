"""Interest: against a clerk who counts every day, with the tax of the bill, and never twice."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cheques.drawer import Drawer
from tests.cheques.test_cheques import refused
from tests.ground.shops import Shop
from tests.outstandings.khata import DAY
from tests.sales.trade import CREDIT, open_trade
from webapp import interest, ledger
from webapp.interest.rules import InterestRefused, Terms, run_of, taxes_on
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import open_books, read_books

DUE = date(2026, 8, 1)
days = st.integers(0, 60).map(lambda number: DUE + timedelta(days=number))


@given(
    amount=st.integers(1, 10**9),
    rate=st.integers(1, 60_00),
    charged=st.none() | days,
    upto=days,
    parts=st.lists(st.tuples(st.integers(1, 10**8), days, st.none() | days), max_size=4),
)
def test_like_a_clerk_who_counts_every_day(
    amount: int, rate: int, charged: date | None, upto: date, parts: list[tuple[int, date, date | None]]
) -> None:
    parts = [(paise, since, until) for paise, since, until in parts if until is None or until >= since]
    exact, day = Fraction(0), max(DUE, charged or DUE)
    while day < upto:
        left = amount - sum(paise for paise, since, until in parts if since <= day and (until is None or until > day))
        exact += Fraction(max(left, 0) * rate, 365 * 10_000)
        day += timedelta(days=1)
    found = run_of(amount, parts, DUE, charged, Terms(rate, 0, DUE), upto)
    assert (found.amount if found else 0) == int(exact + Fraction(1, 2))


def test_the_tax_is_the_bills_own() -> None:
    assert taxes_on(100_00, 1000_00, {"cgst": 90_00, "sgst": 90_00, "igst": 0}) == {"cgst": 9_00, "sgst": 9_00}
    assert taxes_on(100_00, 0, {"cgst": 1}) == {}
    assert taxes_on(3, 1000_00, {"cgst": 25_00}) == {}


def test_grace_part_payment_and_no_day_twice(drawer: Drawer, ravi: UUID) -> None:
    assert drawer.accrued(ravi) == 0
    drawer.terms(18, grace=10)
    bill = drawer.bill(ravi, 36_500, DAY - timedelta(days=30))
    drawer.bill(ravi, 1000, DAY - timedelta(days=10))  # within its grace
    drawer.bill(ravi, 1000, date(2026, 3, 31))  # sold before the terms
    # 36,500 × 18 % ÷ 365 is ₹18 a day; half of it was paid twelve days ago.
    drawer.settle(ravi, drawer.money(ravi, 18_250, DAY - timedelta(days=12)), (bill, 18_250), on=DAY - timedelta(days=12))
    assert drawer.accrued(ravi) == 18 * 18_00 + 12 * 9_00
    first = drawer.charge(ravi, DAY - timedelta(days=5))
    assert drawer.accrued(ravi) == 5 * 9_00 + 0
    refused("upto", lambda: drawer.charge(ravi, DAY, shown=1), "₹0.01 was shown, and now it is ₹45.00")
    refused("upto", lambda: drawer.charge(ravi, DAY - timedelta(days=5)), "Nothing has accrued")
    refused("upto", lambda: drawer.charge(ravi, DAY + timedelta(days=1)), "has not come yet")
    second = drawer.charge(ravi)
    assert drawer.accrued(ravi) == 0
    assert drawer.balance("interest-received") == -(18 * 18 + 12 * 9)
    with open_books(drawer.actor) as books, pytest.raises(InterestRefused, match="later days"):
        interest.cancel(books, first, reason="He asked for it")
    for note in (second, first):
        with open_books(drawer.actor) as books:
            interest.cancel(books, note, reason="He asked for it")
    assert drawer.accrued(ravi) == 18 * 18_00 + 12 * 9_00
    assert drawer.breaches() == ()


def test_what_was_paid_late_bears_interest_until_it_was_paid(drawer: Drawer, ravi: UUID) -> None:
    drawer.terms(18, grace=10)
    late = drawer.bill(ravi, 36_500, DAY - timedelta(days=30))
    drawer.settle(ravi, drawer.money(ravi, 36_500, DAY - timedelta(days=5)), (late, 36_500), on=DAY - timedelta(days=5))
    in_time = drawer.bill(ravi, 36_500, DAY - timedelta(days=30))
    drawer.settle(ravi, drawer.money(ravi, 36_500, DAY - timedelta(days=21)), (in_time, 36_500), on=DAY - timedelta(days=21))
    assert drawer.accrued(ravi) == 25 * 18_00


def test_money_on_account_is_settled_first_and_parties_have_their_own_terms(drawer: Drawer, theirs: Drawer, ravi: UUID) -> None:
    drawer.terms(18)
    bill = drawer.bill(ravi, 36_500, DAY - timedelta(days=30))
    money = drawer.money(ravi, 500)
    with pytest.raises(InterestRefused, match=r"₹500\.00"):
        drawer.charge(ravi)
    drawer.settle(ravi, money, (bill, 500))
    drawer.terms(9, party=ravi)
    assert drawer.accrued(ravi) == 30 * 9_00
    drawer.terms(0, party=ravi)
    assert drawer.accrued(ravi) == 0
    refused("rate", lambda: drawer.terms(61), "0 to 60 %")
    refused("grace_days", lambda: drawer.terms(1, grace=366), "0 to 365")
    refused("since", lambda: drawer.terms(1, since=date(2099, 1, 1)), "more than a year ahead")
    with pytest.raises(NotFound):
        drawer.terms(1, party=theirs.customer("Stranger"))
    assert theirs.accrued(theirs.customer("Another")) == 0


def test_a_note_carries_the_tax_of_the_bill_and_bears_no_interest_itself(sharma: Shop) -> None:
    trade, drawer = open_trade(sharma.actor), Drawer(sharma.actor)
    trade.item("Lamp", 1180)
    ravi = trade.customer("Ravi")
    trade.sell(trade.line("Lamp"), total=1180, paid=CREDIT, party_id=ravi)
    drawer.terms(18, since=date(2026, 1, 1))
    from webapp.platform import clock

    later = clock.now() + timedelta(days=100)
    clock.use(lambda: later)
    upto = DAY + timedelta(days=100)
    note_id = drawer.charge(ravi, upto)
    with read_books(drawer.actor) as books:
        note = interest.note(books, note_id).row
        voucher, heads = ledger.voucher_or_none(books, note_id), ledger.heads(books)
    # 1,180.00 × 18 % × 100 ÷ 365, and 9 % of it for each of the two.
    assert (note.amount_paise, note.cgst_paise, note.sgst_paise, note.igst_paise) == (58_19, 5_24, 5_24, 0)
    assert voucher is not None
    assert [(line.account_id, line.amount) for line in voucher.lines] == [
        (heads["debtors"], 68_67),
        (heads["interest-received"], -58_19),
        (heads["output-cgst"], -5_24),
        (heads["output-sgst"], -5_24),
    ]
    much_later = later + timedelta(days=100)
    clock.use(lambda: much_later)
    assert drawer.accrued(ravi, upto + timedelta(days=100)) == 58_19
    drawer.terms(18, since=date(2026, 1, 1), tax=False)
    with read_books(drawer.actor) as books:
        assert interest.note(books, drawer.charge(ravi, upto + timedelta(days=100))).row.tax_paise == 0
