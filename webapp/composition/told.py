"""CMP-08 and GSTR-4 as values. All money in paise. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from webapp.composition.facts import DAYS_OF_YEAR, INTEREST_BP, Rate, quarter_due
from webapp.gst_returns import ReturnPeriod, Taxes
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass

NOTHING = Taxes()
TABLES = ("4A", "4B", "4C", "4D")


class Turnover(NamedTuple):
    """What was sold, less what came back, by what the law calls it. Services are in the others too."""

    taxable: int = 0
    nil: int = 0
    exempt: int = 0
    non_gst: int = 0
    services: int = 0

    @property
    def total(self) -> int:
        """Turnover in the State, exempt supplies in it: CGST Act s.2(112)."""
        return self.taxable + self.nil + self.exempt + self.non_gst

    def plus(self, more: Turnover) -> Turnover:
        return Turnover(*(own + other for own, other in zip(self, more, strict=True)))


class Inward(NamedTuple):
    """Purchases of one supplier, place and rate: `table` of GSTR-4, or "" for goods from abroad, which no table of it takes."""

    table: str
    ctin: str
    name: str
    place: str
    is_inter: bool
    is_reverse_charge: bool
    rate_bp: int
    taxes: Taxes


class Credit(NamedTuple):
    """Table 7: tax deducted (tds) or collected (tcs) by one who has a GSTIN for it; `gross` is the value it was of."""

    id: UUID
    kind: str
    ctin: str
    gross: int
    igst: int
    cgst: int
    sgst: int


@dataclass(frozen=True, slots=True)
class Cmp08:
    """The statement of a quarter. `rate` is None while nobody has said what kind of dealer it is; then no tax is worked out.

    `outward` has the whole turnover as its value; `inward` is what we owe tax on under reverse charge; `interest` is for paying on
    `paid_on`, after the day it was due.
    """

    gstin: str
    period: ReturnPeriod
    rate: Rate | None
    turnover: Turnover
    outward: Taxes
    inward: Taxes
    interest: Taxes = NOTHING
    paid_on: date | None = None

    @property
    def due(self) -> Taxes:
        """Row 3: tax payable, without interest."""
        return self.outward.plus(self.inward)._replace(taxable=0)

    @property
    def is_nil(self) -> bool:
        return not any((*self.turnover, *self.outward, *self.inward, *self.interest))


class RateRow(NamedTuple):
    """Table 6: what was sold, or bought under reverse charge, at one rate."""

    is_inward: bool
    rate_bp: int
    taxes: Taxes


class FiledQuarter(NamedTuple):
    """Table 5: a quarter as its CMP-08 was filed (None: it was not), and as the books tell it."""

    books: Cmp08
    filed: Cmp08 | None
    filed_on: date | None


@dataclass(frozen=True, slots=True)
class Gstr4:
    """The return of a year."""

    gstin: str
    period: ReturnPeriod
    inward: tuple[Inward, ...]
    quarters: tuple[FiledQuarter, ...]
    credits: tuple[Credit, ...]

    @property
    def turnover(self) -> Turnover:
        found = Turnover()
        for one in self.quarters:
            found = found.plus(one.books.turnover)
        return found

    @property
    def rates(self) -> tuple[RateRow, ...]:
        """Table 6. The tax on what was sold is that of its quarters, so that the year is their sum to the paisa."""
        found: dict[tuple[bool, int], Taxes] = {}
        for one in self.quarters:
            rate = one.books.rate
            if rate is not None:
                key = (False, 2 * rate.half_bp)
                found[key] = found.get(key, NOTHING).plus(one.books.outward)
        for row in self.inward:
            if row.is_reverse_charge:
                key = (True, row.rate_bp)
                found[key] = found.get(key, NOTHING).plus(row.taxes)
        return tuple(RateRow(is_inward, rate_bp, taxes) for (is_inward, rate_bp), taxes in sorted(found.items()) if any(taxes))

    @property
    def due(self) -> Taxes:
        """Table 8: tax payable of the year."""
        return total(row.taxes for row in self.rates)._replace(taxable=0)

    @property
    def paid(self) -> Taxes:
        """Table 8: tax that the CMP-08s of the year paid."""
        return total(one.filed.due for one in self.quarters if one.filed)

    @property
    def interest(self) -> Taxes:
        return total(one.filed.interest for one in self.quarters if one.filed)

    @property
    def is_nil(self) -> bool:
        return not self.inward and not self.credits and all(one.books.is_nil for one in self.quarters)


def total(some: Iterable[Taxes]) -> Taxes:
    found = NOTHING
    for one in some:
        found = found.plus(one)
    return found


def tax_on(turnover: Turnover, rate: Rate | None) -> Taxes:
    """The whole turnover as value, and half the rate of what it is due on as CGST, as much again as SGST. Where more came back than was
    sold it is less than nothing, and lowers the year."""
    if rate is None:
        return Taxes(turnover.total)
    half = rounded((turnover.taxable if rate.is_of_taxable else turnover.total) * rate.half_bp, 10_000)
    return Taxes(turnover.total, half, half)


def interest_on(due: Taxes, period: ReturnPeriod, paid_on: date) -> Taxes:
    """CGST Act s.50(1): of each head from the day after it was due to the day it is paid. None on what is less than nothing."""
    late = max((paid_on - quarter_due(period.days.last_day)).days, 0)
    shares = [rounded(max(amount, 0) * INTEREST_BP * late, 10_000 * DAYS_OF_YEAR) for amount in due[1:]]
    return Taxes(0, *shares)


def inward_of(rows: Sequence[Inward], table: str) -> Taxes:
    """What a part of table 4 adds up to."""
    return total(row.taxes for row in rows if row.table == table)
