"""Pages of an import: send a sheet, name its columns, look at what would happen, commit, follow, undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.catalogue import forms, imports, lists
from webapp.catalogue.columns import FIELDS
from webapp.catalogue.imports import DONE, FAILED, UNDOING, UNDONE, UPLOADED, WAITING
from webapp.kernel.errors import BooksError
from webapp.platform import audit, exports
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

bp = Blueprint("imports", __name__, url_prefix="/items/imports")
CHUNK = 1 << 16


def upload_form(*, refusal: BooksError | None = None, **_again: Any) -> Response:
    """The page that takes a sheet, above the imports so far."""
    with read_books(current_actor()) as books:
        rows = imports.imports(books)
    return page("catalogue/imports.html", rows=rows, refusal=refusal)


@bp.get("")
@needs(Permission.IMPORT_RUN)
def list_imports() -> Response:
    return upload_form()


@bp.post("")
@needs(Permission.IMPORT_RUN)
def create_import() -> BaseResponse:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        response = upload_form(refusal=BooksError(problem=_("There was no file."), fix=_("Choose a CSV or XLSX file first.")))
        response.status_code = 422
        return response
    try:
        import_id = imports.receive(current_actor(), sent.filename, _chunks(sent.stream))
    except BooksError as refusal:
        response = upload_form(refusal=refusal)
        response.status_code = refusal.status
        return response
    return see_other(url_for("catalogue.imports.show_import", import_id=import_id))


def import_page(*, import_id: UUID, typed: Any = None, errors: Mapping[str, str] | None = None) -> Response:
    """An import where it stands: its columns and preview before it is started, its progress and result afterwards."""
    with read_books(current_actor()) as books:
        row = imports.one_import(books, import_id)
        if row.state not in {UPLOADED, FAILED}:
            return page("catalogue/import.html", row=row, job=job_of(row))
        sheet = imports.sheet_of(books, imports.import_row(books, import_id))
        classes = lists.rates_for_form(books, books.today)
        looked = _preview(books, row)
    chosen = {name: int(column) for name, column in row.mapping.items()}
    if typed is not None:
        chosen, _options = forms.parse_columns(typed)
    return page(
        "catalogue/import_columns.html",
        row=row,
        headings=sheet.headings,
        samples=[cells for _number, cells in sheet.rows[:3]],
        fields=FIELDS,
        chosen=chosen,
        options=imports.options_of(row),
        classes=classes,
        looked=looked,
        errors=errors or {},
    )


@bp.get("/<uuid:import_id>")
@needs(Permission.IMPORT_RUN)
def show_import(import_id: UUID) -> Response:
    return import_page(import_id=import_id)


@bp.post("/<uuid:import_id>/columns")
@needs(Permission.IMPORT_RUN)
@form_again(import_page)
def change_columns(import_id: UUID) -> BaseResponse:
    mapping, options = forms.parse_columns(request.form)
    with open_books(current_actor()) as books:
        imports.set_columns(books, import_id, mapping, options)
    return see_other(url_for("catalogue.imports.show_import", import_id=import_id) + "#preview")


@bp.post("/<uuid:import_id>/start")
@needs(Permission.IMPORT_RUN)
@form_again(import_page)
def create_start(import_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        imports.request_import(books, import_id)
    return see_other(url_for("catalogue.imports.show_import", import_id=import_id))


@bp.get("/<uuid:import_id>/progress")
@needs(Permission.IMPORT_RUN)
def show_progress(import_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        row = imports.one_import(books, import_id)
    return partial("catalogue/_import_progress.html", row=row, job=job_of(row))


@bp.post("/<uuid:import_id>/undo")
@needs(Permission.IMPORT_RUN)
def create_undo(import_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        imports.request_undo(books, import_id)
    return see_other(url_for("catalogue.imports.show_import", import_id=import_id))


@bp.get("/<uuid:import_id>/errors.csv")
@needs(Permission.IMPORT_RUN)
def export_errors(import_id: UUID) -> Response:
    actor = current_actor()
    with open_books(actor) as books:
        headings, _rows = imports.error_rows(books, import_id)
        audit.record(books, "export", "item_import", import_id, new={"format": "csv", "what": "errors"})
    return exports.as_csv("rows-not-imported", headings, _error_rows(actor, import_id))


def job_of(row: Any) -> dict[str, Any]:
    """An import as the progress macro shows it."""
    states = {WAITING: "waiting", DONE: "done", UNDONE: "done", FAILED: "failed"}
    is_undo = row.state in {UNDOING, UNDONE}
    return {
        "id": row.id.hex,
        "title": _("Undoing %(file)s", file=row.file_name) if is_undo else _("Importing %(file)s", file=row.file_name),
        "state": states.get(row.state, "working"),
        "done": row.rows_removed + row.rows_archived if is_undo else min(row.rows_done, row.rows_total),
        "total": row.rows_created if is_undo else row.rows_total,
        "message": row.error,
    }


def _preview(books: Books, row: Any) -> imports.Preview | None:
    return imports.preview(books, row.id) if "name" in row.mapping and ("price" in row.mapping or "mrp" in row.mapping) else None


def _error_rows(actor: Actor, import_id: UUID) -> Iterator[list[str]]:
    with read_books(actor) as books:
        yield from imports.error_rows(books, import_id)[1]


def _chunks(stream: Any) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
