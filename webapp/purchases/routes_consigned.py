"""Pages of goods that go back to their consignor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue, parties
from webapp.kernel.ids import new_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.purchases import forms, giving_back, lists, queries, receiving
from webapp.purchases.blueprint import bp


def consigned_back_form(goods_receipt_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The lines of a receipt on consignment, and how much of each may still go back."""
    with read_books(current_actor()) as books:
        kept = queries.receipt(books, goods_receipt_id)
        left = receiving.open_lines(books, goods_receipt_id)
        lines = [line for line in queries.receipt_lines(books, goods_receipt_id) if left[line.line_no] > 0]
        items = catalogue.items_for_bill(books, {line.item_id for line in lines})
        today = books.today
    serial_lines = {line.line_no for line in lines if items[line.item_id].tracking == "serial"}
    shown: dict[str, Any] = {"lines": lines, "left": left, "serial_lines": serial_lines, "today": today}
    id_ = (typed or {}).get("id") or new_id()
    return page("purchases/consigned_back_form.html", kept=kept, **shown, id=id_, typed=typed or {}, errors=errors or {})


@bp.get("/purchases/receipts/<uuid:goods_receipt_id>/consignment-returns/new")
@needs(Permission.PURCHASE_WRITE)
def new_consignment_return(goods_receipt_id: UUID) -> Response:
    return consigned_back_form(goods_receipt_id)


@bp.post("/purchases/receipts/<uuid:goods_receipt_id>/consignment-returns")
@needs(Permission.PURCHASE_WRITE)
@form_again(consigned_back_form)
def create_consignment_return(goods_receipt_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.receipt(books, goods_receipt_id)
        made = giving_back.send_back(books, forms.parse_consignment_back(request.form, goods_receipt_id))
    return see_other(url_for("purchases.show_consignment_return", consignment_return_id=made.id))


def consigned_back_page(consignment_return_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One return to a consignor."""
    with read_books(current_actor()) as books:
        kept = giving_back.back(books, consignment_return_id)
        lines = giving_back.back_lines(books, kept)
        party = parties.party_row(books, kept.party_id)
        cancelled = queries.cancellation_of(books, consignment_return_id)
        steps = lists.way_of(books, receipt_ids=[kept.receipt_id])
    shown: dict[str, Any] = {"lines": lines, "party": party, "cancelled": cancelled, "steps": steps}
    return page("purchases/consigned_back.html", kept=kept, **shown, typed=typed or {}, errors=errors or {})


@bp.get("/purchases/consignment-returns/<uuid:consignment_return_id>")
@needs(Permission.PURCHASE_READ)
def show_consignment_return(consignment_return_id: UUID) -> Response:
    return consigned_back_page(consignment_return_id)


@bp.post("/purchases/consignment-returns/<uuid:consignment_return_id>/cancellation")
@needs(Permission.PURCHASE_WRITE)
@form_again(consigned_back_page)
def create_consignment_return_cancellation(consignment_return_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        giving_back.cancel_back(books, consignment_return_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_consignment_return", consignment_return_id=consignment_return_id))
