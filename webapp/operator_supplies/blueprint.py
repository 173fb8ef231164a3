"""The blueprint of these supplies, and the words that its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from webapp.operator_supplies.rules import RATES_BP
from webapp.tax.rules import STATES, place_name
from webapp.tax.states import OTHER_COUNTRY

bp = Blueprint("operator_supplies", __name__)


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: words and choices."""
    return {
        "kind_words": kind_words(),
        "type_words": type_words(),
        "place_name": place_name,
        "places": [(code, place_name(code)) for code in sorted(STATES) if code != OTHER_COUNTRY],
        "rates": [(f"{rate / 100:g}", f"{rate / 100:g} %") for rate in RATES_BP],
    }


def kind_words() -> dict[str, str]:
    """The halves of table 15."""
    return {
        "b2b": _("Registered supplier to registered recipient"),
        "b2c": _("Registered supplier to unregistered recipient"),
        "urp2b": _("Unregistered supplier to registered recipient"),
        "urp2c": _("Unregistered supplier to unregistered recipient"),
    }


def type_words() -> dict[str, str]:
    """What kind of supply a document of table 15 is, by the portal's code."""
    return {
        "R": _("Regular"),
        "SEWP": _("SEZ on payment of IGST"),
        "SEWOP": _("SEZ under LUT, without tax"),
        "DE": _("Deemed export"),
    }
