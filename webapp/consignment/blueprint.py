"""The blueprint of this room, and the words its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

bp = Blueprint("consignment", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: why goods left, and how near the end of the six months is called."""
    return {"purposes": purpose_words(), "states": state_words()}


def purpose_words() -> dict[str, str]:
    """Why goods leave on a challan."""
    return {
        "supply": _("Supply, bill to follow"),
        "approval": _("On approval or consignment"),
        "job_work": _("Job work"),
        "other": _("Not a supply"),
    }


def state_words() -> dict[str, str]:
    """How near the last day of the invoice is."""
    return {"soon": _("Six months are nearly over"), "overdue": _("Six months are over")}
