"""A GST Suvidha Provider: the portal's verbs as plain JSON over TLS, the encryption is done over there.

The interface is the one that several GSPs have in common ("enriched" e-invoice API): a token of the application, then the user's name
and password in headers, an id of its own with every call, and answers of `success`, `message`, `result`. Read 2026-11 in the recorded
answers and clients that are public.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from webapp.einvoice import codes
from webapp.einvoice.portal import Access, Refused, Session, Signed, day_of, read_instant, read_json, read_signed
from webapp.einvoice.values import DocType
from webapp.platform.outside import Unanswered, call

SIGN_IN = "/gsp/authenticate?grant_type=token"
INVOICE = "/enriched/ei/api/invoice"
_SPARE = timedelta(minutes=2)
_CODE = re.compile(r"\s*(\d{4})\s*[:\-]\s*(.*)", re.DOTALL | re.ASCII)


class GspPortal:
    """One registration's road through a GSP."""

    def __init__(self, access: Access, session: Session | None, now: datetime) -> None:
        self.access = access
        self.now = now
        self.session = session if session and session.until > now + _SPARE else None

    def generate(self, payload_json: str) -> Signed:
        return read_signed(self._ask("POST", INVOICE, payload_json))

    def by_document(self, doc_type: DocType, number: str, day: date) -> Signed | None:
        asked = urlencode({"doctype": doc_type.value, "docnum": number, "docdate": day_of(day)})
        try:
            return read_signed(self._ask("GET", f"{INVOICE}/irnbydocdetails?{asked}"))
        except Refused as refused:
            if refused.code in codes.NOT_FOUND:
                return None
            raise

    def cancel(self, irn: str, reason: str, remark: str) -> datetime:
        said = self._ask("POST", f"{INVOICE}/cancel", json.dumps({"Irn": irn, "Cnlrsn": reason, "Cnlrem": remark}))
        try:
            return read_instant(str(said["CancelDate"]))
        except (KeyError, ValueError) as lack:
            raise Unanswered("The answer lacks the time of the cancellation.") from lack

    def _ask(self, method: str, path: str, body: str | None = None) -> Mapping[str, Any]:
        try:
            return self._asked_once(method, path, body)
        except Refused as refused:
            if refused.code not in codes.TOKEN_GONE | {"401"}:
                raise
        self.session = None
        return self._asked_once(method, path, body)

    def _asked_once(self, method: str, path: str, body: str | None) -> Mapping[str, Any]:
        session = self.session = self.session or self._sign_in()
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
