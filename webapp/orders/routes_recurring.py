"""Invoices that come again: their list, the form that makes one of a kept document, their end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.ids import new_id
from webapp.orders import forms, queries, recurring
from webapp.orders.blueprint import bp
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


@bp.get("/orders/recurring")
@needs(Permission.ORDER_READ)
def list_recurring() -> Response:
    with read_books(current_actor()) as books:
        rows = recurring.templates(books)
        names = recurring.party_names(books, rows)
    return page("orders/recurring.html", rows=rows, names=names)


def recurring_form(order_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """The form that has a bill come again."""
    with read_books(current_actor()) as books:
        head = queries.document(books, order_id).head
        today = books.today
    return page(
        "orders/recurring_form.html", head=head, today=today, id=(typed or {}).get("id") or new_id(), typed=typed or {}, errors=errors or {}
    )


@bp.get("/orders/<uuid:order_id>/recurrence")
@needs(Permission.ORDER_WRITE)
def new_recurrence(order_id: UUID) -> Response:
    return recurring_form(order_id)


@bp.post("/orders/<uuid:order_id>/recurrence")
@needs(Permission.BILL_ISSUE)
@form_again(recurring_form)
def create_recurrence(order_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        queries.document(books, order_id)
        recurring.create_template(books, order_id, forms.parse_template(request.form))
        recurring.make_due(books)  # its first day may have come
    return see_other(url_for("orders.list_recurring"))


@bp.post("/orders/recurring/<uuid:recurring_id>/ending")
@needs(Permission.ORDER_WRITE)
def create_ending(recurring_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        recurring.end_template(books, recurring_id)
    return see_other(url_for("orders.list_recurring"))
