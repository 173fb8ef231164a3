"""The blueprint of backups, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, request

from webapp import identity
from webapp.backups.doors import age_lines
from webapp.backups.places import Chosen, chosen
from webapp.kernel.errors import Forbidden
from webapp.platform import metrics
from webapp.platform.web import current_actor, settings

bp = Blueprint("backups", __name__)
bp.record_once(lambda state: metrics.MORE.update(backups=lambda: age_lines(state.app.extensions["munim.settings"].var_dir)))


def here() -> Chosen:
    """What this machine says about its backups."""
    return chosen(settings().var_dir, settings().database_url)


def require_password() -> None:
    """The member who is signed in proves again who it is, by the field `password`."""
    user_id = current_actor().user_id
    if user_id is None:
        raise Forbidden(problem="Only a member who is signed in may do this.", fix="Sign in with your password.")
    identity.require_password(user_id, request.form.get("password", ""))
