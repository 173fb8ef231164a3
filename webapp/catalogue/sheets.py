"""Sheets from outside, CSV or XLSX, read as rows of text. Nothing in them is believed, and nothing in them is run.

A formula's cell is the figure the sheet itself last showed, or its own text; it is never worked out here.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import zip_longest
from numbers import Integral, Real
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass

MOST_BYTES = 20_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 100
MOST_CELL = 32_767  # what a spreadsheet's cell holds
# A zip bomb unpacks to far more than it weighs. Honest sheets shrink 5 to 20 times.
MOST_ENTRIES = 2_000
MOST_UNPACKED = 120_000_000
UNPACKED_WITHOUT_QUESTION = 20_000_000
MOST_RATIO = 100

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = {chr(code) for code in range(32)} - {"\t", "\r", "\n", "\f", "\v"} | {"\x7f"} | {chr(code) for code in range(128, 160)}


class UnreadableSheet(BooksError):
    """The file is no sheet we can read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's headings and its rows, each with the number it has in the file (the headings' row is 1 when it is first)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str  # "xlsx", or how the CSV's text was written


def read_sheet(path: Path) -> Sheet:
    """Read a stored file. UnreadableSheet, with what to do, when it is no sheet, is written strangely, or is too much."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_ZIP):
        return _sheet(_xlsx_rows(path), "xlsx")
    if start.startswith(_OLD_EXCEL):
        raise UnreadableSheet(
            problem="This is a file of the old Excel (XLS) or has a password.", fix="Save it as XLSX or CSV without a password."
        )
    text, encoding = _decoded(path.read_bytes())
    return _sheet(_csv_rows(text), encoding)


def _sheet(rows: Iterable[list[str]], encoding: str) -> Sheet:
    headings: tuple[str, ...] | None = None
    kept: list[tuple[int, tuple[str, ...]]] = []
    for number, row in enumerate(rows, 1):
        cells = tuple(_unquoted(cell.strip()) for cell in row)
        while cells and not cells[-1]:
            cells = cells[:-1]
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise UnreadableSheet(
                problem=f"Row {number} has {len(cells)} columns.", fix=f"Remove columns until there are at most {MOST_COLUMNS}."
            )
        if any(len(cell) > MOST_CELL for cell in cells):
            raise UnreadableSheet(
                problem=f"Row {number} has a cell of more than {MOST_CELL:,} characters.",
                fix="A quotation mark may be missing there. Correct the row and send the file again.",
            )
        if headings is None:
            headings = cells
            continue
        if len(kept) == MOST_ROWS:
            raise UnreadableSheet(problem=f"The sheet has more than {MOST_ROWS:,} rows.", fix="Split it and import the parts one by one.")
        kept.append((number, cells))
    if headings is None or not kept:
        raise UnreadableSheet(
            problem="The sheet has no rows of items.", fix="Put headings in the first row and one item in each row below."
        )
    return Sheet(headings, tuple(kept), encoding)


def _unquoted(cell: str) -> str:
    """Text that our own export kept from being a formula by an apostrophe, as it was before."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


# CSV ------------------------------------------------------------------------------------------------------------------


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return _plain(content.decode(encoding)), encoding.removesuffix("-sig")
            except UnicodeError:
                raise _strange_text() from None
    if b"\0" in content:
        return _plain(_utf16_without_mark(content)), "utf-16"
    for encoding in ("utf-8", "cp1252"):
        try:
            return _plain(content.decode(encoding)), encoding
        except UnicodeError:
            continue
    raise _strange_text()


def _utf16_without_mark(content: bytes) -> str:
    # Plain letters in UTF-16 have a zero in every other byte, and which one tells the order.
    head = content[:2000]
    if len(content) % 2 == 0:
        for order, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
            zeros = head[offset::2].count(0)
            if zeros * 10 >= len(head[offset::2]) * 3 and not head[1 - offset :: 2].count(0):
                try:
                    return content.decode(order)
                except UnicodeError:
                    break
    raise _strange_text()


