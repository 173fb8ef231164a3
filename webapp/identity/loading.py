"""Who asks: Flask-Login is told with every request whose the token in the cookie is, and that a sign-in is used is written now and then."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask
from flask_login import LoginManager, current_user
from sqlalchemy.exc import OperationalError

from webapp.identity import asserting, sessions
from webapp.identity.role_words import role_word
from webapp.identity.sessions import Limits, SignedIn
from webapp.platform import db, machine
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_directory


def limits_of(made_with: Settings) -> Limits:
    """How long sign-ins last on this machine, and how many one person has."""
    return Limits(made_with.sign_in_days, made_with.sign_in_idle_hours, made_with.most_sign_ins)


def set_up(app: Flask) -> None:
    """Have an app know who is signed in."""
    manager = LoginManager(app)
    # On mobile data the address changes all day; a fingerprint of it would sign people out (guides of Flask-Login say "basic").
    manager.session_protection = None
    limits = limits_of(app.extensions["munim.settings"])

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        # A bare connection: a session would be two thirds of what this costs every request.
        with db.engine().connect() as directory:
            person = sessions.signed_in(directory, token, limits)
        if person is not None and sessions.is_to_be_seen(person):
            with suppress(OperationalError), open_directory() as writing:  # a busy database: it is written with the next page
                sessions.seen(writing, token)
        return person

    app.context_processor(_of_pages)


def _of_pages() -> dict[str, object]:
    """What every page knows of who looks at it. An address is asked after only where this machine can write to it."""
    is_asked = current_user.is_authenticated and current_user.email_verified_at is None and machine.mail() != ("", "")
    unverified = current_user.email if is_asked else ""
    return {"person": current_user, "unverified": unverified, "passkeys_here": asserting.is_here, "role_word": role_word}
