"""Spans of days as accountants choose them, and the columns that stand beside a period for comparison."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import BooksError

PRESETS = ("year", "last-year", "quarter", "last-quarter", "month", "last-month")
COMPARISONS = ("previous", "last-year", "months")
MOST_MONTHS = 24


class TooManyMonths(BooksError):
    """More months side by side than anybody reads."""

    def __init__(self) -> None:
        super().__init__(
            problem=f"Side by side, {MOST_MONTHS} months is the most that can be read.",
            fix="Choose fewer months, or compare with the same period of last year.",
        )


def preset(name: str, today: date) -> Period:
    """The span a word of PRESETS means on this day: what still runs ends today, what is over ends with its last day."""
    year = FinancialYear.of(today)
    month = today.replace(day=1)
    quarter = month_after(year.first_day, _months_between(year.first_day, month) // 3 * 3)
    if name == "last-year":
        before = FinancialYear(year.start_year - 1)
        return Period(before.first_day, before.last_day)
    if name in ("quarter", "last-quarter"):
        return Period(quarter, today) if name == "quarter" else Period(month_after(quarter, -3), quarter - timedelta(days=1))
    if name in ("month", "last-month"):
        return Period(month, today) if name == "month" else Period(month_after(month, -1), month - timedelta(days=1))
    return Period(year.first_day, today)


def columns(period: Period, comparison: str) -> tuple[Period, ...]:
    """The period, and beside it what it is compared with. Months run left to right and are followed by the whole.

    TooManyMonths beyond MOST_MONTHS.
    """
    if comparison == "previous":
        return (period, previous(period))
    if comparison == "last-year":
        return (period, a_year_before(period))
    if comparison == "months":
        return (*months_of(period), period)
    return (period,)


def previous(period: Period) -> Period:
    """The span of the same length just before: as many months, when it is whole months, else as many days."""
    return _moved(period, -1)


def following(period: Period) -> Period:
    """The span of the same length just after."""
    return _moved(period, 1)


def a_year_before(period: Period) -> Period:
    """The same days of the year before; a month's end stays one."""
    return Period(month_after(period.first_day, -12), _day_months_after(period.last_day, -12))


def months_of(period: Period) -> tuple[Period, ...]:
    """The calendar months of a period, the first and the last cut where it begins and ends."""
    found, first = [], period.first_day
    while first <= period.last_day:
        following_month = month_after(first.replace(day=1), 1)
        found.append(Period(first, min(period.last_day, following_month - timedelta(days=1))))
        first = following_month
        if len(found) > MOST_MONTHS:
            raise TooManyMonths
    return tuple(found)


def is_whole_month(period: Period) -> bool:
    """Whether a period is one calendar month, from its first day to its last."""
    return period.first_day.day == 1 and period.last_day == _month_end(period.first_day)


def month_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the month's last when it is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_since(day: date, months: int) -> int:
    """How many days lie between a day and the same day so many months before: an age in months, counted in days."""
    return (day - month_after(day, -months)).days


def _day_months_after(day: date, months: int) -> date:
    moved = month_after(day, months)
    return _month_end(moved) if day == _month_end(day) else moved


def _moved(period: Period, steps: int) -> Period:
    first, last = period.first_day, period.last_day
    if first.day == 1:
        # A period that still runs is compared with the same days of the span before: 1 to 20 November with 1 to 20 October.
        months = _span_in_months(first, _months_between(first, last.replace(day=1)) + 1)
        return Period(month_after(first, months * steps), _day_months_after(last, months * steps))
    days = timedelta(days=((last - first).days + 1) * steps)
    return Period(first + days, last + days)


def _span_in_months(first: date, months: int) -> int:
    """How far to step: a financial year or a quarter that still runs steps like a whole one."""
    if first.month == 4 and 3 < months < 12:
        return 12
    return 3 if first.month in (1, 4, 7, 10) and months == 2 else months


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
