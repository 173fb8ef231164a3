"""The day book month by month: how many vouchers, and their debits; alone or beside another period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from sqlalchemy import case, extract, func, select

from webapp.kernel import periods
from webapp.kernel.dates import Period, month_of
from webapp.kernel.records import dataclass
from webapp.ledger.models import AccountBalance, JournalLine, Voucher
from webapp.platform.tenancy import Books
from webapp.reports import registers
from webapp.reports.registers import Wanted


@dataclass(frozen=True, slots=True)
class BookMonth:
    """A month of the day book, or what of it the period has: vouchers, and their debits in paise, cost of goods included."""

    span: Period
    vouchers: int
    debits: int


@dataclass(frozen=True, slots=True)
class BookMonths:
    """The months of the period asked for, and of the one beside it (none: months alone), paired by their place."""

    periods: tuple[Period, ...]
    rows: tuple[tuple[BookMonth | None, BookMonth | None], ...]

    @property
    def is_beside(self) -> bool:
        return len(self.periods) > 1

    def totals(self, column: int) -> tuple[int, int]:
        """Vouchers and debits of a column."""
        found = [one for one in (row[column] for row in self.rows) if one]
        return sum(one.vouchers for one in found), sum(one.debits for one in found)


def book_months(books: Books, wanted: Wanted, how: str) -> BookMonths:
    """The months of what the day book shows ("months"), beside the period before ("previous") or a year before ("last-year").

    Where all vouchers are asked for, debits come from the kept totals; else from the lines of those that match.
    TooManyMonths beyond 24.
    """
    spans = (wanted.period,) if how == "months" else periods.columns(wanted.period, how)
    own, *others = (_months(books, replace(wanted, period=one)) for one in spans)
    return BookMonths(spans, tuple(zip_longest(own, others[0] if others else ())))


def _months(books: Books, wanted: Wanted) -> list[BookMonth]:
    month = _month(Voucher.voucher_date)
    conditions = registers.conditions(books, wanted, wanted.period)
    counts = _by_month(books, select(month, func.count()).where(*conditions).group_by(month))
    if wanted.is_everything:
        return [BookMonth(one, counts.get(month_of(one.first_day), 0), debits) for one, debits in _kept(books, wanted)]
    amount = JournalLine.amount_paise
    lines = (
        select(month, func.sum(case((amount > 0, amount), else_=0)))
        .join(JournalLine, (JournalLine.company_id == Voucher.company_id) & (JournalLine.voucher_id == Voucher.id))
        .where(*conditions)
        .group_by(month)
    )
    debits = _by_month(books, lines)
    keys = ((one, month_of(one.first_day)) for one in periods.months_of(wanted.period))
    return [BookMonth(one, counts.get(key, 0), debits.get(key, 0)) for one, key in keys]


def _kept(books: Books, wanted: Wanted) -> list[tuple[Period, int]]:
    """Debits of each month: whole ones as they are kept, a month that the period cuts from its days."""
    spans = periods.months_of(wanted.period)
    query = select(AccountBalance.month, func.sum(AccountBalance.debit_paise)).group_by(AccountBalance.month)
    query = query.where(AccountBalance.month.between(month_of(spans[0].first_day), month_of(spans[-1].last_day)))
    if wanted.store_id is not None:
        query = query.where(AccountBalance.store_id == wanted.store_id)
    kept = _by_month(books, query)
    return [
        (one, kept.get(month_of(one.first_day), 0) if periods.is_whole_month(one) else registers.debits(books, one, wanted.store_id))
        for one in spans
    ]


def _by_month(books: Books, query: Any) -> Mapping[int, int]:
    return {int(month): int(figure) for month, figure in books.session.execute(query)}


def _month(day: Any) -> Any:
    return extract("year", day) * 100 + extract("month", day)
