"""Pages of tax collected that have no like among what is deducted: its marks, and collecting on a bill that was made without."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue, parties, sales
from webapp.kernel.money import Paise, rupees
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.tds import buyers, collecting, forms
from webapp.tds.blueprint import TCS, bp
from webapp.tds.rules import law

_MOST_NAMES = 500


def tcs_marks_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Every marked item and what is known of customers, and the forms of new ones with what was typed."""
    with read_books(current_actor()) as books:
        items = catalogue.collected_items(books)
        known = buyers.buyers(books)
        names = [row.name for row in catalogue.find_sold_items(books, "", most=_MOST_NAMES)]
        customers = [row.name for row in parties.search_parties(books, "", most=_MOST_NAMES) if row.is_customer]
        today = books.today
    return page(
        "tds/tcs_marks.html",
        side=TCS,
        items=items,
        buyers=known,
        names=names,
        customers=customers,
        sure={kind: law.is_sure(kind, today) for kind in law.COLLECTED},
        cited={kind: law.law_of(kind, law.OTHER, today) for kind in law.COLLECTED},
        values=typed or {},
        errors=errors or {},
    )


@bp.get("/tcs/marks")
@needs(Permission.CHART_WRITE)
def list_tcs_marks() -> Response:
    return tcs_marks_page()


@bp.post("/tcs/items")
@needs(Permission.CHART_WRITE)
@form_again(tcs_marks_page)
def create_tcs_item() -> BaseResponse:
    with open_books(current_actor()) as books:
        buyers.mark_item(books, request.form.get("item", ""), request.form.get("item_kind", ""))
    flash(_("Its bills now collect the tax. Counters send it to the office."), "success")
    return see_other(url_for("tds.list_tcs_marks"))


@bp.post("/tcs/items/<uuid:item_id>/ending")
@needs(Permission.CHART_WRITE)
def create_tcs_item_ending(item_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        catalogue.mark_collected(books, item_id, "")
    return see_other(url_for("tds.list_tcs_marks"))


@bp.post("/tcs/buyers")
@needs(Permission.CHART_WRITE)
@form_again(tcs_marks_page)
def create_tcs_buyer() -> BaseResponse:
    draft = forms.parse_buyer(request.form)
    with open_books(current_actor()) as books:
        buyers.mark_buyer(books, draft)
    flash(_("Kept."), "success")
    return see_other(url_for("tds.list_tcs_marks"))


@bp.post("/tcs/buyers/<uuid:party_id>/ending")
@needs(Permission.CHART_WRITE)
def create_tcs_buyer_ending(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        buyers.forget_buyer(books, party_id)
    return see_other(url_for("tds.list_tcs_marks"))


def collection_form(*, invoice_id: UUID, typed: Any = None, errors: Any = None) -> Response:
    """Collecting on a bill, where it was refused: with the reason that passes the limit of the role."""
    with read_books(current_actor()) as books:
        number = sales.invoice(books, invoice_id).header.number
    return page("tds/collection.html", side=TCS, invoice_id=invoice_id, number=number, values=typed or {}, errors=errors or {})


@bp.post("/tcs/bills/<uuid:invoice_id>/collection")
@needs(Permission.RETURN_FILE)
@form_again(collection_form)
def create_collection(invoice_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        made = collecting.collect_now(books, invoice_id)
    flash(_("%(amount)s stands collected on this bill.", amount=rupees(Paise(made))), "success")
    return see_other(url_for("sales.show_bill", invoice_id=invoice_id))
