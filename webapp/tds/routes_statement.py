"""The quarterly statement: its figures, what stands against it, the text file and the sheet."""

from __future__ import annotations

from flask import Response, request

from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, page
from webapp.tds import forms
from webapp.tds.blueprint import bp


@bp.get("/tds/statement")
@needs(Permission.RETURN_READ)
def show_statement() -> Response:
    from webapp.tds import lists, telling  # the rules of the statement are needed by few, and a till's process keeps what it loads
    from webapp.tds.rules.days import Quarter, statement_due

    with read_books(current_actor()) as books:
        quarter = forms.read_quarter(request.args.get("quarter", ""), books.today)
        now = Quarter.of(books.today)
        if not (wanted_format := sheets.asked_format()):
            told = telling.told(books, quarter)
    if wanted_format:
        return sheets.send(lists.statement_sheet(quarter), wanted_format)
    numbered = [Quarter(index // 4, index % 4 + 1) for index in range(now.start_year * 4 + now.number - 1, 2023 * 4 - 1, -1)]
    return page("tds/statement.html", told=told, quarters=numbered, due_on=statement_due(quarter))


@bp.get("/tds/statement/file")
@needs(Permission.BOOKS_TAKE)
def send_statement_file() -> Response:
    from webapp.tds import telling  # as above
    from webapp.tds.rules.statement import file_name

    with open_books(current_actor()) as books:
        quarter = forms.read_quarter(request.args.get("quarter", ""), books.today)
        made = telling.text_file(books, quarter)
        audit.record(books, "export", "report", "tds-statement", new={"quarter": str(quarter)})
    response = Response(made.encode("ascii"), mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(quarter)}"'
    return response
