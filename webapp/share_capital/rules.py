"""What a register of shares comes to: the reconciliation of a year, the weighted average, who holds how much. Pure.

Sources: Companies Act 2013, Schedule III, Division I, General Instructions, note 6A (d), (g), (i) and (m); AS 20, paragraphs 15 to 24
(weighted average) and 22 (bonus shares count from the beginning of what is presented).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from webapp.kernel.dates import Period
from webapp.kernel.money import rounded
from webapp.kernel.periods import month_after
from webapp.kernel.records import dataclass

# How shares come and go. The sign: what it does to the number outstanding.
KINDS = {"opening": 1, "issued": 1, "other": 1, "bonus": 1, "converted": 1, "bought-back": -1, "redeemed": -1}
MOST_SHARES = 10**12
_WHOLE_BP = 10_000
LARGE_HOLDER_BP = 500  # more than 5 % is named (note 6A (g))
YEARS_TOLD = 5  # bonus shares, those not for cash and those bought back are told for five years (note 6A (i))


class Move(NamedTuple):
    """Shares issued or taken back on a day; `shares` is above 0, the kind says which way they run."""

    day: date
    kind: str
    shares: int

    @property
    def signed(self) -> int:
        return KINDS[self.kind] * self.shares


class Holder(NamedTuple):
    """Who held how many shares at the end of a year."""

    name: str
    shares: int
    is_promoter: bool


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The number outstanding at the beginning of a period, what came and went by kind, the number at its end."""

    opening: int
    moves: tuple[tuple[str, int], ...]  # (kind, signed number)

    @property
    def closing(self) -> int:
        return self.opening + sum(number for _kind, number in self.moves)


class Holding(NamedTuple):
    """A holder to be named, with the share of the class in basis points now and at the end of the year before, and the change of
    the number as a share of what was held before (None: nothing was)."""

    holder: Holder
    share_bp: int
    before_bp: int
    change_bp: int | None


def outstanding(moves: Iterable[Move], day: date) -> int:
    """How many shares there are at the end of a day."""
    return sum(one.signed for one in moves if one.day <= day)


def least(moves: Iterable[Move]) -> int:
    """The fewest there ever were: below 0, more was taken back than there was."""
    number, found = 0, 0
    by_day: dict[date, int] = {}
    for one in moves:
        by_day[one.day] = by_day.get(one.day, 0) + one.signed
    for day in sorted(by_day):
        number += by_day[day]
        found = min(found, number)
    return found


def reconciled(moves: Sequence[Move], period: Period) -> Reconciliation:
    """The reconciliation of a period. What was there when the register began stands in the opening of its own year."""
    opening = sum(one.signed for one in moves if one.day < period.first_day or (one.kind == "opening" and one.day <= period.last_day))
    sums: dict[str, int] = {}
    for one in moves:
        if period.first_day <= one.day <= period.last_day and one.kind != "opening":
            sums[one.kind] = sums.get(one.kind, 0) + one.signed
    return Reconciliation(opening, tuple((kind, sums[kind]) for kind in KINDS if sums.get(kind)))


def weighted_average(moves: Sequence[Move], period: Period) -> int:
    """The weighted average number outstanding in a period, by days; to the nearest whole share.

    A bonus issue changes no one's resources: it counts as if it had been there from the beginning (AS 20, 22), so every number before
    it is multiplied by what it made of the whole.
    """
    if not moves:
        return 0
    total = Fraction(0)
    factor = Fraction(1)
    until = period.last_day.toordinal() + 1
    for day in sorted({one.day for one in moves if one.day <= period.last_day}, reverse=True):
        start = max(day, period.first_day).toordinal()
        after = outstanding(moves, day)
        if start < until:
            total += after * factor * (until - start)
            until = start
        bonus = sum(one.signed for one in moves if one.day == day and one.kind == "bonus")
        if bonus and after > bonus:
            factor *= Fraction(after, after - bonus)
        if day < period.first_day:
            break
    days = (period.last_day - period.first_day).days + 1
    average = total / days
    return rounded(average.numerator, average.denominator)


def told_for_five_years(moves: Sequence[Move], day: date) -> tuple[tuple[str, int], ...]:
    """Shares issued as bonus, or for something other than cash, and those bought back, in the five years before a day."""
    first = month_after(day, -12 * YEARS_TOLD)
    found = (
        (kind, sum(one.shares for one in moves if one.kind == kind and first < one.day <= day))
        for kind in ("other", "bonus", "bought-back")
    )
    return tuple((kind, number) for kind, number in found if number)


def share_bp(shares: int, whole: int) -> int:
    """A part of the whole in basis points."""
    return rounded(shares * _WHOLE_BP, whole) if whole else 0


def large_holders(now: Sequence[Holder], before: Sequence[Holder], whole: int, whole_before: int) -> tuple[Holding, ...]:
    """Who holds more than 5 %, the largest first."""
    return tuple(one for one in _held(now, before, whole, whole_before) if one.holder.shares * _WHOLE_BP > LARGE_HOLDER_BP * whole)


def promoters(now: Sequence[Holder], before: Sequence[Holder], whole: int, whole_before: int) -> tuple[Holding, ...]:
    """Every promoter, the largest first; one who has sold all stands with nothing."""
    gone = [Holder(one.name, 0, is_promoter=True) for one in before if one.is_promoter and one.name not in {own.name for own in now}]
    return tuple(one for one in _held([*now, *gone], before, whole, whole_before) if one.holder.is_promoter)


def _held(now: Sequence[Holder], before: Sequence[Holder], whole: int, whole_before: int) -> list[Holding]:
    earlier = {one.name: one.shares for one in before}
    rows = []
    for one in sorted(now, key=lambda holder: (-holder.shares, holder.name)):
        was = earlier.get(one.name, 0)
        change = rounded((one.shares - was) * _WHOLE_BP, was) if was else None
        rows.append(Holding(one, share_bp(one.shares, whole), share_bp(was, whole_before), change))
    return rows
