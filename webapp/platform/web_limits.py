"""What a request may be before anybody reads it: for which host, with how many headers, fields and brackets."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from webapp.kernel.errors import BooksError
from webapp.platform.logging import QUIET_PATHS
from webapp.platform.settings import Settings

MOST_HEADERS = 32_768  # signs of all of them together; a browser of ours sends some two thousand
MOST_FIELDS = 20_000  # of a form; the widest of ours, a bill of 400 rows, has some five thousand


class UnknownHost(BooksError):
    """The request is for a name that is not ours, so that what it makes us write could lead elsewhere."""

    status = 400

    def __init__(self) -> None:
        super().__init__(
            problem="Munim is not known by this name.",
            fix="Use the address that the owner gave you. Whoever runs the machine sets it as PUBLIC_URL, and others in ALLOWED_HOSTS.",
        )


class CarefulJSON(DefaultJSONProvider):
    """JSON that is nested deeper than Python reads is bad input like any other, and no mistake of ours."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def set_up(app: Flask) -> None:
    app.json = CarefulJSON(app)
    app.config["MAX_FORM_PARTS"] = 1_000
    app.before_request(look)


def look() -> None:
    """Refuse what no browser of ours sends, before anything of it is read."""
    settings: Settings = current_app.extensions["munim.settings"]
    if request.path not in QUIET_PATHS and not is_known(request.environ.get("HTTP_HOST") or request.host, settings):
        raise UnknownHost
    if sum(len(name) + len(value) for name, value in request.headers.items()) > MOST_HEADERS:
        raise RequestHeaderFieldsTooLarge(_("Delete this site's cookies, then open it again."))
    if request.mimetype == "application/x-www-form-urlencoded":
        # Read once and kept, for the form is taken out of it afterwards; Werkzeug counts the parts of the other kind of form alone.
        if (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
            raise RequestEntityTooLarge
        if request.get_data().count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
    if request.query_string.count(b"&") >= MOST_FIELDS // 10:
        raise BadRequest(_("This address asks for too many things at once."))


def is_known(host: str, settings: Settings) -> bool:
    """Whether people reach us by this Host header: PUBLIC_URL's name, ALLOWED_HOSTS, and what a machine calls itself, by which its own
    probes ask. Without TLS also bare numbers, by which a shop opens it in its network: none of them can be a stranger's name."""
    try:
        asked = urlsplit(f"//{host}")
        name, _port = asked.hostname or "", asked.port
    except ValueError:
        return False
    if asked.netloc != host or "@" in host or not name:
        return False
    if name in settings.allowed_hosts or name in {"localhost", urlsplit(settings.public_url).hostname}:
        return True
    try:
        number = ip_address(name)
    except ValueError:
        return False
    return number.is_loopback or not settings.is_https
