"""Bills of materials: nothing is made out of itself; what is filled is what the bill says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assembly.making import TODAY, Workshop
from tests.ground.shops import Shop
from webapp import assembly
from webapp.assembly.rules import circle, needed
from webapp.kernel.errors import BooksError, Conflict, InvalidInput, NotFound
from webapp.kernel.money import Qty
from webapp.platform.tenancy import open_books

APRIL, LATER = date(2026, 4, 1), date(2026, 10, 1)


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    for name in ("Soap", "Comb", "Pair", "Hamper", "Ribbon"):
        workshop.item(name)
    return workshop


def test_a_circle_is_refused_with_the_way_shown(shop: Workshop) -> None:
    shop.bom("Hamper", {"Pair": 2, "Ribbon": 0.5})
    shop.bom("Pair", {"Soap": 1, "Comb": 1})
    for name, parts, way in (
        ("Soap", {"Ribbon": 1, "Hamper": 1}, "Soap → Hamper → Pair → Soap"),
        ("Pair", {"Pair": 1}, "Pair → Pair"),
        ("Comb", {"Pair": 1}, "Comb → Pair → Comb"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            shop.bom(name, parts, on=LATER)
        (words,) = refusal.value.errors.values()
        assert words == f"It would be made out of itself: {way}. Leave this component out."
    assert "what_2" not in refusal.value.errors
    assert shop.trade.read(lambda books: assembly.bom_on(books, shop.items["Soap"], LATER)) is None


def test_a_circle_counts_only_on_days_on_which_it_would_stand(shop: Workshop) -> None:
    """Hampers were taken for pairs once; now pairs are made into hampers."""
    shop.bom("Pair", {"Hamper": 0.5})
    with pytest.raises(InvalidInput, match="attention"):
        shop.bom("Hamper", {"Pair": 2}, on=LATER)
    shop.bom("Pair", {"Soap": 1, "Comb": 1}, on=LATER)
    with pytest.raises(InvalidInput, match="attention"):
        shop.bom("Hamper", {"Pair": 2}, on=LATER - timedelta(days=1))
    shop.bom("Hamper", {"Pair": 2}, on=LATER)


def test_no_other_bill_closes_a_circle_in_the_place_of_one_that_is_ended_or_begins_later(shop: Workshop) -> None:
    older = shop.bom("Pair", {"Hamper": 0.5})
    newer = shop.bom("Pair", {"Soap": 1}, on=LATER)
    shop.bom("Hamper", {"Pair": 2}, on=LATER)
    with open_books(shop.trade.actor) as books, pytest.raises(BooksError, match="itself: Pair → Hamper → Pair"):
        assembly.end_bom(books, newer)
    for day in (LATER + timedelta(days=1), date(2026, 3, 1)):
        with pytest.raises(InvalidInput) as refusal, open_books(shop.trade.actor) as books:
            assembly.save_bom(books, shop.draft("Pair", {"Soap": 1}, on=day, id=newer, version=1))
        assert "Another bill would stand on other days" in refusal.value.errors["valid_from"]
    with pytest.raises(InvalidInput, match="attention"), open_books(shop.trade.actor) as books:
        assembly.save_bom(books, shop.draft("Comb", {"Soap": 1}, on=LATER, id=newer, version=1))
    with open_books(shop.trade.actor) as books:
        assembly.end_bom(books, older)
        assembly.end_bom(books, newer)


edges = st.dictionaries(st.integers(0, 6), st.frozensets(st.integers(0, 6), max_size=4), max_size=7)


@given(edges)
def test_a_circle_is_found_where_there_is_one(parts: dict[int, frozenset[int]]) -> None:
    """Against all that can be reached, worked out step by step."""
    reached: set[int] = set(parts.get(0, ()))
    for _step in range(7):
        reached |= {two for one in reached for two in parts.get(one, ())}
    way = circle(0, parts)  # type: ignore[arg-type]  # numbers stand for items
    assert (way is not None) == (0 in reached)
    if way:
        assert way[0] == way[-1] == 0
        assert all(two in parts[one] for one, two in pairwise(way))  # type: ignore[index]


def test_versions_and_changes(shop: Workshop, iyer: Shop) -> None:
    first = shop.bom("Hamper", {"Soap": 2}, makes=4)
    second = shop.bom("Hamper", {"Soap": 3}, on=LATER)
    with pytest.raises(InvalidInput) as refusal:
        shop.bom("Hamper", {"Comb": 3}, on=LATER)
    assert "has a bill from 01-Oct-2026 already" in refusal.value.errors["valid_from"]
    with open_books(shop.trade.actor) as books:
        on = [assembly.bom_on(books, shop.items["Hamper"], day) for day in (date(2026, 3, 31), APRIL, LATER)]
        assert [one and one.row.id for one in on] == [None, first, second]
        changed = shop.draft("Hamper", {"Soap": 5, "Comb": (1, 5, 0)}, on=LATER, id=second, version=1)
        for _again in range(2):
            assembly.save_bom(books, changed)
        found = assembly.bom(books, second)
        assert (found.row.version, [(line.name, line.qty, line.wastage_bp) for line in found.lines]) == (
            2,
            [("Soap", 5000, 0), ("Comb", 1000, 500)],
        )
        with pytest.raises(Conflict, match="changed meanwhile"):
            assembly.save_bom(books, shop.draft("Hamper", {"Soap": 6}, on=LATER, id=second, version=1))
        assembly.end_bom(books, second)
        assembly.end_bom(books, second)
        now = assembly.bom_on(books, shop.items["Hamper"], LATER)
        assert now is not None
        assert now.row.id == first
    with open_books(iyer.actor) as books:
        with pytest.raises(NotFound):
            assembly.bom(books, first)
        with pytest.raises(NotFound):
            assembly.save_bom(books, shop.draft("Hamper", {"Soap": 1}))
        with pytest.raises(NotFound):
            assembly.fill(books, first, Qty(1000), TODAY)


@pytest.mark.parametrize(
    ("parts", "makes", "field"),
    [
        ({}, 1, "lines"),
        ({"Soap": 0}, 1, "qty_1"),
        ({"Soap": -1}, 1, "qty_1"),
        ({"Soap": (1, 101, 0)}, 1, "wastage_1"),
        ({"Soap": (1, -1, 0)}, 1, "wastage_1"),
        ({"Soap": (1, 0, -1)}, 1, "share_1"),
        ({"Soap": 1}, 0, "output_qty"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(shop: Workshop, parts: dict[str, Any], makes: float, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        shop.bom("Hamper", parts, makes=makes)
    assert list(refusal.value.errors) == [field]


def test_filled_with_wastage_and_to_the_last_part(shop: Workshop) -> None:
    pair = shop.bom("Pair", {"Soap": 1, "Comb": (2, 10, 0)})
    hamper = shop.bom("Hamper", {"Pair": 3, "Soap": 1, "Ribbon": (0.5, 0, 0)}, makes=2)
    with open_books(shop.trade.actor) as books:
        found = assembly.fill(books, hamper, Qty(4000), TODAY)
        assert [(row.name, row.qty) for row in found.used] == [("Pair", 6000), ("Soap", 2000), ("Ribbon", 1000)]
        deep = assembly.fill(books, hamper, Qty(4000), TODAY, explodes=True)
        assert {row.name: row.qty for row in deep.used} == {"Soap": 8000, "Comb": 13200, "Ribbon": 1000}
        apart = assembly.fill(books, pair, Qty(1000), TODAY, takes_apart=True)
        assert ([(row.name, row.qty) for row in apart.made], apart.kind, apart.share_by) == (
            [("Soap", 1000), ("Comb", 2000)],
            "disassembly",
            "value",
        )
        for qty in (0, -1):
            with pytest.raises(InvalidInput):
                assembly.fill(books, pair, Qty(qty), TODAY)


@given(st.integers(1, 10**9), st.integers(0, 10_000), st.integers(1, 10**6), st.integers(1, 10**6))
def test_what_is_needed_is_the_nearest_thousandth(qty: int, wastage: int, makes: int, wanted: int) -> None:
    found = needed(qty, wastage, makes, wanted)
    assert abs(found * makes * 10_000 - qty * wanted * (10_000 + wastage)) * 2 <= makes * 10_000
