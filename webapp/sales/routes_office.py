"""The sheet on which an invoice is typed at the desk, what it would come to while one types, and what its fields find."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue, ledger, parties
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal
from webapp.parties import PartyDraft
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, partial, see_other
from webapp.sales import office, queries
from webapp.sales.blueprint import bp
from webapp.sales.fields import beside_fields
from webapp.sales.showing import sheet_values
from webapp.sales.typed import read_sheet

MOST_TYPED = 100


def invoice_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sheet, blank or with what was typed."""
    shown = read_sheet(typed if typed is not None else request.args)
    with read_books(current_actor()) as books:
        values = sheet_values(books, shown)
        issued_id = read_id(request.args.get("issued"))
        issued = queries.header_or_none(books, issued_id) if issued_id else None
        today = books.today
    return page("sales/invoice_form.html", errors=errors or {}, issued=issued, today=today, has_together=True, **values)


@bp.get("/bills/new")
@needs(Permission.BILL_ISSUE)
def new_invoice() -> Response:
    return invoice_form()


@bp.post("/bills")
@needs(Permission.BILL_ISSUE)
@form_again(invoice_form)
def create_invoice() -> BaseResponse:
    with open_books(current_actor()) as books, beside_fields():
        issued = office.issue_invoice(books, read_sheet(request.form))
    return see_other(url_for("sales.new_invoice", issued=issued.invoice_id))


@bp.post("/bills/figures")
@needs(Permission.BILL_READ)
def show_figures() -> Response:
    """What the sheet would come to as it stands. Nothing is written."""
    typed = read_sheet(request.form)
    with read_books(current_actor()) as books:
        values = sheet_values(books, typed)
    return partial("sales/_figures.html", oob=True, **values)


@bp.get("/bills/items")
@needs(Permission.ITEM_READ)
def find_items() -> Response:
    """Items like `q`, for the list under the field: [id, name, about, [[unit, price, "with tax" or ""], …], named unit]."""
    with read_books(current_actor()) as books:
        found = catalogue.find_sold_items(books, request.args.get("q", "")[:MOST_TYPED], most=12)
    rows = [
        [
            str(item.id),
            item.name,
            item.sku or "",
            [
                [pack.unit, plain_decimal(pack.price_millipaise, 5), _("incl. tax") if item.price_includes_tax else ""]
                for pack in item.packs
            ],
            item.named_unit,
        ]
        for item in found
    ]
    return jsonify(found=rows)


@bp.get("/bills/customers")
@needs(Permission.PARTY_READ)
def find_customers() -> Response:
    """Customers like `q`: [id, name, about, what they owe in paise]."""
    with read_books(current_actor()) as books:
        rows = [_party_row(books, one) for one in parties.search_parties(books, request.args.get("q", "")[:MOST_TYPED], most=12)]
    return jsonify(found=rows)


@bp.post("/bills/customers")
@needs(Permission.PARTY_WRITE)
def create_customer() -> Response:
    """A customer made without leaving the sheet."""
    form = request.form
    with open_books(current_actor()) as books:
        draft = PartyDraft(
            name=form.get("name", ""), phone=form.get("phone", ""), gstin=form.get("gstin") or None, address=form.get("address", "")
        )
        made = parties.create_party(books, draft, read_id(form.get("id")) or new_id())
        return jsonify(made=_party_row(books, parties.party_row(books, made.id)))


def _party_row(books: Books, one: parties.PartyRow) -> list[Any]:
    return [
        str(one.id),
        one.name,
        " · ".join(part for part in (one.phone, one.gstin or "", one.city) if part),
        ledger.party_due(books, one.id),
    ]
