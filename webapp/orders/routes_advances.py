"""Pages of advances: receipt vouchers, refund vouchers, and what of them paid a bill."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import links, parties, sales
from webapp.company import default_store
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.places import read_cursor, write_cursor
from webapp.orders import advance_reads, advances, forms, queries
from webapp.orders.blueprint import bp
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.tax.rules import STATES


@bp.get("/advances")
@needs(Permission.RECEIPT_WRITE)
def list_advances() -> Response:
    text = request.args.get("q", "").strip()[:100]
    with read_books(current_actor()) as books:
        rows, older = advance_reads.advances(books, text, older_than=read_cursor(request.args.get("older", "")))
    return page("orders/advances.html", rows=rows, text=text, older=write_cursor(older))


def advance_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The form of an advance, for the order or the customer of the address; filled in where it enters a stated payment."""
    source = typed or request.args
    with read_books(current_actor()) as books:
        notice_id = read_id(source.get("notice"))
        stated = links.notice(books, notice_id) if notice_id else None
        order_id = stated.document_id if stated else read_id(source.get("order_id"))
        elsewhere = links.where_else(books, [stated]).get(stated.id, []) if stated else []
        order = queries.document(books, order_id).head if order_id else None
        party_id = order.party_id if order else read_id(source.get("party_id"))
        party = parties.party_or_none(books, party_id) if party_id else None
        today = books.today
    if stated is not None and typed is None:
        typed = forms.typed_of(stated, today)
    states = sorted(STATES.items(), key=lambda pair: pair[1])
    values: dict[str, Any] = {"id": (typed or {}).get("id") or new_id(), "new_party_id": new_id(), "states_of_india": states}
    values |= {"stated": stated, "elsewhere": elsewhere, "kinds": sales.kinds_on_receipt(today)}
    return page("orders/advance_form.html", order=order, party=party, today=today, typed=typed or {}, errors=errors or {}, **values)


@bp.get("/advances/new")
@needs(Permission.RECEIPT_WRITE)
def new_advance() -> Response:
    return advance_form()


@bp.post("/advances")
@needs(Permission.RECEIPT_WRITE)
@form_again(advance_form)
def create_advance() -> BaseResponse:
    with open_books(current_actor()) as books:
        made = advances.take_advance(books, forms.parse_advance(request.form, default_store(books), books.today))
        if notice_id := read_id(request.form.get("notice")):
            links.enter_notice(books, notice_id, made.id)
    return see_other(url_for("orders.show_advance", advance_id=made.id))


def advance_page(advance_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One voucher: what of it is left, which bills it paid, what went back."""
    with read_books(current_actor()) as books:
        row = advance_reads.advance(books, advance_id)
        # The owner may have set it against a bill of a store that this reader does not see.
        uses = [(use, sales.header_or_none(books, use.invoice_id)) for use in advance_reads.uses_of_advance(books, advance_id)]
        refunds = advance_reads.refunds_of(books, advance_id)
        dues = sales.dues(books, row.party_id) if row.left_paise else None
        shown: dict[str, Any] = {"uses": uses, "refunds": refunds, "dues": dues, "collected": sales.collected_on(books, advance_id)}
    return page("orders/advance.html", row=row, next_id=new_id(), typed=typed or {}, errors=errors or {}, **shown)


@bp.get("/advances/<uuid:advance_id>")
@needs(Permission.RECEIPT_WRITE)
def show_advance(advance_id: UUID) -> Response:
    return advance_page(advance_id)


@bp.post("/advances/<uuid:advance_id>/adjustments")
@needs(Permission.RECEIPT_WRITE)
@form_again(advance_page)
def create_adjustment(advance_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        advance_reads.advance(books, advance_id)
        invoice_id = read_id(request.form.get("invoice_id"))
        if invoice_id is None:
            raise InvalidInput({"invoice_id": "Choose the bill it pays."})
        id_, amount = read_id(request.form.get("id")) or new_id(), forms.parse_amount(request.form)
        advances.adjust_advance(books, advance_id, invoice_id, id_=id_, amount=amount)
    return see_other(url_for("orders.show_advance", advance_id=advance_id))


@bp.post("/advances/<uuid:advance_id>/refunds")
@needs(Permission.RECEIPT_WRITE)
@form_again(advance_page)
def create_refund(advance_id: UUID) -> BaseResponse:
    form = request.form
    with open_books(current_actor()) as books:
        advance_reads.advance(books, advance_id)
        id_, amount = read_id(form.get("id")) or new_id(), forms.parse_amount(form)
        made = advances.refund_advance(books, advance_id, id_=id_, amount=amount, mode=form.get("mode", ""), note=form.get("reason", ""))
    return see_other(url_for("orders.show_advance", advance_id=made.id))
