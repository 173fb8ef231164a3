"""The blueprint of composition, and what its templates may call: words, and the way from a figure to its papers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from webapp.composition import facts
from webapp.gst_returns import YEAR, ReturnPeriod
from webapp.kernel.dates import month_name
from webapp.platform.permissions import permission_of
from webapp.platform.web import current_actor
from webapp.tax.rules import place_name

bp = Blueprint("composition", __name__)
KEPT = ("q", "at")


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: words, and the way from a paper to its screen."""
    return {
        "kind_words": kind_words(),
        "period_name": period_name,
        "month_name": month_name,
        "place_name": place_name,
        "paper_url": paper_url,
        "same_page": same_page,
        "problem_words": problem_words,
        "credit_words": {"tds": _("Deducted (TDS)"), "tcs": _("Collected (TCS)")},
    }


def same_page(**changes: object) -> str:
    """This page with its filters, and with `changes` to them. None takes one out."""
    kept: dict[str, object] = {name: request.args[name] for name in KEPT if name in request.args}
    values = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    everything: dict[str, Any] = {**(request.view_args or {}), **values}
    return url_for(str(request.endpoint), **everything)


def paper_url(source: str, id_: object) -> str | None:
    """Where a bill or a purchase is shown, for those who may see it."""
    screens = {"invoice": ("sales.show_bill", "invoice_id"), "purchase_bill": ("purchases.show_bill", "purchase_id")}
    if id_ is None or source not in screens:
        return None
    endpoint, argument = screens[source]
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view else None
    values: dict[str, Any] = {argument: id_}
    return url_for(endpoint, **values) if view and (permission is None or current_actor().may(permission)) else None


def period_name(period: ReturnPeriod) -> str:
    """A period as a person says it: a quarter by its months, a year by its two numbers."""
    if period.kind == YEAR:
        return f"{period.month // 100 - 1}-{period.month // 100 % 100:02d}"
    words: str = _("%(first)s to %(last)s", first=month_name(period.months[0]), last=month_name(period.month))
    return words


def kind_words() -> dict[str, str]:
    """Kinds of dealers, with what they pay."""
    return {
        facts.TRADER: _("Trader: 1% of taxable turnover"),
        facts.MANUFACTURER: _("Manufacturer: 1% of turnover"),
        facts.RESTAURANT: _("Restaurant: 5% of turnover"),
        facts.SERVICES: _("Services, section 10(2A): 6% of turnover"),
    }


def table_words() -> dict[str, str]:
    """What papers stand behind: the tables of purchases, and what was sold."""
    return {
        "outward": _("Sales and returns"),
        "reverse_charge": _("Purchases under reverse charge"),
        "4A": _("From registered suppliers (4A)"),
        "4B": _("From registered suppliers, under reverse charge (4B)"),
        "4C": _("From unregistered suppliers (4C)"),
        "4D": _("Services from abroad (4D)"),
    }


def problem_words() -> dict[str, tuple[str, str]]:
    """What is wrong, and what to do."""
    return {
        "kind": (_("Nobody has said what kind of dealer this is"), _("Choose it beneath the list of the forms: it decides the rate.")),
        "other_state": (
            _("Goods were sold to another state"),
            _("Section 10(2)(c) does not allow it, and the choice of composition lapses. Correct the bill if its place is wrong."),
        ),
        "operator": (
            _("Sold through an e-commerce operator"),
            _("Services may not be sold so, and goods only since October 2023 (check). Look at the bill."),
        ),
        "regular_bills": (
            _("Tax invoices of the regular scheme stand in this quarter"),
            _("They are in GSTR-1 and not here. Check the day on which the scheme changed."),
        ),
        "transfers": (
            _("Goods went to another registration of the business"),
            _("They are not in these figures. Check whether they belong to the turnover."),
        ),
        "less_than_nothing": (
            _("More came back than was sold"),
            _("The tax is less than nothing and lowers the year. Check how the portal takes it."),
        ),
        "over_limit": (
            _("The turnover of the year is above the limit of the scheme"),
            _("The choice lapses on the day it was passed (section 10(3)). Change the scheme in the settings and speak to your adviser."),
        ),
        "near_limit": (_("The turnover of the year comes near the limit of the scheme"), _("Watch it: above the limit the choice lapses.")),
        "services": (
            _("Services are more than a dealer in goods may sell beside them"),
            _("Up to a tenth of the turnover, or five lakh rupees, is allowed (check: it is of last year's turnover)."),
        ),
        "not_filed": (_("The statement of this quarter is not filed"), _("File it on the portal, then mark it as filed.")),
        "differs": (
            _("The books tell another tax than the statement that was filed"),
            _("Tell the difference with GSTR-4, and pay it with interest (check)."),
        ),
        "goods_from_abroad": (
            _("Goods were imported"),
            _("Their tax was paid to customs. GSTR-4 has no table for them: check with your adviser."),
        ),
        "tcs": (_("Tax was collected by an e-commerce operator"), _("Check that what was sold through it is allowed under composition.")),
    }
