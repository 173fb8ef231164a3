"""The blueprint of dunning, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.dunning import rules

bp = Blueprint("dunning", __name__)


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: what tones, reasons and days are called."""
    return {
        "tone_words": tone_words(),
        "reason_words": reason_words(),
        "when_words": when_words,
        "tone_colours": _COLOURS,
        "festival_words": festival_words(),
        "ending_words": ending_words(),
    }


_COLOURS = {rules.POLITE: "info", rules.REMINDER: "warn", rules.FIRM: "warn", rules.LAST: "danger"}


def tone_words() -> dict[str, str]:
    return {rules.POLITE: _("Polite"), rules.REMINDER: _("Reminder"), rules.FIRM: _("Firm"), rules.LAST: _("Last notice")}


def when_words(days: int) -> str:
    """When a rule speaks, by its days."""
    if days == 0:
        return str(_("On the due date"))
    if days < 0:
        return str(ngettext("%(num)s day before", "%(num)s days before", -days))
    return str(ngettext("%(num)s day after", "%(num)s days after", days))


def ending_words() -> dict[str, str]:
    """How a message stands, by its state."""
    return {
        "waiting": _("Waiting"),
        "sending": _("On its way"),
        "sent": _("Sent"),
        "delivered": _("Delivered"),
        "read": _("Read"),
        "refused": _("Refused"),
        "failed": _("Not delivered"),
        "unknown": _("May have arrived"),
        "stopped": _("Stopped"),
    }


def festival_words() -> dict[str, str]:
    """What listed days are called, and where they are said."""
    return {
        "Republic Day": _("Republic Day"),
        "Independence Day": _("Independence Day"),
        "Mahatma Gandhi's Birthday": _("Mahatma Gandhi's Birthday"),
        "Christmas Day": _("Christmas Day"),
        "Holi": _("Holi"),
        "Id-ul-Fitr": _("Id-ul-Fitr"),
        "Ram Navami": _("Ram Navami"),
        "Mahavir Jayanti": _("Mahavir Jayanti"),
        "Good Friday": _("Good Friday"),
        "Buddha Purnima": _("Buddha Purnima"),
        "Id-ul-Zuha (Bakrid)": _("Id-ul-Zuha (Bakrid)"),
        "Muharram": _("Muharram"),
        "Milad-un-Nabi": _("Milad-un-Nabi"),
        "Janmashtami": _("Janmashtami"),
        "Dussehra": _("Dussehra"),
        "Diwali (Deepavali)": _("Diwali (Deepavali)"),
        "Guru Nanak's Birthday": _("Guru Nanak's Birthday"),
        "Fixed every year": _("Fixed every year"),
        "DoPT O.M. of 3 July 2025, Annexure I": _("DoPT O.M. of 3 July 2025, Annexure I"),
    }


def reason_words() -> dict[str, str]:
    """Why nobody was written to."""
    return {
        "": _("Will be written to"),
        rules.EXEMPT: _("Is never to be reminded"),
        rules.PROMISED: _("Has promised for a later day"),
        rules.SAYS_PAID: _("Says that it has paid: look at the stated payments"),
        rules.DISPUTED: _("The bills are disputed"),
        rules.BY_HAND: _("Was reminded by a person today"),
        rules.ENDED: _("Wants no messages"),
        rules.UNREACHABLE: _("No phone, e-mail or channel by which it can be reached"),
        rules.OFF: _("These messages are switched off"),
        rules.ARCHIVED: _("Is archived"),
        rules.TODAY: _("Was written to today"),
        rules.ALREADY: _("The rule it has reached was sent"),
        rules.NOT_YET: _("No rule is reached yet"),
        rules.TOO_LITTLE: _("Owes less than its rule asks for"),
    }
