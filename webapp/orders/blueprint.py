"""The blueprint of this room, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

bp = Blueprint("orders", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: what kinds, states, purposes and ways of the goods are called."""
    return {
        "kinds": kind_words(),
        "states": state_words(),
        "purposes": purpose_words(),
        "carried": transport_words(),
        "every": every_words(),
    }


def kind_words() -> dict[str, str]:
    """What each kind is called."""
    return {
        "quotation": _("Quotation"),
        "order": _("Sales order"),
        "challan": _("Delivery challan"),
        "return": _("Goods returned"),
        "proforma": _("Proforma invoice"),
        "invoice": _("Invoice"),
        "credit_note": _("Credit note"),
        "advance": _("Advance"),
        "money": _("Payment"),
    }


def state_words() -> dict[str, str]:
    """What each state is called, those a list may be narrowed to among them."""
    return {
        "pending": _("Pending"),
        "overdue": _("Overdue"),
        "open": _("Open"),
        "expired": _("Expired"),
        "accepted": _("Accepted"),
        "declined": _("Declined"),
        "replaced": _("Revised"),
        "done": _("Done"),
        "closed": _("Closed short"),
        "cancelled": _("Cancelled"),
        "posted": _("Posted"),
        "receipt": _("Received"),
        "refund": _("Given back"),
    }


def purpose_words() -> dict[str, str]:
    """Why goods leave on a challan."""
    return {
        "supply": _("Supply, bill to follow"),
        "approval": _("On approval or consignment"),
        "job_work": _("Job work"),
        "other": _("Not a supply"),
    }


def transport_words() -> dict[str, str]:
    """What may be said of the way of the goods."""
    return {"carrier": _("Carrier"), "vehicle": _("Vehicle number"), "document": _("Lorry receipt"), "distance": _("Distance in km")}


def every_words() -> dict[str, str]:
    """How often a bill comes again."""
    return {"week": _("Every week"), "month": _("Every month"), "quarter": _("Every quarter"), "year": _("Every year")}
