"""Pages of e-way bills: the list, files for the portal and back, and settings. One document's pages are in `routes_one`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.ewaybills import forms, law, queries, rules, service, setting_up
from webapp.ewaybills import routes_groups as _groups  # noqa: F401 - hangs its pages on the same blueprint
from webapp.ewaybills import routes_one as _one_document  # noqa: F401 - hangs its pages on the same blueprint
from webapp.ewaybills import routes_trips as _trips  # noqa: F401 - likewise
from webapp.ewaybills.blueprint import bp
from webapp.ewaybills.rules import MAY_LEAVE, Road, State
from webapp.ewaybills.words import all_words, kind_words, state_words
from webapp.kernel.errors import InvalidInput
from webapp.kernel.places import read_cursor, write_cursor
from webapp.platform import audit, sheets
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.tax.states import STATES, STATES_HINDI

MOST_OF_A_FILE = 8_000_000
__all__ = ["bp"]


# The list --------------------------------------------------------------------------------------------------------------


def list_page(*, typed: Any = None, errors: Any = None, read: Any = None) -> Response:
    """The list; what was wrong with a choice or a file stands above it."""
    del typed  # boxes and files are chosen anew
    wanted = forms.parse_wanted(request.args if request.method == "GET" else request.form)
    with read_books(current_actor()) as books:
        found = queries.ewaybills(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        known = queries.registrations(books)
        ending = queries.expiring(books, books.now + law.EXTEND_WITHIN)
        now = books.now
    shown = {row.document_id: rules.stands(row.state, row.valid_until, row.extended, now) for row in found.rows}
    values: dict[str, Any] = {"found": found, "wanted": wanted, "known": known, "ending": ending, "shown": shown}
    address, older = forms.address_of(wanted), write_cursor(found.older)
    return page("ewaybills/ewaybills.html", address=address, older=older, errors=errors or {}, read=read, **values)


@bp.get("/e-way-bills")
@needs(Permission.EINVOICE_SEND)
def list_ewaybills() -> Response:
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(forms.parse_wanted(request.args)), wanted_format)
    return list_page()


def _sheet(wanted: queries.Wanted) -> Sheet:
    states, kinds = state_words(), kind_words()
    columns = (
        Column(_("Number"), "code", 14),
        Column(_("Date"), "day", 11),
        Column(_("Document"), "text", 12),
        Column(_("Party"), "text", 20),
        Column(_("Status"), "text", 14),
        Column(_("E-way bill"), "code", 14),
        Column(_("Holds until"), "day", 11),
        Column(_("Vehicle"), "code", 12),
        Column(_("What is wrong"), "text", 24),
        Column(_("Amount"), "amount", 13),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row in queries.all_ewaybills(books, wanted):
            shown = rules.stands(row.state, row.valid_until, row.extended, books.now)
            told = (row.number, row.day, kinds[row.kind], row.party_name, states[shown], row.ewb_no)
            until = row.valid_until.date() if row.valid_until else None
            yield *told, until, row.vehicle, row.problem, row.total_paise

    return Sheet("e-way-bills", _("E-way bills"), (), columns, rows, is_wide=True)


def _chosen(books: Books) -> list[UUID]:
    """What was ticked, or all that match and may leave, the newest first, as many as leave at once."""
    if request.form.get("all") != "1":
        return forms.parse_chosen(request.form)
    found = queries.all_ewaybills(books, forms.parse_wanted(request.form))
    may_leave = (row.document_id for row in found if row.state in (*MAY_LEAVE, State.SENT))
    if not (ids := list(islice(may_leave, service.MOST_AT_ONCE))):
        raise InvalidInput({"document": _("Nothing in this list waits for its e-way bill.")})
    return ids


def _here() -> str:
    address: dict[str, Any] = forms.address_of(forms.parse_wanted(request.form))
    return url_for("ewaybills.list_ewaybills", **address)


@bp.post("/e-way-bills/sending")
@needs(Permission.EINVOICE_SEND)
@form_again(list_page)
def create_sending() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.ask(books, _chosen(books))
    return see_other(_here())


@bp.post("/e-way-bills/looking")
@needs(Permission.EINVOICE_SEND)
def create_looking() -> BaseResponse:
    """Have documents looked for now that need an e-way bill: the program does so by itself every few minutes."""
    from webapp.ewaybills.events import EwaybillsSwitchedOn

    with open_books(current_actor()) as books:
        for kept in queries.registrations(books).values():
            if kept.begins_on:
                announce(books, EwaybillsSwitchedOn(kept.gstin))
    return see_other(_here())


@bp.post("/e-way-bills/file")
@needs(Permission.EINVOICE_SEND)
@form_again(list_page)
def create_file() -> Response:
    from webapp.ewaybills import files  # for whoever carries files

    with open_books(current_actor()) as books:
        made = files.upload_file(books, _chosen(books))
        audit.record(books, "export", "ewaybill", "file", new={"documents": made.count, "refused": made.failed})
    if not made.count:
        raise InvalidInput({"document": _("The portal would refuse every one of them: see what is wrong at each.")})
    response = Response(made.text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="e-way-bills.json"'
    return response


@bp.post("/e-way-bills/answers")
@needs(Permission.EINVOICE_SEND)
@form_again(list_page)
def create_answers() -> Response:
    from webapp.ewaybills import files

    sent = request.files.get("file")
    raw = sent.stream.read(MOST_OF_A_FILE + 1) if sent and sent.filename else b""
    if not raw or len(raw) > MOST_OF_A_FILE:
        raise InvalidInput({"file": _("Choose the JSON file that the portal gave, of at most 8 MB.")})
    with open_books(current_actor()) as books:
        found = files.read_back(books, raw)
    return list_page(read=found)


# How each registration makes them --------------------------------------------------------------------------------------


def settings_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The settings of one registration, what is kept or what was typed; and who carries the goods."""
    with read_books(current_actor()) as books:
        gstins, known = setting_up.own_gstins(books), queries.registrations(books)
        carriers, today = queries.transporters(books), books.today
    asked = (typed or request.args).get("gstin", "")
    gstin = asked if asked in gstins else next(iter(gstins), "")
    state = gstin[:2]
    roads = all_words()["ewb_road_words"]
    values: dict[str, Any] = {
        "gstins": gstins,
        "gstin": gstin,
        "kept": known.get(gstin),
        "is_on": {one: bool((row := known.get(one)) and row.begins_on) for one in gstins},
        "carriers": carriers,
        "today": today,
        "between": law.threshold(None, is_within=False),
        "within": law.threshold(None, is_within=True),
        "heard": law.HEARD.get(state),
        "state_name": (STATES_HINDI if str(get_locale()) == "hi" else STATES).get(state, state),
        "roads": [(road.value, roads[road.value]) for road in Road],
    }
    return page("ewaybills/settings.html", **values, typed=typed or {}, errors=errors or {})


@bp.get("/e-way-bills/settings")
@needs(Permission.COMPANY_WRITE)
def show_settings() -> Response:
    return settings_page()


@bp.post("/e-way-bills/settings")
@needs(Permission.COMPANY_WRITE)
@form_again(settings_page)
def change_settings() -> BaseResponse:
    asked = forms.parse_set_up(request.form)
    with open_books(current_actor()) as books:
        setting_up.set_up(books, asked)
    return see_other(url_for("ewaybills.show_settings", gstin=asked.gstin, saved=1))


@bp.post("/e-way-bills/transporters")
@needs(Permission.COMPANY_WRITE)
@form_again(settings_page)
def change_transporter() -> BaseResponse:
    with open_books(current_actor()) as books:
        if request.form.get("takes_away") == "1":
            setting_up.take_transporter_away(books, request.form.get("transporter_id", ""))
        else:
            setting_up.keep_transporter(books, request.form.get("transporter_id", ""), request.form.get("transporter_name", ""))
    return see_other(url_for("ewaybills.show_settings", gstin=request.form.get("gstin", "")))