def _plain(text: str) -> str:
    # Pictures, programs and other scripts' encodings show themselves by control signs that no sheet has.
    if not _CONTROLS.isdisjoint(text):
        raise _strange_text()
    return text


def _strange_text() -> UnreadableSheet:
    return UnreadableSheet(
        problem="This file is not a sheet, or its text is written in a way we cannot read.",
        fix="Open it in your spreadsheet program and save it as XLSX, or as “CSV UTF-8”.",
    )


def _csv_rows(text: str) -> Iterator[list[str]]:
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t|", key=first_line.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise UnreadableSheet(
            problem=f"The CSV breaks off: {error}.",
            fix="A quotation mark may be missing. Save the file again from your spreadsheet program.",
        ) from None


# XLSX -----------------------------------------------------------------------------------------------------------------


# What openpyxl and the libraries below it (defusedxml too, whose refusals are ValueErrors) raise for a file that is not what it says.
# Its InvalidFileException is not among them: it is about names of files, and ours are opened.
_DAMAGED = (
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    LookupError,
    ValueError,
    OSError,
    EOFError,
    AttributeError,
    TypeError,
)


def _xlsx_rows(path: Path) -> Iterator[list[str]]:
    _refuse_bomb(path)
    try:
        written = _values(path, shown=False)
        has_formula = any(isinstance(cell, str) and cell.startswith("=") for row in written for cell in row)
        shown = _values(path, shown=True) if has_formula else written
    except UnreadableSheet:
        raise
    except _DAMAGED:
        raise UnreadableSheet(
            problem="This XLSX file is damaged or not a spreadsheet.",
            fix="Open it in your spreadsheet program and save it again as XLSX or CSV.",
        ) from None
    for row, seen in zip_longest(written, shown, fillvalue=()):
        yield [_text(cell if other is None else other) for cell, other in zip_longest(row, seen)]


def _refuse_bomb(path: Path) -> None:
    """Look at the zip's list of contents before anything is unpacked. What it declares is also all that is ever unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except _DAMAGED:  # a list of contents that no program writes, too, such as one of a later format
        raise UnreadableSheet(problem="This file is damaged.", fix="Save it again from your spreadsheet program.") from None
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    is_bomb = len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED
    is_bomb = is_bomb or (unpacked > UNPACKED_WITHOUT_QUESTION and unpacked > MOST_RATIO * packed)
    if is_bomb:
        raise UnreadableSheet(
            problem="This XLSX unpacks to far more than a sheet of items holds, so it was not opened.",
            fix="Copy the rows into a new sheet and save that, or save it as CSV.",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableSheet(problem="This file has a password.", fix="Save it without one, then send it again.")
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise UnreadableSheet(problem="This is a zip file, not a spreadsheet.", fix="Unpack it and send the XLSX or CSV file inside.")


def _values(path: Path, *, shown: bool) -> list[tuple[Any, ...]]:
    import openpyxl  # 8 MB that most processes never need

    with path.open("rb") as file:  # by its content: our own names for files have no ending that openpyxl would accept
        book = openpyxl.load_workbook(file, read_only=True, data_only=shown, keep_links=False)
        sheet = book.worksheets[0]
        # A sheet may claim a million rows it does not have; what is there counts.
        sheet.reset_dimensions()
        rows: list[tuple[Any, ...]] = []
        for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            if len(rows) > 2 * MOST_ROWS:
                raise UnreadableSheet(
                    problem=f"The sheet has more than {MOST_ROWS:,} rows.", fix="Split it and import the parts one by one."
                )
            rows.append(row)
        return rows


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Real) and not isinstance(cell, Integral):  # a spreadsheet has floats only
        # Fifteen digits are what a spreadsheet shows and keeps; the rest is the noise of its floats.
        return f"{cell:.15g}" if "e" not in f"{cell:.15g}" else f"{cell:.5f}".rstrip("0").rstrip(".")
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
