"""Composite supplies are taxed as their principal, mixed ones as their dearest part (CGST Act s.8)."""

from __future__ import annotations

import pytest

from webapp.kernel.errors import BooksError
from webapp.kernel.money import BasisPoints
from webapp.tax.bundles import Part, taxed_as
from webapp.tax.kinds import Treatment


def part(rate: int, cess: int = 0, treatment: Treatment = Treatment.TAXABLE) -> Part:
    return Part(treatment, BasisPoints(rate * 100), BasisPoints(cess * 100))


@pytest.mark.parametrize(
    ("parts", "principal", "place"),
    [
        ((part(5), part(18)), 0, 0),  # goods with their packing and freight: the goods
        ((part(0, treatment=Treatment.EXEMPT), part(18)), 0, 0),  # schooling with a bus
        ((part(5), part(18), part(0)), None, 1),  # a hamper of sweets, drinks and fruit
        ((part(28, 12), part(40)), None, 0),  # of 28 and 12 of cess, and 40: the first of equals
        ((part(28), part(28, 12)), None, 1),
    ],
)
def test_which_part_says_how_the_whole_is_taxed(parts: tuple[Part, ...], principal: int | None, place: int) -> None:
    assert taxed_as(parts, principal) == place


@pytest.mark.parametrize(("parts", "principal"), [((), None), ((part(5),), None), ((part(5), part(18)), 2), ((part(5), part(18)), -1)])
def test_what_is_no_bundle_is_refused(parts: tuple[Part, ...], principal: int | None) -> None:
    with pytest.raises(BooksError):
        taxed_as(parts, principal)
