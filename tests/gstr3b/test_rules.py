"""What the law makes of figures: the order of s.49(5), the rupee of s.170, interest and late fee. No database."""

from __future__ import annotations

import random
from datetime import date
from itertools import product

import pytest

from webapp.gst_returns import ReturnPeriod
from webapp.gstr3b import law
from webapp.gstr3b.setting_off import ALLOWED, HEADS, Settlement, least_cash, settle
from webapp.input_tax import Tax


def paid(**more: Tax) -> Settlement:
    return settle(**{name: Tax() for name in ("due", "carried", "reverse", "interest", "fee", "credit")} | more)


def cash_by_trying(payable: Tax, credit: Tax) -> int:
    """The least cash of every way that the law allows, in rupees, by trying them all."""
    best = None
    for i_i, i_c, i_s, c_i, s_i in product(*(range(top + 1) for top in (credit.igst, credit.igst, credit.igst, credit.cgst, credit.sgst))):
        if i_i + i_c + i_s > credit.igst or i_i != min(credit.igst, payable.igst):
            continue  # IGST credit pays IGST first
        if i_c > payable.cgst or i_s > payable.sgst or i_i + c_i + s_i > payable.igst:
            continue
        c_c, s_s = min(credit.cgst - c_i, payable.cgst - i_c), min(credit.sgst - s_i, payable.sgst - i_s)
        uses_others = any((c_c, s_s, c_i, s_i))
        is_used_up = i_i + i_c + i_s == min(credit.igst, payable.igst + payable.cgst + payable.sgst)
        if (uses_others and not is_used_up) or (c_i and c_c < min(credit.cgst, payable.cgst - i_c)):
            continue  # rule 88A; and CGST credit pays CGST before IGST
        if s_i and s_s < min(credit.sgst, payable.sgst - i_s):
            continue
        left = payable.total - payable.cess - (i_i + i_c + i_s + c_c + s_s + c_i + s_i)
        best = left if best is None else min(best, left)
    assert best is not None
    return best + max(payable.cess - credit.cess, 0)


@pytest.mark.parametrize("seed", range(40))
def test_the_cash_is_the_least_that_the_law_allows(seed: int) -> None:
    chance = random.Random(seed)
    for most in (3, 5):
        payable, credit = (Tax(*(chance.randrange(most + 1) for _head in HEADS)) for _side in range(2))
        used = least_cash(Tax(*(one * 100 for one in payable)), Tax(*(one * 100 for one in credit)))
        assert payable.total * 100 - sum(used.values()) == cash_by_trying(payable, credit) * 100, (payable, credit)


