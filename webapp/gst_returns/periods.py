"""What a return is of: a month, a quarter, a year, or the invoices that a quarterly filer tells of a month. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from webapp.gst_returns.facts import IFF_BEGAN
from webapp.kernel.dates import FinancialYear, Period, month_name
from webapp.kernel.errors import InvalidInput
from webapp.kernel.records import dataclass

MONTH, QUARTER, IFF, YEAR = "month", "quarter", "iff", "year"
KINDS = (MONTH, QUARTER, IFF)  # those of GSTR-1


@dataclass(frozen=True, slots=True)
class ReturnPeriod:
    """A month, an IFF, a quarter or a year by its last month, which is one number, 202610; `fp` is that as the portal writes it."""

    kind: str
    month: int

    @property
    def fp(self) -> str:
        return f"{self.month % 100:02d}{self.month // 100:04d}"

    @property
    def months(self) -> tuple[int, ...]:
        """Its months in order. A quarter ends with March, June, September or December, so it never leaves a calendar year."""
        if self.kind == YEAR:
            return (*range(self.month - 99, self.month - 90), *range(self.month - 2, self.month + 1))
        return tuple(range(self.month - 2, self.month + 1)) if self.kind == QUARTER else (self.month,)

    @property
    def days(self) -> Period:
        first, after = self.months[0], self.month + 1 if self.month % 100 < 12 else self.month + 89
        return Period(date(first // 100, first % 100, 1), date(after // 100, after % 100, 1) - timedelta(days=1))

    @property
    def name(self) -> str:
        """Oct 2026; Oct 2026 to Dec 2026; IFF Oct 2026."""
        if self.kind in (QUARTER, YEAR):
            return f"{month_name(self.months[0])} – {month_name(self.month)}"
        return f"IFF {month_name(self.month)}" if self.kind == IFF else month_name(self.month)

    @property
    def key(self) -> str:
        """As an address says it: month-202610."""
        return f"{self.kind}-{self.month}"

    @property
    def due_on(self) -> date:
        """Rule 59, Notification 83/2020: the 11th after a month, the 13th after a quarter and after a month of an IFF."""
        after = self.days.last_day + timedelta(days=1)
        return after.replace(day=11 if self.kind == MONTH else 13)


def read_period(text: str, kinds: Collection[str] = KINDS) -> ReturnPeriod | None:
    """A key as an address gives it, or None when there is no such return of these kinds."""
    kind, _dash, number = text.partition("-")
    if kind not in kinds or not (number.isascii() and number.isdigit() and len(number) == 6):
        return None
    year, month = int(number[:4]), int(number[4:])
    if not (1 <= month <= 12 and 201707 <= int(number) < 209900):
        return None
    if (kind == QUARTER and month % 3) or (kind == YEAR and month != 3) or (kind == IFF and (month % 3 == 0 or int(number) < IFF_BEGAN)):
        return None
    return ReturnPeriod(kind, year * 100 + month)


def read_fp(text: object) -> int | None:
    """The portal's MMYYYY as 202610, or None when it is no month."""
    if not isinstance(text, str) or len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    month, year = int(text[:2]), int(text[2:])
    return year * 100 + month if 1 <= month <= 12 and 2017 <= year < 2099 else None


def latest(today: date, kind: str = MONTH) -> ReturnPeriod:
    """The newest period of a kind that is over."""
    before = today.replace(day=1) - timedelta(days=1)
    while (found := read_period(f"{kind}-{before.year * 100 + before.month}")) is None:
        before = before.replace(day=1) - timedelta(days=1)
    return found


def choices(today: date) -> list[ReturnPeriod]:
    """The periods of this financial year and the one before, the newest first, as far as they have begun."""
    first, found = FinancialYear(FinancialYear.of(today).start_year - 1).first_day, []
    day = today.replace(day=1)
    while day >= first:
        number = day.year * 100 + day.month
        # A quarter is chosen from its first day on: it is looked at while it runs.
        quarter = read_period(f"{QUARTER}-{number}")
        found += [one for one in (quarter, read_period(f"{MONTH}-{number}"), read_period(f"{IFF}-{number}")) if one]
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def require_over(period: ReturnPeriod, today: date) -> None:
    """InvalidInput while a period still runs: what it tells is not whole."""
    if period.days.last_day >= today:
        raise InvalidInput(
            {"filed_on": f"{period.name} is not over yet. File it from {period.days.last_day + timedelta(days=1):%d-%b-%Y}."}
        )
