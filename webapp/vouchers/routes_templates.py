"""Vouchers that come again: their list, the form that makes one of a kept voucher, their end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.vouchers import naming, queries, recurring
from webapp.vouchers.blueprint import bp


@bp.get("/vouchers/templates")
@needs(Permission.VOUCHER_READ)
def list_templates() -> Response:
    with read_books(current_actor()) as books:
        found = queries.templates(books)
        names = naming.Names(books, [entry for row in found for entry in row.entries])
        rows = [(row, names.lines(row.entries), sum(max(entry.amount, 0) for entry in row.entries)) for row in found]
    return page("vouchers/templates.html", rows=rows)


def template_form(document_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The form that has a voucher come again."""
    with read_books(current_actor()) as books:
        kept = queries.document(books, document_id)
        lines = naming.Names(books, kept.entries).lines(kept.entries)
        first = recurring.after_months(kept.voucher_date, 1, kept.voucher_date.day)
    id_ = (typed or {}).get("id") or new_id()
    return page("vouchers/template_form.html", kept=kept, lines=lines, first=first, id=id_, typed=typed or {}, errors=errors or {})


@bp.get("/vouchers/documents/<uuid:document_id>/template")
@needs(Permission.VOUCHER_WRITE)
def new_template(document_id: UUID) -> Response:
    return template_form(document_id)


@bp.post("/vouchers/documents/<uuid:document_id>/template")
@needs(Permission.VOUCHER_WRITE)
@form_again(template_form)
def create_template(document_id: UUID) -> BaseResponse:
    form = request.form
    with open_books(current_actor()) as books:
        queries.document(books, document_id)
        starts_on, ends_text = read_day(form.get("starts_on", "")), form.get("ends_on", "").strip()
        ends_on = read_day(ends_text) if ends_text else None
        if starts_on is None or (ends_text and ends_on is None):
            raise InvalidInput({"starts_on" if starts_on is None else "ends_on": "Choose the day."})
        asked = recurring.TemplateCommand(
            id=read_id(form.get("id", "")) or new_id(),
            name=form.get("name", ""),
            every=form.get("every", ""),
            starts_on=starts_on,
            ends_on=ends_on,
            posts=form.get("posts") == "1",
        )
        recurring.create_template(books, document_id, asked)
        recurring.make_due(books)  # its first day may have come
    return see_other(url_for("vouchers.list_templates"))


@bp.post("/vouchers/templates/<uuid:template_id>/ending")
@needs(Permission.VOUCHER_WRITE)
def create_ending(template_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        recurring.end_template(books, template_id)
    return see_other(url_for("vouchers.list_templates"))