@pytest.mark.parametrize("seed", range(30))
def test_each_head_is_conserved_and_never_pays_what_it_may_not(seed: int) -> None:
    chance = random.Random(seed)
    for most in (500_00, 10**13):
        amounts = [Tax(*(chance.choice((0, chance.randrange(-most, most))) for _head in HEADS)) for _part in range(2)]
        carried = Tax(*(chance.choice((0, chance.randrange(most) // 100 * 100)) for _head in HEADS))
        one = paid(due=amounts[0], credit=amounts[1], carried=carried, reverse=Tax(10_49, 10_50, 0, 0))
        assert all(tax in ALLOWED[credit] for tax, credit in one.used)
        assert one.cash + Tax(*(one.paid_by_credit(head) for head in HEADS)) == one.payable
        assert all(0 <= used <= max(held, 0) for used, held in zip(one.credit_used, one.credit, strict=True))
        assert min(one.cash) >= 0
        assert all(amount % 100 == 0 for amount in (*one.all_cash, *one.credit_used, *one.payable))
        # Rounded once for each head (s.170); what is below nought is carried, never paid back.
        for due, before, short, payable, after in zip(one.due, carried, one.short_credit, one.payable, one.left_over, strict=True):
            assert (payable - short) - after == law.to_rupee(due) - before
            assert (payable - short) * after == 0
        assert one.reverse == Tax(10_00, 11_00, 0, 0)


@pytest.mark.parametrize(
    ("payable", "credit", "used"),
    [
        # IGST credit covers IGST, then what CGST and SGST lack of their own.
        ((100, 50, 50, 0), (150, 40, 10, 0), {("igst", "igst"): 100, ("cgst", "igst"): 10, ("sgst", "igst"): 40}),
        # CGST then SGST pay IGST, never each other.
        ((100, 10, 90, 0), (0, 70, 40, 0), {("cgst", "cgst"): 10, ("sgst", "sgst"): 40, ("igst", "cgst"): 60}),
        ((0, 0, 100, 30), (0, 500, 0, 10), {("cess", "cess"): 10}),
        # Less IGST credit than both lack: it is used up, and more goes to cash.
        ((0, 100, 100, 0), (60, 0, 0, 0), {("cgst", "igst"): 60}),
    ],
)
def test_set_off_by_hand(payable: tuple[int, ...], credit: tuple[int, ...], used: dict[tuple[str, str], int]) -> None:
    found = least_cash(Tax(*(one * 100 for one in payable)), Tax(*(one * 100 for one in credit)))
    assert {key: found.get(key, 0) // 100 for key in used} == used


def test_reverse_charge_interest_and_fee_are_never_paid_by_credit() -> None:
    one = paid(
        credit=Tax(9_000_00, 9_000_00, 9_000_00, 9_000_00), reverse=Tax(0, 9_00, 9_00, 0), interest=Tax(1_00), fee=Tax(0, 50_00, 50_00)
    )
    assert (one.used, one.all_cash) == ({}, Tax(1_00, 59_00, 59_00, 0))


@pytest.mark.parametrize(
    ("cash", "least", "days", "month", "interest"),
    [
        (1_00_000_00, 0, 365, 202512, 18_000_00),
        (1_00_000_00, 40_000_00, 365, 202512, 18_000_00),  # before January 2026 what lay in the ledger does not count
        (1_00_000_00, 40_000_00, 365, 202601, 10_800_00),
        (1_00_000_00, 2_00_000_00, 10, 202610, 0),
        (10_000_00, 0, 1, 202610, 5_00),  # Rs 4.93, to the rupee
        (10_000_00, 0, 0, 202610, 0),
    ],
)
def test_interest(cash: int, least: int, days: int, month: int, interest: int) -> None:
    assert law.interest(cash, least, days, month) == interest


@pytest.mark.parametrize(
    ("days", "month", "turnover", "is_nil", "fee"),
    [
        (3, 202610, "large", False, 75_00),
        (3, 202610, "middle", True, 30_00),
        (900, 202610, "small", False, 1_000_00),
        (900, 202610, "middle", False, 2_500_00),
        (900, 202610, "large", False, 5_000_00),
        (900, 202610, "large", True, 250_00),
        (900, 202105, "small", False, 5_000_00),  # the caps by turnover are of June 2021
        (-4, 202610, "large", False, 0),
    ],
)
def test_late_fee(days: int, month: int, turnover: str, is_nil: bool, fee: int) -> None:
    assert law.late_fee(days, month, turnover, is_nil=is_nil) == fee


def test_days_and_limits() -> None:
    assert law.due_on(ReturnPeriod("month", 202612), "27") == date(2027, 1, 20)
    assert law.due_on(ReturnPeriod("quarter", 202612), "27") == date(2027, 1, 22)
    assert law.due_on(ReturnPeriod("quarter", 202612), "07") == date(2027, 1, 24)
    assert [law.to_rupee(paise) for paise in (49, 50, 149, -50)] == [0, 100, 100, -100]
    assert law.must_pay_in_cash(10_00_000_00, 50_00_000_01, 202610) == 10_000_00
    assert law.must_pay_in_cash(10_00_000_00, 50_00_000_00, 202610) == 0
