"""Screens of the marks for tax deducted at source: all of them, a new one, the end of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.text import clean_text
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.vouchers import heads, tds
from webapp.vouchers.blueprint import bp


def marks_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Every mark, and the form of a new one with what was typed."""
    with read_books(current_actor()) as books:
        found = tds.marks(books)
        names = [one.label for one in heads.all_heads(books, heads.Chart(books), books.today)[0]]
    return page("vouchers/tds_marks.html", marks=found, names=names, values=typed or {}, errors=errors or {})


@bp.get("/vouchers/tds")
@needs(Permission.CHART_WRITE)
def list_tds_marks() -> Response:
    return marks_page()


@bp.post("/vouchers/tds")
@needs(Permission.CHART_WRITE)
@form_again(marks_page)
def create_tds_mark() -> BaseResponse:
    form = request.form
    with open_books(current_actor()) as books:
        tds.mark_head(books, clean_text(form.get("name", ""))[:300], form.get("kind", ""), form.get("payee", ""))
    flash(_("Vouchers now propose the deduction."), "success")
    return see_other(url_for("vouchers.list_tds_marks"))


@bp.post("/vouchers/tds/<uuid:head_id>/ending")
@needs(Permission.CHART_WRITE)
def create_tds_ending(head_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        tds.end_mark(books, head_id)
    return see_other(url_for("vouchers.list_tds_marks"))
