"""The page that sends the books out for another program: at once when they are few, made by a job when they are many.

A file holds the whole ledger, so no link opens it without signing in: it asks for the permission again when it is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.exchange import forms, queries, service
from webapp.exchange.queries import LedgerFile
from webapp.exchange.rules import Format, Span
from webapp.kernel.errors import Conflict, NotFound
from webapp.platform import storage
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other

bp = Blueprint("exchange", __name__)
MIMETYPE = "text/plain; charset=utf-8"


class NotYet(Conflict):
    """The file is still being made."""

    def __init__(self) -> None:
        super().__init__(problem="This file is still being made.", fix="Wait a moment and open it again.")


def _draw(*, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> Response:
    with read_books(current_actor()) as books:
        files = queries.newest_files(books)
    return page("exchange/ledger_files.html", files=files, typed=typed or {"format": Format.BEANCOUNT}, errors=errors or {}, words=_words())


@bp.get("/ledger-files")
@needs(Permission.BOOKS_TAKE)
def list_ledger_files() -> Response:
    return _draw()


@bp.post("/ledger-files")
@needs(Permission.BOOKS_TAKE)
@identity.require_fresh
@form_again(_draw)
def create_ledger_file() -> BaseResponse:
    wanted, span = forms.read_asked(request.form)
    with open_books(current_actor()) as books:
        is_long = queries.count_vouchers(books, span, service.MOST_AT_ONCE + 1) > service.MOST_AT_ONCE
        if is_long:
            service.ask_file(books, wanted, span)
    if is_long:
        return see_other(url_for("exchange.list_ledger_files"))
    days: dict[str, Any] = {name: day.isoformat() for name, day in (("from", span.first_day), ("to", span.last_day)) if day}
    return see_other(url_for("exchange.ledger_text", format=wanted.value, **days))


@bp.get("/ledger-text")
@needs(Permission.BOOKS_TAKE)
def ledger_text() -> Response:
    """The file, written while it is read from the register."""
    actor = current_actor()
    wanted, span = forms.read_asked({"format": Format.BEANCOUNT.value, **request.args})
    with open_books(actor) as books:
        service.note_export(books, wanted, span)

    def pieces() -> Iterator[str]:
        with read_books(actor) as books:
            yield from service.export_text(books, wanted, span)

    response = Response(pieces(), mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(wanted, span)}"'
    return response


@bp.get("/ledger-files/<uuid:ledger_file_id>")
@needs(Permission.BOOKS_TAKE)
def show_ledger_file(ledger_file_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        return partial("exchange/_ledger_file.html", file=_asked(books, ledger_file_id), words=_words())


@bp.get("/ledger-files/<uuid:ledger_file_id>/content")
@needs(Permission.BOOKS_TAKE)
def show_content(ledger_file_id: UUID) -> BaseResponse:
    with read_books(current_actor()) as books:
        file = _asked(books, ledger_file_id)
        if file.state != "ready":
            raise NotYet
        content = storage.open_file(books.company_id, queries.storage_key(file.id, file.format))
    name = f"munim{Format(file.format).suffix}"
    return send_file(content, mimetype=MIMETYPE, as_attachment=True, download_name=name)


def _asked(books: Books, file_id: UUID) -> LedgerFile:
    found = queries.asked_file(books, file_id)
    if found is None:
        raise NotFound("file")
    return found


def _file_name(wanted: Format, span: Span) -> str:
    days = [day.isoformat() for day in (span.first_day, span.last_day) if day]
    return f"{'-'.join(['munim', *days])}{wanted.suffix}"


def _words() -> dict[str, str]:
    return {Format.BEANCOUNT: _("Beancount"), Format.LEDGER: _("hledger or Ledger")}
