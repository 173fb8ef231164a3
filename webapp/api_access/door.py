"""Who asks under /api/v1, by the bearer token of the request alone (RFC 6750)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import cast

from flask import g, request

from webapp.api_access import granting
from webapp.api_access.queries import Program
from webapp.api_access.scopes import scope_for
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.platform import rate_limits
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Actor
from webapp.platform.web import settings

REALM = 'Bearer realm="munim"'
_SHOWN = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*)", re.ASCII)


class NotSignedIn(BooksError):
    """No bearer token stands in the request (RFC 6750, section 3: then no error is named), or one that opens nothing."""

    status = 401

    def __init__(self, *, is_shown: bool) -> None:
        super().__init__(
            problem="This access token opens nothing." if is_shown else "No access token was sent.",
            fix="Exchange your token at /api/v1/auth/token and send what you get: Authorization: Bearer ACCESS_TOKEN.",
        )
        self.code = "invalid_token" if is_shown else ""
        self.headers = {"WWW-Authenticate": f'{REALM}, error="invalid_token"' if is_shown else REALM}


class MalformedHeader(BooksError):
    """The header is no one bearer token."""

    status = 400
    code = "invalid_request"
    headers = {"WWW-Authenticate": f'{REALM}, error="invalid_request"'}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        super().__init__(
            problem="The Authorization header is not one bearer token.", fix="Send it once, as: Authorization: Bearer ACCESS_TOKEN."
        )


class ScopeTooSmall(BooksError):
    """The token holds, but not for this."""

    status = 403
    code = "insufficient_scope"

    def __init__(self, scope: str, *, has_scope: bool) -> None:
        if not scope:
            problem, fix = "No program does this.", "Somebody signs in and does it on its page."
        elif has_scope:
            problem, fix = "The role behind this token does not allow this.", "Ask the owner to change the role in Settings."
        else:
            problem, fix = f"This token was not made for it: {scope} is missing.", f"Make a token with {scope}."
        super().__init__(problem=problem, fix=fix)
        self.headers = {"WWW-Authenticate": f'{REALM}, error="insufficient_scope"' + (f', scope="{scope}"' if scope else "")}


@dataclass(frozen=True, slots=True)
class Shown:
    """Who asks in this request, and until when the access token that he shows holds."""

    program: Program
    expires_at: datetime


def admit(permission: Permission) -> Actor:
    """The actor of this request, who may do what it asks. NotSignedIn, MalformedHeader, ScopeTooSmall, and TooManyRequests of one token or
    one business; who shows tokens that open nothing is counted by his network, as who signs in is."""
    text = _bearer()
    found = granting.program_of(text, request.remote_addr or "")
    limits = settings().rate_limits
    if found is None:
        rate_limits.require_room_of(limits, "sign-in", rate_limits.network())
        raise NotSignedIn(is_shown=True)
    program, expires_at = found
    rate_limits.require_room_of(limits, "api", f"token:{program.token_id}", company_id=program.actor.company_id)
    if not program.actor.may(permission):
        scope = scope_for(permission)
        raise ScopeTooSmall(scope, has_scope=permission in (program.actor.only or ()))
    g.program = Shown(program, expires_at)
    return program.actor


def shown() -> Shown:
    """Who asks. Only of views with a permission."""
    return cast("Shown", g.program)


def _bearer() -> str:
    header = request.headers.get("Authorization")
    if header is None or not header.strip().lower().startswith("bearer"):
        raise NotSignedIn(is_shown=False)  # another scheme is none of ours
    found = _SHOWN.fullmatch(header.strip())
    if found is None:
        raise MalformedHeader
    return found[1]
