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
from webapp.kernel.dates import Period
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import open_books, read_books
from webapp.reports import tax_registers

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


@pytest.mark.parametrize(
    ("due", "upto", "days"),
    [
        (date(2028, 2, 28), date(2028, 2, 29), 1),
        (date(2028, 2, 28), date(2028, 3, 1), 2),  # over the 29th
        (date(2027, 2, 28), date(2027, 3, 1), 1),
        (date(2028, 2, 29), date(2029, 2, 28), 365),  # due on a day that the next year has not
        (date(2027, 12, 31), date(2028, 12, 31), 366),  # the whole of a leap year
        (date(2026, 12, 31), date(2027, 12, 31), 365),
        (date(2027, 12, 30), date(2028, 1, 2), 3),  # over the turn of two years of different length
        (date(2028, 3, 31), date(2028, 4, 1), 1),  # and of two financial years
        (date(2028, 2, 29), date(2028, 2, 29), 0),
    ],
)
def test_a_day_costs_the_same_in_every_year(due: date, upto: date, days: int) -> None:
    terms = Terms(10_00, 0, date(2020, 1, 1))
    run = run_of(36_500_00, [], due, None, terms, upto)
    assert (run.days if run else 0, run.amount if run else 0) == (days, days * 10_00)
    # Charged up to any day between and after it, no day is lost and none counted twice.
    for part in range(days):
        cut = due + timedelta(days=part)
        parts = [run_of(36_500_00, [], due, None, terms, cut), run_of(36_500_00, [], due, cut, terms, upto)]
        assert sum(one.amount for one in parts if one) == days * 10_00


@pytest.mark.parametrize(
    ("amount", "rate", "paise"),
    [
        (1, 60_00, 1),
        (1, 49_99, 0),
        (4_999, 1, 0),
        (5_000, 1, 1),
        (2**53, 60_00, 5_404_319_552_844_595),
        (2**62, 60_00, 2_767_011_611_056_432_742),
    ],
)
def test_next_to_nothing_and_far_too_much(amount: int, rate: int, paise: int) -> None:
    run = run_of(amount, [], date(2026, 1, 1), None, Terms(rate, 0, DUE), date(2027, 1, 1))
    assert (run.amount if run else 0) == paise
    assert run_of(amount, [], date(2026, 1, 1), None, Terms(0, 0, DUE), date(2099, 1, 1)) is None


def test_later_terms_leave_older_bills_what_they_were_sold_on(drawer: Drawer, theirs: Drawer, ravi: UUID) -> None:
    drawer.terms(18)
    old = drawer.bill(ravi, 36_500, DAY - timedelta(days=30))
    assert drawer.accrued(ravi) == 30 * 18_00
    # Everybody's rate changes; the old bill keeps its own, a new one bears the new.
    drawer.terms(12, since=DAY - timedelta(days=20))
    assert drawer.accrued(ravi) == 30 * 18_00
    drawer.bill(ravi, 36_500, DAY - timedelta(days=20))
    assert drawer.accrued(ravi) == 30 * 18_00 + 20 * 12_00
    # His own terms, from later on: what he owes of before is everybody's still.
    drawer.terms(24, party=ravi, since=DAY - timedelta(days=10), tax=False)
    drawer.bill(ravi, 36_500, DAY - timedelta(days=10))
    whole = 30 * 18_00 + 20 * 12_00 + 10 * 24_00
    assert drawer.accrued(ravi) == whole
    drawer.terms(60, party=ravi, since=DAY + timedelta(days=5))  # has not begun
    drawer.terms(60, since=DAY + timedelta(days=5))
    assert drawer.accrued(ravi) == whole
    with read_books(drawer.actor) as books:
        accrual = interest.accrued_of(books, ravi, DAY)
    assert (accrual.rates, accrual.terms.rate_bp) == ((12_00, 18_00, 24_00), 24_00)
    note = drawer.charge(ravi)
    with read_books(drawer.actor) as books:
        assert [(line.rate_bp, line.days) for line in interest.note(books, note).lines] == [(18_00, 30), (12_00, 20), (24_00, 10)]
    assert old
    assert drawer.accrued(ravi) == 0
    with open_books(drawer.actor) as books:
        interest.cancel(books, note, reason="He asked for it")
        interest.drop_terms(books, DAY - timedelta(days=10), party_id=ravi)
    assert drawer.accrued(ravi) == 30 * 18_00 + 20 * 12_00 + 10 * 12_00
    # The same beginning again is the same terms, changed.
    drawer.terms(6, since=DAY - timedelta(days=20))
    assert drawer.accrued(ravi) == 30 * 18_00 + 30 * 6_00
    for gone, party in ((DAY, None), (DAY - timedelta(days=10), ravi)):
        with open_books(drawer.actor) as books, pytest.raises(NotFound):
            interest.drop_terms(books, gone, party_id=party)
    with open_books(theirs.actor) as books, pytest.raises(NotFound):
        interest.drop_terms(books, DAY - timedelta(days=20))
    assert drawer.breaches() == ()


def test_a_note_stands_in_the_sales_register_and_the_register_is_the_ledger(sharma: Shop, iyer: Shop) -> None:
    trade, drawer, theirs = open_trade(sharma.actor), Drawer(sharma.actor), Drawer(iyer.actor)
    trade.item("Lamp", 1180)
    ravi = trade.customer("Ravi")
    trade.sell(trade.line("Lamp"), total=1180, paid=CREDIT, party_id=ravi)
    drawer.terms(18, since=date(2026, 1, 1))
    from webapp.platform import clock

    later = clock.now() + timedelta(days=100)
    clock.use(lambda: later)
    upto = DAY + timedelta(days=100)
    note_id = drawer.charge(ravi, upto)
    period = Period(date(2026, 4, 1), date(2027, 3, 31))

    def register(step: str, one: Drawer = drawer, side: str = tax_registers.SALES) -> list[tax_registers.RegisterRow]:
        with read_books(one.actor) as books:
            return tax_registers.register(books, tax_registers.Wanted(side, period, step))

    def ledgers() -> dict[str, int]:
        with read_books(drawer.actor) as books:
            heads = ledger.heads(books)
            totals = ledger.account_totals(books, period.first_day, period.last_day)
        codes = {"taxable": ("sales", "interest-received"), "cgst": ("output-cgst",), "sgst": ("output-sgst",), "igst": ("output-igst",)}
        found = {name: [totals[heads[code]] for code in several if heads[code] in totals] for name, several in codes.items()}
        return {name: sum(total.credit - total.debit for total in several) for name, several in found.items()}

    for step, rows in (("month", 2), ("day", 2), ("document", 2)):
        sums = tax_registers.totals(register(step))
        assert (len(register(step)), sums.documents) == (rows, 2)
        assert {name: getattr(sums, name) for name in ledgers()} == ledgers()
        assert (sums.taxable, sums.cgst, sums.total) == (1000_00 + 58_19, 90_00 + 5_24, 1180_00 + 68_67)
        assert register(step, side=tax_registers.PURCHASES) == []
        assert register(step, theirs) == []
    note = register("document")[-1]
    assert (note.kind, note.voucher_id, note.party, note.day, note.sums.total) == ("interest_note", note_id, "Ravi", upto, 68_67)
    with open_books(drawer.actor) as books:
        interest.cancel(books, note_id, reason="He asked for it")
    sums = tax_registers.totals(register("month"))
    assert (sums.documents, sums.taxable, {name: getattr(sums, name) for name in ledgers()}) == (1, 1000_00, ledgers())
