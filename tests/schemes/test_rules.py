"""What schemes take off: exact, never below nothing, whatever the order of scanning; both languages alike."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tax.conftest import InBrowser, in_browser  # noqa: F401 - a fixture
from tests.vectors import make
from tests.vectors.calls import _SCHEME, run
from webapp.schemes import rules
from webapp.schemes.rules import Line, Scheme, as_told, from_told, worked

Basket = tuple[list[Line], list[Scheme]]


def told(one: dict[str, Any]) -> Scheme:
    return from_told(_SCHEME | one)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    dice = random.Random(draw(st.integers(0, 2**32)))
    lines = [Line(*row[:5], is_open=row[5] == "open") for row in (make.basket_line(dice) for _ in range(dice.randint(1, 8)))]
    return lines, [told(make.scheme(dice, f"s{number}")) for number in range(dice.randint(1, 5))]


def by_line(lines: list[Line], schemes: list[Scheme]) -> list[list[tuple[str, int]]]:
    found: list[list[tuple[str, int]]] = [[] for _ in lines]
    for off in worked(lines, schemes):
        found[off.line].append((off.scheme, off.paise))
    return found


@settings(max_examples=300, deadline=None)
@given(baskets(), st.randoms(use_true_random=False))
def test_whatever_the_basket_nothing_goes_below_nothing_and_order_decides_nothing(basket: Basket, dice: random.Random) -> None:
    lines, schemes = basket
    offs = by_line(lines, schemes)
    for line, own in zip(lines, offs, strict=True):
        assert sum(paise for _scheme, paise in own) <= line.amount
        assert all(paise > 0 for _scheme, paise in own)
        assert line.is_open or not own, "what a person has set stands alone"
    places = list(range(len(lines)))
    dice.shuffle(places)
    mixed = by_line([lines[place] for place in places], dice.sample(schemes, len(schemes)))
    # Lines alike in everything may change places with one another.
    assert sorted((lines[place], own) for place, own in zip(places, mixed, strict=True)) == sorted(zip(lines, offs, strict=True))


@settings(max_examples=200, deadline=None)
@given(baskets())
def test_each_scheme_gives_exactly_what_its_terms_say_when_it_is_alone_on_the_bill(basket: Basket) -> None:
    """Against a second reading of each kind that knows no portions: units of a thousandth would be too many, so whole lines."""
    lines, schemes = basket
    whole = [line._replace(qty=1000) for line in lines]
    for scheme in schemes:
        found = sum(off.paise for off in worked(whole, [scheme]))
        pool = [line for line in whole if line.is_open and scheme.goods.has(line.item, line.category, line.brand)]
        if scheme.kind is rules.Kind.BILL:
            amount = sum(line.amount for line in pool)
            steps = [step for step in scheme.steps if step.least <= amount]
            best = max(steps, key=lambda step: step.least, default=None)
            share = 0 if best is None else (2 * amount * best.off_bp + 10_000) // 20_000
            assert found == (0 if best is None or not amount else share if best.off_bp else min(best.off_paise, amount))
        elif scheme.kind is rules.Kind.FREE and scheme.gives is None and scheme.buy == scheme.get == 1000:
            sets = len(pool) // 2
            sets = min(sets, scheme.most) if scheme.most else sets
            dearest = sorted((line.amount for line in pool), reverse=True)[: 2 * sets]
            free = sum(dearest[sets:])
            assert found == (2 * free * scheme.off_bp + 10_000) // 20_000


def test_a_line_that_is_removed_takes_its_part_of_the_scheme_along() -> None:
    scheme = told({"id": "a", "kind": "free", "buy": 2000, "get": 1000, "goods": {"brand": "Lux"}})
    three = [Line("soap", "", "Lux", 1000, 4000), Line("bar", "", "Lux", 1000, 6000), Line("gel", "", "Lux", 1000, 2000)]
    assert [off.paise for off in worked(three, [scheme])] == [667, 1000, 333]
    assert worked(three[:2], [scheme]) == ()


def test_what_a_till_is_told_is_the_scheme() -> None:
    dice = random.Random(1)
    for _ in range(100):
        told_once = as_told(told(make.scheme(dice, "x")))
        assert as_told(from_told(json.loads(json.dumps(told_once)))) == told_once


@pytest.mark.browser
def test_fresh_baskets_come_out_alike_in_both_languages(in_browser: InBrowser) -> None:  # noqa: F811
    dice = random.Random()
    calls = [
        ("worked_schemes", [[make.basket_line(dice) for _ in range(dice.randint(1, 12))], [make.scheme(dice, f"s{n}") for n in range(4)]])
        for _ in range(400)
    ]
    cases = [{"call": name, "with": arguments} for name, arguments in calls]
    wrong = [(case, want, got) for case, got in zip(cases, in_browser(cases), strict=True) if (want := run(case)) != got]
    assert wrong == []
