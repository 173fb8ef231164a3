"""The blueprint of custom reports, and what its templates may call."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

bp = Blueprint("custom_reports", __name__)


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: this page with other choices."""
    return {"same_report": same_report}


def same_report(**changes: object) -> str:
    """This page with its search and place, and with `changes` to them. None takes one out."""
    kept = {name: request.args[name] for name in ("q", "at") if request.args.get(name)}
    values: dict[str, Any] = {**(request.view_args or {}), **kept, **changes}
    return url_for(str(request.endpoint), **{name: value for name, value in values.items() if value is not None})


def place_asked() -> int:
    """At which row the page begins."""
    text = request.args.get("at", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
