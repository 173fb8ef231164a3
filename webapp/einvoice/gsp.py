"""A GST Suvidha Provider: the portal's verbs as plain JSON over TLS, the encryption is done over there.

The interface is the one that several GSPs have in common ("enriched" e-invoice API): a token of the application, then the user's name
and password in headers, an id of its own with every call, and answers of `success`, `message`, `result`. Read 2026-11 in the recorded
answers and clients that are public.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from webapp.einvoice.signed_in import SignedInPortal
from webapp.platform.outside import Unanswered, call
from webapp.platform.signed_in import Refused, Session, read_json

SIGN_IN = "/gsp/authenticate?grant_type=token"
INVOICE = "/enriched/ei/api/invoice"
EWAYBILL = "/enriched/ei/api/ewaybill"
_CODE = re.compile(r"\s*(\d{4})\s*[:\-]\s*(.*)", re.DOTALL | re.ASCII)


class GspPortal(SignedInPortal):
    """One registration's road through a GSP."""

    taxpayer_path = "/enriched/ei/api/master/gstin?gstin="
    invoice_path = INVOICE
    cancel_path = f"{INVOICE}/cancel"
    ewaybill_path = EWAYBILL
    cancel_fields = ("Irn", "Cnlrsn", "Cnlrem")
    token_gone = SignedInPortal.token_gone | {"401"}

    def _asked_once(self, session: Session, method: str, path: str, body: str | None) -> Mapping[str, Any]:
        headers = {
            "Authorization": f"Bearer {session.token}",
            "gstin": self.access.gstin,
            "user_name": self.access.user_name,
            "password": self.access.password,
            "requestid": secrets.token_hex(12),
            "Content-Type": "application/json",
        }
        answer = call(method, self.access.base_url + path, headers=headers, endings=(), body=body.encode() if body else None)
        if answer.status == 401:
            raise Refused("401", "The GSP's session has ended.")
        said = read_json(answer)
        if said.get("success") is not True:
            raise _refusal(said)
        result = said.get("result")
        if not isinstance(result, Mapping):
            raise Unanswered("The GSP's answer lacks its result.")
        return result

    def _sign_in(self) -> Session:
        headers = {"gspappid": self.access.client_id, "gspappsecret": self.access.client_secret}
        answer = call("POST", self.access.base_url + SIGN_IN, headers=headers, endings=(), body=b"")
        if answer.status in (400, 401, 403):
            raise Refused("1004", "The GSP does not know this client.")
        said = read_json(answer)
        token, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Unanswered("The GSP's answer to the sign-in cannot be read.")
        return Session(token, "", self.now + timedelta(seconds=min(max(seconds, 0), 86_400)))


def _refusal(said: Mapping[str, Any]) -> Refused | Unanswered:
    """The GSP writes the portal's code before its words: "2150 : Duplicate IRN". Words without a code may be its own trouble: a call
    that did not get through. Nobody knows then what the portal did."""
    words = str(said.get("message") or "")
    found = _CODE.match(words)
    if not found:
        return Unanswered(words[:300] or "The GSP refused and gave no reason.")
    return Refused(found[1], found[2].strip()[:500])
