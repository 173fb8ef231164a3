"""Input tax as values, and what the law makes of it. All money in paise. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID


class Tax(NamedTuple):
    """Tax by head, in the order of the return."""

    igst: int = 0
    cgst: int = 0
    sgst: int = 0
    cess: int = 0

    @property
    def total(self) -> int:
        return sum(self)

    def __add__(self, more: object) -> Tax:
        if not isinstance(more, Tax):
            return NotImplemented
        return Tax(*(own + other for own, other in zip(self, more, strict=True)))

    def __sub__(self, less: Tax) -> Tax:
        return Tax(*(own - other for own, other in zip(self, less, strict=True)))


NOTHING = Tax()


class CellRow(NamedTuple):
    """A paper behind a figure: `source` and `id` lead to its screen; `taxable` is its value where it has one."""

    source: str
    id: UUID
    number: str
    day: date
    name: str
    taxable: int
    tax: Tax


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the return with the papers behind it."""

    rows: tuple[CellRow, ...] = ()

    @property
    def tax(self) -> Tax:
        return sum((row.tax for row in self.rows), NOTHING)

    @property
    def taxable(self) -> int:
        return sum(row.taxable for row in self.rows)


@dataclass(frozen=True, slots=True)
class Table4:
    """GSTR-3B table 4 of a registration and a month. 4A: the first five; 4B(1) `rules`, 4B(2) `temporary`; 4D(1) `reclaimed` (it is in
    4A(5) too); 4D(2) `ineligible` (s.16(4), place of supply: in no other figure)."""

    import_goods: Cell = Cell()
    import_services: Cell = Cell()
    reverse_charge: Cell = Cell()
    isd: Cell = Cell()
    other: Cell = Cell()
    rules: Cell = Cell()
    temporary: Cell = Cell()
    reclaimed: Cell = Cell()
    ineligible: Cell = Cell()

    @property
    def available(self) -> Tax:
        """4A."""
        return self.import_goods.tax + self.import_services.tax + self.reverse_charge.tax + self.isd.tax + self.other.tax

    @property
    def net(self) -> Tax:
        """4C: 4A less 4B, which is what the input tax accounts moved in the month but for what was used."""
        return self.available - self.rules.tax - self.temporary.tax


@dataclass(frozen=True, slots=True)
class Table5:
    """GSTR-3B table 5: values of inward supplies from composition dealers, exempt and nil-rated, and outside GST."""

    inter_exempt: Cell = Cell()
    intra_exempt: Cell = Cell()
    inter_non_gst: Cell = Cell()
    intra_non_gst: Cell = Cell()
