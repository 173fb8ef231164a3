"""What the register of shares calls things, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _


def kind_words() -> dict[str, str]:
    """What can happen to shares."""
    return {
        "opening": _("Outstanding when the register began"),
        "issued": _("Issued for cash"),
        "other": _("Issued for other than cash"),
        "bonus": _("Bonus shares"),
        "converted": _("Converted into shares"),
        "bought-back": _("Bought back"),
        "redeemed": _("Redeemed or cancelled"),
    }
