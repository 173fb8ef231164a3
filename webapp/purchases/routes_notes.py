"""What is done to a bill: a debit note against it, a payment under reverse charge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import catalogue
from webapp.kernel.ids import new_id
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other
from webapp.purchases import forms, notes, paying, queries, screen, tracking
from webapp.purchases.blueprint import bp


def note_form(purchase_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The lines of a bill, and how much of each may still go back."""
    with read_books(current_actor()) as books:
        bill = queries.bill(books, purchase_id)
        before = tracking.returned(books, purchase_id)
        lines = [(line, notes.left_of(line, before.get(line.line_no, []))) for line in queries.bill_lines(books, purchase_id)]
        items = catalogue.items_for_bill(books, {line.item_id for line, _left in lines if line.item_id})
        today = books.today
    serial_lines = {line.line_no for line, _left in lines if line.item_id and items[line.item_id].tracking == "serial"}
    offered = [(line, left) for line, left in lines if line.kind != "charge"]
    id_ = (typed or {}).get("id") or new_id()
    return page(
        "purchases/note_form.html",
        bill=bill,
        lines=offered,
        serial_lines=serial_lines,
        today=today,
        id=id_,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/purchases/bills/<uuid:purchase_id>/debit-note")
@needs(Permission.PURCHASE_WRITE)
def new_note(purchase_id: UUID) -> Response:
    return note_form(purchase_id)


@bp.post("/purchases/bills/<uuid:purchase_id>/debit-notes")
@needs(Permission.PURCHASE_WRITE)
@form_again(note_form)
def create_note(purchase_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.bill(books, purchase_id)
        entered = notes.give_back(books, forms.parse_note(request.form, purchase_id))
    return see_other(url_for("purchases.show_bill", purchase_id=entered.id))


def payment_form(purchase_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The payment voucher of a bill under reverse charge."""
    with read_books(current_actor()) as books:
        bill = queries.bill(books, purchase_id)
        open_paise = paying.open_of(books, purchase_id)
        choices = screen.offered(books)
    id_ = (typed or {}).get("id") or new_id()
    return page(
        "purchases/payment_form.html", bill=bill, open_paise=open_paise, choices=choices, id=id_, typed=typed or {}, errors=errors or {}
    )


@bp.get("/purchases/bills/<uuid:purchase_id>/payment")
@needs(Permission.PURCHASE_WRITE)
def new_payment(purchase_id: UUID) -> Response:
    return payment_form(purchase_id)


@bp.post("/purchases/bills/<uuid:purchase_id>/payments")
@needs(Permission.PURCHASE_WRITE)
@form_again(payment_form)
def create_payment(purchase_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.bill(books, purchase_id)
        paying.pay(books, forms.parse_payment(request.form, purchase_id))
    return see_other(url_for("purchases.show_bill", purchase_id=purchase_id))


@bp.post("/purchases/bills/<uuid:purchase_id>/payments/<uuid:purchase_payment_id>/cancellation")
@needs(Permission.PURCHASE_WRITE)
def create_payment_cancellation(purchase_id: UUID, purchase_payment_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        paying.cancel_payment(books, purchase_id, purchase_payment_id, reason=request.form.get("reason", ""))
    return see_other(url_for("purchases.show_bill", purchase_id=purchase_id))
