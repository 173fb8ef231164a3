"""Boxes, strips and tablets: a quantity in packs is exact in the base unit, or refused with the figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assembly.making import Workshop
from tests.sales.test_office import form
from webapp import sales
from webapp.catalogue import Pack
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MOST_QTY, Qty, in_base_units, plain_decimal
from webapp.platform.tenancy import open_books

quantities = st.one_of(st.integers(-(10**6), 10**6), st.integers(-MOST_QTY, MOST_QTY))
factors = st.one_of(st.integers(1, 10**6), st.integers(1, MOST_QTY), st.sampled_from([1, 250, 500, 1000, 10_000, 12_000, 30_000]))


@given(quantities, factors)
def test_no_conversion_loses_a_thousandth(typed: int, factor: int) -> None:
    """What is accepted is exact and comes back as it was typed; what is refused would lose something, or is too large."""
    is_lost = typed * factor % 1000 != 0
    if is_lost or typed * factor > MOST_QTY * 1000:
        with pytest.raises(ValueError, match=r"cannot be counted|larger than the books") as refusal:
            in_base_units(typed, factor, "STRIP", "TBS")
        assert str(refusal.value).startswith(f"{plain_decimal(typed, 3)} STRIP of {plain_decimal(factor, 3)} TBS cannot") == is_lost
    else:
        base = in_base_units(typed, factor, "STRIP", "TBS")
        assert base * 1000 == typed * factor
        assert base * 1000 // factor == typed


@given(st.integers(1, 100), st.integers(1, 100), st.integers(1, 100))
def test_boxes_of_strips_of_tablets_are_tablets(boxes: int, strips: int, tablets: int) -> None:
    in_strips = in_base_units(boxes * 1000, strips * 1000, "BOX", "STRIP")
    assert in_base_units(in_strips, tablets * 1000, "STRIP", "TBS") == in_base_units(boxes * 1000, strips * tablets * 1000, "BOX", "TBS")


@pytest.mark.parametrize(
    ("qty", "words"),
    [
        ("0.001", "0.001 BOX of 22.5 TBS cannot be counted to a thousandth. Type the quantity in TBS."),
        ("999999", "This is larger than the books can hold. Check the figure."),
    ],
)
def test_the_office_sheet_says_so_beside_the_quantity(workshop: Workshop, qty: str, words: str) -> None:
    workshop.trade.item("Paracetamol", 1, unit="TBS", packs=(Pack("BOX", Qty(22_500)),))
    typed = sales.read_sheet(form(("Paracetamol", qty, "BOX"), pay="cash"))
    with open_books(workshop.trade.actor) as books, pytest.raises(InvalidInput) as refusal:
        sales.understand(books, typed).required()
    assert refusal.value.errors == {"qty-1": words}
