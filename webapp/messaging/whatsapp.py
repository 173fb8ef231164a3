"""WhatsApp by Meta's Cloud API, v23.0. What a business says first must be a template that Meta has approved; free words are taken only
within a day of the customer's last message."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from webapp.messaging import http
from webapp.messaging.carrier import Carrier, End, Health, cut, later, refused, unknown
from webapp.messaging.rules import Message, Outcome

BASE_URL = "https://graph.facebook.com"
VERSION = "v23.0"
ENDINGS = (".facebook.com",)
# Meta's error codes (its list of 2026-11): too much for now; and the token, the number or the account is not in order.
_PAUSE_CODES = frozenset({4, 80007, 130429, 131016, 131048, 131056})
_ACCOUNT_CODES = frozenset({0, 3, 10, 190, 200, 368, 131005, 131031, 131042, 131045, 133010})


def send(carrier: Carrier, message: Message) -> End:
    """Hand one message over. That Meta took it says nothing of its arrival, which its reports tell."""
    if message.template and carrier.template is None:
        return refused(f"No template of WhatsApp is named for the words {message.template}. Enter it in the settings of messages.")
    base, number = carrier.settings.get("base_url") or BASE_URL, quote(carrier.settings["phone_number_id"], safe="")
    headers = {"Authorization": f"Bearer {carrier.secrets['access_token']}", "Content-Type": "application/json"}
    answer = http.post(f"{base}/{VERSION}/{number}/messages", json.dumps(payload(carrier, message)).encode(), headers, ENDINGS)
    if isinstance(answer, End):
        return answer
    said = http.said(answer)
    sent = said.get("messages")
    first = sent[0] if isinstance(sent, list) and sent and isinstance(sent[0], dict) else {}
    if answer.status < 300:
        if isinstance(first.get("id"), str) and first["id"]:
            return End(Outcome.SENT, "Accepted by WhatsApp.", provider_id=cut(first["id"]))
        return unknown("WhatsApp's answer lacks the message's number.")
    error = http.child(said, "error")
    code, details = error.get("code"), http.child(error, "error_data").get("details")
    words = f"{cut(details or error.get('message') or f'HTTP {answer.status}')} ({code})"
    if code in _PAUSE_CODES:
        return later(words, Health.PAUSE, retry_after=60)
    if answer.status >= 500:
        return unknown(f"WhatsApp is in trouble: {words}")
    if answer.status in (401, 403) or code in _ACCOUNT_CODES:
        return later(f"WhatsApp does not take the account: {words}", Health.ACCOUNT)
    return refused(words)


def payload(carrier: Carrier, message: Message) -> dict[str, Any]:
    """What is sent. Meta's own OpenAPI file requires `recipient_type`, and `policy` of a template's language."""
    to = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": message.to.lstrip("+")}
    if carrier.template is None:
        return {**to, "type": "text", "text": {"body": message.text, "preview_url": False}}
    template: dict[str, Any] = {
        "name": carrier.template.approved_as,
        "language": {"policy": "deterministic", "code": carrier.template.language},
    }
    if message.variables:
        gaps = [{"type": "text", "text": value} for _name, value in message.variables]
        template["components"] = [{"type": "body", "parameters": gaps}]
    return {**to, "type": "template", "template": template}
