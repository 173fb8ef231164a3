"""The doors at which providers report. Nobody is signed in: who knocks proves himself by a signature or a key (receiving.is_genuine)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.messaging import forms, receiving
from webapp.messaging.blueprint import bp
from webapp.platform.permissions import needs
from webapp.platform.web import by_signature

MOST_BYTES = 1_000_000  # the largest batch that a provider sends is a tenth of it


@bp.url_value_preprocessor
def read_the_body_first(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The bytes as they came, before anything reads a form out of them: signatures are over these."""
    if endpoint != "messaging.create_report":
        return
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    request.get_data(cache=True)


@bp.get("/messages/reports/<int:company_id>/<provider>")
@needs(None)
def show_handshake(company_id: int, provider: str) -> Response:
    """Meta asks once whether the address is ours, and wants its challenge back."""
    forms.parse_provider(provider)
    receiving.shake_hands(company_id, request.args.get("hub.verify_token", ""))
    return Response(request.args.get("hub.challenge", "")[:200], mimetype="text/plain")


@bp.post("/messages/reports/<int:company_id>/<provider>")
@needs(None)
@by_signature
def create_report(company_id: int, provider: str) -> Response:
    receiving.take(
        company_id,
        forms.parse_provider(provider),
        body=request.get_data(),
        form=request.form.to_dict(),
        key=request.args.get("key", ""),
        signature=request.headers.get("X-Twilio-Signature") or request.headers.get("X-Hub-Signature-256") or "",
    )
    return Response("", mimetype="text/plain")
