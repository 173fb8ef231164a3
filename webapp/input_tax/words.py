"""What cells, rules, reasons and natures are called on the screen."""

from __future__ import annotations

from flask_babel import gettext as _


def cell_words() -> dict[str, str]:
    """The figures of table 4, and what stands in none of them."""
    return {
        "import_goods": _("4A(1) Import of goods"),
        "import_services": _("4A(2) Import of services"),
        "reverse_charge": _("4A(3) Reverse charge"),
        "isd": _("4A(4) Input service distributor"),
        "other": _("4A(5) All other credit"),
        "rules": _("4B(1) Reversed: rules 38, 42, 43 and section 17(5)"),
        "temporary": _("4B(2) Reversed for the time being"),
        "reclaimed": _("4D(1) Claimed again, in 4A(5) too"),
        "ineligible": _("4D(2) Too late, or of another state"),
        "reclaim": _("4A(5) Claimed again"),
        "extra": _("4A(5) Rule 42 of the year"),
        "used": _("Used to pay tax"),
        "opening": _("Opening balances and merged accounts"),
    }


def reason_words() -> dict[str, str]:
    """Why tax of a line is not claimed."""
    return {
        "17(5)": _("Blocked by section 17(5)"),
        "vehicle": _("17(5)(a) to (ab): vehicles, their repair and insurance"),
        "food": _("17(5)(b)(i): food, catering, beauty, health"),
        "club": _("17(5)(b)(ii): a club or a gym"),
        "travel": _("17(5)(b)(iii): travel of employees on leave"),
        "insurance": _("17(5)(b)(i): life and health insurance"),
        "works": _("17(5)(c), (d): works contract, construction"),
        "personal": _("17(5)(g): for personal use, or not for business"),
        "exempt": _("Section 17(2): for exempt sales alone"),
        "lost": _("17(5)(h): lost on the way"),
        "late": _("Section 16(4): too late"),
        "place": _("The place of supply is another state"),
    }


def rule_words() -> dict[str, str]:
    """The rules by which credit goes back."""
    return {
        "37": _("Rule 37: supplier not paid in 180 days"),
        "37A": _("Rule 37A: supplier did not file his return"),
        "38": _("Rule 38: banks, half of the credit"),
        "42": _("Rule 42: common inputs and services"),
        "42Y": _("Rule 42 of the year"),
        "43": _("Rule 43: capital goods"),
        "17(5)(h)": _("Section 17(5)(h): lost, wasted, given away"),
        "other": _("By hand"),
    }


def typed_words() -> dict[str, str]:
    """What may be entered by hand."""
    return {
        "37A": _("Rule 37A: supplier did not file his return, 4B(2)"),
        "other_temporary": _("Another reversal for the time being, 4B(2)"),
        "other_rules": _("Another reversal for good, 4B(1)"),
        "lost": _("Section 17(5)(h): lost, wasted, given away, 4B(1)"),
        "again": _("Claim again what was reversed for the time being"),
    }


def nature_words() -> dict[str, str]:
    return {"inputs": _("Goods (inputs)"), "services": _("Services"), "capital": _("Capital goods")}


def use_words() -> dict[str, str]:
    return {"common": _("Taxable and exempt sales"), "taxable": _("Taxable sales alone"), "exempt": _("Exempt sales alone")}


def head_words() -> dict[str, str]:
    return {"igst": "IGST", "cgst": "CGST", "sgst": "SGST", "cess": _("Cess")}
