"""GSTR-3B as values: each figure with the rows that add up to it. All money in paise. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from webapp.gst_returns import ReturnPeriod
from webapp.input_tax import Tax
from webapp.kernel.records import dataclass

NOTHING = Tax()
# The figures of a return by the word that an address names them with, in the order of the form.
OUTWARD = ("osup_det", "osup_zero", "osup_nil_exmp", "isup_rev", "osup_nongst")  # 3.1(a) to (e)
OPERATORS = ("eco_sup", "eco_reg_sup")  # 3.1.1
INTER_STATE = ("unreg_details", "comp_details", "uin_details")  # 3.2
AVAILABLE = ("IMPG", "IMPS", "ISRC", "ISD", "OTH")  # 4A
REVERSED = ("rev_RUL", "rev_OTH")  # 4B
INELIGIBLE = ("inelg_RUL", "inelg_OTH")  # 4D
INWARD = ("gst_inter", "gst_intra", "nongst_inter", "nongst_intra")  # 5
CELLS = (*OUTWARD, *OPERATORS, *INTER_STATE, *AVAILABLE, *REVERSED, *INELIGIBLE, *INWARD)
# The form's cells that hold nothing, by the heads they lack: exports bear no CGST, imports none, values alone no tax.
VALUE_ONLY = frozenset(("osup_nil_exmp", "osup_nongst", "eco_reg_sup", *INWARD))


class Row(NamedTuple):
    """What a figure is made of: a document, or a row that GSTR-1 told in a sum. `source` and `id` lead to it, `place` is a state."""

    section: str
    number: str
    who: str
    day: date | None
    value: int
    tax: Tax
    place: str = ""
    source: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Value and tax of a cell."""

    rows: tuple[Row, ...] = ()

    @property
    def value(self) -> int:
        return sum(row.value for row in self.rows)

    @property
    def tax(self) -> Tax:
        return sum((row.tax for row in self.rows), NOTHING)

    def by_place(self) -> dict[str, Figure]:
        """The same, by place of supply."""
        places = sorted({row.place for row in self.rows})
        return {place: Figure(tuple(row for row in self.rows if row.place == place)) for place in places}


@dataclass(frozen=True, slots=True)
class Gstr3b:
    """A whole return before it is paid. `figures` holds every word of CELLS; `interest` and `fee` are table 5.1: what the return before
    came to for being late. `is_told`: GSTR-1 of the period is filed, and 3.1 is what that filing told; `since` is by how much the books
    tell another output tax now."""

    gstin: str
    state_code: str
    period: ReturnPeriod
    due_on: date
    is_told: bool
    figures: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    interest: Tax = NOTHING
    fee: Tax = NOTHING
    since: Tax = NOTHING
    told_credit: Mapping[str, Tax] | None = None  # 4A by GSTR-2B, where one was imported

    def of(self, cell: str) -> Figure:
        return self.figures.get(cell, Figure())

    @property
    def output(self) -> Tax:
        """What is owed on what was sold: 3.1(a) and (b). Credit pays it."""
        return self.of("osup_det").tax + self.of("osup_zero").tax

    @property
    def as_operator(self) -> Tax:
        """3.1.1(i): what we owe on what others sold through us. It is paid in cash, beside reverse charge."""
        return self.of("eco_sup").tax

    @property
    def reverse(self) -> Tax:
        """3.1(d), paid in cash."""
        return self.of("isup_rev").tax

    @property
    def available(self) -> Tax:
        """4A."""
        return sum((self.of(cell).tax for cell in AVAILABLE), NOTHING)

    @property
    def net_credit(self) -> Tax:
        """4C: 4A less 4B."""
        return self.available - self.of("rev_RUL").tax - self.of("rev_OTH").tax

    @property
    def is_nil(self) -> bool:
        """Nothing in any cell: a return of nothing, which has a lower late fee."""
        return not any(self.of(cell).value or any(self.of(cell).tax) for cell in CELLS)
