"""The portal's own interface, of the National Informatics Centre: RSA at sign-in, AES for everything after.

Sign-in: a key of 32 random bytes, with name and password, is encrypted for the portal's public key (RSA, PKCS #1 v1.5). The portal
answers with a token and with the session's key, encrypted by ours. Every body is then encrypted by the session's key (AES-256-ECB).
Source: einv-apisandbox.nic.in, Authentication 1.04, Generate IRN, Get IRN by document details and Cancel IRN 1.03; read 2026-11.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from typing import Any

from webapp.einvoice.portal import read_instant
from webapp.einvoice.signed_in import SignedInPortal
from webapp.platform import aes
from webapp.platform.outside import Unanswered, call
from webapp.platform.signed_in import GOVERNMENT, Refused, Session, encrypted_for, read_json
from webapp.tax.signed_qr import keys_in

SIGN_IN = "/eivital/v1.04/auth"
INVOICE = "/eicore/v1.03/Invoice"
EWAYBILL = "/eiewb/v1.03/ewaybill"


class NicPortal(SignedInPortal):
    """One registration's road. It signs in when it must, and once more when the portal has forgotten the token."""

    taxpayer_path = "/eivital/v1.04/Master/gstin/"
    invoice_path = INVOICE
    cancel_path = f"{INVOICE}/Cancel"
    ewaybill_path = EWAYBILL
    cancel_fields = ("Irn", "CnlRsn", "CnlRem")

    def _asked_once(self, session: Session, method: str, path: str, body: str | None) -> Mapping[str, Any]:
        key = bytes.fromhex(session.key)
        sent = None if body is None else json.dumps({"Data": _text(aes.encrypt(key, body.encode()))}).encode()
        headers = {**self._headers(), "user_name": self.access.user_name, "AuthToken": session.token}
        return self._opened(call(method, self.access.base_url + path, headers=headers, endings=GOVERNMENT, body=sent), key)

    def _sign_in(self) -> Session:
        ours = secrets.token_bytes(aes.KEY_BYTES)
        told = {
            "UserName": self.access.user_name,
            "Password": self.access.password,
            "AppKey": _text(ours),
            "ForceRefreshAccessToken": False,
        }
        keys = keys_in(self.access.portal_key)
        if not keys:
            raise Refused("", "The portal's public key is missing. Paste it in the settings of e-invoices.")
        data = _text(encrypted_for(keys[0], base64.b64encode(json.dumps(told, separators=(",", ":")).encode())))
        body = json.dumps({"Data": data}).encode()
        said = read_json(call("POST", self.access.base_url + SIGN_IN, headers=self._headers(), endings=GOVERNMENT, body=body))
        _require_done(said)
        try:
            found = said["Data"]
            key = aes.decrypt(ours, base64.b64decode(found["Sek"], validate=True))
            return Session(str(found["AuthToken"]), key.hex(), read_instant(str(found["TokenExpiry"])))
        except (KeyError, TypeError, ValueError, binascii.Error) as lack:
            raise Unanswered("The portal's answer to the sign-in cannot be read.") from lack

    def _headers(self) -> dict[str, str]:
        return {
            "client-id": self.access.client_id,
            "client-secret": self.access.client_secret,
            "gstin": self.access.gstin,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    def _opened(self, answer: Any, key: bytes) -> dict[str, Any]:
        said = read_json(answer)
        _require_done(said)
        try:
            found = json.loads(aes.decrypt(key, base64.b64decode(said["Data"], validate=True)), parse_float=str)
        except (KeyError, TypeError, ValueError, RecursionError, binascii.Error) as lack:
            raise Unanswered("The portal's answer cannot be read.") from lack
        if not isinstance(found, dict):
            raise Unanswered("The portal's answer cannot be read.")
        return found


def _require_done(said: Mapping[str, Any]) -> None:
    """Refused, with the first of the portal's reasons, for an answer whose status is not 1."""
    if str(said.get("Status")) == "1":
        return
    details = _list_in(said.get("ErrorDetails"))
    first = details[0] if details and isinstance(details[0], Mapping) else {}
    words = "; ".join(str(one.get("ErrorMessage", "")) for one in details if isinstance(one, Mapping))
    if not first:
        raise Unanswered("The portal refused and gave no reason.")
    raise Refused(str(first.get("ErrorCode", "")).strip(), words[:500])


def _list_in(told: Any) -> list[Any]:
    """The portal's reasons: a list, or one as JSON text, or that in base64 (older pages of its documentation say so)."""
    if isinstance(told, str):
        for text in (told, _from_base64(told)):
            try:
                told = json.loads(text)
                break
            except (ValueError, RecursionError):
                continue
    return told if isinstance(told, list) else [told] if isinstance(told, Mapping) else []


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (ValueError, binascii.Error):
        return ""


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
