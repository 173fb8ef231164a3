"""What a program does with its token: exchange it, refresh, give it up, ask who it is. Forms as RFC 6749 and 7009 have them, answers in
JSON."""

from __future__ import annotations

from flask import Response, request

from webapp import company
from webapp.api_access import granting
from webapp.api_access.blueprint import bp
from webapp.api_access.door import shown
from webapp.api_access.granting import Granted
from webapp.api_access.rules import MOST_SIGNS
from webapp.kernel.errors import BooksError
from webapp.platform import api
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import read_books
from webapp.platform.web import current_actor, settings

_FORM = "application/x-www-form-urlencoded"
_MOST_SCOPE, _MOST_ACCESS = 1_000, 2_048


class BadTokenRequest(BooksError):
    """The request is not as RFC 6749 (section 5.2) wants it."""

    status = 400
    code = "invalid_request"


def _field(name: str, most: int, *, is_needed: bool = True) -> str:
    """One field of the form, sent once (RFC 6749, section 3.2)."""
    if request.mimetype != _FORM:
        raise BadTokenRequest(problem="This is not a form.", fix=f"Send {_FORM}, as RFC 6749 says.")
    found = request.form.getlist(name)
    if len(found) > 1:
        raise BadTokenRequest(problem=f"{name} was sent {len(found)} times.", fix="Send it once.")
    text = found[0] if found else ""
    if is_needed and not text:
        raise BadTokenRequest(problem=f"{name} is missing.", fix=f"Send {name} in the form.")
    if len(text) > most:
        raise BadTokenRequest(problem=f"{name} is longer than any.", fix="Copy it again, nothing before or after.")
    return text


@bp.post("/api/v1/auth/token")
@needs(None)
def create_access_token() -> Response:
    asked = tuple(dict.fromkeys(_field("scope", _MOST_SCOPE, is_needed=False).split()))
    return _answer(granting.exchange(_field("token", MOST_SIGNS), asked, request.remote_addr or ""))


@bp.post("/api/v1/auth/refresh")
@needs(None)
def create_refreshed_token() -> Response:
    return _answer(granting.refresh(_field("refresh_token", MOST_SIGNS), request.remote_addr or ""))


@bp.post("/api/v1/auth/revoke")
@needs(None)
def create_giving_up() -> Response:
    granting.give_up(_field("token", _MOST_ACCESS))
    return api.answer({})  # the same for a token that nobody has (RFC 7009, section 2.2)


@bp.get("/api/v1/auth/me")
@needs(Permission.COMPANY_READ)
def show_me() -> Response:
    now, actor = shown(), current_actor()
    program, limit = now.program, settings().rate_limits.get("api")
    with read_books(actor) as books:
        business = company.profile(books).name
    return api.answer(
        {
            "kind": "personal" if program.is_personal else "service",
            "name": actor.name,
            "user_id": str(actor.user_id) if actor.user_id else None,
            "business": {"id": actor.company_id, "name": business},
            "role": actor.role.value,
            "stores": sorted(map(str, actor.held_to or ())),
            "scopes": list(program.scopes),
            "permissions": sorted(one.value for one in actor.allowed if actor.may(one)),
            "token": {"id": str(program.token_id), "name": program.token_name, "expires_at": api.instant(program.expires_at)},
            "access_expires_at": api.instant(now.expires_at),
            "limits": {"requests": limit.most, "seconds": limit.seconds} if limit else None,
        }
    )


def _answer(granted: Granted) -> Response:
    """As RFC 6749, section 5.1, has it; nothing on the way keeps it (`no-store` stands on every answer)."""
    return api.answer(
        {
            "access_token": granted.access_token,
            "token_type": "Bearer",
            "expires_in": granted.expires_in,
            "refresh_token": granted.refresh_token,
            "refresh_expires_at": api.instant(granted.refresh_expires_at),
            "scope": " ".join(granted.scopes),
        }
    )
