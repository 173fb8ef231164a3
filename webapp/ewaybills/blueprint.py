"""The pages' blueprint, apart so that several files of routes can hang on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from webapp.ewaybills.words import all_words

bp = Blueprint("ewaybills", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """For templates: what states, reasons and codes are called."""
    return all_words()
