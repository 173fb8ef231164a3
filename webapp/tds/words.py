"""What kinds of payment and of payee are called on screen."""

from __future__ import annotations

from flask_babel import gettext as _


def kind_words() -> dict[str, str]:
    """Every kind, of which tax is deducted or on which it is collected."""
    return {**paid_words(), **goods_words()}


def paid_words() -> dict[str, str]:
    """The kinds of payment of which tax is deducted."""
    return {
        "contractor": _("Contractor"),
        "transporter": _("Transporter with ten vehicles or fewer"),
        "professional": _("Professional fees"),
        "technical": _("Technical services"),
        "director": _("Director's fees"),
        "commission": _("Commission"),
        "insurance_commission": _("Insurance commission"),
        "rent": _("Rent of land or building"),
        "rent_of_machinery": _("Rent of machinery"),
        "interest": _("Interest"),
        "dividend": _("Dividend"),
        "goods": _("Goods bought, above ₹50 lakh a year"),
        "benefit": _("Benefit or perquisite"),
        "partner": _("Partner's salary or interest"),
    }


def goods_words() -> dict[str, str]:
    """The kinds of goods on which tax is collected."""
    return {
        "scrap": _("Scrap"),
        "liquor": _("Alcoholic liquor"),
        "tendu": _("Tendu leaves"),
        "timber": _("Timber and forest produce"),
        "minerals": _("Coal, lignite, iron ore"),
        "vehicle": _("Motor vehicle above ₹10 lakh"),
        "luxury": _("Notified luxury goods above ₹10 lakh"),
        "goods_sold": _("Goods sold above ₹50 lakh a year (to March 2025)"),
    }


def payee_words() -> dict[str, str]:
    """Who is paid."""
    return {
        "individual": _("A person or a Hindu undivided family"),
        "other": _("A firm, a company or another"),
        "no_pan": _("No PAN is known: the higher rate"),
    }
