"""What a custom report may ask, pure: columns, comparisons by type, grouping, order, days; and when a schedule is due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from webapp.kernel.dates import IST, FinancialYear, Period, read_day
from webapp.kernel.money import read_paise, read_qty
from webapp.kernel.records import dataclass

MOST_COLUMNS, MOST_FILTERS, MOST_GROUPS, MOST_SORTS = 20, 6, 2, 3
MOST_VALUE, MOST_NAME, MOST_RECIPIENTS = 100, 80, 10
_TEXT = ("is", "is-not", "contains", "begins")
_SIZE = ("is", "is-not", "over", "under")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": _TEXT,
    "code": _TEXT,
    "day": ("is", "from", "to"),
    "amount": _SIZE,
    "qty": _SIZE,
    "number": _SIZE,
}
SUMMED = frozenset({"amount", "qty"})
PERIODS = ("", "today", "yesterday", "week", "month", "last-month", "year", "last-year")
EVERY = ("day", "week", "month")
FORMATS = ("csv", "xlsx", "pdf")


@dataclass(frozen=True, slots=True)
class Condition:
    """A column compared with a value, as it was typed."""

    column: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A report as it is asked for, in names of the declared lists. `sorts`: (column, whether the largest stands first)."""

    source: str
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    groups: tuple[str, ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    period: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "source": self.source,
            "columns": list(self.columns),
            "conditions": [[one.column, one.operator, one.value] for one in self.conditions],
            "groups": list(self.groups),
            "sorts": [[column, falling] for column, falling in self.sorts],
            "period": self.period,
        }

    @classmethod
    def kept(cls, plain: Mapping[str, Any]) -> Definition:
        """From what `plain` gave."""
        return cls(
            source=plain["source"],
            columns=tuple(plain["columns"]),
            conditions=tuple(Condition(*one) for one in plain["conditions"]),
            groups=tuple(plain["groups"]),
            sorts=tuple((column, falling) for column, falling in plain["sorts"]),
            period=plain["period"],
        )

    @property
    def named(self) -> frozenset[str]:
        """Every column the report asks of its source."""
        return frozenset((*self.columns, *(one.column for one in self.conditions), *self.groups, *(column for column, _ in self.sorts)))


def errors_of(asked: Definition, kinds: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a definition, by field. `kinds` has the columns of its source, and of what kind each is."""
    errors: dict[str, str] = {}
    if not asked.columns:
        errors["columns"] = "Choose at least one column."
    elif len(asked.columns) > MOST_COLUMNS:
        errors["columns"] = f"A report has at most {MOST_COLUMNS} columns; these are {len(asked.columns)}."
    if asked.named - set(kinds) or len(set(asked.columns)) != len(asked.columns):
        errors["columns"] = "Choose columns from the list of this source, each once."
    if len(asked.groups) > MOST_GROUPS or len(set(asked.groups)) != len(asked.groups):
        errors["groups"] = f"Group by at most {MOST_GROUPS} different columns."
    elif set(asked.groups) - set(asked.columns):
        errors["groups"] = "Show the columns that the report is grouped by."
    if len(asked.sorts) > MOST_SORTS:
        errors["sorts"] = f"Sort by at most {MOST_SORTS} columns."
    if asked.period not in PERIODS:
        errors["period"] = "Choose the days from the list."
    if len(asked.conditions) > MOST_FILTERS:
        errors["conditions"] = f"A report has at most {MOST_FILTERS} filters."
    for place, one in enumerate(asked.conditions[:MOST_FILTERS]):
        if one.column in kinds:
            try:
                read_value(one, kinds[one.column])
            except ValueError as refusal:
                errors[f"value_{place}"] = str(refusal)
    return errors


def read_value(one: Condition, kind: str) -> Any:
    """The value of a condition in the units of its column. ValueError, in words, when it cannot be compared so."""
    if one.operator not in OPERATORS[kind]:
        raise ValueError("This column cannot be compared so. Choose another comparison.")
    if len(one.value) > MOST_VALUE:
        raise ValueError(f"The value has {len(one.value)} characters; at most {MOST_VALUE} fit.")
    if kind == "day":
        if (day := read_day(one.value)) is None:
            raise ValueError("Write the day as 2026-11-20.")
        return day
    if kind == "amount":
        return read_paise(one.value)
    if kind == "qty":
        return read_qty(one.value)
    if kind == "number":
        if not (one.value.isascii() and one.value.removeprefix("-").isdigit() and len(one.value) < 16):
            raise ValueError("Write a whole number.")
        return int(one.value)
    return one.value


def days_of(period: str, today: date) -> Period | None:
    """The days a word of PERIODS means today; None is all of them. What still runs ends today."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    year = FinancialYear.of(today)
    spans = {
        "today": Period(today, today),
        "yesterday": Period(today - timedelta(days=1), today - timedelta(days=1)),
        "week": Period(today - timedelta(days=7), today - timedelta(days=1)),
        "month": Period(month, today),
        "last-month": Period(before.replace(day=1), before),
        "year": Period(year.first_day, today),
        "last-year": Period(FinancialYear(year.start_year - 1).first_day, FinancialYear(year.start_year - 1).last_day),
    }
    return spans.get(period)


def next_due(every: str, day: int, minute: int, after: datetime) -> datetime:
    """The first time after `after` that a schedule is due, in IST: `minute` of the day, each day, on weekday `day` (Monday is
    0), or on day `day` of the month, the last day where the month is shorter."""
    local = after.astimezone(IST)
    candidate = local.date()
    while True:
        last = monthrange(candidate.year, candidate.month)[1]
        fits = every == "day" or (every == "week" and candidate.weekday() == day) or (every == "month" and candidate.day == min(day, last))
        due = datetime(candidate.year, candidate.month, candidate.day, minute // 60, minute % 60, tzinfo=IST)
        if fits and due > after:
            return due
        candidate += timedelta(days=1)
