"""What a report is asked by its address: days, words, filters, and the place in a list to go on from."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import read_id
from webapp.ledger import LineKey

# No shop has books outside these years; a year typed by halves ("0020") is a slip of the hand.
_YEARS = range(1990, 2100)
_MOST_WORDS = 100


class UnreadableDay(BooksError):
    """A day in the address that is not one."""

    def __init__(self, text: str) -> None:
        super().__init__(problem=f"“{text[:20]}” is not a day.", fix="Choose the days again; in an address a day is written 2026-11-20.")


class UnreadablePlace(BooksError):
    """A place in a list that cannot be read: an address cut short."""

    def __init__(self) -> None:
        super().__init__(problem="This address does not name a place in the list.", fix="Open the report again from the menu.")


def read_period(args: Mapping[str, str], *, otherwise: Period) -> Period:
    """The days `from` and `to`, in whichever order they were given. UnreadableDay when one of them is no day."""
    first = _read_day(args.get("from", "")) or otherwise.first_day
    last = _read_day(args.get("to", "")) or max(otherwise.last_day, first)
    return Period(min(first, last), max(first, last))


def this_year(today: date) -> Period:
    """The financial year so far."""
    return Period(FinancialYear.of(today).first_day, today)


def month_end(month: int) -> date:
    """The last day of a month written as a number."""
    year, number = divmod(month, 100)
    return date(year, number, monthrange(year, number)[1])


def read_words(args: Mapping[str, str], name: str = "q") -> str:
    """What was typed into the search box, cut to a length a search can bear."""
    return args.get(name, "").strip()[:_MOST_WORDS]


def read_choice(args: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of `choices`, or nothing."""
    given = args.get(name, "")
    return given if given in choices else ""


_MOST_ROWS = 200
Row = TypeVar("Row")


def read_piece(args: Mapping[str, str], rows: Sequence[Row]) -> tuple[Sequence[Row], int | None, int | None]:
    """Some of a list that is whole at hand, from row `at` on; and where the piece before it and the one after it begin."""
    text = args.get("at", "")
    at = min(int(text), len(rows)) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    end = at + _MOST_ROWS
    return rows[at:end], (max(at - _MOST_ROWS, 0) if at else None), (end if end < len(rows) else None)


def write_line_key(key: LineKey | None) -> str | None:
    """A line's place in a register, as an address holds it."""
    return f"{key.day:%Y%m%d}.{key.voucher_id.hex}.{key.line_no}" if key else None


def read_line_key(text: str) -> LineKey | None:
    """The reverse of `write_line_key`. UnreadablePlace when it is something else."""
    day, id_, line_no = _parts(text, 3) or (None, None, None)
    if day is None or id_ is None or line_no is None:
        return None
    return LineKey(_day_of(day), _id_of(id_), _number_of(line_no))


def write_day_key(day: date, id_: UUID) -> str:
    """A document's place in a list by day, as an address holds it."""
    return f"{day:%Y%m%d}.{id_.hex}"


def read_day_key(text: str) -> tuple[date, UUID] | None:
    """The reverse of `write_day_key`. UnreadablePlace when it is something else."""
    parts = _parts(text, 2)
    return (_day_of(parts[0]), _id_of(parts[1])) if parts else None


def write_day_number(day: date, number: int) -> str:
    """A movement's place on a card, as an address holds it."""
    return f"{day:%Y%m%d}.{number}"


def read_day_number(text: str) -> tuple[date, int] | None:
    """The reverse of `write_day_number`. UnreadablePlace when it is something else."""
    parts = _parts(text, 2)
    return (_day_of(parts[0]), _number_of(parts[1])) if parts else None


def write_word_key(word: str | int, id_: UUID) -> str:
    """A place in a list sorted by a word or a figure."""
    return f"{id_.hex}.{word}"


def read_word_key(text: str) -> tuple[str, UUID] | None:
    """The reverse of `write_word_key`: a word may hold any sign. UnreadablePlace when it is something else."""
    if not text:
        return None
    id_, dot, word = text.partition(".")
    if not dot:
        raise UnreadablePlace
    return word, _id_of(id_)


def read_figure_key(text: str) -> tuple[int, UUID] | None:
    """Like `read_word_key` for a list sorted by a figure."""
    found = read_word_key(text)
    return (_number_of(found[0]), found[1]) if found else None


def _parts(text: str, count: int) -> list[str] | None:
    if not text:
        return None
    parts = text.split(".")
    if len(parts) != count:
        raise UnreadablePlace
    return parts


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnreadableDay(text) from None
    if day.year not in _YEARS:
        raise UnreadableDay(text)
    return day


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadablePlace from None


def _id_of(text: str) -> UUID:
    if (found := read_id(text)) is None:
        raise UnreadablePlace
    return found


def _number_of(text: str) -> int:
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 18:
        raise UnreadablePlace
    return int(text)
