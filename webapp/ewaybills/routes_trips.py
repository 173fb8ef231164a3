"""Consolidated e-way bills: the list, the form that puts several together, and one with its trip sheet.

The verbs are imported by the views: a process that serves no such page does not load them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp.ewaybills import forms, queries, setting_up
from webapp.ewaybills.blueprint import bp
from webapp.ewaybills.words import trip_words
from webapp.kernel.dates import IST, read_day
from webapp.kernel.errors import NotFound
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.kernel.text import clean_text
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import by_htmx, current_actor, form_again, page, partial, see_other
from webapp.tax.states import OTHER_COUNTRY, STATES

if TYPE_CHECKING:
    from webapp.ewaybills.trip_reads import WantedTrips

_PLACES = [(code, name) for code, name in STATES.items() if code != OTHER_COUNTRY]


def _wanted() -> WantedTrips:
    from webapp.ewaybills.trip_reads import WantedTrips

    state = request.args.get("state", "")
    days = read_day(request.args.get("from", "")), read_day(request.args.get("to", ""))
    return WantedTrips(clean_text(request.args.get("q", ""))[:100], state if state in trip_words() else "", *days)


@bp.get("/e-way-bills/trips")
@needs(Permission.EINVOICE_SEND)
def list_trips() -> Response:
    from webapp.ewaybills import trip_reads

    wanted = _wanted()
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = trip_reads.trips(books, wanted, older_than=read_cursor(request.args.get("older", "")))
        is_on = any(row.begins_on for row in queries.registrations(books).values())
    told = {"q": wanted.text, "state": wanted.state, "from": wanted.first_day, "to": wanted.last_day}
    address = {name: str(value) for name, value in told.items() if value}
    return page("ewaybills/trips.html", found=found, wanted=wanted, address=address, older=write_cursor(found.older), is_on=is_on)


def _sheet(wanted: WantedTrips) -> Sheet:
    from webapp.ewaybills import trip_reads

    states = trip_words()
    columns = (
        Column(_("Number"), "code", 12),
        Column(_("Date"), "day", 11),
        Column(_("Status"), "text", 16),
        Column(_("Vehicle"), "code", 13),
        Column(_("Transport document"), "code", 14),
        Column(_("From"), "text", 18),
        Column(_("E-way bills"), "number", 9),
        Column(_("What is wrong"), "text", 30),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for row, size in trip_reads.all_trips(books, wanted):
            place = f"{row.place}, {STATES.get(row.state_code, '')}"
            yield row.number, row.day, states[row.state], row.vehicle, row.trans_doc_no, place, size, row.problem

    return Sheet("consolidated-e-way-bills", _("Consolidated e-way bills"), (), columns, rows, is_wide=True)


# Putting together ---------------------------------------------------------------------------------------------------------


def new_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The e-way bills of one registration that hold now, and the vehicle; what was typed stays."""
    from webapp import company
    from webapp.ewaybills import trip_reads

    asked = typed if typed is not None else request.args
    with read_books(current_actor()) as books:
        gstins = [one for one in setting_up.own_gstins(books) if one in queries.registrations(books)]
        wanted = asked.get("gstin", "")
        gstin = wanted if wanted in gstins else next(iter(gstins), "")
        found = trip_reads.offered(books, gstin) if gstin else []
        town = company.profile(books).city if gstin else ""
        vehicles = queries.vehicles(books, found[0].store_id) if found else []
    ticked = {read_id(one) for one in (typed.getlist("document") if isinstance(typed, MultiDict) else [])}
    values: dict[str, Any] = {"gstins": gstins, "gstin": gstin, "found": found, "vehicles": vehicles, "ticked": ticked, "town": town}
    id_ = (typed or {}).get("id") or str(new_id())
    return page("ewaybills/trip_new.html", **values, id=id_, states=_PLACES, typed=typed or {}, errors=errors or {})


@bp.get("/e-way-bills/trips/new")
@needs(Permission.EINVOICE_SEND)
def new_trip() -> Response:
    return new_page()


@bp.post("/e-way-bills/trips")
@needs(Permission.EINVOICE_SEND)
@form_again(new_page)
def create_trip() -> BaseResponse:
    """Put them together; and have it made at once, where that is asked."""
    from webapp.ewaybills import trips

    asked = forms.parse_together(request.form)
    with open_books(current_actor()) as books:
        row = trips.put_together(books, asked)
        if request.form.get("then") == "send":
            trips.ask_trip(books, row.id)
    return see_other(url_for("ewaybills.show_trip", trip_id=row.id))


