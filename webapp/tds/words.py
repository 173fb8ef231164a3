"""What kinds of payment and of payee are called on screen."""

from __future__ import annotations

from flask_babel import gettext as _


def kind_words() -> dict[str, str]:
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


def payee_words() -> dict[str, str]:
    """Who is paid."""
    return {
        "individual": _("A person or a Hindu undivided family"),
        "other": _("A firm, a company or another"),
        "no_pan": _("No PAN is known: the higher rate"),
    }
