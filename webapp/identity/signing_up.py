"""Whom an issuer vouches for, and nobody here knows, while he signs up in this browser: what the sign-up page asks of identity."""

from __future__ import annotations

from uuid import UUID

from flask import session as cookie
from sqlalchemy.orm import Session

from webapp.identity import linked
from webapp.identity.models import HeldIdentity
from webapp.identity.oidc import Assertion
from webapp.platform.tenancy import open_directory

_HELD = "held_identity"


def hold_identity(directory: Session, who: Assertion) -> None:
    """Keep who somebody is, for this browser alone."""
    cookie[_HELD] = linked.hold(directory, who)


def held_identity() -> HeldIdentity | None:
    """Who signs up, as an issuer says; None for who comes by himself, or took longer than half an hour."""
    if _HELD not in cookie:
        return None
    with open_directory(writes=False) as directory:
        return linked.held(directory, cookie[_HELD])


def link_held_identity(user_id: UUID) -> None:
    """Who signed up just now in this browser is who the issuer said, from now on."""
    if _HELD not in cookie:
        return
    with open_directory() as directory:
        if (kept := linked.held(directory, cookie.pop(_HELD))) is not None:
            linked.link_held(directory, user_id, kept)
