"""One document's e-way bill: how it stands, how the goods travel, and everything the portal is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, einvoice
from webapp.ewaybills import forms, gathering, law, queries, rules, sending, service, telling
from webapp.ewaybills.blueprint import bp
from webapp.ewaybills.rules import MAY_LEAVE, Reason, State
from webapp.ewaybills.values import Kind
from webapp.ewaybills.words import sub_words
from webapp.kernel.dates import IST
from webapp.kernel.errors import NotFound
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import by_htmx, current_actor, form_again, page, partial, see_other
from webapp.tax.states import OTHER_COUNTRY, STATES

_DOCUMENTS = {
    Kind.INVOICE: ("sales.show_bill", "invoice_id"),
    Kind.ORDER: ("orders.show_document", "order_id"),
    Kind.TRANSFER: ("transfers.show_transfer", "transfer_id"),
    Kind.PURCHASE: ("purchases.show_bill", "purchase_id"),
    Kind.CONSIGNMENT: ("purchases.show_consignment_return", "consignment_return_id"),
}


def one_page(ewaybill_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One document's e-way bill, or why it has none; a form that was refused keeps what was typed."""
    values = _shown(ewaybill_id)
    doing = request.path.rsplit("/", 1)[-1] if errors else ""
    return page("ewaybills/ewaybill.html", **values, typed=typed or {}, errors=errors or {}, doing=doing)


def _shown(ewaybill_id: UUID) -> dict[str, Any]:
    with read_books(current_actor()) as books:
        row = queries.ewaybill_or_none(books, ewaybill_id)
        if row:
            company.require_mine(books, row.store_id)
            found, goods = service.goods_of(books, row)
        else:
            found = gathering.found(books, forms.parse_kind(request.values.get("of", "")), ewaybill_id)
            goods = found.goods
        kept = queries.registrations(books).get(goods.gstin)
        reason = service.reason_of(books, found, kept)
        is_open = row is not None and row.state in MAY_LEAVE
        problems = sending.checked(books, row)[1] if row and is_open else ()
        values = _about(books, row, goods) | {"may_send": bool(row and service.has_road(books, row))}
    endpoint, name = _DOCUMENTS[found.kind]
    address: dict[str, Any] = {name: ewaybill_id}
    allowed = law.OUTWARD if goods.is_outward else law.INWARD
    return values | {
        "id": ewaybill_id,
        "row": row,
        "found": found,
        "goods": goods,
        "kind": found.kind.value,
        "reason": row.reason if row and reason == Reason.BELOW else reason.value,
        "problems": problems,
        "is_on": bool(kept and kept.begins_on),
        "document_url": url_for(endpoint, **address),
        "sub_choices": [(code, word) for code, word in sub_words().items() if goods.doc_type in allowed.get(code, ())],
        "states": [(code, name) for code, name in STATES.items() if code != OTHER_COUNTRY],
        "value": rules.value_of(goods),
    }


def _about(books: Books, row: queries.EwaybillRow | None, goods: Any) -> dict[str, Any]:
    """What of a page depends on the clock."""
    from webapp.ewaybills import groups, trip_reads

    now = books.now
    made, until = (row.made_at, row.valid_until) if row else (None, None)
    km = row.distance_km if row else 0
    return {
        "shown": rules.stands(row.state, until, row.extended, now) if row else "",
        "is_moving": bool(row and telling.is_moving(row, now, sending.LEASE)),
        "may_cancel": bool(row and made and law.may_cancel(made, now)),
        "cancel_until": made + law.CANCEL_WITHIN if made else None,
        "may_extend": bool(row and row.state == State.ACTIVE and until and law.may_extend(until, now)),
        "extend_from": until - law.EXTEND_WITHIN if until else None,
        "extend_until": until + law.EXTEND_WITHIN if until else None,
        "days": law.days_of(km, is_slow=bool(row and (row.vehicle_type == "O" or row.mode == law.SHIP))) if km else 0,
        "would_end": law.valid_until(now, km, is_slow=bool(row and row.vehicle_type == "O")) if km else None,
        "carriers": queries.transporters(books) if row else {},
        "vehicles": queries.vehicles(books, row.store_id) if row else [],
        "groups": groups.groups_of(books, row.document_id) if row and row.ewb_no else [],
        "units": groups.units_of(books, row) if row and row.state == State.ACTIVE else {},
        "trips": trip_reads.trips_of(books, row.document_id) if row and row.ewb_no else [],
        "irn": service.irn_of(books, row) if row else "",
        "asks_ship_gstin": books.today >= law.SHIP_TO_GSTIN_SINCE and bool(einvoice.registrations(books).get(goods.gstin)),
        "now": now.astimezone(IST),
        "made_on": made.astimezone(IST).strftime("%Y-%m-%dT%H:%M") if made else "",
    }


