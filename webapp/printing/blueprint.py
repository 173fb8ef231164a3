"""The blueprint of papers, and the signed address under which one opens."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, url_for
from flask_babel import gettext as _

from webapp.platform import clock, links
from webapp.platform.web import current_actor, settings
from webapp.printing.queries import PaperRow
from webapp.printing.rules import Layout

bp = Blueprint("printing", __name__)
PAPER_HOURS = 12


def paper_address(paper: PaperRow) -> str:
    """The signed address of a paper, for half a day."""
    link = links.Link("paper", current_actor().company_id, paper.id, clock.now() + timedelta(hours=PAPER_HOURS))
    return url_for("printing.open_paper", token=links.sign(settings().secret_key, link))


def layout_name(layout: Layout) -> str:
    """What a layout is called."""
    names: dict[Layout, str] = {
        Layout.A4: _("A4, original"),
        Layout.A4_DUPLICATE: _("A4, duplicate"),
        Layout.A4_TRIPLICATE: _("A4, triplicate"),
        Layout.THERMAL80: _("80 mm roll"),
        Layout.THERMAL58: _("58 mm roll"),
    }
    return names[layout]
