"""The page of background work, and what a person may do about a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.background import forms, machine, queries, routes_machine, rules, service, words
from webapp.background.blueprint import bp
from webapp.background.queries import Place, Wanted
from webapp.kernel.dates import ist_day
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page, see_other

__all__ = ["bp", "routes_machine"]
PAGE, PART, MOST_GIVEN_UP = 50, 500, 20


@bp.get("/background-work")
@needs(Permission.JOB_MANAGE)
def list_jobs() -> Response:
    wanted = forms.parse_wanted(request.args, words.job_words())
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    after, address = forms.read_place(request.args.get("after", "")), forms.address_of(wanted)
    with read_books(current_actor()) as books:
        found = queries.jobs(books, wanted, after, PAGE + 1)
        dead = queries.given_up(books, MOST_GIVEN_UP) if not address and after is None else []
    rows = found[:PAGE]
    further = forms.write_place(Place(rows[-1].event_id, rows[-1].name)) if len(found) > PAGE else None
    shown: dict[str, Any] = {
        "rows": rows,
        "dead": dead,
        "further": further,
        "wanted": wanted,
        "address": address,
        "is_moving": any(one.state in rules.MOVING for one in rows),
        "has_machine": current_actor().may(Permission.COMPANY_WRITE) and machine.is_machine_owners(current_actor()),
    }
    return page("background/jobs.html", rules=rules, **shown)


@bp.post("/background-work/<uuid:fact_id>/<job>/try")
@needs(Permission.JOB_MANAGE)
def create_try(fact_id: UUID, job: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.try_again(books, fact_id, job)
    flash(_("It is tried again."), "success")
    return see_other(url_for("background.list_jobs"))


@bp.post("/background-work/<uuid:fact_id>/<job>/cancellation")
@needs(Permission.JOB_MANAGE)
def create_cancellation(fact_id: UUID, job: str) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.cancel(books, fact_id, job)
    flash(_("It is cancelled."), "success")
    return see_other(url_for("background.list_jobs"))


def _sheet(wanted: Wanted) -> Sheet:
    columns = (
        Column(_("Day"), "day", 11),
        Column(_("Job"), "text", 30),
        Column(_("Status"), "text", 18),
        Column(_("Tries"), "number", 7),
        Column(_("Trouble"), "text", 34),
    )
    called, states, troubles = words.job_words(), words.state_words(), words.trouble_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place: Place | None = None
        while found := queries.jobs(books, wanted, place, PART):
            for one in found:
                trouble = troubles[rules.error_words(one.error)] if one.error else ""
                yield (ist_day(one.created_at), called[one.name], states[one.state][0], one.tries, trouble)
            place = Place(found[-1].event_id, found[-1].name)

    return Sheet("background-work", _("Background work"), (), columns, rows)
