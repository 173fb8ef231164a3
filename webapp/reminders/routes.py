"""Pages of reminders: whom to remind, one party with message and letter, the days of the steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import links, outstandings, parties
from webapp.company import profile
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.text import clean_text
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.reminders import letters, queries, rules, service
from webapp.reminders.queries import Due
from webapp.reminders.rules import ReminderCommand

bp = Blueprint("reminders", __name__)
PAGE = 50


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: what steps, ways and states are called."""
    return {"step_words": step_words(), "way_words": way_words(), "state_words": state_words()}


def step_words() -> dict[int, str]:
    return {1: _("First reminder"), 2: _("Second reminder"), 3: _("Final reminder")}


def way_words() -> dict[str, str]:
    return {"whatsapp": "WhatsApp", "sms": "SMS", "letter": _("Letter"), "call": _("Call"), "visit": _("Visit")}


def state_words() -> dict[str, str]:
    return {rules.TO_REMIND: _("To remind today"), rules.PROMISED: _("Has promised"), rules.REMINDED: _("Reminded lately")}


@bp.get("/reminders")
@needs(Permission.REPORT_READ)
def list_due() -> Response:
    wanted_format, sought = sheets.asked_format(), clean_text(request.args.get("q", ""))[:100]
    asked = request.args.get("state", rules.TO_REMIND)
    state = asked if asked in rules.STATES else ""
    if wanted_format:
        return sheets.send(_sheet(sought, state), wanted_format)
    with read_books(current_actor()) as books:
        days, today = queries.steps(books), books.today
        every = queries.due_list(books, words=sought, days=days)
    found = [one for one in every if not state or one.state == state]
    after = request.args.get("after", "")
    start = next((number for number, one in enumerate(found, start=1) if str(one.party_id) == after), 0)
    return page(
        "reminders/reminders.html",
        found=found[start : start + PAGE],
        total=sum(one.overdue for one in found),
        after=found[start + PAGE - 1].party_id if len(found) > start + PAGE else None,
        any_late=bool(every),
        days=days,
        today=today,
        state=state,
        words=sought,
    )


def _sheet(sought: str, state: str) -> Sheet:
    steps, states = step_words(), state_words()
    columns = (
        Column(_("Party"), "text", 24),
        Column(_("Phone"), "code", 15),
        Column(_("Step"), "text", 15),
        Column(_("Status"), "text", 15),
        Column(_("Reminded on"), "day", 12),
        Column(_("Promised for"), "day", 12),
        Column(_("Overdue"), "amount", 14),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in queries.due_list(books, words=sought):
            if not state or one.state == state:
                last = one.last
                told = (last.reminded_on if last else "", last.promised_on or "" if last else "")
                yield one.name, one.phone, steps[one.step], states[one.state], *told, one.overdue

    return Sheet("reminders", _("Reminders"), (), columns, rows)


def party_page(party_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One party: what is late, the message, the letter, what was said before, and the form that notes a reminder."""
    language = _language()
    with read_books(current_actor()) as books:
        party, shop = parties.party_row(books, party_id), profile(books).name
        due = _due(books, party_id)
        items, said, today = queries.late_items(books, party_id), queries.reminders_of(books, party_id), books.today
        shared = links.links_of(books, outstandings.STATEMENT, party_id)
        address = links.address(books.company_id, shared[0]) if shared else ""
    overdue = sum(item.open for item in items)
    text = letters.message(shop, party.name, overdue, items[0].due_on if items else None, address, language)
    return page(
        "reminders/party.html",
        party=party,
        due=due,
        items=items,
        overdue=overdue,
        said=said,
        today=today,
        address=address,
        message=text,
        spoken=language,
        whatsapp=letters.whatsapp(party.phone, text),
        sms=letters.sms(party.phone, text),
        id=new_id(),
        typed=typed or {},
        errors=errors or {},
    )


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in letters.LANGUAGES else "en"


def _due(books: Books, party_id: UUID) -> Due | None:
    return next(iter(queries.due_list(books, party_id=party_id)), None)


@bp.get("/reminders/of/<uuid:party_id>")
@needs(Permission.REPORT_READ)
def show_party(party_id: UUID) -> Response:
    return party_page(party_id)


@bp.post("/reminders/of/<uuid:party_id>")
@needs(Permission.VOUCHER_WRITE)
@form_again(party_page)
def create_reminder(party_id: UUID) -> BaseResponse:
    promised = request.form.get("promised_on", "").strip()
    day = read_day(promised)
    if promised and day is None:
        raise InvalidInput({"promised_on": "Choose the day on which they will pay, or leave it empty."})
    with open_books(current_actor()) as books:
        due = _due(books, party_id)
        form = request.form
        id_ = read_id(form.get("id", "")) or new_id()
        service.remind(books, ReminderCommand(id_, party_id, due.step if due else 0, form.get("way", ""), day, form.get("note", "")))
    flash(_("The reminder is noted."), "success")
    return see_other(url_for("reminders.list_due"))


@bp.post("/reminders/of/<uuid:party_id>/links")
@needs(Permission.VOUCHER_WRITE)
def create_link(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        links.make(books, outstandings.STATEMENT, party_id, parties.party_row(books, party_id).name, days=outstandings.LINK_DAYS)
    return see_other(url_for("reminders.show_party", party_id=party_id))


@bp.get("/reminders/of/<uuid:party_id>/letter")
@needs(Permission.REPORT_READ)
def show_letter(party_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        party, shop, due = parties.party_row(books, party_id), profile(books).name, _due(books, party_id)
        items, today = queries.late_items(books, party_id), books.today
    name = party.local_name if _language() == "hi" and party.local_name else party.name
    drawn = letters.letter(shop, name, items, due.step if due else 1, today, _language())
    response = Response(drawn, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="reminder.pdf"'
    return response


def steps_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The days of the steps."""
    with read_books(current_actor()) as books:
        days = queries.steps(books)
    if typed is None:
        typed = {f"step_{number}": str(one) for number, one in enumerate(days, start=1)}
    return page("reminders/steps.html", typed=typed, errors=errors or {})


@bp.get("/reminders/steps")
@needs(Permission.VOUCHER_WRITE)
def show_steps() -> Response:
    return steps_form()


@bp.post("/reminders/steps")
@needs(Permission.VOUCHER_WRITE)
@form_again(steps_form)
def change_steps() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_steps(books, [request.form.get(f"step_{number}", "").strip() for number in (1, 2, 3)])
    flash(_("The steps are kept."), "success")
    return see_other(url_for("reminders.list_due"))
