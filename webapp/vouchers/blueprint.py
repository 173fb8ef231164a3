"""The blueprint of this room, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from webapp.vouchers import tds

bp = Blueprint("vouchers", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: what kinds, states and acts are called."""
    return {"tds_kinds": tds.kind_words(), "kinds": kind_words(), "states": state_words(), "acts": act_words()}


def kind_words() -> dict[str, str]:
    """What each kind is called, in the order of their keys."""
    return {
        "contra": _("Contra"),
        "payment": _("Payment"),
        "receipt": _("Receipt"),
        "journal": _("Journal"),
        "credit_note": _("Credit note"),
        "debit_note": _("Debit note"),
    }


def state_words() -> dict[str, str]:
    """What each state is called."""
    return {
        "draft": _("Draft"),
        "optional": _("Optional"),
        "postdated": _("Post-dated"),
        "posted": _("Posted"),
        "amended": _("Amended"),
        "cancelled": _("Cancelled"),
    }


def act_words() -> dict[str, str]:
    """What was done to make a version."""
    return {
        "created": _("Saved"),
        "changed": _("Changed"),
        "posted": _("Posted"),
        "amended": _("Amended"),
        "cancelled": _("Cancelled"),
    }
