"""The arithmetic of budgets, by cases and by properties."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.budgets import rules
from webapp.budgets.rules import Place
from webapp.kernel.dates import FinancialYear

YEAR = FinancialYear(2026)
ACCOUNT, GROUP, OTHER, VAN, SHOP = (UUID(int=n) for n in range(1, 6))


def test_the_months_run_from_april_to_march() -> None:
    assert rules.months_of(YEAR) == (202604, 202605, 202606, 202607, 202608, 202609, 202610, 202611, 202612, 202701, 202702, 202703)


@given(st.integers(-(10**14), 10**14))
def test_a_spread_figure_adds_up_to_itself_and_is_even(yearly: int) -> None:
    months = rules.spread(yearly)
    assert (len(months), sum(months)) == (12, yearly)
    assert max(months) - min(months) <= 1


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 1), (0, 1, 30)),
        (date(2026, 4, 30), (1, 0, 30)),
        (date(2027, 2, 14), (10, 14, 28)),
        (date(2027, 2, 28), (11, 0, 28)),
        (date(2027, 3, 31), (12, 0, 31)),
    ],
)
def test_what_has_gone_by_is_counted_in_months_and_days(day: date, expected: tuple[int, int, int]) -> None:
    gone = rules.elapsed(YEAR, day)
    assert (gone.whole_months, gone.days, gone.days_in_month) == expected


def test_a_leap_february_has_its_own_days() -> None:
    assert rules.elapsed(FinancialYear(2027), date(2028, 2, 28)).days_in_month == 29


@given(st.lists(st.integers(-(10**12), 10**12), min_size=12, max_size=12), st.integers(0, 364), st.integers(-(10**13), 10**13))
def test_to_date_run_rate_and_forecast_are_exact_to_the_rounding(months: list[int], days: int, actual: int) -> None:
    gone = rules.elapsed(YEAR, YEAR.first_day + timedelta(days=days))
    whole = Fraction(gone.whole_months) + Fraction(gone.days, gone.days_in_month)
    cut = Fraction(months[gone.whole_months] * gone.days, gone.days_in_month) if gone.days else 0
    assert abs(rules.to_date(months, gone) - (sum(months[: gone.whole_months]) + cut)) <= Fraction(1, 2)
    assert abs(rules.run_rate(actual, gone) - actual * 12 / whole) <= Fraction(1, 2)
    assert rules.forecast(actual, months, gone) - actual == sum(months) - rules.to_date(months, gone)


def test_at_the_end_of_the_year_everything_is_what_happened() -> None:
    gone = rules.elapsed(YEAR, date(2027, 3, 31))
    months = [100] * 12
    assert (rules.to_date(months, gone), rules.run_rate(777, gone), rules.forecast(777, months, gone)) == (1200, 777, 777)


def test_a_change_is_rounded_to_the_paisa_away_from_zero() -> None:
    assert rules.changed_by((100, 5, -5, 0), 10_00) == (110, 6, -6, 0)
    assert rules.changed_by((100,), -100_00) == (0,)


@pytest.mark.parametrize(
    ("place", "is_twin"),
    [
        (Place("Rent", (ACCOUNT, GROUP), None), True),
        (Place("Rent", (ACCOUNT, GROUP), VAN), True),
        (Place("Expenses", (GROUP,), None), True),
        (Place("Tea", (OTHER, GROUP), None), False),
    ],
)
def test_a_figure_may_not_stand_in_two_lines(place: Place, is_twin: bool) -> None:
    assert (rules.twin(place, [Place("Rent", (ACCOUNT, GROUP), None)]) is not None) == is_twin


def test_cost_centres_apart_do_not_overlap() -> None:
    assert rules.twin(Place("Rent", (ACCOUNT,), VAN), [Place("Rent", (ACCOUNT,), SHOP)]) is None
    assert rules.twin(Place("Rent", (ACCOUNT,), VAN), [Place("Rent", (ACCOUNT,), VAN)]) is not None


@pytest.mark.parametrize(
    ("nature", "variance", "tone"),
    [("income", 5, "good"), ("income", -5, "bad"), ("expense", 5, "bad"), ("expense", -5, "good"), ("asset", 5, ""), ("income", 0, "")],
)
def test_what_is_good_news(nature: str, variance: int, tone: str) -> None:
    assert rules.tone(nature, variance) == tone
