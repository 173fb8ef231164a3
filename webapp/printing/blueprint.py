"""The blueprint of papers, and the signed address under which one opens."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, url_for

from webapp.platform import clock, links
from webapp.platform.web import current_actor, settings
from webapp.printing.queries import PaperRow

bp = Blueprint("printing", __name__)
PAPER_HOURS = 12


def paper_address(paper: PaperRow) -> str:
    """The signed address of a paper, for half a day."""
    link = links.Link("paper", current_actor().company_id, paper.id, clock.now() + timedelta(hours=PAPER_HOURS))
    return url_for("printing.open_paper", token=links.sign(settings().secret_key, link))
