"""The pages that links open: drawn for nobody in particular, and their forms, which prove themselves without a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.errors import Forbidden, NotFound
from webapp.links.tokens import Opened
from webapp.platform import clock
from webapp.platform import links as signed
from webapp.platform.web import settings

PROOF_HOURS = 24


def asks_for_page() -> bool:
    """Whether a person's browser asks, which names HTML. A program that fetches the document gets its paper, as does `?format=pdf`."""
    return request.args.get("format") != "pdf" and any(kind == "text/html" for kind, _quality in request.accept_mimetypes)


def public_page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page for who holds a link, the same whoever is signed in on this browser."""
    response = make_response(render_template(template, layout="base.html", shell=None, nav=[], **values), status)
    response.vary.update(["Accept", "Accept-Language"])
    return response


def paper_headers(response: BaseResponse) -> BaseResponse:
    """What every answer to a signed link says, refusals among them: kept by no cache, found by no search, and its address, which is
    all that guards it, is told to no other site."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    for conditional in ("ETag", "Last-Modified", "Expires"):
        response.headers.pop(conditional, None)
    return response


def form_proof(purpose: str, opened: Opened) -> str:
    """What a form of a public page carries, in place of a session's token: that we drew it for this link, within a day."""
    link = signed.Link(f"form:{purpose}", opened.actor.company_id, opened.link_id, clock.now() + timedelta(hours=PROOF_HOURS))
    return signed.sign(settings().secret_key, link)


def require_proof(purpose: str, opened: Opened, proof: str) -> None:
    """Forbidden unless the form came of a page that we drew for this link today (webapp.platform.web.by_link)."""
    try:
        found = signed.read(settings().secret_key, f"form:{purpose}", proof, clock.now())
    except NotFound:
        found = None
    if found is None or (found.company_id, found.id) != (opened.actor.company_id, opened.link_id):
        raise Forbidden(problem="This form is not of this page, or is older than a day.", fix="Open the link again and send it from there.")
