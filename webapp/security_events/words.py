"""What kinds of events are called, what a threshold counts, and what to do about an alert."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.security_events import rules


def kind_words() -> dict[str, str]:
    """What each kind of event is called."""
    return {
        rules.SIGN_IN: _("Signed in"),
        rules.NEW_DEVICE: _("Signed in from a new device"),
        rules.FAILED: _("Sign-ins that failed"),
        rules.FACTOR: _("Password or second step"),
        rules.RIGHTS: _("Rights and roles"),
        rules.REFUSED: _("Refused: no right to it"),
        rules.LIMITED: _("Asked too often"),
        rules.EXPORTED: _("Files and papers taken out"),
        rules.RESTORED: _("Restored from a backup"),
        rules.TOKEN: _("Token of a program"),
        rules.GUESSING: _("Somebody guesses at a password"),
        rules.STUFFING: _("Many accounts are tried from one network"),
        rules.TWO_NETWORKS: _("Two new devices at once"),
        rules.MASS_EXPORT: _("Much is sent out at once"),
        rules.OFTEN_REFUSED: _("Refused again and again"),
        rules.TOKEN_REUSED: _("A token may be in other hands"),
    }


def advice() -> dict[str, str]:
    """What to do about each alert, in a sentence."""
    ask = _("Ask the person. If it was somebody else, end the sign-ins and have the password changed.")
    return {
        rules.GUESSING: _("Have the password changed and a second step used."),
        rules.STUFFING: _("Have all members use a second step."),
        rules.TWO_NETWORKS: ask,
        rules.MASS_EXPORT: _("Ask why. If there is no reason, end the sign-ins or lower the role."),
        rules.OFTEN_REFUSED: _("Ask what was wanted. A role that is too small can be changed; else end the sign-ins."),
        rules.TOKEN_REUSED: _("Revoke the token if you know no reason."),
    }


def threshold_words() -> dict[str, str]:
    """What the figure of each rule counts."""
    return {
        rules.GUESSING: _("Failed sign-ins of one person in a day"),
        rules.STUFFING: _("Accounts tried from one network in a day"),
        rules.TWO_NETWORKS: _("Minutes between two new devices"),
        rules.MASS_EXPORT: _("Files and papers of one member in an hour, and three times his most"),
        rules.OFTEN_REFUSED: _("Refusals of one member in an hour"),
    }
