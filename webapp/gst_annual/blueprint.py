"""The blueprint of the annual return, and what its templates may call: the words of its lines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from webapp.gst_annual.told import Spec
from webapp.gst_returns import ReturnPeriod
from webapp.kernel.dates import month_name
from webapp.tax.rules import place_name

bp = Blueprint("gst_annual", __name__)


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: words."""
    return {
        "line_words": line_words(),
        "table_words": table_words(),
        "year_name": year_name,
        "place_name": place_name,
        "month_name": month_name,
    }


def year_name(period: ReturnPeriod) -> str:
    """2026-27."""
    return f"{period.month // 100 - 1}-{period.month // 100 % 100:02d}"


def number_of(spec: Spec) -> str:
    """The table's number as the form writes it: 6B, 4N."""
    return spec.key.partition(".")[0]


def table_words() -> dict[str, str]:
    """What each table of the form is about."""
    return {
        "4": _("Supplies on which tax is payable, advances and reverse charge"),
        "5": _("Supplies on which no tax is payable"),
        "6": _("Input tax credit taken"),
        "7": _("Input tax credit reversed, and not to be taken"),
        "8": _("Input tax credit that suppliers told of"),
        "9": _("Tax payable and paid"),
        "10": _("Of this year, told in the returns of the next"),
        "15": _("Demands and refunds"),
        "16": _("Other information"),
    }


def line_words() -> dict[str, str]:
    """The lines of the form."""
    return {**_outward(), **_credit(), **_others()}


def _outward() -> dict[str, str]:
    return {
        "4A": _("To unregistered buyers"),
        "4B": _("To registered buyers"),
        "4C": _("Exports on payment of tax"),
        "4D": _("To SEZ on payment of tax"),
        "4E": _("Deemed exports"),
        "4F": _("Advances on which tax was paid and no invoice made"),
        "4G": _("Purchases on which we owe the tax"),
        "4G1": _("Supplies on which we owe the tax as an operator (section 9(5))"),
        "4H": _("Sum of A to G1"),
        "4I": _("Credit notes on B to E"),
        "4J": _("Debit notes on B to E"),
        "4K": _("Raised by amendments"),
        "4L": _("Lowered by amendments"),
        "4M": _("Sum of I to L"),
        "4N": _("Supplies and advances on which tax is payable (H + M)"),
        "5A": _("Exports without payment of tax"),
        "5B": _("To SEZ without payment of tax"),
        "5C": _("Supplies on which the buyer pays the tax"),
        "5C1": _("Supplies on which the operator pays the tax"),
        "5D": _("Exempt"),
        "5E": _("Nil-rated"),
        "5F": _("Outside GST"),
        "5G": _("Sum of A to F"),
        "5H": _("Credit notes on A to F"),
        "5I": _("Debit notes on A to F"),
        "5J": _("Raised by amendments"),
        "5K": _("Lowered by amendments"),
        "5L": _("Sum of H to K"),
        "5M": _("Turnover on which no tax is payable (G + L)"),
        "5N": _("Turnover of the year (4N + 5M − 4G − 4G1)"),
    }


def _credit() -> dict[str, str]:
    kinds = {"inputs": _("inputs"), "capital": _("capital goods"), "services": _("input services")}
    sources = {
        "6B": _("From registered suppliers"),
        "6C": _("Under reverse charge, unregistered suppliers"),
        "6D": _("Under reverse charge, registered suppliers"),
    }
    split = {f"{table}.{kind}": f"{source}: {word}" for table, source in sources.items() for kind, word in kinds.items()}
    return split | {
        "6A": _("Credit taken in GSTR-3B of the year"),
        "6A1": _("Of it, credit of the year before"),
        "6A2": _("Credit of this year (A − A1)"),
        "6.imports": _("GSTR-3B 4A(1): goods from abroad, not split"),
        "6.reverse": _("GSTR-3B 4A(3): reverse charge, not split"),
        "6.other": _("GSTR-3B 4A(5): all other credit, not split"),
        "6E.inputs": _("Goods from abroad: %(kind)s", kind=kinds["inputs"]),
        "6E.capital": _("Goods from abroad: %(kind)s", kind=kinds["capital"]),
        "6F": _("Services from abroad"),
        "6G": _("From an input service distributor"),
        "6H": _("Credit claimed again after it was reversed"),
        "6I": _("Sum of B to H"),
        "6J": _("Difference (I − A2)"),
        "6O": _("Credit taken in all"),
        "7.rules": _("GSTR-3B 4B(1): by rules 38, 42, 43 and section 17(5)"),
        "7.other": _("GSTR-3B 4B(2): others"),
        "7A": _("Rule 37: not paid in 180 days"),
        "7A1": _("Rule 37A: the supplier did not pay the tax"),
        "7A2": _("Rule 38: banks"),
        "7B": _("Rule 39: distributor"),
        "7C": _("Rule 42: exempt and other use"),
        "7D": _("Rule 43: capital goods"),
        "7E": _("Section 17(5): blocked"),
        "7H": _("Other reversals"),
        "7I": _("Sum of A to H"),
        "7J": _("Net credit (6O − 7I)"),
    }


def _others() -> dict[str, str]:
    return {
        "8A": _("Credit of GSTR-2B"),
        "8B": _("Credit of 6B"),
        "8C": _("Of this year's papers, claimed in the next year"),
        "8D": _("Difference (A − B − C)"),
        "8F": _("Of it, not available by GSTR-2B"),
        "8G": _("IGST paid on goods from abroad"),
        "8H": _("Credit of 6E"),
        "8H1": _("Of this year's imports, claimed in the next year"),
        "8I": _("Difference (G − H − H1)"),
        "9.payable": _("Tax payable"),
        "9.cash": _("Paid in cash"),
        "9.credit": _("Paid by credit"),
        "9.interest": _("Interest"),
        "9.fee": _("Late fee"),
        "10": _("Supplies added by amendments"),
        "11": _("Supplies lowered by amendments"),
        "13": _("Credit of this year taken in the next"),
        "14": _("Differential tax (10 − 11)"),
        "12": _("Credit of this year reversed in the next"),
        "15A": _("Refund claimed"),
        "15B": _("Refund sanctioned"),
        "15C": _("Refund rejected"),
        "15D": _("Refund pending"),
        "15E": _("Demand of taxes"),
        "15F": _("Paid of the demand (E)"),
        "15G": _("Demand still pending of E"),
        "16A": _("Bought from composition dealers"),
        "16B": _("Goods sent for job work that count as sold (section 143)"),
        "16C": _("Goods sent on approval and not returned"),
    }
