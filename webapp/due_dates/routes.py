"""Pages of due dates: the list with its month, the next ones, moved days, how registrations file; and the list as files."""

from __future__ import annotations

from calendar import Calendar
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.due_dates import forms, queries, service, words
from webapp.due_dates.rules.law import FORMS
from webapp.kernel.dates import month_name
from webapp.kernel.money import plain_decimal
from webapp.platform import audit, sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.tax.rules import STATES

bp = Blueprint("due_dates", __name__)
PAGE = 100
NEXT_DAYS, NEXT_MOST = timedelta(days=10), 6


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: what forms, states and periods are called."""
    return {
        "forms_of_law": FORMS,
        "due_title": words.title_of,
        "cited": words.cited,
        "due_period": words.period_words,
        "due_states": words.state_words(),
    }


def calendar_page(*, again: tuple[str, str, str] | None = None, typed: Any = None, errors: Any = None) -> Response:
    """What is due, as filtered, with one month as a grid."""
    with read_books(current_actor()) as books:
        wanted = forms.parse_wanted(request.args, books.today)
        rows = queries.obligations(books, wanted.first, wanted.last)
        today = books.today
    found = queries.narrowed(rows, who=wanted.who, state=wanted.state, words=wanted.words)
    registrations = sorted({one.duty.who for one in rows if one.duty.who} | ({wanted.who} - {"", "-"}))
    return page(
        "due_dates/calendar.html",
        rows=found[wanted.at : wanted.at + PAGE],
        older=wanted.at + PAGE if len(found) > wanted.at + PAGE else None,
        newer=max(wanted.at - PAGE, 0) if wanted.at else None,
        any_at_all=bool(rows),
        wanted=wanted,
        registrations=registrations,
        has_business=any(not one.duty.who for one in rows),
        weeks=_weeks(wanted.month),
        by_day=queries.of_month(found, wanted.month),
        month_name=month_name,
        months=_beside(wanted.month),
        today=today,
        again=again,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/due-dates")
@needs(Permission.RETURN_READ)
def list_due_dates() -> Response:
    if wanted_format := sheets.asked_format():
        from webapp.due_dates import lists  # sheets are needed by few, and a till's process keeps what it loads

        with read_books(current_actor()) as books:
            wanted = forms.parse_wanted(request.args, books.today)
        return sheets.send(lists.sheet(wanted), wanted_format)
    return calendar_page()


@bp.get("/due-dates/next")
@needs(Permission.RETURN_READ)
def show_next() -> Response:
    """What is late or due soon, for the page of the day, which asks for it once it stands."""
    with read_books(current_actor()) as books:
        rows = queries.obligations(books, books.today - timedelta(days=90), books.today + NEXT_DAYS)
        today = books.today
    waiting = [one for one in rows if one.state in (queries.OPEN, queries.LATE) and not FORMS[one.duty.form].is_optional]
    return partial("due_dates/_next.html", rows=waiting[:NEXT_MOST], more=max(len(waiting) - NEXT_MOST, 0), today=today)


@bp.get("/due-dates/calendar.ics")
@needs(Permission.REPORT_EXPORT)
def send_calendar() -> Response:
    """What is still to be done, for another calendar."""
    from webapp.due_dates import ics, lists  # as above

    with open_books(current_actor()) as books:
        wanted = forms.parse_wanted(request.args, books.today)
        events = lists.events(lists.found(books, wanted), books.company_id)
        audit.record(books, "export", "report", "due-dates", new={"format": "ics", **wanted.address()})
        text = ics.calendar(_("Due dates"), events, books.now)
    response = Response(text.encode(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="due-dates.ics"'
    return response


@bp.post("/due-dates/filed")
@needs(Permission.RETURN_FILE)
@form_again(lambda **more: calendar_page(again=forms.read_key(request.form), **more))
def create_filed() -> BaseResponse:
    key, filed_on, reference = forms.parse_filed(request.form)
    with open_books(current_actor()) as books:
        service.note_filed(books, key, filed_on, reference)
    flash(_("Noted."), "success")
    return see_other(url_for("due_dates.list_due_dates"))


@bp.post("/due-dates/filed/ending")
@needs(Permission.RETURN_FILE)
def create_filed_ending() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.forget_filed(books, forms.read_key(request.form))
    return see_other(url_for("due_dates.list_due_dates"))


def extensions_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Days that the department moved, and the form of another."""
    with read_books(current_actor()) as books:
        rows = queries.entries(books, queries.MOVED)
    states = sorted(STATES.items(), key=lambda pair: pair[1])
    return page("due_dates/extensions.html", rows=rows, forms=words.form_words(), states=states, typed=typed or {}, errors=errors or {})


@bp.get("/due-dates/extensions")
@needs(Permission.RETURN_READ)
def list_extensions() -> Response:
    return extensions_page()


@bp.post("/due-dates/extensions")
@needs(Permission.RETURN_FILE)
@form_again(extensions_page)
def create_extension() -> BaseResponse:
    asked = forms.parse_moved(request.form)
    with open_books(current_actor()) as books:
        service.move_day(books, asked)
    return see_other(url_for("due_dates.list_extensions"))


@bp.post("/due-dates/extensions/<uuid:extension_id>/ending")
@needs(Permission.RETURN_FILE)
def create_extension_ending(extension_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.end_move(books, extension_id)
    return see_other(url_for("due_dates.list_extensions"))


def settings_page(*, gstin: str = "", typed: Any = None, errors: Any = None) -> Response:
    """How each registration files, and what the business does under income tax. `gstin` is whose form is shown again."""
    with read_books(current_actor()) as books:
        own = queries.setup(books)
    turnovers = {one.gstin: plain_decimal(one.turnover, 2) if one.turnover is not None else "" for one in own.filers}
    values: dict[str, Any] = {"filers": own.filers, "turnovers": turnovers, "payer": own.payer, "again": gstin}
    return page("due_dates/settings.html", typed=typed or {}, errors=errors or {}, **values)


@bp.get("/due-dates/settings")
@needs(Permission.RETURN_READ)
def show_settings() -> Response:
    return settings_page()


@bp.post("/due-dates/settings/registrations/<gstin>")
@needs(Permission.RETURN_FILE)
@form_again(settings_page)
def change_filer(gstin: str) -> BaseResponse:
    asked = forms.parse_filer(gstin, request.form)
    with open_books(current_actor()) as books:
        service.set_up_filer(books, asked)
    flash(_("Kept."), "success")
    return see_other(url_for("due_dates.show_settings"))


@bp.post("/due-dates/settings/business")
@needs(Permission.RETURN_FILE)
@form_again(settings_page)
def change_payer() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_up_payer(books, forms.parse_payer(request.form))
    flash(_("Kept."), "success")
    return see_other(url_for("due_dates.show_settings"))


def _weeks(month: int) -> list[list[date]]:
    return Calendar().monthdatescalendar(month // 100, month % 100)


def _beside(month: int) -> tuple[int, int]:
    """The month before and the one after."""
    year, number = divmod(month, 100)
    return (month - 1 if number > 1 else (year - 1) * 100 + 12), (month + 1 if number < 12 else (year + 1) * 100 + 1)
