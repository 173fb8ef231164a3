"""Days in the books are Indian Standard Time; instants are UTC. The financial year runs April to March."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from webapp.kernel.records import dataclass

IST = timezone(timedelta(hours=5, minutes=30), "IST")


def ist_day(instant: datetime) -> date:
    """The day in India at a UTC instant."""
    return instant.astimezone(IST).date()


def month_of(day: date) -> int:
    """A month as one number, 202611 for November 2026: the key of period balances."""
    return day.year * 100 + day.month


def month_name(month: int) -> str:
    """202611 as "Nov 2026"."""
    return date(month // 100, month % 100, 1).strftime("%b %Y")


def read_day(text: str) -> date | None:
    """A day of 1990 to 2099 as a date field or an address gives it, 2026-11-20, or None when it is no such day."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1990 <= found.year < 2100 else None


def read_instant(text: str) -> datetime | None:
    """An instant with its offset, of the years of `read_day`, as an address gives it; or None. The years also keep a turn to UTC
    from leaving the calendar."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and 1990 <= found.year < 2100 else None


def written(day: date) -> str:
    """A day as the books write it: 20-Nov-2026."""
    return day.strftime("%d-%b-%Y")


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, order=True)
class FinancialYear:
    """April to March, named by the year it starts in: FinancialYear(2026) is 2026-27."""

    start_year: int

    @classmethod
    def of(cls, day: date) -> FinancialYear:
        """The financial year that `day` falls in."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def first_day(self) -> date:
        return date(self.start_year, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.start_year + 1, 3, 31)

    @property
    def first_month(self) -> int:
        return self.start_year * 100 + 4

    @property
    def last_month(self) -> int:
        return (self.start_year + 1) * 100 + 3

    def __str__(self) -> str:
        return f"{self.start_year}-{(self.start_year + 1) % 100:02d}"
