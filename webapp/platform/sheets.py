"""A report as a file: CSV and XLSX streamed row by row, PDF drawn; each is written into the edit log.

Every room of reports sends its lists out this way. Whose business stands above a list on paper is told by the app
(`app.extensions["munim.business"]`), because companies are above this storey.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Response, current_app, request
from flask_babel import gettext as _

from webapp.kernel.errors import BooksError, Forbidden
from webapp.kernel.records import dataclass
from webapp.platform import audit, exports, tables_pdf
from webapp.platform.exports import Quantity, Rupees
from webapp.platform.permissions import Permission
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor

FORMATS = ("csv", "xlsx", "pdf")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list that may leave the program: columns, rows in the columns' order (paise and thousandths), totals for paper.

    `rows` is asked with books of its own, for a stream is read after the page's own are closed. `title` is what paper says
    above it, `name` the file's.
    """

    name: str
    title: str
    about: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[Books], Iterator[Sequence[Any]]]
    totals: Callable[[Books], tuple[Any, ...]] | None = None
    is_wide: bool = False


def asked_format() -> str:
    """The format this request asks for, or nothing for the page itself. Refuses unknown ones, and who may not export."""
    wanted = request.args.get("format", "")
    if not wanted:
        return ""
    if wanted not in FORMATS:
        raise BooksError(problem=_("Munim cannot write this kind of file."), fix=_("Choose CSV, Excel or PDF."))
    if not current_actor().may(Permission.REPORT_EXPORT):
        raise Forbidden(problem=_("Your role does not allow sending lists out."), fix=_("Ask the owner or the accountant for the file."))
    return wanted


def send(sheet: Sheet, wanted: str) -> Response:
    """The sheet as a download. That it left, who took it and with which filters, is in the edit log before it goes."""
    actor = current_actor()
    with open_books(actor) as books:
        audit.record(books, "export", "report", sheet.name, new={"format": wanted, "about": list(sheet.about), "asked": dict(request.args)})
    if wanted == "pdf":
        return _as_pdf(sheet)
    headings = [column.label for column in sheet.columns]
    kinds = [column.kind for column in sheet.columns]

    def rows() -> Iterator[Sequence[Any]]:
        with read_books(actor) as books:
            for row in sheet.rows(books):
                yield [_typed(value, kind) for value, kind in zip(row, kinds, strict=True)]

    write = exports.as_csv if wanted == "csv" else exports.as_xlsx
    return write(sheet.name, headings, rows())


def _as_pdf(sheet: Sheet) -> Response:
    with read_books(current_actor()) as books:
        paper = tables_pdf.Paper(
            business=current_app.extensions["munim.business"](books),
            title=sheet.title,
            about=(*sheet.about, *([_("Of your stores only")] if current_actor().held_to else [])),
            columns=sheet.columns,
            totals=sheet.totals(books) if sheet.totals else None,
            is_wide=sheet.is_wide,
            page_words=_("Page {page} of {pages}"),
        )
        drawn = tables_pdf.draw(paper, sheet.rows(books))
    response = Response(drawn, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.pdf"'
    return response


def _typed(value: Any, kind: str) -> Any:
    """A value as the writers of CSV and XLSX tell money and quantities from other numbers."""
    if value is None or isinstance(value, str):
        return value or ""  # a heading inside a list stands where figures do
    if kind == "amount":
        return Rupees(value)
    if kind == "qty":
        return Quantity(value)
    return value
