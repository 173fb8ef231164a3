"""The quarterly statement: its figures, what stands against it, the text file and the sheet."""

from __future__ import annotations

from flask import Response, request

from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, page
from webapp.tds import forms
from webapp.tds.blueprint import TCS, TDS, Side, bp


@bp.get("/tds/statement")
@needs(Permission.RETURN_READ)
def show_statement() -> Response:
    return statement_view(TDS)


@bp.get("/tcs/statement")
@needs(Permission.RETURN_READ)
def show_tcs_statement() -> Response:
    return statement_view(TCS)


def statement_view(side: Side) -> Response:
    """The statement of a side and quarter, as a page or a sheet."""
    from webapp.tds import lists, telling  # the rules of the statement are needed by few, and a till's process keeps what it loads
    from webapp.tds.rules.days import Quarter, statement_due

    with read_books(current_actor()) as books:
        quarter = forms.read_quarter(request.args.get("quarter", ""), books.today)
        now = Quarter.of(books.today)
        if not (wanted_format := sheets.asked_format()):
            told = telling.told(books, quarter, is_collected=side.is_collected)
    if wanted_format:
        return sheets.send(lists.statement_sheet(quarter, is_collected=side.is_collected), wanted_format)
    numbered = [Quarter(index // 4, index % 4 + 1) for index in range(now.start_year * 4 + now.number - 1, 2023 * 4 - 1, -1)]
    return page(
        "tds/statement.html", side=side, told=told, quarters=numbered, due_on=statement_due(quarter, is_collected=side.is_collected)
    )


@bp.get("/tds/statement/file")
@needs(Permission.BOOKS_TAKE)
def send_statement_file() -> Response:
    return file_view(TDS)


@bp.get("/tcs/statement/file")
@needs(Permission.BOOKS_TAKE)
def send_tcs_statement_file() -> Response:
    return file_view(TCS)


def file_view(side: Side) -> Response:
    """The text file of a side and quarter."""
    from webapp.tds import telling  # as above
    from webapp.tds.rules.statement import file_name

    with open_books(current_actor()) as books:
        quarter = forms.read_quarter(request.args.get("quarter", ""), books.today)
        made = telling.text_file(books, quarter, is_collected=side.is_collected)
        audit.record(books, "export", "report", f"{side.code}-statement", new={"quarter": str(quarter)})
    response = Response(made.encode("ascii"), mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(quarter, "27EQ" if side.is_collected else "26Q")}"'
    return response
