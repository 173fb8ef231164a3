"""Pages of the days of rest: the listed ones of a year and the business's own, which are entered, changed and taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.dunning import forms, holidays, queries, service
from webapp.dunning.blueprint import bp, festival_words
from webapp.dunning.queries import OwnDay, RestDay
from webapp.kernel.dates import read_day
from webapp.kernel.errors import NotFound
from webapp.kernel.text import clean_text, folded
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def holidays_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Days of rest of a year: the listed ones and the business's own."""
    words, start = _words_asked(), _place_asked()
    with read_books(current_actor()) as books:
        kept, year = queries.policy(books), _year_asked(books)
        every = queries.days_of_rest(books, year)
    found = _called(every, words)
    return page(
        "dunning/holidays.html",
        rows=found[start : start + queries.PAGE],
        earlier=max(start - queries.PAGE, 0) if start else None,
        later=start + queries.PAGE if len(found) > start + queries.PAGE else None,
        words=words,
        year=year,
        knows_festivals=holidays.has_festivals(year),
        has_own=any(not one.source for one in every),
        kept=kept,
        typed=typed or {},
        errors=errors or {},
    )


def _words_asked() -> str:
    return clean_text(request.args.get("q", ""))[:100]


def _year_asked(books: Books) -> int:
    asked = request.args.get("year", "")
    return int(asked) if len(asked) == 4 and asked.isascii() and asked.isdigit() and 2000 <= int(asked) < 2100 else books.today.year


def _place_asked() -> int:
    """At which row the page begins."""
    text = request.args.get("at", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _called(every: list[RestDay], words: str) -> list[RestDay]:
    """Those whose name, as the page says it, has all these words."""
    names, wanted = festival_words(), folded(words).split()
    return [one for one in every if all(word in folded(names.get(one.name, one.name)) for word in wanted)]


def _sheet(year: int, words: str) -> Sheet:
    columns = (
        Column(_("Day"), "day", 12),
        Column(_("What it is"), "text", 30),
        Column(_("Status"), "text", 20),
        Column(_("Source"), "text", 38),
    )
    names, sent, rests = festival_words(), _("Sent all the same"), _("Nothing is sent")
    entered = _("Entered here")

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in _called(queries.days_of_rest(books, year), words):
            source = names.get(one.source, one.source) or entered
            yield one.day, names.get(one.name, one.name), sent if one.is_worked else rests, source

    return Sheet("days-of-rest", _("Days of rest %(year)s", year=year), (), columns, rows)


@bp.get("/dunning/holidays")
@needs(Permission.MESSAGE_READ)
def list_holidays() -> BaseResponse:
    if wanted_format := sheets.asked_format():
        with read_books(current_actor()) as books:
            year = _year_asked(books)
        return sheets.send(_sheet(year, _words_asked()), wanted_format)
    return holidays_page()


@bp.post("/dunning/holidays")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(holidays_page)
def create_holiday() -> BaseResponse:
    day, name = forms.parse_holiday(request.form)
    with open_books(current_actor()) as books:
        service.rest_on(books, day, name)
    return see_other(url_for("dunning.list_holidays", year=day.year))


def holiday_form(*, rest_day: str, typed: Any = None, errors: Any = None) -> Response:
    """A day of one's own, to be changed."""
    own = _own_day(rest_day)
    values = typed or {"day": own.day.isoformat(), "name": own.name}
    return page("dunning/holiday.html", own=own, values=values, errors=errors or {})


@bp.get("/dunning/holidays/<rest_day>")
@needs(Permission.NOTIFICATION_WRITE)
def show_holiday(rest_day: str) -> Response:
    return holiday_form(rest_day=rest_day)


@bp.post("/dunning/holidays/<rest_day>")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(holiday_form)
def change_holiday(rest_day: str) -> BaseResponse:
    earlier = _own_day(rest_day)
    day, name = forms.parse_holiday(request.form)
    with open_books(current_actor()) as books:
        service.change_day(books, earlier.day, day, name)
    flash(_("The day is kept."), "success")
    return see_other(url_for("dunning.list_holidays", year=day.year))


@bp.post("/dunning/holidays/<rest_day>/working")
@needs(Permission.NOTIFICATION_WRITE)
def create_working_day(rest_day: str) -> BaseResponse:
    return _of_day(rest_day, service.work_on)


@bp.post("/dunning/holidays/<rest_day>/ending")
@needs(Permission.NOTIFICATION_WRITE)
def create_holiday_ending(rest_day: str) -> BaseResponse:
    return _of_day(rest_day, service.forget_day)


def _of_day(text: str, act: Callable[[Books, date], None]) -> BaseResponse:
    day = _read(text)
    with open_books(current_actor()) as books:
        act(books, day)
    return see_other(url_for("dunning.list_holidays", year=day.year))


def _own_day(text: str) -> OwnDay:
    """The day of one's own that an address names. NotFound."""
    day = _read(text)
    with read_books(current_actor()) as books:
        own = queries.own_day(books, day)
    if own is None or own.is_open:
        raise NotFound("holiday")
    return own


def _read(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise NotFound("holiday")
    return day
