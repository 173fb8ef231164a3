"""JSON from a device, read strictly: whole numbers, known words, clean text. Anything else is refused in plain words."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from webapp.kernel.errors import BooksError

MOST_WHOLE = 2**53 - 1  # what JavaScript holds exactly
MOST_NAME = 500
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MOST_TEXT = 2000

Word = TypeVar("Word", bound=StrEnum)

# How a field is called when it is wrong.
_CALLED = {
    "qty": "quantity",
    "disc": "discount",
    "bill_disc": "discount on the bill",
    "incl": "price with or without tax",
    "mrp": "MRP",
    "fig": "figures",
    "pos": "place of supply",
    "seq": "number",
    "at": "time",
    "line": "line on the bill",
    "rate": "tax rate",
    "cess": "cess rate",
    "hsn": "HSN",
    "gstin": "GSTIN",
    "ref": "reference",
}


class Unreadable(BooksError):
    """What a device sent cannot be read."""

    status = 400

    def __init__(self, problem: str) -> None:
        super().__init__(problem=problem, fix="Keep the paper copy; a person has to look at it.")


def parse(text: str | bytes) -> Any:
    """The JSON. Unreadable for anything that is not, for a number that is no whole number, and for endless nesting."""
    try:
        return json.loads(text, parse_float=_no_fraction, parse_constant=_no_fraction)
    except Unreadable:
        raise
    except (ValueError, RecursionError):
        raise Unreadable("It is not readable JSON.") from None


def _no_fraction(figure: str) -> Any:
    raise Unreadable(f"{figure[:30]} is not a whole number.")


class Fields:
    """An object of JSON, asked field by field. `where` ("Line 2") begins the words of a refusal."""

    def __init__(self, raw: Any, where: str = "") -> None:
        if not isinstance(raw, dict):
            raise Unreadable(f"{where or 'It'}: an object was expected.")
        self._raw = raw
        self._where = where

    def refuse(self, name: str, words: str) -> Unreadable:
        """The refusal of one field, to raise."""
        begin = f"{self._where}: the" if self._where else "The"
        return Unreadable(f"{begin} {_CALLED.get(name, name.replace('_', ' '))} {words}.")

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._raw.get(name) is not None

    def whole(self, name: str, low: int = 0, high: int = MOST_WHOLE) -> int:
        """A whole number in a range."""
        value = self._raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(name, "is missing or is not a whole number")
        if value < low:
            raise self.refuse(name, "is less than nought" if low == 0 else f"is less than {low}")
        if value > high:
            raise self.refuse(name, "is larger than the books can hold")
        return value

    def whole_or_none(self, name: str, low: int = 0, high: int = MOST_WHOLE) -> int | None:
        return self.whole(name, low, high) if self.has(name) else None

    def flag(self, name: str) -> bool:
        """True or false, nothing else."""
        value = self._raw.get(name)
        if not isinstance(value, bool):
            raise self.refuse(name, "is neither true nor false")
        return value

    def text(self, name: str, *, most: int = MOST_TEXT, needed: bool = False, lines: bool = False) -> str:
        """Text without control characters, at most `most` characters; "" when absent."""
        value = self._raw.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise self.refuse(name, "is not text")
        # A sign that turns the direction of writing shows a name as another: nobody prints one, and it is no reason to
        # put a bill aside.
        value = "".join(sign for sign in value if sign not in _TURNING).strip()
        if needed and not value:
            raise self.refuse(name, "is empty")
        if len(value) > most:
            raise self.refuse(name, f"is longer than {most} characters")
        # Cc are control characters (NUL among them), Cs halves of a character that no database stores.
        if any(unicodedata.category(sign) in ("Cc", "Cs") and not (lines and sign in "\n\r\t") for sign in value):
            raise self.refuse(name, "has characters that cannot be printed")
        return value

    def texts(self, name: str, *, most_each: int, most: int = MOST_WHOLE) -> tuple[str, ...]:
        """A list of texts, each as `text`, none empty; () when absent."""
        if not self.has(name):
            return ()
        value = self._raw[name]
        if not isinstance(value, list) or len(value) > most:
            raise self.refuse(name, "are not a list that can be read")
        one = [Fields({name: part}, self._where).text(name, most=most_each, needed=True) for part in value]
        return tuple(one)

    def raw_text(self, name: str) -> str:
        """Text as it came, whatever is in it: it is hashed and kept, not shown."""
        value = self._raw.get(name)
        if not isinstance(value, str):
            raise self.refuse(name, "is not text")
        return value

    def id(self, name: str) -> UUID:
        value = self._raw.get(name)
        try:
            return UUID(value) if isinstance(value, str) and len(value) == 36 else self._no_id(name)
        except ValueError:
            return self._no_id(name)

    def _no_id(self, name: str) -> UUID:
        raise self.refuse(name, "is missing or is not an id")

    def id_or_none(self, name: str) -> UUID | None:
        return self.id(name) if self.has(name) else None

    def day(self, name: str) -> date:
        value = self._raw.get(name)
        try:
            if isinstance(value, str) and len(value) == 10:
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise self.refuse(name, "is not a day such as 2026-11-21")

    def instant(self, name: str) -> datetime:
        """An instant with its offset."""
        value = self._raw.get(name)
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
            # The years of the program; also keeps a turn to UTC from leaving the calendar.
            if found is not None and found.tzinfo is not None and 2000 <= found.year <= 2999:
                return found
        except ValueError:
            pass
        raise self.refuse(name, "is not a time with its offset, such as 2026-11-21T10:05:11+05:30")

    def instant_or_none(self, name: str) -> datetime | None:
        return self.instant(name) if self.has(name) else None

    def word(self, name: str, words: type[Word]) -> Word:
        """One of a few known words."""
        value = self._raw.get(name)
        try:
            return words(str(value))
        except ValueError:
            raise self.refuse(name, f"is none of {', '.join(words)}") from None

    def part(self, name: str, where: str = "") -> Fields:
        """An object inside."""
        if not isinstance(self._raw.get(name), dict):
            raise self.refuse(name, "is missing")
        return Fields(self._raw[name], where or self._where)

    def parts(self, name: str, where: str, *, least: int = 0, most: int = MOST_WHOLE) -> list[Fields]:
        """A list of objects; each is called by `where` and its number from one."""
        value = self._raw.get(name)
        if not isinstance(value, list):
            raise self.refuse(name, "is missing or is not a list")
        if not least <= len(value) <= most:
            raise self.refuse(name, f"has {len(value)} entries; {least} to {most} are possible")
        return [Fields(one, f"{where} {number}") for number, one in enumerate(value, 1)]

    def table(self, name: str, most: int = 200) -> dict[str, int]:
        """A map from text to whole numbers of nought or more; {} when absent."""
        value = self._raw.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or len(value) > most:
            raise self.refuse(name, "is not a short table")
        inner = Fields(value, self._where)
        return {key: inner.whole(key) for key in value}
