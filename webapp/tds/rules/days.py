"""When tax is deposited and told, and what lateness costs. Pure.

Rule 30 (218 of the rules of 2026): deposited by the 7th of the next month, of March by 30 April; what is collected by the 7th always
(Rule 37CA). Rule 31A (219): told by 31 July, 31 October, 31 January, 31 May; what is collected by the 15th of July, October,
January and May. Interest: section 201(1A), 1 % a month or part of one until it is deducted and 1.5 % until it is deposited; 206C(7)
1 %. Rule 119A: interest is of whole hundreds of rupees. A month counts once it is touched, as the department counts. Late fee:
section 234E, ₹200 a day, never more than the tax.
"""

from __future__ import annotations

from datetime import date, timedelta

from webapp.kernel.dates import FinancialYear
from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass

LATE_DEDUCTION_BP, LATE_DEPOSIT_BP, LATE_COLLECTION_BP = 100, 150, 100
FEE_A_DAY = 200_00


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a financial year (from April 2026: of a tax year), 1 to 4."""

    start_year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(FinancialYear.of(day).start_year, (day.month - 4) % 12 // 3 + 1)

    @property
    def first_day(self) -> date:
        return date(self.start_year + (self.number == 4), (4, 7, 10, 1)[self.number - 1], 1)

    @property
    def last_day(self) -> date:
        after = Quarter(self.start_year + (self.number == 4), self.number % 4 + 1)
        return after.first_day - timedelta(days=1)

    @property
    def is_under_2025(self) -> bool:
        return self.start_year >= 2026

    def __str__(self) -> str:
        return f"Q{self.number} {FinancialYear(self.start_year)}"


def deposit_due(day: date, *, is_collected: bool = False) -> date:
    """The last day to deposit what was deducted (or collected) on a day."""
    if day.month == 3 and not is_collected:
        return date(day.year, 4, 30)
    return date(day.year + day.month // 12, day.month % 12 + 1, 7)


def statement_due(quarter: Quarter, *, is_collected: bool = False) -> date:
    """The last day to tell of a quarter."""
    year = quarter.start_year + (quarter.number > 2)
    if is_collected:
        return date(year, (7, 10, 1, 5)[quarter.number - 1], 15)
    month, last = ((7, 31), (10, 31), (1, 31), (5, 31))[quarter.number - 1]
    return date(year, month, last)


def interest(amount: int, due_on: date, deducted_on: date, paid_on: date, *, is_collected: bool = False) -> Paise:
    """Interest on tax that was deductible on `due_on`, deducted on `deducted_on` and deposited on `paid_on`, in paise, to the rupee."""
    of = amount // 100_00 * 100_00
    total = 0
    if deducted_on > due_on:
        total += of * (LATE_COLLECTION_BP if is_collected else LATE_DEDUCTION_BP) * _months(due_on, deducted_on)
    if paid_on > deposit_due(deducted_on, is_collected=is_collected):
        total += of * (LATE_COLLECTION_BP if is_collected else LATE_DEPOSIT_BP) * _months(deducted_on, paid_on)
    return Paise(total // 10_000 // 100 * 100)


def late_fee(quarter: Quarter, told_on: date, tax: int, *, is_collected: bool = False) -> Paise:
    """The fee for telling of a quarter on a day, in paise."""
    late = (told_on - statement_due(quarter, is_collected=is_collected)).days
    return Paise(min(max(late, 0) * FEE_A_DAY, max(tax, 0)))


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1
