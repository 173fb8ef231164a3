"""Arithmetic of budgets, pure: months of a year, spreading, growth, what is to date, run-rate and forecast; overlapping lines.

Amounts are paise on the natural side: income and liabilities credit positive, expenses and assets debit positive.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from webapp.kernel.dates import FinancialYear, month_of
from webapp.kernel.errors import keep_promise
from webapp.kernel.money import rounded, split
from webapp.kernel.records import dataclass

MONTHS = 12
MOST_NAME = 80
MOST_LINES = 500
# More than ten times as much is a slip of the finger; below nothing there is nothing to cut.
LEAST_CHANGE_BP, MOST_CHANGE_BP = -100_00, 1_000_00


@dataclass(frozen=True, slots=True)
class BudgetDraft:
    """A budget as it is asked for; `store_id` None is the whole business."""

    name: str
    start_year: int
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line as it is asked for: an account or a group (one of them), a cost centre or none, twelve months from April."""

    account_id: UUID | None
    group_id: UUID | None
    cost_centre_id: UUID | None
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: `path` is its account or group and all groups above it."""

    head: str
    path: tuple[UUID, ...]
    cost_centre_id: UUID | None

    @property
    def own(self) -> UUID:
        return self.path[0]


def months_of(year: FinancialYear) -> tuple[int, ...]:
    """April to March as 202604 … 202703."""
    return tuple(
        year.first_month + place if place < 9 else (year.start_year + 1) * 100 + place - 8  # January is the tenth
        for place in range(MONTHS)
    )


def month_end(month: int) -> date:
    """The last day of a month written 202611."""
    return date(month // 100, month % 100, monthrange(month // 100, month % 100)[1])


def spread(yearly: int) -> tuple[int, ...]:
    """A yearly figure over twelve months; the paise that do not divide go to the first months, so that nothing is lost."""
    return tuple(split(yearly, [1] * MONTHS))


def shaped(yearly: int, last_year: Sequence[int]) -> tuple[int, ...]:
    """A yearly figure over twelve months in the shape of the year before; evenly where that year has no shape. Months that went
    the other way (more came back than was sold) count as nothing."""
    weights = [max(amount, 0) for amount in last_year]
    return tuple(split(yearly, weights)) if any(weights) else spread(yearly)


def changed_by(amounts: Iterable[int], change_bp: int) -> tuple[int, ...]:
    """Each amount and `change_bp` of it more (or less), rounded to the paisa."""
    return tuple(rounded(amount * (100_00 + change_bp), 100_00) for amount in amounts)


def natural(nature: str, net: int) -> int:
    """A net figure, debit positive, on the natural side of its head."""
    return -net if nature in ("income", "liability") else net


def twin(place: Place, others: Iterable[Place]) -> Place | None:
    """A line among `others` whose figures this one would count again: the same head, or one above or beneath it, and the same
    cost centre or none at either."""
    for other in others:
        is_same_head = place.own in other.path or other.own in place.path
        if is_same_head and (place.cost_centre_id == other.cost_centre_id or None in (place.cost_centre_id, other.cost_centre_id)):
            return other
    return None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How far a financial year has gone by: whole months, then days of the month at hand."""

    whole_months: int
    days: int
    days_in_month: int


def elapsed(year: FinancialYear, as_at: date) -> Elapsed:
    """How much of `year` has gone by at the end of `as_at`, which lies in it."""
    keep_promise(year.first_day <= as_at <= year.last_day, "the day lies in the financial year")
    place = months_of(year).index(month_of(as_at))
    size = month_end(month_of(as_at)).day
    return Elapsed(place + 1, 0, size) if as_at.day == size else Elapsed(place, as_at.day, size)


def to_date(months: Sequence[int], gone: Elapsed) -> int:
    """What twelve months come to so far: whole months, and of the month at hand its share by days."""
    so_far = sum(months[: gone.whole_months])
    return so_far + rounded(months[gone.whole_months] * gone.days, gone.days_in_month) if gone.days else so_far


def run_rate(actual: int, gone: Elapsed) -> int:
    """The year if it went on as it did so far: actual ÷ elapsed months × 12, where a month begun counts by its days."""
    return rounded(actual * MONTHS * gone.days_in_month, gone.whole_months * gone.days_in_month + gone.days)


def forecast(actual: int, months: Sequence[int], gone: Elapsed) -> int:
    """The year if the rest of it goes by the budget: actual so far, and what is budgeted for the days to come."""
    return actual + sum(months) - to_date(months, gone)


def percent_bp(part: int, whole: int) -> int | None:
    """`part` of `whole` in basis points; None where nothing was budgeted, for no percentage says it."""
    return rounded(part * 100_00, abs(whole)) if whole else None


def tone(nature: str, variance: int) -> str:
    """Whether a variance (actual less budget) is good news: more income is, more expense is not; of others nobody knows."""
    if not variance or nature not in ("income", "expense"):
        return ""
    return "good" if (variance > 0) == (nature == "income") else "bad"


@dataclass(frozen=True, slots=True)
class Difference:
    """What an entry of the edit log says of one line and one month (or of the budget itself: `place` None), before and after."""

    what: str
    place: int | None
    before: str | int
    after: str | int


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What an entry of the edit log says, month by month of each line; in the order of the lines."""
    before, after = _lines_in(old), _lines_in(new)
    found = []
    for what in dict.fromkeys((*before, *after)):
        pairs = zip(before.get(what, [0] * MONTHS), after.get(what, [0] * MONTHS), strict=False)
        found += [Difference(what, place, then, now) for place, (then, now) in enumerate(pairs) if then != now]
    plain = [name for name in dict.fromkeys((*old, *new)) if name not in ("line", "lines")]
    return found + [Difference(name, None, str(old.get(name) or ""), str(new.get(name) or "")) for name in plain]


def _lines_in(entry: Mapping[str, Any]) -> dict[str, list[int]]:
    lines = [*(entry.get("lines") or []), *([entry["line"]] if entry.get("line") else [])]
    return {" · ".join(filter(None, (one["head"], one["cost_centre"]))): list(one["months"]) for one in lines}


def described(head: str, centre: str, months: Sequence[int]) -> Mapping[str, object]:
    """A line as the edit log keeps it."""
    return {"head": head, "cost_centre": centre, "months": list(months)}
