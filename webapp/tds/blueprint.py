"""The blueprint of this room, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from webapp.tds import words

bp = Blueprint("tds", __name__)


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: what kinds and payees are called, and the views of this room."""
    return {"kinds": words.kind_words(), "payees": words.payee_words(), "tds_views": views}


def views(active: str) -> list[dict[str, Any]]:
    """The pages of this room, one of them open."""
    pages = [
        (_("Dues"), "tds.show_dues"),
        (_("Deductions"), "tds.list_deductions"),
        (_("Challans"), "tds.list_challans"),
        (_("Statement"), "tds.show_statement"),
        (_("Summary"), "tds.show_summary"),
        (_("Marks"), "tds.list_marks"),
    ]
    return [{"label": label, "url": url_for(endpoint), "active": endpoint == active} for label, endpoint in pages]
