"""An account month by month, alone or beside the period before or the same months a year before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.reports import books_of_account
from webapp.reports.books_of_account import NIL, AccountHead, Figures


@dataclass(frozen=True, slots=True)
class Month:
    """A month of an account, or what of it the period has, and what it moved; opening and closing by the year rule."""

    span: Period
    figures: Figures


@dataclass(frozen=True, slots=True)
class Pair:
    """A month, and the one it is held against; either may be lacking where the periods are not of one length."""

    own: Month | None
    other: Month | None

    @property
    def change(self) -> int:
        """What the account moved more than in the other: signed paise."""
        own, other = ((one.figures if one else NIL) for one in (self.own, self.other))
        return (own.debit - own.credit) - (other.debit - other.credit)


@dataclass(frozen=True, slots=True)
class Compared:
    """An account month by month over `periods`: the one asked for, and the one beside it (none: months alone)."""

    periods: tuple[Period, ...]
    rows: tuple[Pair, ...]

    @property
    def is_beside(self) -> bool:
        return len(self.periods) > 1

    def whole(self, *, other: bool = False) -> Figures:
        """All months of a column together: where it began, what it moved."""
        found = [one for one in ((row.other if other else row.own) for row in self.rows) if one]
        if not found:
            return NIL
        debit, credit = sum(one.figures.debit for one in found), sum(one.figures.credit for one in found)
        return Figures(found[0].figures.opening, debit, credit)

    def closing(self, *, other: bool = False) -> int:
        """Where a column ended, by the year rule of its last month."""
        found = [one for one in ((row.other if other else row.own) for row in self.rows) if one]
        return found[-1].figures.closing if found else 0

    @property
    def turns_a_year(self) -> bool:
        """Whether a 1 April lies inside one of the periods: income and expenses begin anew there."""
        return any(FinancialYear.of(one.first_day) != FinancialYear.of(one.last_day) for one in self.periods)


def compared(books: Books, head: AccountHead, period: Period, how: str) -> Compared:
    """The months of a period ("months"), beside those of the one before ("previous") or of a year before ("last-year").

    Whole months come from what is kept; each month that a period cuts costs a statement. TooManyMonths beyond 24.
    """
    spans = (period,) if how == "months" else periods.columns(period, how)
    own, other = (_months(books, head, one) for one in (spans if len(spans) > 1 else (period, None)))
    return Compared(spans, tuple(Pair(*pair) for pair in zip_longest(own, other)))


def _months(books: Books, head: AccountHead, period: Period | None) -> Sequence[Month]:
    spans = periods.months_of(period) if period else ()
    return [Month(one, books_of_account.figures_of(books, head, one)) for one in spans]
