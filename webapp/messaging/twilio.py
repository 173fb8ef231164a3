"""SMS by Twilio (Programmable Messaging, API 2010-04-01)."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlencode

from webapp.messaging import http
from webapp.messaging.carrier import Carrier, End, Health, cut, later, refused, unknown
from webapp.messaging.rules import Message, Outcome, filled

BASE_URL = "https://api.twilio.com"
ENDINGS = (".twilio.com",)
_ACCOUNT_CODES = frozenset({20003, 20005, 20404, 21606, 21603, 21212})  # sign-in, account closed, unknown account, sender not ours
_PAUSE_CODES = frozenset({20429, 14107, 30001})  # too many at once


def send(carrier: Carrier, message: Message) -> End:
    """Hand one SMS over."""
    values = [value for _name, value in message.variables]
    template = carrier.template
    if template and template.text and filled(template.text, values) != message.text:
        return refused("The text differs from the template in the DLT register, so that the operator would drop it.")
    sender = carrier.settings["sender"]
    asked = {"To": message.to, "MessagingServiceSid" if sender.startswith("MG") else "From": sender, "Body": message.text}
    if carrier.report_url:
        asked["StatusCallback"] = carrier.report_url
    sid = carrier.settings["account_sid"]
    key = base64.b64encode(f"{sid}:{carrier.secrets['auth_token']}".encode()).decode()
    url = f"{carrier.settings.get('base_url') or BASE_URL}/2010-04-01/Accounts/{quote(sid, safe='')}/Messages.json"
    headers = {"Authorization": f"Basic {key}", "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    answer = http.post(url, urlencode(asked).encode(), headers, ENDINGS)
    if isinstance(answer, End):
        return answer
    said = http.said(answer)
    if answer.status in (200, 201) and isinstance(said.get("sid"), str) and said["sid"]:
        return End(Outcome.SENT, cut(said.get("status") or "queued"), provider_id=cut(said["sid"]))
    code, words = said.get("code"), cut(said.get("message") or f"HTTP {answer.status}")
    code = code if isinstance(code, int) else None  # what is no number says nothing that we know
    if answer.status >= 500 or answer.status < 300:
        return unknown(f"Twilio is in trouble: {words}")
    if answer.status in (401, 403) or code in _ACCOUNT_CODES:
        return later(f"Twilio does not take the account: {words}", Health.ACCOUNT)
    if code in _PAUSE_CODES:
        return later(words, Health.PAUSE)
    return refused(f"{words} ({code})" if code else words)