@bp.get("/e-way-bills/<uuid:ewaybill_id>")
@needs(Permission.EINVOICE_SEND)
def show_ewaybill(ewaybill_id: UUID) -> Response:
    if by_htmx() and request.args.get("part") == "state":
        return partial("ewaybills/_state.html", **_shown(ewaybill_id))
    return one_page(ewaybill_id)


def _back(ewaybill_id: UUID) -> BaseResponse:
    return see_other(url_for("ewaybills.show_ewaybill", ewaybill_id=ewaybill_id))


def _done(ewaybill_id: UUID, act: Callable[[Books], object]) -> BaseResponse:
    with open_books(current_actor()) as books:
        act(books)
    return _back(ewaybill_id)


@bp.post("/e-way-bills/<uuid:ewaybill_id>")
@needs(Permission.EINVOICE_SEND)
def create_ewaybill(ewaybill_id: UUID) -> BaseResponse:
    """A person wants an e-way bill of a document, whatever it is worth."""
    kind = forms.parse_kind(request.form.get("of", ""))
    return _done(ewaybill_id, lambda books: service.enlist(books, kind, ewaybill_id, by_choice=True))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/details")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def change_details(ewaybill_id: UUID) -> BaseResponse:
    """Keep how the goods travel; and have it made at once, where that is asked."""
    asked = forms.parse_details(request.form)
    with open_books(current_actor()) as books:
        service.say_details(books, ewaybill_id, asked)
        if request.form.get("then") == "send":
            service.ask(books, [ewaybill_id])
    return _back(ewaybill_id)


@bp.post("/e-way-bills/<uuid:ewaybill_id>/sending")
@needs(Permission.EINVOICE_SEND)
def create_one_sending(ewaybill_id: UUID) -> BaseResponse:
    return _done(ewaybill_id, lambda books: service.ask(books, [ewaybill_id]))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/vehicle")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_vehicle(ewaybill_id: UUID) -> BaseResponse:
    return _done(ewaybill_id, lambda books: telling.ask_vehicle(books, ewaybill_id, forms.parse_vehicle(request.form)))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/transporter")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_transporter(ewaybill_id: UUID) -> BaseResponse:
    return _done(ewaybill_id, lambda books: telling.ask_transporter(books, ewaybill_id, request.form.get("transporter_id", "")[:40]))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/extension")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_extension(ewaybill_id: UUID) -> BaseResponse:
    return _done(ewaybill_id, lambda books: telling.ask_extension(books, ewaybill_id, forms.parse_extension(request.form)))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/cancellation")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_cancellation(ewaybill_id: UUID) -> BaseResponse:
    return _done(ewaybill_id, lambda books: telling.ask_cancel(books, ewaybill_id, forms.parse_cancel(request.form)))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/standing")
@needs(Permission.EINVOICE_SEND)
def create_standing(ewaybill_id: UUID) -> BaseResponse:
    return _done(ewaybill_id, lambda books: telling.ask_details(books, ewaybill_id))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/noting")
@needs(Permission.EINVOICE_SEND)
@form_again(one_page)
def create_noting(ewaybill_id: UUID) -> BaseResponse:
    return _done(ewaybill_id, lambda books: service.note_by_hand(books, ewaybill_id, forms.parse_noted(request.form)))


@bp.post("/e-way-bills/<uuid:ewaybill_id>/end")
@needs(Permission.EINVOICE_SEND)
def create_end(ewaybill_id: UUID) -> BaseResponse:
    """It is left out, waits again, or its goods have arrived."""
    verbs = {"leave_out": service.leave_out, "again": service.make_again, "arrived": service.close}
    act = verbs.get(request.form.get("what", ""))
    if act is None:
        raise NotFound("step")
    return _done(ewaybill_id, lambda books: act(books, ewaybill_id))


@bp.get("/e-way-bills/<uuid:ewaybill_id>/paper")
@needs(Permission.EINVOICE_SEND)
def show_paper(ewaybill_id: UUID) -> Response:
    """What travels with the goods: number, QR and barcode, both parts. NotFound before it has a number."""
    from webapp.ewaybills.paper import marks_of  # the barcode's library, for whoever prints

    values = _shown(ewaybill_id)
    row = values["row"]
    if row is None or not row.ewb_no:
        raise NotFound("e-way bill")
    return page("ewaybills/paper.html", marks=marks_of(row), **values)
