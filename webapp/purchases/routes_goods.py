"""Pages of goods receipts and purchase orders: the sheets, one document, what is done to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.ids import read_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.purchases import consigning, forms, lists, ordering, queries, reading, receiving, screen, tracking
from webapp.purchases.blueprint import bp, sheet_page


def receipt_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sheet of a goods receipt: as it was typed, of an order, or blank."""
    with read_books(current_actor()) as books:
        asked, is_theirs = read_id(request.args.get("order")), request.args.get("consignment") == "1"
        sheet = forms.read_sheet(typed) if typed is not None else screen.receipt_of_order(books, asked, on_consignment=is_theirs)
        choices = screen.offered(books)
    return sheet_page("receipt", sheet, choices, errors or {})


@bp.get("/purchases/receipts/new")
@needs(Permission.PURCHASE_WRITE)
def new_receipt() -> Response:
    return receipt_form()


@bp.post("/purchases/receipts")
@needs(Permission.PURCHASE_WRITE)
@form_again(receipt_form)
def create_receipt() -> BaseResponse:
    sheet = forms.read_sheet(request.form)
    with open_books(current_actor()) as books:
        entered = receiving.receive(books, reading.read_receipt(books, sheet))
    return see_other(url_for("purchases.show_receipt", goods_receipt_id=entered.id))


def receipt_page(goods_receipt_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One goods receipt, what of it is billed, and its way."""
    with read_books(current_actor()) as books:
        kept = queries.receipt(books, goods_receipt_id)
        lines = queries.receipt_lines(books, goods_receipt_id)
        left, labels = receiving.open_lines(books, goods_receipt_id), screen.labels_of(books, lines)
        cancelled = queries.cancellation_of(books, goods_receipt_id)
        steps = lists.way_of(books, receipt_ids=[goods_receipt_id])
        sold = consigning.unbilled(books, {line.item_id for line in lines}) if kept.is_consignment else {}
        back = {ref.line_no: qty for ref, qty in consigning.sent_back(books, [goods_receipt_id]).items()}
    shown: dict[str, Any] = {"lines": lines, "left": left, "cancelled": cancelled, "steps": steps, "sold": sold, "back": back}
    return page("purchases/receipt.html", kept=kept, labels=labels, **shown, typed=typed or {}, errors=errors or {})


@bp.get("/purchases/receipts/<uuid:goods_receipt_id>")
@needs(Permission.PURCHASE_READ)
def show_receipt(goods_receipt_id: UUID) -> Response:
    return receipt_page(goods_receipt_id)


@bp.post("/purchases/receipts/<uuid:goods_receipt_id>/cancellation")
@needs(Permission.PURCHASE_WRITE)
@form_again(receipt_page)
def create_receipt_cancellation(goods_receipt_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        receiving.cancel_receipt(books, goods_receipt_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_receipt", goods_receipt_id=goods_receipt_id))


# Orders ---------------------------------------------------------------------------------------------------------------


def order_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sheet of an order: as it was typed, a draft to be changed, or blank."""
    with read_books(current_actor()) as books:
        changed = read_id(request.args.get("change"))
        if typed is not None:
            sheet = forms.read_sheet(typed)
        else:
            sheet = screen.order_to_change(books, changed) if changed else screen.new_order(books)
        choices = screen.offered(books)
    return sheet_page("order", sheet, choices, errors or {})


@bp.get("/purchases/orders/new")
@needs(Permission.PURCHASE_WRITE)
def new_order() -> Response:
    return order_form()


@bp.post("/purchases/orders")
@needs(Permission.PURCHASE_WRITE)
@form_again(order_form)
def create_order() -> BaseResponse:
    sheet = forms.read_sheet(request.form)
    with open_books(current_actor()) as books:
        kept = ordering.save_order(books, reading.read_order(books, sheet))
    return see_other(url_for("purchases.show_order", purchase_order_id=kept.id))


def order_page(purchase_order_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """One order: ordered, received and billed by line, and its way."""
    with read_books(current_actor()) as books:
        kept = queries.order(books, purchase_order_id)
        lines = queries.order_lines(books, purchase_order_id)
        done = tracking.order_done(books, purchase_order_id)
        steps = lists.way_of(books, order_ids=[purchase_order_id])
    shown: dict[str, Any] = {"lines": [(line, done.get(line.line_no, tracking.OrderDone())) for line in lines], "steps": steps}
    return page("purchases/order.html", kept=kept, **shown, typed=typed or {}, errors=errors or {})


@bp.get("/purchases/orders/<uuid:purchase_order_id>")
@needs(Permission.PURCHASE_READ)
def show_order(purchase_order_id: UUID) -> Response:
    return order_page(purchase_order_id)


@bp.post("/purchases/orders/<uuid:purchase_order_id>/approval")
@needs(Permission.PURCHASE_WRITE)
def create_approval(purchase_order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        ordering.approve(books, purchase_order_id)
    return see_other(url_for("purchases.show_order", purchase_order_id=purchase_order_id))


@bp.post("/purchases/orders/<uuid:purchase_order_id>/closing")
@needs(Permission.PURCHASE_WRITE)
@form_again(order_page)
def create_closing(purchase_order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        ordering.close(books, purchase_order_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_order", purchase_order_id=purchase_order_id))


@bp.post("/purchases/orders/<uuid:purchase_order_id>/cancellation")
@needs(Permission.PURCHASE_WRITE)
@form_again(order_page)
def create_order_cancellation(purchase_order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        ordering.cancel_order(books, purchase_order_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_order", purchase_order_id=purchase_order_id))
