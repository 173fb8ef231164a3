"""How things of this room are called on its pages."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _


# long: each state and reason once, in one table
def words() -> dict[str, Any]:
    """For templates and files: each state and reason in words."""
    return {
        "books_words": {"posted": _("In the books"), "kept": _("Does not fit"), "ignored": _("Put aside"), "none": _("No money yet")},
        "status_words": {
            "created": _("Begun"),
            "failed": _("Failed"),
            "authorized": _("Authorised, not captured"),
            "captured": _("Captured"),
            "refunded": _("Given back"),
        },
        "request_words": {
            "waiting": _("Waits to be made"),
            "sent": _("Not known"),
            "open": _("Open"),
            "partly": _("Paid in part"),
            "paid": _("Paid"),
            "cancelling": _("Being cancelled"),
            "cancelled": _("Cancelled"),
            "expired": _("Past its day"),
            "failed": _("Refused"),
        },
        "refund_words": {
            "waiting": _("Waits to be sent"),
            "sent": _("Not known"),
            "pending": _("On its way"),
            "processed": _("Given back"),
            "failed": _("Failed"),
        },
        "why_words": {
            "currency": _("It was not paid in rupees."),
            "unknown": _("Nothing of ours asked for it."),
            "cancelled": _("The document it is for was cancelled."),
            "fee_by_payer": _("The payer bore the gateway's fee besides: it is more than was asked."),
            "paid_already": _("What it is for was paid otherwise."),
            "more": _("It is more than was asked."),
            "less": _("It is less than was asked."),
            "locked": _("The month of its day is locked."),
            "twice": _("Something in it was settled before."),
            "differs": _("What the gateway says it paid is not what its lines come to."),
        },
        "kind_words": {"link": _("Payment link"), "qr": _("QR code")},
        # What else a gateway may come to call a way of paying is shown as it calls it.
        "method_words": {
            "bank_transfer": _("Bank transfer"),
            "card": _("Card"),
            "emi": _("Instalments"),
            "netbanking": _("Net banking"),
            "paylater": _("Pay later"),
            "upi": _("UPI"),
            "wallet": _("Wallet"),
        },
    }
