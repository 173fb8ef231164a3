"""Which document is which bill: stage by stage, one to one, the same way each time. Pure.

The stages, each over what the ones before left: EXACT (GSTIN, number, day, figures), NUMBER (the number as others write it, figures within
the tolerance), the same number with other figures, AMOUNT (figures and day within the tolerance, another number); then all of them again
for another GSTIN of the same PAN (PAN). What is left is told only, or in the books only. Work is by index: it grows with the papers, not
with their square, and no more than MOST_LOOKED_AT papers of one index entry are compared with one document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple
from uuid import UUID

from webapp.gst_inward.numbers import core, plain, slips
from webapp.gst_returns import Taxes
from webapp.kernel.dates import FinancialYear

EXACT, NUMBER, AMOUNT, PAN, HAND, NONE = "exact", "number", "amount", "pan", "hand", "none"
STAGES = (EXACT, NUMBER, AMOUNT, PAN, HAND, NONE)
MATCHED, DIFFERS, ONLY_TOLD, ONLY_BOOKS, AMENDED, APART = "matched", "differs", "only_told", "only_books", "amended", "apart"
STATES = (MATCHED, DIFFERS, ONLY_TOLD, ONLY_BOOKS, AMENDED, APART)
BILL, NOTE, CUSTOMS = "bill", "note", "customs"
MOST_LOOKED_AT = 32
NOTE_DAYS = 45  # a supplier's credit note follows our debit note by weeks
NUMBER_DAYS = 31  # a running number alone, with the same figures
FIGURES = ("taxable", "cgst", "sgst", "igst", "cess")


class Told(NamedTuple):
    """A document as told. `gstin` is "" for customs."""

    key: str
    kind: str  # BILL, NOTE, CUSTOMS
    gstin: str
    number: str
    day: date
    taxes: Taxes


class Kept(NamedTuple):
    """A bill or debit note of the books. A debit note has two numbers: its own, and that of the bill it is against."""

    id: UUID
    kind: str
    gstin: str
    numbers: tuple[str, ...]
    day: date
    taxes: Taxes


class Tolerance(NamedTuple):
    """How far two papers may be apart: paise of each figure, days between their dates."""

    paise: int = 100
    days: int = 5


class Pair(NamedTuple):
    """A document (its place in the list) and a bill, with the stage that found them."""

    told: int
    kept: int
    stage: str


_Index = dict[Hashable, deque[int]]
_Scope = Callable[[Told | Kept], str]
_Key = Callable[[Told | Kept, str], Hashable]


class Matcher:
    """What is left of both lists, and the pairs found so far."""

    def __init__(self, told: Sequence[Told], kept: Sequence[Kept], tolerance: Tolerance) -> None:
        self.told, self.kept, self.tolerance = told, kept, tolerance
        self.pairs: list[Pair] = []
        # The order of both lists says nothing: what is found depends on the papers alone.
        self._left = sorted(range(len(told)), key=lambda at: (told[at].day, told[at].gstin, told[at].number, told[at].key))
        self._bills = sorted(range(len(kept)), key=lambda at: (kept[at].day, kept[at].gstin, kept[at].numbers, kept[at].id))
        self._taken: set[int] = set()

    def run(self, linked: Iterable[Pair] = (), barred: Callable[[int, int], bool] = lambda _told, _kept: False) -> list[Pair]:
        """Every pair. `linked` are by hand and stand first; a pair that `barred` answers yes to is never made."""
        self._barred = barred
        self._take(list(linked))
        for scope, stage in ((_own, ""), (_pan, PAN)):
            self._pass(partial(_as_it_is, scope), stage or EXACT, self._same)
            self._pass(partial(_by_number, scope), stage or NUMBER, self._near)
            self._pass(partial(_by_core, scope), stage or NUMBER, self._near_in_month)
            self._pass(partial(_by_number, scope), stage or NUMBER, self._same)
            self._pass_slips(scope, stage or NUMBER)
            self._pass_amounts(scope, stage or AMOUNT)
        return self.pairs

    # Looking for -------------------------------------------------------------------------------------------------------

    def _pass(self, key: _Key, stage: str, fits: Callable[[int, int], bool]) -> None:
        shelf: _Index = defaultdict(deque)
        wanted = {key(self.told[at], self.told[at].number) for at in self._left}
        for at in self._bills:
            for name in dict.fromkeys(self.kept[at].numbers):
                if (place := key(self.kept[at], name)) in wanted and place is not None:
                    shelf[place].append(at)
        self._take(self._pairs(shelf, stage, fits, lambda at: (key(self.told[at], self.told[at].number),)))

    def _pass_slips(self, scope: _Scope, stage: str) -> None:
        shelf: _Index = defaultdict(deque)
        days = {(scope(self.told[at]), self.told[at].kind, self.told[at].day) for at in self._left}
        for at in self._bills:
            one = self.kept[at]
            if (place := (scope(one), one.kind, one.day)) in days:
                for name in {slip for number in one.numbers for slip in slips(plain(number))}:
                    shelf[(*place, name)].append(at)

        def places(at: int) -> Iterator[Hashable]:
            one = self.told[at]
            for slip in slips(plain(one.number)):
                yield scope(one), one.kind, one.day, slip

        self._take(self._pairs(shelf, stage, self._near, places))

    def _pass_amounts(self, scope: _Scope, stage: str) -> None:
        """Figures within the tolerance lie in one box of sums or in the next; days are walked from the nearest."""
        width = 5 * self.tolerance.paise + 1
        shelf: _Index = defaultdict(deque)
        for at in self._bills:
            one = self.kept[at]
            if one.kind != CUSTOMS and any(one.taxes):
                shelf[(scope(one), one.kind, sum(one.taxes) // width, one.day.toordinal())].append(at)

        def places(at: int) -> Iterator[Hashable]:
            one = self.told[at]
            most, box, day = self._days(one.kind), sum(one.taxes) // width, one.day.toordinal()
            for away in sorted(range(-most, most + 1), key=abs) if one.kind != CUSTOMS else ():
                for near in (box, box - 1, box + 1):
                    yield scope(one), one.kind, near, day + away

        self._take(self._pairs(shelf, stage, self._near, places))

    def _pairs(
        self, shelf: _Index, stage: str, fits: Callable[[int, int], bool], places: Callable[[int], Iterable[Hashable]]
    ) -> Iterator[Pair]:
        """The best bill for each document in turn; what is taken is taken at once, so that it is taken once."""
        for at in self._left:
            best: tuple[tuple[int, int, str, UUID], int] | None = None
            looked = 0
            for place in places(at):
                for bill in self._open(shelf, place) if looked < MOST_LOOKED_AT else ():
                    looked += 1
                    if fits(at, bill) and not self._barred(at, bill):
                        rank = self._rank(at, bill)
                        best = min(best, (rank, bill)) if best else (rank, bill)
            if best:
                yield Pair(at, best[1], stage)

    def _open(self, shelf: _Index, place: Hashable) -> list[int]:
        """The first bills of a place that nobody has. Those taken are dropped on the way, each once."""
        if (row := shelf.get(place)) is None:
            return []
        found: list[int] = []
        while row and len(found) < MOST_LOOKED_AT:
            if (at := row.popleft()) not in self._taken:
                found.append(at)
        row.extendleft(reversed(found))
        return found

    def _take(self, found: Iterable[Pair]) -> None:
        gone = set()
        for pair in found:
            self.pairs.append(pair)
            self._taken.add(pair.kept)
            gone.add(pair.told)
        self._left = [at for at in self._left if at not in gone]
        self._bills = [at for at in self._bills if at not in self._taken]

    # What fits -----------------------------------------------------------------------------------------------------------

    def _same(self, _at: int, _bill: int) -> bool:
        return True

    def _near(self, at: int, bill: int) -> bool:
        return _apart(self.told[at], self.kept[bill]) <= self.tolerance.paise

    def _near_in_month(self, at: int, bill: int) -> bool:
        return abs((self.told[at].day - self.kept[bill].day).days) <= NUMBER_DAYS and self._near(at, bill)

    def _days(self, kind: str) -> int:
        return max(self.tolerance.days, NOTE_DAYS) if kind == NOTE else self.tolerance.days

    def _rank(self, at: int, bill: int) -> tuple[int, int, str, UUID]:
        one, other = self.told[at], self.kept[bill]
        return abs((one.day - other.day).days), _apart(one, other), other.numbers[0], other.id


def _own(one: Told | Kept) -> str:
    return "" if one.kind == CUSTOMS else one.gstin


def _pan(one: Told | Kept) -> str:
    return "" if one.kind == CUSTOMS else one.gstin[2:12]


def _year(one: Told | Kept) -> int:
    return FinancialYear.of(one.day).start_year


def _as_it_is(scope: _Scope, one: Told | Kept, number: str) -> Hashable:
    found = plain(number)
    return (scope(one), one.kind, found, one.day, _compared(one)) if found else None


def _by_number(scope: _Scope, one: Told | Kept, number: str) -> Hashable:
    found = plain(number)
    return (scope(one), one.kind, found, _year(one)) if found else None


def _by_core(scope: _Scope, one: Told | Kept, number: str) -> Hashable:
    found = core(number)
    return (scope(one), one.kind, found) if found and one.kind != CUSTOMS else None


def _compared(one: Told | Kept) -> tuple[int, ...]:
    """The figures two papers are compared by. Customs tell the value with the duty in it, our bill without: tax alone is compared."""
    return (one.taxes.igst, one.taxes.cess) if one.kind == CUSTOMS else tuple(one.taxes)


def _apart(one: Told, other: Kept) -> int:
    return max(abs(own - theirs) for own, theirs in zip(_compared(one), _compared(other), strict=True))


def differences(told: Told, kept: Kept) -> list[list[str | int]]:
    """What is not the same on both papers: [field, theirs, ours]; days as written, figures in paise. Nothing within the tolerance is left
    out: that is for the state to say."""
    found: list[list[str | int]] = []
    if told.kind != CUSTOMS and told.gstin != kept.gstin:
        found.append(["gstin", told.gstin, kept.gstin])
    if told.number.casefold() not in {one.casefold() for one in kept.numbers}:
        found.append(["number", told.number, kept.numbers[0]])
    if told.day != kept.day:
        found.append(["day", told.day.isoformat(), kept.day.isoformat()])
    names = FIGURES if told.kind != CUSTOMS else ("igst", "cess")
    figures = [(name, int(getattr(told.taxes, name)), int(getattr(kept.taxes, name))) for name in names]
    return found + [[name, theirs, ours] for name, theirs, ours in figures if theirs != ours]


def state_of(pair: Pair, told: Told, kept: Kept, tolerance: Tolerance) -> str:
    """MATCHED where nothing but the way of writing differs; DIFFERS where somebody should look: another registration, another number or
    a slip in it, figures or (for bills) days beyond the tolerance. What a person linked is looked at already, but for its figures."""
    if _apart(told, kept) > tolerance.paise:
        return DIFFERS
    if pair.stage == HAND:
        return MATCHED
    numbers = ({plain(one) for one in kept.numbers} | {core(one) for one in kept.numbers}) - {""}
    is_number = plain(told.number) in numbers or core(told.number) in numbers
    is_near = told.kind == NOTE or abs((told.day - kept.day).days) <= max(tolerance.days, 0)
    return MATCHED if pair.stage != PAN and is_near and (is_number or told.kind == NOTE) else DIFFERS


def nearest(told: Told, left: dict[str, list[tuple[int, str]]]) -> str:
    """Of a supplier's bills that nothing told of (GSTIN → sums with numbers, in order), the number whose sum is nearest; "" for none."""
    rows = left.get(told.gstin)
    if not rows:
        return ""
    probe = (sum(told.taxes), "")
    at = bisect_left(rows, probe)
    return min(rows[max(at - 1, 0) : at + 1], key=lambda row: (abs(row[0] - probe[0]), row[1]))[1]


def sums_by_gstin(left: Iterable[Kept]) -> dict[str, list[tuple[int, str]]]:
    """For `nearest`."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in left:
        found[one.gstin].append((sum(one.taxes), one.numbers[0]))
    return {gstin: sorted(rows) for gstin, rows in found.items()}
