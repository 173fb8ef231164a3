"""The blueprint of budgets, and what its templates may call."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

bp = Blueprint("budgets", __name__)

_KEPT = ("to", "span", "store", "centre", "detail", "compare", "q", "state")


@bp.context_processor
def ways() -> dict[str, Any]:
    """For templates: this page with other choices, and the words of natures."""
    return {"same_report": same_report, "kept": kept, "natures": natures}


def kept(*without: str) -> dict[str, str]:
    """What the address says now, some of it left out."""
    return {name: request.args[name] for name in _KEPT if request.args.get(name) and name not in without}


def same_report(**changes: object) -> str:
    """This page with its choices, and with `changes` to them. None takes one out."""
    values = {name: value for name, value in {**kept(), **changes}.items() if value is not None}
    everything: dict[str, Any] = {**(request.view_args or {}), **values}
    return url_for(str(request.endpoint), **everything)


def natures() -> dict[str, str]:
    """What the four natures of heads are called."""
    return {"income": _("Income"), "expense": _("Expenses"), "asset": _("Assets"), "liability": _("Liabilities")}
