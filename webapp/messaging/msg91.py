"""SMS by MSG91's flows (its documentation of 2026-11). A flow is a template of the DLT register; the gaps are VAR1, VAR2 … in order."""

from __future__ import annotations

import json

from webapp.messaging import http
from webapp.messaging.carrier import Carrier, End, Health, cut, later, refused, unknown
from webapp.messaging.rules import Message, Outcome, filled

BASE_URL = "https://control.msg91.com"
ENDINGS = (".msg91.com",)
_ACCOUNT_CODES = frozenset({"101", "201", "207", "209", "302", "303", "310", "311", "418"})  # the key, the IP list, the balance


def send(carrier: Carrier, message: Message) -> End:
    """Hand one SMS over. The service has no key against sending twice: what may have been taken is UNKNOWN for good."""
    if carrier.template is None:
        return refused(f"No flow of MSG91 is named for the words {message.template or '(none)'}. Enter it in the settings of messages.")
    values = [value for _name, value in message.variables]
    if carrier.template.text and filled(carrier.template.text, values) != message.text:
        return refused("The text differs from the template in the DLT register, so that the operator would drop it.")
    gaps = {f"VAR{place}": value for place, value in enumerate(values, 1)}
    asked = {"template_id": carrier.template.approved_as, "short_url": "0", "recipients": [{"mobiles": message.to.lstrip("+"), **gaps}]}
    url = (carrier.settings.get("base_url") or BASE_URL) + "/api/v5/flow"
    headers = {"authkey": carrier.secrets["authkey"], "Content-Type": "application/json", "Accept": "application/json"}
    answer = http.post(url, json.dumps(asked).encode(), headers, ENDINGS)
    if isinstance(answer, End):
        return answer
    said = http.said(answer)
    words, code = cut(said.get("message") or ""), str(said.get("code") or "")
    if answer.status < 300 and said.get("type") == "success" and words:
        return End(Outcome.SENT, "Accepted by MSG91.", provider_id=words)
    if said.get("type") != "error" and answer.status not in (401, 403):
        return unknown(f"MSG91 answered with HTTP {answer.status} and nothing that can be read.")
    if answer.status in (401, 403) or code in _ACCOUNT_CODES:
        return later(f"MSG91 does not take the account: {words} {code}", Health.ACCOUNT)
    return unknown(f"MSG91 is in trouble: {words}") if answer.status >= 500 else refused(f"{words} {code}".strip())
