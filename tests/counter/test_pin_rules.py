"""PINs and proofs by themselves: what is too weak, how long one waits, and that a proof is of one thing alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.counter import approving, pin_rules
from webapp.counter.pin_rules import Claim

TILL = UUID(int=7)
KEY = pin_rules.till_key(b"k" * 32, TILL)
IDS = st.uuids().map(str)
# What `Fields.text` lets through: no control characters, no halves of characters, no sign that turns the direction.
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf")), max_size=40)
FIGURES = st.dictionaries(st.from_regex(r"[a-z]{1,8}(\.[0-9a-f]{4})?", fullmatch=True), st.integers(-(2**53), 2**53) | IDS, max_size=5)
CLAIMS = st.builds(
    Claim,
    command_id=IDS,
    kind=st.sampled_from([kind.value for kind in pin_rules.Asked]),
    till_id=IDS,
    approver_id=IDS,
    generation=st.integers(1, 99),
    at=st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    reason=WORDS,
    figures=FIGURES,
    proof=st.just(""),
)


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        *((pin, "in a row") for pin in ("1234", "9876", "7890", "2468", "0987")),
        *((pin, "Too few") for pin in ("1111", "1212", "0000000", "55554444", "9990")),
        *((pin, "repeated") for pin in ("123123", "12341234", "123321", "112233")),
        *((pin, "birth") for pin in ("1987", "2004", "150887", "870815", "15081987", "19870815")),
        *((pin, "digits.") for pin in ("", "123", "123456789", "12a4", "१२३४", " 483", "48 3", "+483")),
    ],
)
def test_weak_pins_are_refused(pin: str, why: str) -> None:
    assert why in pin_rules.weakness(pin, least=4)


@pytest.mark.parametrize("pin", ["4839", "70412", "481950", "5093817", "90417362"])
def test_others_will_do(pin: str) -> None:
    assert pin_rules.weakness(pin, least=4) == ""


def test_who_approves_has_a_longer_one() -> None:
    assert "6 digits" in pin_rules.weakness("48395", least=6)
    assert pin_rules.weakness("483950", least=6) == ""


def test_five_tries_are_free_and_then_the_pause_doubles_to_a_quarter_of_an_hour() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    waits = [pin_rules.pause_after(tries, now, now).total_seconds() for tries in range(4, 13)]
    assert waits == [0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert pin_rules.pause_after(5, now - timedelta(seconds=29), now) == timedelta(seconds=1)
    assert pin_rules.pause_after(99, now - timedelta(minutes=15), now) == timedelta()


def test_a_key_is_of_one_till_and_a_check_is_no_key() -> None:
    stretched = pin_rules.stretch("483950", b"salt", rounds=10)
    keys = {pin_rules.till_key(stretched, UUID(int=number)) for number in range(3)}
    assert len(keys) == 3
    assert pin_rules.check_of(KEY) not in {pin_rules.proof_of(KEY, _claim()), KEY.hex()}


def _claim() -> Claim:
    ids = (str(UUID(int=1)), "discount", str(TILL), str(UUID(int=2)))
    return Claim(*ids, 3, "2026-11-22T12:00:00+05:30", "Old customer", {"bp": 2000, "off": 5000}, "")


@given(CLAIMS, CLAIMS)
def test_what_differs_is_written_differently(one: Claim, other: Claim) -> None:
    assert (pin_rules.canonical(one) == pin_rules.canonical(other)) == (one == other)


@given(CLAIMS, st.data())
def test_a_proof_is_of_every_fact(claim: Claim, data: st.DataObject) -> None:
    proved = replace(claim, proof=pin_rules.proof_of(KEY, claim))
    assert pin_rules.is_proved(KEY, proved)
    assert not pin_rules.is_proved(pin_rules.till_key(b"x" * 32, TILL), proved)
    name = data.draw(st.sampled_from(["command_id", "kind", "till_id", "approver_id", "generation", "at", "reason", "figures"]))
    changed = replace(proved, **{name: getattr(data.draw(CLAIMS), name)})
    assert pin_rules.is_proved(KEY, changed) == (getattr(changed, name) == getattr(claim, name))


@given(FIGURES, FIGURES)
def test_no_more_than_was_approved_is_covered(approved: dict[str, int | str], done: dict[str, int | str]) -> None:
    assert pin_rules.covers(approved, {})
    assert pin_rules.covers(done, done)
    if pin_rules.covers(approved, done):
        for name, value in done.items():
            given_ = approved[name]
            assert value == given_ or (isinstance(value, int) and isinstance(given_, int) and abs(value) <= abs(given_))


@pytest.mark.parametrize(
    ("approved", "done", "is_covered"),
    [
        ({"bp": 2000, "off": 5000}, {"bp": 2000, "off": 4999}, True),
        ({"bp": 2000, "off": 5000}, {"bp": 2001, "off": 100}, False),
        ({"bp": 2000, "off": 5000}, {"bp": 100, "off": 5001}, False),
        ({"amount": -500}, {"amount": -500}, True),
        ({"amount": -500}, {"amount": -501}, False),
        ({"amount": 500}, {"amount": -500}, False),
        ({"bill": "a", "total": 9}, {"bill": "b", "total": 9}, False),
        ({}, {"total": 0}, False),
        ({"total": "9"}, {"total": 9}, False),
        ({"item.a": 5000}, {"item.a": 5000, "item.b": 1}, False),
    ],
)
def test_covered(approved: dict[str, int | str], done: dict[str, int | str], is_covered: bool) -> None:
    assert pin_rules.covers(approved, done) is is_covered


def test_an_approval_is_of_the_moment() -> None:
    done = datetime(2026, 11, 22, 12, tzinfo=UTC)
    ages = (-6, -5, 0, 24 * 60, 24 * 60 + 1)
    assert [pin_rules.is_timely(done - timedelta(minutes=age), done) for age in ages] == [False, True, True, True, False]


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
JSON = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text(max_size=8), PLAIN, max_size=3)
ODD = st.fixed_dictionaries(
    {"kind": st.sampled_from(["discount", "cash"])},
    optional=dict.fromkeys(("command", "till", "approver", "pin", "at", "reason", "figures", "proof"), JSON),
)


@given(st.lists(ODD | JSON, max_size=4) | JSON)
def test_whatever_stands_for_approvals_is_read_or_left(raw: Any) -> None:
    found = approving.read_claims(json.dumps({"approvals": raw}))
    for claim in filter(None, found.values()):
        pin_rules.canonical(claim)
