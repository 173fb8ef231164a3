"""The blueprint of GSTR-3B, and what its templates may call: words of figures, heads and ledgers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from webapp.gst_returns import MONTH, QUARTER, ReturnPeriod
from webapp.gstr3b.setting_off import HEADS
from webapp.kernel.dates import month_name
from webapp.reports import document_url
from webapp.tax.rules import place_name

bp = Blueprint("gstr3b", __name__)
HEAD_NAMES = {"igst": "IGST", "cgst": "CGST", "sgst": "SGST", "cess": "Cess"}


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: words, and the way from a row to its document."""
    return {
        "cell_words": cell_words(),
        "period_name": period_name,
        "month_name": month_name,
        "place_name": place_name,
        "document_url": document_url,
        "heads": HEADS,
        "head_names": {**HEAD_NAMES, "cess": _("Cess")},
        "book_words": {"cash": _("Cash ledger"), "credit": _("Credit ledger"), "liability": _("Liability ledger")},
        "minor_words": minor_words(),
        "cause_words": {"challan": _("Deposit"), "filing": _("Return"), "opening": _("Opening"), "credited": _("TDS or TCS")},
        "withheld_words": {"tds": _("TDS, section 51"), "tcs": _("TCS, section 52")},
        "kind_names": {MONTH: _("Month"), QUARTER: _("Quarter")},
    }


def minor_words() -> dict[str, str]:
    """The minor heads of the ledgers."""
    return {"tax": _("Tax"), "reverse": _("Reverse charge"), "interest": _("Interest"), "fee": _("Late fee")}


def period_name(period: ReturnPeriod) -> str:
    """A period as a person says it."""
    if period.kind == QUARTER:
        words: str = _("%(first)s to %(last)s", first=month_name(period.months[0]), last=month_name(period.month))
        return words
    return month_name(period.month)


def cell_words() -> dict[str, str]:
    """What each figure is called, with its place in the form."""
    return {
        "osup_det": _("3.1(a) Taxable supplies made, other than zero-rated"),
        "osup_zero": _("3.1(b) Zero-rated supplies made"),
        "osup_nil_exmp": _("3.1(c) Nil-rated and exempt supplies made"),
        "isup_rev": _("3.1(d) Inward supplies under reverse charge"),
        "osup_nongst": _("3.1(e) Supplies outside GST"),
        "eco_sup": _("3.1.1(i) Supplies on which we pay as operator"),
        "eco_reg_sup": _("3.1.1(ii) Supplies on which an operator pays"),
        "unreg_details": _("3.2 Between states, to unregistered buyers"),
        "comp_details": _("3.2 Between states, to composition dealers"),
        "uin_details": _("3.2 Between states, to holders of a UIN"),
        "IMPG": _("4A(1) Import of goods"),
        "IMPS": _("4A(2) Import of services"),
        "ISRC": _("4A(3) Reverse charge"),
        "ISD": _("4A(4) From an input service distributor"),
        "OTH": _("4A(5) All other credit"),
        "rev_RUL": _("4B(1) Reversed: rules 38, 42, 43 and s.17(5)"),
        "rev_OTH": _("4B(2) Reversed: others"),
        "itc_net": _("4C Net credit"),
        "inelg_RUL": _("4D(1) Claimed again, reversed before"),
        "inelg_OTH": _("4D(2) Not available: s.16(4), place of supply"),
        "gst_inter": _("5 Composition, exempt, nil-rated: between states"),
        "gst_intra": _("5 Composition, exempt, nil-rated: within the state"),
        "nongst_inter": _("5 Outside GST: between states"),
        "nongst_intra": _("5 Outside GST: within the state"),
        "interest": _("5.1 Interest"),
        "fee": _("5.1 Late fee"),
    }
