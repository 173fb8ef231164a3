"""Screens of the marks on disputed and doubtful dues: all of them, a new one, the end of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.final_accounts import doubts, forms
from webapp.final_accounts.blueprint import bp
from webapp.kernel.dates import read_day
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def marks_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Every mark, and the form of a new one with what was typed."""
    with read_books(current_actor()) as books:
        found, names, today = doubts.marks(books), doubts.open_parties(books), books.today
    values = typed or {"party": request.args.get("party", "")[:100], "since": today.isoformat()}
    return page(
        "final_accounts/due_marks.html",
        marks=found,
        names=names,
        today=today,
        values=values,
        errors=errors or {},
        id=values.get("id") or new_id(),
    )


@bp.get("/schedule-iii/dues")
@needs(Permission.CHART_WRITE)
def list_marks() -> Response:
    return marks_page()


@bp.post("/schedule-iii/dues")
@needs(Permission.CHART_WRITE)
@form_again(marks_page)
def create_mark() -> BaseResponse:
    with open_books(current_actor()) as books:
        made = doubts.mark_dues(books, forms.parse_mark(request.form, books.today))
    flash(_("The dues of %(name)s are marked.", name=made.party), "success")
    return see_other(url_for("final_accounts.list_marks"))


@bp.post("/schedule-iii/dues/<uuid:mark_id>/ending")
@needs(Permission.CHART_WRITE)
def create_mark_ending(mark_id: UUID) -> BaseResponse:
    text = request.form.get("until", "").strip()
    until = read_day(text) if text else None
    if text and until is None:
        raise Conflict(problem="This is no day.", fix="Choose the first day on which it holds no more.")
    with open_books(current_actor()) as books:
        doubts.end_mark(books, mark_id, until or books.today)
    return see_other(url_for("final_accounts.list_marks"))
