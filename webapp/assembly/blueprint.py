"""The blueprint of this room, and the words its pages share."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _

bp = Blueprint("assembly", __name__)


def kind_words() -> dict[str, str]:
    """What each kind of journal is called."""
    return {"journal": _("Stock journal"), "assembly": _("Assembly"), "disassembly": _("Taken apart")}
