"""What the modules with this room's pages hang them on, and what they share."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, request
from flask_login import current_user

from webapp.identity.loading import limits_of
from webapp.identity.sessions import Limits, SignedIn
from webapp.platform.web import settings

bp = Blueprint("identity", __name__)


def limits() -> Limits:
    """How long sign-ins last on this machine, and how many one person has."""
    return limits_of(settings())


def me() -> SignedIn:
    """Who is signed in. Only of views with a permission."""
    return cast("SignedIn", current_user)


def browser() -> dict[str, str]:
    """What a browser says of itself, and where it asks from."""
    return {"user_agent": request.headers.get("User-Agent", ""), "address": request.remote_addr or ""}
