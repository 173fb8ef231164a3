"""Which plan a business stands on, how a month's bills stand to it, and what is too much for another: without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.dates import IST, ist_day
from webapp.plans import rules
from webapp.plans.rules import Granted, Level, Limits, Offered, Plan, Used, granted, standing

TODAY = date(2026, 11, 20)
FREE = Plan("free", "Free", "Free", 1, Limits(2, 1, 10), price_month_paise=0)
SHOP = Plan("shop", "Shop", "Shop", 2, Limits(3, 2, 20), price_month_paise=49_900, trial_days=30)
FILE = Offered((FREE, SHOP), "shop", "free")
BARE = Offered((SHOP,), "shop")


def test_a_new_business_begins_with_a_trial_of_so_many_days() -> None:
    found = standing(None, FILE, TODAY)
    assert (found.key, found.is_trial, found.since, found.until) == ("shop", True, TODAY, date(2026, 12, 19))
    assert (found.until - found.since).days + 1 == 30  # type: ignore[operator]


def test_the_last_day_counts_and_the_day_after_does_not() -> None:
    trial = granted(SHOP, TODAY - timedelta(days=29), TODAY, is_trial=True)
    assert standing(trial, FILE, TODAY) is trial
    after = standing(trial, FILE, TODAY + timedelta(days=1))
    assert (after.key, after.is_trial, after.until, after.since) == ("free", False, None, TODAY + timedelta(days=1))


def test_where_no_plan_follows_it_is_over_until_the_file_names_one() -> None:
    trial = granted(SHOP, TODAY, TODAY, is_trial=True)
    over = standing(trial, BARE, TODAY + timedelta(days=9))
    assert (over.is_over, over.since, over.limits.members, over.limits.stores, over.limits.bills_with_grace) == (
        True,
        date(2026, 11, 21),
        0,
        0,
        0,
    )
    assert standing(over, BARE, TODAY + timedelta(days=99)) is over, "nothing becomes of it"
    assert standing(over, FILE, TODAY + timedelta(days=99)).key == "free"


def test_what_was_granted_stands_whatever_becomes_of_the_file() -> None:
    gold = Granted("gold", "Gold", "Gold", Limits(9, 9, 9), is_trial=False, since=TODAY, until=None)
    assert standing(gold, FILE, TODAY + timedelta(days=9_000)) is gold
    smaller = Offered((Plan("shop", "Shop", "Shop", 1, Limits(1, 1, 1)),), "shop")
    kept = granted(SHOP, TODAY)
    assert standing(kept, smaller, TODAY) is kept


@pytest.mark.parametrize(
    ("bills", "level"),
    [
        (0, Level.CALM),
        (79, Level.CALM),
        (80, Level.NEAR),
        (100, Level.NEAR),
        (101, Level.OVER),
        (119, Level.OVER),
        (120, Level.SPENT),
        (999, Level.SPENT),
    ],
)
def test_levels_of_a_month(bills: int, level: Level) -> None:
    assert rules.level_of(Limits(bills=100, grace_percent=20), bills) is level
    assert rules.level_of(Limits(), bills) is Level.CALM


@given(bills=st.integers(0, 10**7), limit=st.integers(1, 10**6), grace=st.integers(0, 1_000))
def test_levels_only_rise(bills: int, limit: int, grace: int) -> None:
    limits, order = Limits(bills=limit, grace_percent=grace), list(Level)
    now, later = rules.level_of(limits, bills), rules.level_of(limits, bills + 1)
    assert order.index(later) >= order.index(now)
    most = limits.bills_with_grace
    assert most is not None
    assert limit <= most
    assert (now is Level.SPENT) == (bills >= most), "the office is refused exactly from there on"


@given(minutes=st.integers(0, 100 * 365 * 24 * 60), days=st.integers(-40, 40))
def test_every_instant_is_in_one_month_of_india(minutes: int, days: int) -> None:
    """Also around midnight in India, half past six in the evening in UTC, and around new year: a day is in the month around another exactly
    when both are in the same calendar month there, and months leave no day out."""
    instant = datetime(1998, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    day = ist_day(instant)
    first, last = rules.month_around(day)
    assert first <= day <= last
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    local, other = instant.astimezone(IST), day + timedelta(days=days)
    assert (first.year, first.month) == (last.year, last.month) == (local.year, local.month)
    assert (first <= other <= last) == ((other.year, other.month) == (local.year, local.month))
    assert rules.month_around(last + timedelta(days=1))[0] == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("instant", "first", "last"),
    [
        (datetime(2026, 12, 31, 18, 29, 59, tzinfo=UTC), date(2026, 12, 1), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 18, 30, tzinfo=UTC), date(2027, 1, 1), date(2027, 1, 31)),
        (datetime(2028, 2, 29, 18, 29, tzinfo=UTC), date(2028, 2, 1), date(2028, 2, 29)),
        (datetime(2026, 10, 31, 18, 30, tzinfo=UTC), date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_a_month_turns_at_midnight_in_india(instant: datetime, first: date, last: date) -> None:
    assert rules.month_around(ist_day(instant)) == (first, last)


def test_what_is_too_much_is_said_with_its_figures() -> None:
    assert rules.too_much(FREE.limits, Used(members=1, invited=1, stores=1, bills=9_999)) == []
    people, stores = rules.too_much(FREE.limits, Used(members=3, invited=2, stores=3, bills=0))
    assert people == "People, with those invited: 5 of 2, so 3 must be removed or deactivated."
    assert stores == "Open stores: 3 of 1, so 2 must be closed."
    assert rules.too_much(Limits(), Used(999, 999, 999, 999)) == []
