"""The blueprint of this room, and the words its templates share."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.kernel.dates import month_name, written
from webapp.kernel.money import Paise, rupees
from webapp.tax.rules import place_name

bp = Blueprint("gst_inward", __name__)


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: what states, stages, kinds and decisions are called, and a difference in a sentence."""
    return {
        "state_words": state_words(),
        "stage_words": stage_words(),
        "kind_words": kind_words(),
        "action_words": action_words(),
        "source_words": source_words(),
        "why_words": why_words(),
        "reason_words": reason_words(),
        "credit_words": credit_words(),
        "month_name": month_name,
        "difference": difference,
        "time_left": time_left,
        "place_name": place_name,
    }


def state_words() -> dict[str, str]:
    return {
        "matched": _("Matched"),
        "differs": _("To be checked"),
        "only_told": _("Only in 2B"),
        "only_books": _("Only in books"),
        "amended": _("Amended later"),
        "apart": _("Not compared"),
    }


def stage_words() -> dict[str, str]:
    return {
        "exact": _("Same number, date and figures"),
        "number": _("By its number"),
        "amount": _("By figures and date"),
        "pan": _("Another GSTIN of the PAN"),
        "hand": _("Linked by hand"),
        "none": _("Not matched"),
    }


def kind_words() -> dict[str, str]:
    return {
        "inv": _("Invoice"),
        "cn": _("Credit note"),
        "dn": _("Debit note"),
        "isd": _("Credit of a distributor (ISD)"),
        "isdcn": _("Credit note of a distributor (ISD)"),
        "boe": _("Bill of entry"),
    }


def action_words() -> dict[str, str]:
    return {"N": _("No action"), "A": _("Accepted"), "R": _("Rejected"), "P": _("Pending")}


def source_words() -> dict[str, str]:
    return {"gstr2b": "GSTR-2B", "gstr2a": "GSTR-2A", "ims": "IMS"}


def why_words() -> dict[str, str]:
    """What was looked for in vain, and what to do."""
    return {
        "no_bills": _("No bill of this supplier is left to match. Enter the bill, or reject the document if it is not yours."),
        "other_bills": _("Bills of this supplier are left, but none has this number or these figures."),
        "unlinked": _("Taken apart by hand."),
        "no_file": _("No GSTR-2B of this month is imported."),
        "not_told": _("The supplier told of other papers, but not of this one. Ask for it."),
        "silent": _("The supplier told of nothing in these months. Ask whether the return was filed."),
    }


def reason_words() -> dict[str, str]:
    return {
        "P": _("The place of supply is in the supplier's state, and we are in another: no credit."),
        "C": _("The supplier told it after the last day for credit (section 16(4))."),
    }


def credit_words() -> dict[str, str]:
    return {
        "IMPG": _("Import of goods"),
        "SEZ": _("Goods out of an SEZ"),
        "ISRC": _("Reverse charge"),
        "ISD": _("Shared by a distributor"),
        "OTH": _("All other"),
    }


def difference(one: list[Any]) -> str:
    """A difference in words: which field, both figures, by how much."""
    field, theirs, ours = one
    if field == "nearest":
        nearest: str = _("The nearest by its sum is %(number)s.", number=ours)
        return nearest
    names = {"taxable": _("Taxable value"), "cgst": "CGST", "sgst": "SGST", "igst": "IGST", "cess": _("Cess")}
    if field in names:
        figures = {"theirs": rupees(Paise(theirs)), "ours": rupees(Paise(ours)), "by": rupees(Paise(abs(ours - theirs)))}
        more: str = (
            _("%(field)s: told %(theirs)s, in our books %(ours)s, %(by)s more.", field=names[field], **figures)
            if ours > theirs
            else _("%(field)s: told %(theirs)s, in our books %(ours)s, %(by)s less.", field=names[field], **figures)
        )
        return more
    if field == "day":
        first, second = date.fromisoformat(theirs), date.fromisoformat(ours)
        days: str = _(
            "Date: told %(theirs)s, in our books %(ours)s, %(days)s days apart.",
            theirs=written(first),
            ours=written(second),
            days=abs((first - second).days),
        )
        return days
    name = {"gstin": "GSTIN", "number": _("Number")}.get(field, field)
    words: str = _("%(field)s: told %(theirs)s, in our books %(ours)s.", field=name, theirs=theirs, ours=ours)
    return words


def time_left(seconds: int) -> str:
    """A time as a person says it: no more exact than it is known."""
    minutes = (seconds + 59) // 60
    words: str = ngettext("about one minute", "about %(num)s minutes", minutes) if seconds >= 60 else _("less than a minute")
    return words
