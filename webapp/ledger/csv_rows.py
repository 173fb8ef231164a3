"""A small CSV of masters or openings, as rows by heading. Nothing in it is believed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from webapp.kernel.errors import BooksError
from webapp.kernel.text import clean_text, folded

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000


def read_rows(content: bytes, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV with their line numbers; each has every name of `columns`, which maps a name to the headings it goes by.

    BooksError when it is no text, too much, has none of the `needed` columns, or no row.
    """
    if len(content) > MOST_BYTES:
        raise BooksError(problem="This file is larger than 2 MB.", fix="Split it, and send the parts one after the other.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BooksError(
            problem="This file is no CSV in UTF-8.", fix="In the spreadsheet choose Save as, CSV UTF-8, then send it again."
        ) from None
    try:
        lines = [row for row in csv.reader(io.StringIO(text, newline=""), strict=False) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise BooksError(problem="This file is no CSV.", fix="In the spreadsheet choose Save as, CSV UTF-8, then send it again.") from None
    if len(lines) < 2:
        raise BooksError(problem="This file has no rows.", fix="The first row holds the headings, each row below it one entry.")
    if len(lines) - 1 > MOST_ROWS:
        raise BooksError(problem=f"This file has more than {MOST_ROWS} rows.", fix="Split it, and send the parts one after the other.")
    places = _places(lines[0], columns)
    missing = [columns[name][0] for name in needed if name not in places]
    if missing:
        raise BooksError(
            problem=f"This file has no column {missing[0]}.", fix="Download the list as CSV to see the headings, and keep them."
        )
    return [
        (number, {name: _cell(row, places[name]) if name in places else "" for name in columns})
        for number, row in enumerate(lines[1:], start=2)
    ]


def _places(headings: list[str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    known = {folded(words): name for name, called in columns.items() for words in called}
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = known.get(folded(heading))
        if name is not None and name not in found:
            found[name] = place
    return found


def _cell(row: list[str], place: int) -> str:
    text = row[place].replace("\x00", "") if place < len(row) else ""
    if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"}:  # our own exports make formulas harmless so
        text = text[1:]
    return clean_text(text)
