"""The doors of programs: everything under /api/. There a bearer token says who asks (webapp.api_access), a browser's cookie says nothing,
answers are JSON in English, and a refusal is a problem detail (RFC 9457).

A room that offers something to programs writes a view as any other, with `@needs(...)`, under /api/v1: the actor is the program's, and
`open_books`, `read_books` and `Actor.may` hold for it as for a member.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, make_response, request

from webapp.kernel.errors import BooksError
from webapp.platform import rate_limits
from webapp.platform.permissions import Permission
from webapp.platform.settings import Limit

ROOT = "/api/"
PROBLEM = "application/problem+json"


class OfTheWholeBusiness(BooksError):
    """What has no part that is one store's is asked by a program that is held to some."""

    status = 403
    code = "insufficient_scope"

    def __init__(self) -> None:
        super().__init__(problem="This is of the whole business.", fix="Ask by a token that is held to no store.")


def is_asked() -> bool:
    """Whether a program asks, by the address alone."""
    return request.path.startswith(ROOT)


def let_in(permission: Permission | None, limits: Mapping[str, Limit]) -> None:
    """A program says who it is by a bearer token in each request; a browser's cookie says nothing here, so nothing can abuse one. What
    needs no permission is counted by network, as signing in is."""
    if permission is None:
        rate_limits.require_room(limits, None, is_public=True)
        return
    g.actor = current_app.extensions["munim.bearer"](permission)
    g.actor = current_app.extensions["munim.held"](g.actor)
    if not g.actor.may(permission):  # what is of the whole business is not for who is held to stores
        raise OfTheWholeBusiness


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """A thing as JSON: amounts in paise, times as RFC 3339 in UTC, ids with their hyphens."""
    return make_response(current_app.json.response(dict(body)), status)


def instant(when: datetime | None) -> str | None:
    """An instant as RFC 3339 has it, in UTC."""
    return None if when is None else when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def problem(status: int, detail: str, fix: str, *, code: str = "", errors: Mapping[str, str] | None = None) -> Response:
    """A refusal (RFC 9457): `detail` says what is wrong, `fix` what to do, `code` is for the program, `errors` are by field."""
    body: dict[str, Any] = {"type": "about:blank", "title": _phrase(status), "status": status, "detail": detail, "fix": fix}
    if code:
        body["error"] = code  # as RFC 6749 and 6750 call it
    if errors:
        body["errors"] = [{"field": name, "detail": words} for name, words in errors.items()]
    response = answer(body, status)
    response.mimetype = PROBLEM
    return response


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
