"""What must hold for every bill, whatever is on it; and the figures once more, worked by fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import assume, currently_in_test_context, given
from hypothesis import strategies as st

from tests.tax.strategies import bills
from tests.vectors.calls import run
from webapp.kernel.money import split
from webapp.tax.rules import discount_from_bp

# Places of a line's answer, as tests/vectors/README.md has them.
GROSS, DISCOUNT, BILL_DISCOUNT, TAXABLE, CGST, SGST, IGST, CESS, TOTAL = range(9)
TAMED = bills(wild=False)


def half_away(value: Fraction) -> int:
    """The rule of rounding, by another road."""
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def worked(case: dict[str, Any]) -> dict[str, Any]:
    said = run(case)
    if currently_in_test_context():
        assume("gives" in said)  # a bill too large for the books is refused; other tests look at the refusals
    answer: dict[str, Any] = said["gives"]
    return answer


@given(TAMED)
def test_the_parts_add_up_to_the_total(case: dict[str, Any]) -> None:
    answer = worked(case)
    for line in answer["lines"]:
        assert line[TOTAL] == sum(line[TAXABLE : CESS + 1])
        assert all(figure >= 0 for figure in line)
    gross, discount, taxable, cgst, sgst, igst, cess, round_off, total = answer["bill"]
    assert total == taxable + cgst + sgst + igst + cess + round_off
    assert gross == sum(line[GROSS] for line in answer["lines"])
    assert discount == sum(line[DISCOUNT] + line[BILL_DISCOUNT] for line in answer["lines"])
    for place, figure in ((TAXABLE, taxable), (CGST, cgst), (SGST, sgst), (IGST, igst), (CESS, cess)):
        assert figure == sum(line[place] for line in answer["lines"])


@given(TAMED)
def test_halves_are_equal_and_heads_do_not_mix(case: dict[str, Any]) -> None:
    scheme, supply, _, _ = case["with"][1]
    for line in worked(case)["lines"]:
        assert line[CGST] == line[SGST]
        if scheme != "regular" or supply == "zero_rated":
            assert line[CGST : CESS + 1] == [0, 0, 0, 0]
        assert line[IGST] == 0 if supply == "intra" else line[CGST] == 0


@given(TAMED)
def test_a_price_with_tax_is_paid_exactly(case: dict[str, Any]) -> None:
    scheme, supply, _, _ = case["with"][1]
    for line, answer in zip(case["with"][0], worked(case)["lines"], strict=True):
        left = answer[GROSS] - answer[DISCOUNT] - answer[BILL_DISCOUNT]
        if scheme != "regular" or (line[2] == "incl" and supply != "zero_rated"):
            assert answer[TOTAL] == left
        elif line[2] == "plus":
            assert answer[TAXABLE] == left


@given(TAMED)
def test_the_bill_discount_is_shared_out_whole(case: dict[str, Any]) -> None:
    answer = worked(case)
    assert sum(line[BILL_DISCOUNT] for line in answer["lines"]) == case["with"][1][2]
    assert all(line[BILL_DISCOUNT] <= line[GROSS] - line[DISCOUNT] for line in answer["lines"])


@given(TAMED)
def test_the_round_off_is_half_a_rupee_at_most_and_only_where_the_shop_rounds(case: dict[str, Any]) -> None:
    *_, round_off, total = worked(case)["bill"]
    if case["with"][1][3] == "rounds":
        assert total % 100 == 0
        assert -50 < round_off <= 50
    else:
        assert round_off == 0


@given(TAMED)
def test_the_figures_by_fractions(case: dict[str, Any]) -> None:
    scheme, supply, _, _ = case["with"][1]
    for (qty, price, tax, discount, rate, cess_rate), answer in zip(case["with"][0], worked(case)["lines"], strict=True):
        assert answer[GROSS] == half_away(Fraction(qty, 1000) * Fraction(price, 1000))
        left = answer[GROSS] - discount - answer[BILL_DISCOUNT]
        part, cess_part = Fraction(rate, 10_000), Fraction(cess_rate, 10_000)
        base = left / (1 + part + cess_part) if tax == "incl" else Fraction(left)
        if scheme != "regular":
            assert answer[TAXABLE] == left
        elif supply == "intra":
            assert answer[CGST] == half_away(base * part / 2)
            assert answer[CESS] == half_away(base * cess_part)
        elif supply == "inter":
            assert answer[IGST] == half_away(base * part)
            assert answer[CESS] == half_away(base * cess_part)
        # Three roundings of half a paisa each at most lie between the exact base and the taxable value.
        if scheme == "regular":
            assert abs(answer[TAXABLE] - base) <= Fraction(3, 2)


@given(TAMED, st.randoms())
def test_the_order_of_lines_does_not_change_the_bill_without_a_bill_discount(case: dict[str, Any], dice: Any) -> None:
    lines, terms = case["with"]
    plain = [terms[0], terms[1], 0, terms[3]]
    shuffled = lines[:]
    dice.shuffle(shuffled)
    first = worked({"call": "work_out", "with": [lines, plain]})
    second = worked({"call": "work_out", "with": [shuffled, plain]})
    assert first["bill"] == second["bill"]
    assert sorted(first["lines"]) == sorted(second["lines"])


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40), st.integers(0, 10**12))
def test_shares_add_up_and_are_fair_to_a_paisa(weights: list[int], total: int) -> None:
    whole = sum(weights)
    shares = split(total if whole else 0, weights)
    assert sum(shares) == (total if whole else 0)
    assert split(-total if whole else 0, weights) == [-share for share in shares]
    assert all(abs(share * whole - total * weight) < whole for share, weight in zip(shares, weights, strict=True) if whole)


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_percentage_discount_and_what_is_left_are_the_whole(amount: int, rate: int) -> None:
    discount = discount_from_bp(amount, rate)
    assert 0 <= discount <= amount
    assert discount == half_away(Fraction(amount * rate, 10_000))


def test_no_tiny_price_with_tax_leaves_less_than_nothing() -> None:
    """The taxes of a price with tax are rounded up at times; the base they leave is never below nought."""
    for paise in range(12):
        for rate in range(0, 10_001, 250):
            for cess in range(0, 30_001, 500):
                for supply in ("intra", "inter"):
                    terms = ["regular", supply, 0, "exact"]
                    answer = worked({"call": "work_out", "with": [[[1000, paise * 1000, "incl", 0, rate, cess]], terms]})
                    assert answer["bill"][2] >= 0


def test_a_bill_of_ten_thousand_lines_is_worked_out() -> None:
    lines = [[1000 + number, 999_999, "incl", 0, 1800, 0] for number in range(10_000)]
    answer = worked({"call": "work_out", "with": [lines, ["regular", "intra", 12_345, "rounds"]]})
    assert sum(line[BILL_DISCOUNT] for line in answer["lines"]) == 12_345
