"""The decision alone: no database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.dunning import holidays, rules
from webapp.dunning.queries import OwnDay, closed_days
from webapp.dunning.rules import FIRM, LAST, POLITE, REMINDER, Bill, Promise, Rule, Standing
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE
from webapp.notifications import REMINDERS

TODAY = date(2026, 11, 20)
WHOLESALE = UUID(int=77)
USUAL = [Rule(UUID(int=number), days, tone) for number, (days, tone) in enumerate(rules.USUAL, start=1)]
BEFORE, POLITELY, REMINDING, FIRMLY, LASTLY = USUAL


def bill(days_over: int, rupees: int = 100, number: int = 1, **more: Any) -> Bill:
    return Bill((UUID(int=number), 1), f"B{number}", TODAY - timedelta(days=days_over), rupees * 100, **more)


def decide(*bills: Bill, every: list[Rule] = USUAL, today: date = TODAY, **more: Any) -> rules.Decision:
    return rules.decide(Standing(UUID(int=9), "Ravi", bills, **more), every, today, lambda _day: False)


def all_of(*sent: Rule) -> frozenset[tuple[UUID, rules.BillKey]]:
    return frozenset((rule.id, (UUID(int=1), 1)) for rule in sent)


@pytest.mark.parametrize(
    ("over", "sent", "rule", "reason"),
    [
        (-4, (), None, "not_yet"),
        (-3, (), BEFORE, ""),
        (0, (), BEFORE, ""),
        (0, (BEFORE,), None, "not_yet"),
        (1, (BEFORE,), POLITELY, ""),
        (6, (POLITELY,), None, "already"),
        (7, (POLITELY,), REMINDING, ""),
        (7, (), REMINDING, ""),
        (29, (REMINDING,), FIRMLY, ""),
        (400, (), LASTLY, ""),
        (400, (LASTLY,), None, "already"),
        (8, (FIRMLY,), None, "already"),  # after a firm word no soft one
    ],
)
def test_which_rule_a_bill_has_reached(over: int, sent: tuple[Rule, ...], rule: Rule | None, reason: str) -> None:
    found = decide(bill(over), sent=all_of(*sent))
    assert (found.rule, found.reason) == (rule, reason)


def test_one_message_for_all_that_is_late_by_the_firmest_rule() -> None:
    found = decide(bill(16, 50, 1), bill(2, 30, 2), bill(-2, 20, 3), bill(9, 7, 4, is_disputed=True))
    assert (found.rule, found.amount, found.oldest) == (FIRMLY, 80_00, TODAY - timedelta(days=16))
    assert {rule_id for rule_id, _ in found.steps} == {FIRMLY.id, POLITELY.id}
    assert len(found.steps) == 2  # neither the disputed bill nor the one that is not late


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        ({"is_exempt": True}, "exempt"),
        ({"promise": Promise(TODAY - timedelta(days=1), TODAY)}, "promised"),
        ({"promise": Promise(TODAY, None)}, "by_hand"),
        ({"says_paid": True}, "says_paid"),
        ({"was_told": True}, "today"),
    ],
)
def test_what_keeps_a_customer_from_being_written_to(standing: dict[str, Any], reason: str) -> None:
    assert decide(bill(3), **standing).reason == reason
    assert decide(bill(3, is_disputed=True)).reason == "disputed"


@pytest.mark.parametrize(
    ("over", "asked", "promised", "sent", "rule"),
    [
        (5, 4, 1, (POLITELY,), REMINDING),  # broken: the next rule, two days before its day
        (5, 4, 1, (POLITELY, REMINDING), None),  # once
        (7, 6, 3, (POLITELY, REMINDING), None),  # nor again when its own day comes
        (15, 14, 11, (POLITELY, REMINDING), FIRMLY),
        (12, 9, 1, (REMINDING,), FIRMLY),  # reminded on the day of the promise's rule
        (5, 6, 1, (POLITELY,), None),  # a promise made before it was late says nothing of it
        (40, 20, 1, (LASTLY,), None),  # there is none after the last
    ],
)
def test_a_broken_promise_brings_the_next_rule(over: int, asked: int, promised: int, sent: tuple[Rule, ...], rule: Rule | None) -> None:
    promise = Promise(TODAY - timedelta(days=asked), TODAY - timedelta(days=promised))
    assert decide(bill(over), promise=promise, sent=all_of(*sent)).rule == rule


def test_rules_of_a_price_list_stand_in_for_the_general_ones_and_amounts_are_of_all_that_is_late() -> None:
    gentle = Rule(new_id(), 20, POLITE, price_list_id=WHOLESALE)
    large = Rule(new_id(), 2, FIRM, least_paise=100_00)
    assert decide(bill(16), every=[*USUAL, gentle], price_list_id=WHOLESALE).reason == "not_yet"
    assert decide(bill(21), every=[*USUAL, gentle], price_list_id=WHOLESALE).rule == gentle
    assert decide(bill(21), every=[*USUAL, gentle]).rule == FIRMLY
    assert decide(bill(3, 99), every=[large]).reason == "too_little"
    assert decide(bill(3, 60, 1), bill(2, 40, 2), every=[large]).rule == large
    assert decide(bill(3), every=[Rule(new_id(), 1, POLITE, is_active=False)]).reason == "not_yet"


@pytest.mark.parametrize(
    ("due_on", "days", "day"),
    [
        (date(2026, 11, 27), -3, date(2026, 11, 25)),  # the 24th is a festival: the next working day
        (date(2026, 11, 25), -3, date(2026, 11, 23)),  # the 22nd is a Sunday
        (date(2026, 11, 22), 0, date(2026, 11, 21)),  # on a Sunday itself: the day before, for after it the bill is late
        (date(2026, 11, 24), 0, date(2026, 11, 23)),
        (date(2026, 11, 26), -1, date(2026, 11, 25)),
    ],
)
def test_sundays_and_festivals_move_a_reminder_to_a_working_day(due_on: date, days: int, day: date) -> None:
    assert rules.first_day(due_on, days, closed_days((), on_sundays=False)) == day


def test_own_days_and_the_lists_of_a_year() -> None:
    own = (OwnDay(date(2026, 11, 24), "Guru Nanak's Birthday", is_open=True), OwnDay(date(2026, 11, 25), "Stock-taking", is_open=False))
    closed = closed_days(own, on_sundays=True)
    assert [day for day in range(20, 28) if closed(date(2026, 11, day))] == [25]
    assert closed(date(2027, 1, 26))
    assert not holidays.has_festivals(2027)
    every = holidays.of_year(2026)
    assert len(every) == 17
    assert [one.day for one in every] == sorted({one.day for one in every})
    assert rules.next_open(date(2026, 11, 8), lambda _day: True) == date(2026, 11, 8)  # always closed: no endless search


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("days", {"days": 366}),
        ("days", {"days": -31, "tone": POLITE}),
        ("days", {"days": 7}),
        ("tone", {"tone": "rude"}),
        ("tone", {"days": -1, "tone": FIRM}),
        ("least", {"least_paise": -1}),
        ("least", {"least_paise": MOST_PAISE + 1}),
        ("price_list", {"price_list_id": new_id()}),
    ],
)
def test_rules_that_cannot_be(field: str, changed: dict[str, Any]) -> None:
    asked = {"id": new_id(), "days": 2, "tone": REMINDER, **changed}
    with pytest.raises(InvalidInput) as refused:
        rules.require_rule(Rule(**asked), USUAL, {})
    assert set(refused.value.errors) == {field}


def test_every_tone_has_an_event_with_words() -> None:
    assert sorted({Rule(UUID(int=1), days, tone).event for days in (-1, 1) for tone in rules.TONES}) == sorted(REMINDERS)
    assert sorted(rules.EVENTS) == sorted(REMINDERS)
    assert LAST in rules.TONES


@given(
    st.lists(st.tuples(st.integers(-6, 60), st.integers(1, 10**6), st.booleans()), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40)), max_size=3),
)
def test_day_after_day_no_rule_comes_twice_for_a_bill(bills: list[tuple[int, int, bool]], promises: list[tuple[int, int]]) -> None:
    """Forty days in a row, with promises: never twice, never softer, never a disputed bill, never more than is late."""
    sent: set[tuple[UUID, rules.BillKey]] = set()
    order = {rule.id: rule.order for rule in USUAL}
    given_on = {day: day + length for length, day in promises}
    promise: Promise | None = None
    for ahead in range(40):
        today = TODAY + timedelta(days=ahead)
        if ahead in given_on:
            promise = Promise(today, TODAY + timedelta(days=given_on[ahead]))
        own = tuple(bill(over, rupees, number, is_disputed=bad) for number, (over, rupees, bad) in enumerate(bills, start=1))
        found = decide(*own, today=today, promise=promise, sent=frozenset(sent))
        if found.reason:
            continue
        assert found.rule is not None
        assert not set(found.steps) & sent
        assert not promise or not promise.promised_on or promise.promised_on < today
        late = [one for one in own if one.due_on < today and not one.is_disputed]
        assert found.amount == sum(one.open for one in (found.bills if found.rule.is_before else late))
        for rule_id, key in found.steps:
            assert not any(one.key == key and one.is_disputed for one in own)
            assert all(order[rule_id] > order[earlier] for earlier, bill_key in sent if bill_key == key)
        sent |= set(found.steps)


@given(st.dates(date(2026, 1, 1), date(2040, 12, 31)), st.frozensets(st.integers(2026, 2041)))
def test_a_year_is_warned_of_from_a_month_before_it_begins_until_it_is_told(today: date, known: frozenset[int]) -> None:
    begins = date(today.year + 1, 1, 1)
    is_near = (begins - today).days <= rules.WARNED_DAYS
    wanted = [year for year in (today.year, *([today.year + 1] if is_near else [])) if year not in known]
    assert rules.unknown_year(today, known) == (wanted[0] if wanted else None)
