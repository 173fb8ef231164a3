"""Cookies of ours: how each is called and locked, over TLS and without.

Over TLS a name begins with `__Host-` (RFC 6265bis section 4.1.3.2): a browser takes such a one only over TLS, for this host alone and for
all of it, so that neither another site of the same domain nor who listens in can plant one. Without TLS no browser takes it, and the plain
name is used.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import current_app, request
from werkzeug.wrappers import Response

from webapp.platform.settings import Settings

_PREFIX = "__Host-"


def called(name: str) -> str:
    """What a cookie is called here."""
    return f"{_PREFIX}{name}" if _is_https() else name


def value_of(name: str, *, also_plain: bool = False) -> str:
    """What this browser keeps under a name, "" for nothing; `also_plain`: what it was given before such names had their prefix."""
    found = request.cookies.get(called(name), "")
    return found or (request.cookies.get(name, "") if also_plain else "")


def is_outdated(name: str) -> bool:
    """Whether what the browser keeps should be given to it anew, under the name that it has here."""
    return called(name) not in request.cookies and name in request.cookies


def plain(cookies: Mapping[str, str]) -> dict[str, str]:
    """All cookies by their plain names; of two the one with its prefix counts, which nobody else can have planted."""
    own = {name.removeprefix(_PREFIX): value for name, value in cookies.items() if name.startswith(_PREFIX)}
    return {**cookies, **own}


def give(response: Response, name: str, value: str, *, seconds: int, path: str = "/", is_for_scripts: bool = False) -> None:
    """Have the browser keep it for so long. With the prefix it is of the whole site, whatever `path` says; one that the browser had before
    under the plain name is taken away."""
    is_https = _is_https()
    response.set_cookie(
        called(name), value, max_age=seconds, path="/" if is_https else path, secure=is_https, httponly=not is_for_scripts, samesite="Lax"
    )
    if is_https and name in request.cookies:
        response.delete_cookie(name, path=path, secure=True, httponly=not is_for_scripts, samesite="Lax")


def take(response: Response, names: Collection[str]) -> None:
    """Have the browser forget cookies of the whole site, under both names."""
    for name in names:
        if _is_https():
            response.delete_cookie(called(name), path="/", secure=True, samesite="Lax")
        response.delete_cookie(name, path="/", secure=_is_https(), samesite="Lax")


def _is_https() -> bool:
    made_with: Settings = current_app.extensions["munim.settings"]
    return made_with.is_https
