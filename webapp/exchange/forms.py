"""Which books: a format and days, from a form, an address or the console."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from webapp.exchange.rules import Format, Span, read_format
from webapp.kernel.errors import InvalidInput

# No shop has books outside these years; a year typed by halves ("0020") is a slip of the hand.
_YEARS = range(1990, 2100)


def read_asked(typed: Mapping[str, str]) -> tuple[Format, Span]:
    """The format and the days `from` and `to`, either of which may be left out. InvalidInput by field; UnknownFormat."""
    days = {name: typed.get(name, "").strip() for name in ("from", "to")}
    read = {name: _day(text) for name, text in days.items()}
    errors = {name: "Type the day as 2026-04-01, or leave it empty." for name, text in days.items() if text and read[name] is None}
    first, last = read["from"], read["to"]
    if first and last and first > last:
        errors["to"] = "The last day is before the first. Choose a later one, or leave it empty."
    if errors:
        raise InvalidInput(errors)
    return read_format(typed.get("format", "")), Span(first, last)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None
