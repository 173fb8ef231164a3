"""Pages of locked months: what is locked, by whom and why; locked days that some may enter for a while."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.company import forms, locks
from webapp.company.routes import bp
from webapp.company.rules import SCOPES
from webapp.kernel.dates import month_name, month_of
from webapp.kernel.text import clean_text
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def locks_form(*, typed: Any = None, errors: Any = None, **_arguments: Any) -> Response:
    """What is locked and opened, and the two forms that change it."""
    with read_books(current_actor()) as books:
        every = locks.period_locks(books)
        openings = locks.period_openings(books)
        now, today = books.now, books.today
    return page(
        "company/locks.html",
        standing=sorted((one for one in every if one.unlocked_at is None), key=lambda one: (-one.month, SCOPES.index(one.scope))),
        past=[one for one in every if one.unlocked_at is not None][:50],
        openings=openings,
        now=now,
        today=today,
        month_now=month_of(today),
        month_name=month_name,
        scopes=scope_words(),
        hours=hour_words(),
        typed=typed,
        errors=errors or {},
    )


def scope_words() -> dict[str, str]:
    """What each part of the books is called."""
    return {
        "all": _("Everything"),
        "sales": _("Sales and returns"),
        "purchases": _("Purchases"),
        "money": _("Receipts and payments"),
        "journal": _("Journals"),
        "stock": _("Stock"),
    }


def hour_words() -> list[tuple[str, str]]:
    """For how long locked days can be opened."""
    return [("1", _("One hour")), ("4", _("Four hours")), ("24", _("One day")), ("72", _("Three days")), ("168", _("One week"))]


@bp.get("/settings/period-locks")
@needs(Permission.PERIOD_LOCK)
def show_locks() -> Response:
    return locks_form()


@bp.post("/settings/period-locks")
@needs(Permission.PERIOD_LOCK)
@form_again(locks_form)
def create_period_lock() -> BaseResponse:
    first = forms.parse_month(request.form.get("month", ""))
    last = forms.parse_month(request.form.get("last_month", "") or str(first), "last_month")
    with open_books(current_actor()) as books:
        locks.lock_months(books, first, last, request.form.getlist("scope") or ["all"], clean_text(request.form.get("reason", "")))
    return see_other(url_for("company.show_locks"))


@bp.post("/settings/period-locks/<int:month>/release")
@needs(Permission.PERIOD_LOCK)
def create_period_release(month: int) -> BaseResponse:
    scope = request.form.get("scope")
    with open_books(current_actor()) as books:
        locks.unlock_month(books, month, clean_text(request.form.get("reason", "")), scope if scope in SCOPES else None)
    return see_other(url_for("company.show_locks"))


@bp.post("/settings/period-openings")
@needs(Permission.PERIOD_LOCK)
@form_again(locks_form)
def create_period_opening() -> BaseResponse:
    draft = forms.parse_opening(request.form, request.form.getlist("opening_scope"))
    with open_books(current_actor()) as books:
        locks.open_days(books, draft)
    flash(_("These days are open for a while."), "success")
    return see_other(url_for("company.show_locks") + "#openings")


@bp.post("/settings/period-openings/<uuid:opening_id>/end")
@needs(Permission.PERIOD_LOCK)
def create_opening_end(opening_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        locks.close_opening(books, opening_id)
    return see_other(url_for("company.show_locks") + "#openings")