# One ----------------------------------------------------------------------------------------------------------------------


def trip_page(trip_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One, with its e-way bills; a form that was refused keeps what was typed."""
    doing = request.path.rsplit("/", 1)[-1] if errors else ""
    return page("ewaybills/trip.html", **_shown(trip_id), typed=typed or {}, errors=errors or {}, doing=doing)


def _shown(trip_id: UUID) -> dict[str, Any]:
    from webapp.ewaybills import sending, trip_reads, trips

    with read_books(current_actor()) as books:
        row = trips.my_trip(books, trip_id)
        parts = trip_reads.parts(books, trip_id)
        is_asked = bool(row.asked) or row.state == "sent"
        return {
            "row": row,
            "parts": parts,
            "total": sum(part.total_paise or 0 for part in parts),
            "may_send": trips.trip_has_road(books, row),
            "wrong_parts": trips.part_problems(books, row) if row.state in ("waiting", "failed") else [],
            "is_moving": is_asked and (row.sent_at is None or row.sent_at > books.now - sending.LEASE),
            "vehicles": queries.vehicles(books, row.store_id),
            "states": _PLACES,
            "state_names": STATES,
            "now": books.now.astimezone(IST),
        }


@bp.get("/e-way-bills/trips/<uuid:trip_id>")
@needs(Permission.EINVOICE_SEND)
def show_trip(trip_id: UUID) -> Response:
    if by_htmx() and request.args.get("part") == "state":
        return partial("ewaybills/_trip_state.html", **_shown(trip_id))
    return trip_page(trip_id)


@bp.post("/e-way-bills/trips/<uuid:trip_id>/sending")
@needs(Permission.EINVOICE_SEND)
def create_trip_sending(trip_id: UUID) -> BaseResponse:
    from webapp.ewaybills import trips

    with open_books(current_actor()) as books:
        trips.ask_trip(books, trip_id)
    return _back(trip_id)


@bp.post("/e-way-bills/trips/<uuid:trip_id>/vehicle")
@needs(Permission.EINVOICE_SEND)
@form_again(trip_page)
def create_trip_vehicle(trip_id: UUID) -> BaseResponse:
    from webapp.ewaybills import trips

    asked = forms.parse_vehicle(request.form)
    with open_books(current_actor()) as books:
        trips.ask_trip_vehicle(books, trip_id, asked)
    return _back(trip_id)


@bp.post("/e-way-bills/trips/<uuid:trip_id>/withdrawal")
@needs(Permission.EINVOICE_SEND)
def create_trip_withdrawal(trip_id: UUID) -> BaseResponse:
    from webapp.ewaybills import trips

    with open_books(current_actor()) as books:
        trips.take_back(books, trip_id)
    return _back(trip_id)


@bp.post("/e-way-bills/trips/<uuid:trip_id>/noting")
@needs(Permission.EINVOICE_SEND)
@form_again(trip_page)
def create_trip_noting(trip_id: UUID) -> BaseResponse:
    from webapp.ewaybills import trips

    number, made_at = forms.parse_trip_number(request.form)
    with open_books(current_actor()) as books:
        trips.note_trip(books, trip_id, number, made_at)
    return _back(trip_id)


@bp.post("/e-way-bills/trips/<uuid:trip_id>/file")
@needs(Permission.EINVOICE_SEND)
def create_trip_file(trip_id: UUID) -> Response:
    from webapp.ewaybills import trips

    with open_books(current_actor()) as books:
        text = trips.trip_file(books, trip_id)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="consolidated-e-way-bill.json"'
    return response


@bp.get("/e-way-bills/trips/<uuid:trip_id>/paper")
@needs(Permission.EINVOICE_SEND)
def show_trip_paper(trip_id: UUID) -> Response:
    """The trip sheet that travels along: number, QR and barcode, and what is in it. NotFound before it has a number."""
    from webapp.ewaybills.paper import marks_for  # the barcode's library, for whoever prints

    values = _shown(trip_id)
    row = values["row"]
    if not row.number:
        raise NotFound("consolidated e-way bill")
    return page("ewaybills/trip_paper.html", marks=marks_for(row.number, row.gstin, row.made_at), **values)


def _back(trip_id: UUID) -> BaseResponse:
    return see_other(url_for("ewaybills.show_trip", trip_id=trip_id))
