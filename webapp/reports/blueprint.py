"""The blueprint of the reports, and what all their templates may call."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from webapp.kernel.dates import Period, written
from webapp.platform.permissions import permission_of
from webapp.platform.web import current_actor
from webapp.reports import documents, forms

bp = Blueprint("reports", __name__)

# What an address of a report may hold: days, words, filters. Places in a list and formats are left behind by a new choice.
KEPT = ("q", "from", "to", "kind", "layout", "nil", "state", "category", "order", "store", "centre", "compare", "batch", "step", "days")


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: the ways from a figure to what it is made of."""
    return {
        "same_report": same_report,
        "screen_url": screen_url,
        "document_url": documents.document_url,
        "movement_url": documents.movement_url,
        "day_key": forms.write_day_key,
        "line_key": forms.write_line_key,
        "kinds": kind_words(),
    }


def same_report(**changes: object) -> str:
    """This report with its days and filters, and with `changes` to them. None takes one out."""
    kept: dict[str, object] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    values = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    everything: dict[str, Any] = {**(request.view_args or {}), **values}
    return url_for(str(request.endpoint), **everything)


def screen_url(endpoint: str, **values: Any) -> str | None:
    """Where a screen is, for those who may open it."""
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None


def kind_words() -> dict[str, str]:
    """What each kind of voucher is called."""
    return {
        "sales": _("Sales"),
        "credit_note": _("Credit note"),
        "receipt": _("Receipt"),
        "payment": _("Payment"),
        "contra": _("Contra"),
        "journal": _("Journal"),
        "stock": _("Stock journal"),
        "purchase": _("Purchase"),
        "debit_note": _("Debit note"),
    }


def movement_words() -> dict[str, str]:
    """What each kind of movement is called."""
    return {
        "sale": _("Sale"),
        "challan": _("Delivery challan"),
        "challan_return": _("Goods returned"),
        "challan_cancel": _("Cancelled"),
        "purchase_return": _("Debit note"),
        "purchase_cancel": _("Purchase cancelled"),
        "goods_receipt": _("Goods receipt"),
        "goods_receipt_cancel": _("Goods receipt cancelled"),
        "consignment_return": _("Back to the consignor"),
        "consignment_return_cancel": _("Cancelled"),
        "price_difference": _("Cost put right by the bill"),
        "return": _("Return"),
        "cancel": _("Cancelled"),
        "opening": _("Opening stock"),
        "adjustment": _("Adjustment"),
        "wastage": _("Wastage"),
        "transfer": _("Sent to another store"),
        "transfer-in": _("Received from another store"),
        "assembly": _("Used in a stock journal"),
        "assembly_made": _("Made in a stock journal"),
        "assembly_cancel": _("Stock journal cancelled"),
        "purchase": _("Purchase"),
        "revaluation": _("Cost put right"),
    }


def span_words(period: Period) -> str:
    """The days of a report, as paper says them."""
    if period.first_day == period.last_day:
        return written(period.first_day)
    words: str = _("%(first)s to %(last)s", first=written(period.first_day), last=written(period.last_day))
    return words
