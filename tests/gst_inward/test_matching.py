"""Which document is which bill: by stages, one to one, whatever the order the papers come in."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.gst_inward.matching import (
    BILL,
    CUSTOMS,
    DIFFERS,
    HAND,
    MATCHED,
    NOTE,
    Kept,
    Matcher,
    Pair,
    Told,
    Tolerance,
    differences,
    state_of,
)
from webapp.gst_inward.numbers import core, plain
from webapp.gst_returns import Taxes

G, OTHER_STATE, OTHER = "27AAPFU0939F1ZV", "29AAPFU0939F1ZR", "27AABCB1234D1ZT"
DAY = date(2026, 10, 5)
FIGURES = Taxes(100_000, 9_000, 9_000, 0, 0)


def doc(number: str, taxes: Taxes = FIGURES, *, gstin: str = G, day: date = DAY, kind: str = BILL) -> Told:
    return Told(f"{kind}|{gstin}|{number}|{day}|{taxes}", kind, gstin, number, day, taxes)


def bill(number: str, taxes: Taxes = FIGURES, *, gstin: str = G, day: date = DAY, kind: str = BILL, at: int = 1) -> Kept:
    return Kept(UUID(int=at), kind, gstin, (number,), day, taxes)


def more(paise: int) -> Taxes:
    return FIGURES._replace(taxable=FIGURES.taxable + paise)


@pytest.mark.parametrize(
    ("told", "kept", "stage", "state"),
    [
        (doc("INV-1"), bill("INV-1"), "exact", MATCHED),
        (doc("INV-001"), bill("inv/001"), "exact", MATCHED),
        (doc("INV-1"), bill("INV-1", more(100)), "number", MATCHED),
        (doc("INV-1"), bill("INV-1", more(101)), "number", DIFFERS),
        (doc("INV-1"), bill("INV-1", day=DAY + timedelta(3)), "number", MATCHED),
        (doc("INV-1"), bill("INV-1", day=DAY + timedelta(9)), "number", DIFFERS),
        (doc("GT/0042/26-27"), bill("42"), "number", MATCHED),
        (doc("GT/2026-27/0042"), bill("GT42/A"), "number", MATCHED),
        (doc("INV2026271234"), bill("INV2026271243"), "number", DIFFERS),  # two signs moved
        (doc("AB1203X"), bill("AB1208X"), "number", DIFFERS),
        (doc("INV-12"), bill("INV-१२"), "exact", MATCHED),  # digits of another script
        (doc("---"), bill("///"), "amount", DIFFERS),  # no number at all is not the same number
        (doc("०००"), bill("000"), "exact", MATCHED),
        (doc("AB1203X"), bill("AB1208X", day=DAY + timedelta(2)), "amount", DIFFERS),
        (doc("S-77"), bill("9001", more(50), day=DAY + timedelta(5)), "amount", DIFFERS),
        (doc("S-77"), bill("9001", day=DAY + timedelta(6)), None, ""),
        (doc("S-77"), bill("9001", more(101)), None, ""),
        (doc("INV-1"), bill("INV-1", gstin=OTHER_STATE), "pan", DIFFERS),
        (doc("INV-1"), bill("INV-1", gstin=OTHER), None, ""),
        (doc("INV-1"), bill("INV-1", kind=NOTE), None, ""),
        (doc("INV-1"), bill("INV-1", more(101), day=date(2025, 10, 5)), None, ""),  # another year's number
        (doc("2566282", kind=CUSTOMS, gstin=""), bill("2566282", more(9_999), kind=CUSTOMS), "exact", MATCHED),
        (doc("CN-9", kind=NOTE), bill("DN/000007", kind=NOTE, day=DAY - timedelta(40)), "amount", MATCHED),
    ],
)
def test_each_stage(told: Told, kept: Kept, stage: str | None, state: str) -> None:
    pairs = Matcher([told], [kept], Tolerance()).run()
    assert [pair.stage for pair in pairs] == ([stage] if stage else [])
    assert not pairs or state_of(pairs[0], told, kept, Tolerance()) == state


def test_what_differs_is_said_with_both_figures() -> None:
    found = differences(doc("INV-1"), bill("INV-2", more(101), gstin=OTHER_STATE, day=DAY + timedelta(1)))
    assert found == [
        ["gstin", G, OTHER_STATE],
        ["number", "INV-1", "INV-2"],
        ["day", "2026-10-05", "2026-10-06"],
        ["taxable", 100_000, 100_101],
    ]


def test_a_number_is_worth_more_than_a_figure() -> None:
    """Daily milk: the same sum each day. Each bill finds its own document, and the odd one out is not given to a neighbour's."""
    told = [doc(f"M-{at}", day=DAY + timedelta(at)) for at in range(5)]
    kept = [bill(f"M-{at}", day=DAY + timedelta(at), at=at + 1) for at in (4, 2, 0, 1)]
    pairs = {told[pair.told].number: kept[pair.kept].numbers[0] for pair in Matcher(told, kept, Tolerance()).run()}
    assert pairs == {number: number for number in ("M-0", "M-1", "M-2", "M-4")}


