"""Lists leaving the program as CSV or XLSX: streamed, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response

from webapp.kernel.dates import IST

# A cell that begins so is a formula to a spreadsheet (OWASP: CSV injection); an apostrophe makes it text again.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Rupees(int):
    """Paise, to be written as rupees with two decimals."""


class Quantity(int):
    """Thousandths, to be written with three decimals."""


def as_csv(file_name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A CSV download, written while the rows are read. UTF-8 with a byte order mark, which Excel needs to see Hindi."""

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        buffer.write("\ufeff")
        writer.writerow(headings)
        for number, row in enumerate(rows, 1):
            writer.writerow([as_text(cell) for cell in row])
            if number % 200 == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    return _download(lines(), f"{file_name}.csv", "text/csv; charset=utf-8")


def as_xlsx(file_name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """An XLSX download, built row by row on disk so that memory stays flat."""
    import xlsxwriter  # some megabytes that most processes never need

    kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives until the response has been sent
    book = xlsxwriter.Workbook(kept, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##,##0.00"})
    sheet.write_row(0, 0, list(headings), bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Rupees):
                # A spreadsheet has floats only; two decimals of any amount we hold survive them.
                sheet.write_number(number, column, cell / 100, money)
            elif isinstance(cell, Quantity):
                sheet.write_number(number, column, cell / 1000)
            elif isinstance(cell, int) and not isinstance(cell, bool):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, str(plain(cell)))
    book.close()
    kept.seek(0)

    def chunks() -> Iterator[bytes]:
        with kept:
            while chunk := kept.read(65536):
                yield chunk

    return _download(chunks(), f"{file_name}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


# What a list may leave as: the ending of an address, and who writes it.
WAYS = {"csv": as_csv, "xlsx": as_xlsx}


def as_text(cell: Any) -> str:
    """One CSV cell. Text that a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers."""
    shown = plain(cell)
    if isinstance(shown, str) and not isinstance(cell, int) and shown.startswith(_FORMULA_SIGNS):
        return "'" + shown
    return str(shown)


def plain(cell: Any) -> Any:
    """A value as an export writes it."""
    if cell is None:
        return ""
    if isinstance(cell, Rupees):
        return f"{'-' if cell < 0 else ''}{abs(cell) // 100}.{abs(cell) % 100:02d}"
    if isinstance(cell, Quantity):
        return f"{'-' if cell < 0 else ''}{abs(cell) // 1000}.{abs(cell) % 1000:03d}"
    if isinstance(cell, datetime):
        return cell.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell


def _download(body: Any, file_name: str, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
