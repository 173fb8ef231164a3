"""The arithmetic of the register of shares, against figures worked out by hand and day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.dates import Period
from webapp.share_capital import rules
from webapp.share_capital.rules import KINDS, Holder, Move

YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))


def test_the_example_of_the_standard() -> None:
    """AS 20, illustration I: 1,800 at the start, 600 issued after five months, 300 bought back for the last two: 2,100 by months.
    By days of this year it is as near as days and months are."""
    moves = [Move(date(2020, 4, 1), "opening", 1800), Move(date(2025, 9, 1), "issued", 600), Move(date(2026, 2, 1), "bought-back", 300)]
    by_days = Fraction(1800 * 153 + 2400 * 153 + 2100 * 59, 365)
    assert rules.weighted_average(moves, YEAR) == round(by_days) == 2100


def test_bonus_shares_were_always_there() -> None:
    """AS 20, 22 and 24: what was issued for cash in the year grows with the bonus, too."""
    moves = [Move(date(2024, 4, 1), "opening", 1000), Move(date(2025, 10, 1), "issued", 500), Move(date(2026, 1, 1), "bonus", 1500)]
    assert rules.weighted_average(moves, YEAR) == round(Fraction(2000 * 183 + 3000 * 182, 365))
    before = Period(date(2024, 4, 1), date(2025, 3, 31))
    assert rules.weighted_average(moves, before) == 1000, "a year that ended before knows nothing of it"


days = st.dates(date(2024, 1, 1), date(2026, 6, 30))
moves_made = st.lists(
    st.builds(Move, days, st.sampled_from([kind for kind in KINDS if kind not in ("opening", "bonus")]), st.integers(1, 10**9)), max_size=8
)


@given(moves_made)
def test_the_average_is_the_mean_of_every_day(moves: list[Move]) -> None:
    every = [YEAR.first_day + timedelta(days=one) for one in range(365)]
    mean = Fraction(sum(rules.outstanding(moves, day) for day in every), 365)
    assert abs(rules.weighted_average(moves, YEAR) - mean) <= Fraction(1, 2)


@given(moves_made)
def test_a_reconciliation_ends_where_the_next_begins(moves: list[Move]) -> None:
    following = Period(date(2026, 4, 1), date(2027, 3, 31))
    own = rules.reconciled(moves, YEAR)
    assert own.opening == rules.outstanding(moves, date(2025, 3, 31))
    assert own.closing == rules.outstanding(moves, YEAR.last_day) == rules.reconciled(moves, following).opening


def test_what_was_there_when_the_register_began_is_an_opening() -> None:
    found = rules.reconciled([Move(date(2025, 6, 1), "opening", 10), Move(date(2025, 7, 1), "issued", 5)], YEAR)
    assert (found.opening, found.moves, found.closing) == (10, (("issued", 5),), 15)


@pytest.mark.parametrize(
    ("moves", "fewest"),
    [
        ([Move(date(2025, 5, 2), "issued", 5), Move(date(2025, 5, 1), "bought-back", 5)], -5),
        ([Move(date(2025, 5, 1), "issued", 5), Move(date(2025, 5, 1), "redeemed", 5)], 0),
        ([], 0),
    ],
)
def test_the_fewest_there_ever_were(moves: list[Move], fewest: int) -> None:
    assert rules.least(moves) == fewest


def test_who_is_named() -> None:
    now = [Holder("Asha", 500, is_promoter=True), Holder("Bharat", 51, is_promoter=False), Holder("Chitra", 50, is_promoter=False)]
    before = [Holder("Asha", 400, is_promoter=True), Holder("Dev", 300, is_promoter=True)]
    large = rules.large_holders(now, before, 1000, 800)
    assert [(one.holder.name, one.share_bp, one.before_bp, one.change_bp) for one in large] == [
        ("Asha", 5000, 5000, 2500),
        ("Bharat", 510, 0, None),
    ], "exactly 5 % is not more than 5 %"
    found = rules.promoters(now, before, 1000, 800)
    assert [(one.holder.name, one.share_bp, one.change_bp) for one in found] == [("Asha", 5000, 2500), ("Dev", 0, -10_000)]


def test_five_years_are_told() -> None:
    moves = [Move(date(2021, 3, 31), "bonus", 7), Move(date(2021, 4, 1), "bonus", 5), Move(date(2024, 5, 1), "bought-back", 2)]
    assert rules.told_for_five_years(moves, date(2026, 3, 31)) == (("bonus", 5), ("bought-back", 2))
