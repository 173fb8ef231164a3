"""Pure rules of the counter: codes and series of tills, whose turn a number is, leases, clocks, what a drawer should hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import Conflict, keep_promise
from webapp.kernel.records import dataclass

FORMAT = 1
# The format before this one is read as well, for 180 days after a change; the first has none before it.
FORMATS = frozenset({FORMAT})
MOST_COMMANDS = 20
MOST_BYTES = 1_000_000
MOST_BYTES_ALONE = 8_000_000  # one command by itself: a bill of ten thousand lines must not block a till for ever
MOST_LINES = 10_000  # read at all; webapp.sales refuses a bill of more than a thousand, with words
MOST_SEQ = 999_999  # six digits
MOST_MISSING = 500  # numbers noted at one time; a longer gap is a mistake of the device, not lost bills

TOKEN_DAYS = 180
MIRROR_DAYS = 400

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = _DIGITS[10:]
MOST_TILLS = len(_LETTERS) * (len(_DIGITS) - 1)


class SeriesKind(StrEnum):
    """What a till's series numbers. Each has its own letter at the end of the prefix."""

    BILL = "bill"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"


_ENDINGS = {SeriesKind.BILL: "", SeriesKind.CREDIT_NOTE: "R", SeriesKind.RECEIPT: "P"}


def till_code(ordinal: int) -> str:
    """The code of a company's n-th till ever: A1, A2 … A9, AA … AZ, B1 … Conflict beyond ZZ."""
    keep_promise(ordinal >= 1, "tills are counted from one")
    if ordinal > MOST_TILLS:
        raise Conflict(problem=f"This business has had {MOST_TILLS} counters, the most there are codes for.", fix="Ask for support.")
    letter, place = divmod(ordinal - 1, len(_DIGITS) - 1)
    return _LETTERS[letter] + _DIGITS[place + 1]


def series_prefix(code: str, kind: SeriesKind, year: FinancialYear) -> str:
    """26A1, 26A1R, 26A1P: the year it begins in, the till, the kind (Rule 46(b): unique for a financial year)."""
    return f"{year.start_year % 100:02d}{code}{_ENDINGS[kind]}"


def years_in_use(today: date) -> tuple[FinancialYear, ...]:
    """The financial years a till needs numbers for: this one, and from 15 March the next."""
    year = FinancialYear.of(today)
    is_near_end = today >= date(year.start_year + 1, 3, 15)
    return (year, FinancialYear(year.start_year + 1)) if is_near_end else (year,)


@dataclass(frozen=True, slots=True)
class OwnSeries:
    """A series a till of this code may use, also before anybody opened it."""

    prefix: str
    kind: SeriesKind
    year: FinancialYear


def own_series(code: str, today: date) -> dict[str, OwnSeries]:
    """Every series a till of this code may send from today, by prefix: last year's late bills, this year's, next year's.

    Next year's is there all year: a till whose clock runs ahead has used it, and its bills are facts (they are flagged).
    """
    year = FinancialYear.of(today).start_year
    found = [
        OwnSeries(series_prefix(code, kind, FinancialYear(start)), kind, FinancialYear(start))
        for start in (year - 1, year, year + 1)
        for kind in SeriesKind
    ]
    return {one.prefix: one for one in found}


# Turn of numbers ------------------------------------------------------------------------------------------------------


class Turn(StrEnum):
    """Where a number stands in its series."""

    NOW = "now"
    LATER = "later"
    ARRIVED = "arrived"  # it was noted as missing and the series went on without it
    USED = "used"


def turn_of(seq: int, last: int, *, is_awaited: bool) -> Turn:
    """`last` is the newest number taken; `is_awaited` says that this one is in the register of missing bills."""
    if seq == last + 1:
        return Turn.NOW
    if seq > last:
        return Turn.LATER
    return Turn.ARRIVED if is_awaited else Turn.USED


# Leases ---------------------------------------------------------------------------------------------------------------


def may_push(sent: str, current: str, previous: str, used_by: Sequence[str], batch: Sequence[str]) -> bool:
    """Whether a push with the lease `sent` comes from the one true copy of a till.

    Answers get lost: the lease before is good if the batch begins with the very ids that used it up. A clone or a restored
    backup cannot have those.
    """
    if sent == current:
        return True
    together = min(len(batch), len(used_by))
    return bool(sent) and sent == previous and together > 0 and list(batch[:together]) == list(used_by[:together])


# Clocks ---------------------------------------------------------------------------------------------------------------


def is_clock_back(at: datetime, previous: datetime | None, clock_flag: str | None) -> bool:
    """Whether a document's time cannot be right: earlier than the one before it in its series, or the till says so itself.

    It is a flag and no refusal, for the paper is printed.
    """
    return clock_flag is not None or (previous is not None and at < previous)


# Drawer ---------------------------------------------------------------------------------------------------------------

# Rs 2,000 notes are legal tender still, though withdrawn from circulation (RBI, 19-May-2023).
PIECES = (200_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50)


@dataclass(frozen=True, slots=True)
class Drawer:
    """What went through a drawer in a shift, in paise; all figures positive but `moved`, which is signed."""

    opening: int
    sold: int
    refunded: int
    cancelled: int
    received: int
    moved: int

    @property
    def expected(self) -> int:
        """The cash that should be in the drawer."""
        return self.opening + self.sold - self.refunded - self.cancelled + self.received + self.moved


def counted(denominations: Mapping[int, int]) -> int:
    """The worth of counted pieces, in paise."""
    return sum(worth * pieces for worth, pieces in denominations.items())


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers as unbroken runs: 4, 5, 6, 9 is (4, 6), (9, 9)."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


@dataclass(frozen=True, slots=True)
class TillFacts:
    """What reading and taking a command needs to know of its till."""

    id: UUID
    code: str
    store_id: UUID
    family: frozenset[UUID]  # this till and those it took over from
    codes: tuple[str, ...]  # their codes
    awaited: frozenset[tuple[str, int]]  # numbers of theirs in the register of missing bills that may still come
