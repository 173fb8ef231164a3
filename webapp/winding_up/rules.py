"""How long the law has the books of a business kept. Pure, and by law and date, so that a change of either is one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from webapp.kernel.dates import FinancialYear
from webapp.kernel.records import dataclass

TAKEN_BACK_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Law:
    """A rule that has books kept: which, since when, for companies alone or for everybody, and through which day those of a year."""

    source: str
    since: date
    of_companies: bool
    last_day: Callable[[FinancialYear], date]


def annual_return_due(year: FinancialYear) -> date:
    """CGST Act, section 44(1), with rule 80(1): 31 December after the year."""
    return date(year.start_year + 1, 12, 31)


def _seventy_two_months(year: FinancialYear) -> date:
    due = annual_return_due(year)
    return due.replace(year=due.year + 6)


def _eight_years(year: FinancialYear) -> date:
    # "Not less than eight financial years immediately preceding a financial year": a year is one of those until the eighth after it ends.
    return date(year.last_day.year + 8, 3, 31)


# CGST Act 2017, section 36: until seventy-two months have passed from the due date of the annual return of the year. It binds whoever is
# registered; of others the books are kept as long, for the income tax officer may ask for them and no rule names a time for a shop.
# Companies Act 2013, section 128(5): the books of not less than eight financial years.
LAWS = (
    Law("CGST Act 2017, section 36", date(2017, 7, 1), of_companies=False, last_day=_seventy_two_months),
    Law("Companies Act 2013, section 128(5)", date(2014, 4, 1), of_companies=True, last_day=_eight_years),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Through which day books are kept, and by which rule; no rule where there are no books."""

    until: date
    source: str


def is_company(gstins: frozenset[str]) -> bool:
    """Whether a registration is a company's: the fourth sign of its PAN, the sixth of the GSTIN, is C (Income-tax Department)."""
    return any(len(gstin) == 15 and gstin[5] == "C" for gstin in gstins)


def kept(last_entry: date | None, closed_on: date, *, of_company: bool) -> Kept:
    """How long the books of a business are kept that is closed on a day; `last_entry` is the day of its last voucher, None for books
    that have none, which no law has kept. The later of what applies."""
    if last_entry is None:
        return Kept(closed_on, "")
    year = FinancialYear.of(max(last_entry, closed_on))
    applying = [law for law in LAWS if law.since <= closed_on and (of_company or not law.of_companies)]
    return max((Kept(law.last_day(year), law.source) for law in applying), key=lambda one: one.until)
