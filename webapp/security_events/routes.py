"""The list of security events, the thresholds of alerts, and what is done about a person at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.kernel.dates import IST
from webapp.kernel.ids import read_id
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.security_events import forms, queries, rules, service, words

bp = Blueprint("security_events", __name__)
PAGE = 50


@bp.get("/security-events")
@needs(Permission.EDIT_LOG_READ)
def list_events() -> Response:
    wanted = forms.parse_wanted(request.args)
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    before, address = read_id(request.args.get("before", "")), forms.address_of(wanted)
    with read_books(current_actor()) as books:
        found = queries.events(books, wanted, before, PAGE + 1)
        people = [(one.user_id.hex, one.name) for one in identity.members(books.session, books.company_id)]
    rows = found[:PAGE]
    shown: dict[str, Any] = {
        "rows": rows,
        "further": rows[-1].id.hex if len(found) > PAGE else None,
        "wanted": wanted,
        "address": address,
        "people": people,
        "kinds": words.kind_words(),
        "advice": words.advice(),
        "own_id": current_actor().user_id,
    }
    return page("security_events/events.html", **shown)


def _sheet(wanted: queries.Wanted) -> Sheet:
    columns = (
        Column(_("When"), "text", 16),
        Column(_("What"), "text", 26),
        Column(_("Who"), "text", 18),
        Column(_("How often"), "number", 8),
        Column(_("From where"), "text", 18),
        Column(_("Details"), "text", 30),
    )
    kinds = words.kind_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in queries.every_event(books, wanted):
            at = one.at.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S")
            yield at, kinds.get(one.kind, one.kind), one.user_name, one.count, one.place, one.detail

    return Sheet("security-events", _("Security events"), (), columns, rows, is_wide=True)


@bp.post("/security-events/people/<uuid:user_id>/end-of-sign-ins")
@needs(Permission.MEMBER_WRITE)
def create_end_of_sign_ins(user_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.end_sign_ins(books, user_id)
    flash(_("The sign-ins of this person into the business are ended, and the tokens that act in the same name."), "success")
    return see_other(url_for("security_events.list_events"))


def thresholds_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The figures that hold today, and the form to change one from a day on."""
    with read_books(current_actor()) as books:
        own, today = queries.own_thresholds(books), books.today
    shown: dict[str, Any] = {
        "now": rules.thresholds(today, own),
        "own": sorted(own, key=lambda one: (one[1], one[0]), reverse=True),
        "today": today,
        "typed": typed or {},
        "errors": errors or {},
        "kinds": words.kind_words(),
        "threshold_words": words.threshold_words(),
        "judged": rules.JUDGED,
    }
    return page("security_events/thresholds.html", **shown)


@bp.get("/security-events/thresholds")
@needs(Permission.EDIT_LOG_READ)
def show_thresholds() -> Response:
    return thresholds_page()


@bp.post("/security-events/thresholds")
@needs(Permission.SECOND_STEP_ASK)
@form_again(thresholds_page)
def create_threshold() -> BaseResponse:
    rule, most, since = forms.parse_threshold(request.form)
    with open_books(current_actor()) as books:
        service.set_threshold(books, rule, most, since)
    flash(_("Kept. It holds from that day on."), "success")
    return see_other(url_for("security_events.show_thresholds"))