def test_a_link_by_hand_stands_first_and_what_was_kept_apart_is_not_joined() -> None:
    told, kept = [doc("A-1"), doc("B-2")], [bill("A-1"), bill("B-2", at=2)]
    linked = Matcher(told, kept, Tolerance()).run([Pair(0, 1, HAND)])
    assert {tuple(pair) for pair in linked} == {(0, 1, HAND), (1, 0, "amount")}
    pairs = Matcher(told, kept, Tolerance()).run((), lambda at, bill: (at, bill) == (0, 0))
    assert {tuple(pair) for pair in pairs} == {(1, 1, "exact")}


papers = st.lists(
    st.tuples(
        st.sampled_from(["1", "01", "INV-1", "INV/1/26-27", "2", "12", "21", "A", ""]),
        st.sampled_from([G, OTHER_STATE, OTHER]),
        st.integers(0, 3),
        st.sampled_from([0, 50, 100, 101, 5_000]),
    ),
    max_size=7,
)


@given(papers, papers, st.randoms(use_true_random=False))
def test_one_to_one_and_the_same_in_any_order(
    left: list[tuple[str, str, int, int]], right: list[tuple[str, str, int, int]], shuffled: random.Random
) -> None:
    told = [
        doc(number, more(off), gstin=gstin, day=DAY + timedelta(days))._replace(key=str(at))
        for at, (number, gstin, days, off) in enumerate(left)
    ]
    kept = [
        bill(number, more(off), gstin=gstin, day=DAY + timedelta(days), at=at + 1) for at, (number, gstin, days, off) in enumerate(right)
    ]

    def pairs(some: list[Told], others: list[Kept]) -> set[tuple[str, UUID, str]]:
        found = Matcher(some, others, Tolerance()).run()
        assert len({pair.told for pair in found}) == len({pair.kept for pair in found}) == len(found)
        return {(some[pair.told].key, others[pair.kept].id, pair.stage) for pair in found}

    first = pairs(told, kept)
    shuffled.shuffle(told)
    shuffled.shuffle(kept)
    assert pairs(told, kept) == first


@pytest.mark.parametrize(
    ("text", "meant"), [("INV/007/26-27", "7"), ("2026-27/INV/12", "12"), ("2627", "2627"), ("A-0", ""), ("GT0100", "100")]
)
def test_the_running_number(text: str, meant: str) -> None:
    assert core(text) == meant


def test_work_does_not_grow_with_the_square() -> None:
    """Four thousand papers that are alike in everything but their names: counted in comparisons, not in seconds."""
    looked = 0

    class Counting(Matcher):
        def _near(self, at: int, bill: int) -> bool:
            nonlocal looked
            looked += 1
            return super()._near(at, bill)

    count = 4_000
    told = [doc(f"A{at}x", more(at % 3)) for at in range(count)]
    kept = [bill(f"B{at + count}y", more(at % 3), at=at + 1) for at in range(count)]
    assert len(Counting(told, kept, Tolerance()).run()) == count
    assert looked < 40 * 6 * count
    assert plain("A-1") == "a1"
