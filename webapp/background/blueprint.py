"""The blueprint of background work, and the words its templates share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from webapp.background import rules, words

bp = Blueprint("background", __name__)


@bp.context_processor
def shared() -> dict[str, Any]:
    """For templates: what jobs, states and troubles are called."""
    return {
        "job_words": words.job_words(),
        "job_states": words.state_words(),
        "trouble_words": words.trouble_words(),
        "error_words": rules.error_words,
        "time_left": words.time_left,
    }
