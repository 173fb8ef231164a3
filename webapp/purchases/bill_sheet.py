"""The sheet of a supplier's bill, drawn: blank, filled, or again with what was refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, request, url_for

from webapp.kernel.ids import read_id
from webapp.platform.refusals import told
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor
from webapp.purchases import forms, screen
from webapp.purchases.blueprint import sheet_page
from webapp.purchases.rules import DuplicateBill

View = TypeVar("View", bound=Callable[..., Any])


def bill_form(*, typed: Any = None, errors: Any = None) -> Response:
    """The sheet of a bill: as typed, of a receipt, of what a consignor's goods brought, of an order, as its supplier told it, or blank."""
    with read_books(current_actor()) as books:
        if typed is not None:
            sheet = forms.read_sheet(typed)
        elif receipt_id := read_id(request.args.get("receipt")):
            sheet = screen.bill_of_receipt(books, receipt_id)
        elif (consignor := read_id(request.args.get("consignor"))) and (store_id := read_id(request.args.get("store"))):
            sheet = screen.bill_of_consignor(books, consignor, store_id)
        elif order_id := read_id(request.args.get("order")):
            sheet = screen.bill_of_order(books, order_id)
        elif request.args.get("supplier_number"):
            sheet = screen.bill_told(books, request.args)
        else:
            sheet = screen.new_bill(books)
        choices = screen.offered(books)
    return sheet_page("bill", sheet, choices, errors or {})


def again_when_double(view: View) -> View:
    """When the supplier's number was entered before: 409, the sheet again, and a link to the first bill."""

    @wraps(view)
    def guarded() -> Any:
        try:
            return view()
        except DuplicateBill as refusal:
            first = url_for("purchases.show_bill", purchase_id=refusal.first_id)
            response = bill_form(typed=request.form, errors={"supplier_number": told(refusal.problem), "first_url": first})
            response.status_code = refusal.status
            return response

    return cast("View", guarded)
