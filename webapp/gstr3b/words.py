"""What the list of problems says, and what to do. Asked where the list is drawn."""

from __future__ import annotations

from flask_babel import gettext as _


def problem_words() -> dict[str, tuple[str, str]]:
    """What is wrong, and what to do."""
    return {
        "gstr1": (
            _("GSTR-1 of this period is not filed yet"),
            _("The portal takes GSTR-3B after it. File GSTR-1 there, and mark it as filed here."),
        ),
        "since": (
            _("The books tell another output tax than the GSTR-1 that was filed"),
            _(
                "From July 2025 the portal does not let GSTR-3B be lowered. Tell the difference by GSTR-1A before this return, or it is "
                "told by the amendments of the next GSTR-1."
            ),
        ),
        "no_2b": (_("GSTR-2B of this period was not imported"), _("Import it, so that the credit is held against what suppliers told.")),
        "more_than_2b": (
            _("More credit than suppliers told of"),
            _("Credit is available where it stands in GSTR-2B (s.16(2)(aa)). Look at the bills that no supplier told."),
        ),
        "too_large": (_("The figure is larger than the portal's field"), _("Look at the rows behind it.")),
        "negative": (_("The portal takes no figure below nought here"), _("Look at the rows behind it, and correct or move them.")),
        "halves": (_("CGST and SGST are not the same"), _("Look for a voucher by hand among the rows: it moved one of the two alone.")),
        "inter_state": (
            _("Table 3.2 tells more IGST than 3.1(a)"),
            _("Goods that came back from buyers of this state and were sold between states may be the cause. Tell it on the portal."),
        ),
        "cash": (
            _("The electronic cash ledger has less than this return costs"),
            _("Deposit what is missing (PMT-06) and enter it, or enter what the ledger held when it began to be kept here."),
        ),
        "rule_86b": (
            _("Rule 86B: at least 1 % of the output tax is to be paid in cash"),
            _("It holds above ₹50 lakh of taxable supplies a month, with exceptions (income tax above ₹1 lakh, refunds). Check."),
        ),
        "short_credit": (
            _("More credit is reversed than there is"),
            _("What is missing is paid in cash. Enter the credit that the ledger held before, if it is not there yet."),
        ),
        "left_over": (_("More came back than was sold"), _("Nothing is paid; what is below nought is taken off the next return.")),
    }
