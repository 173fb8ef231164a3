"""The e-way bill portal's own interface, of the National Informatics Centre: RSA at sign-in, AES for everything after.

Sign-in: a key of 32 random bytes, with name and password, is encrypted for the portal's public key. The portal answers with a token and
with the session's key, encrypted by ours; it holds for six hours. A body is encrypted by the session's key; so is the answer to it. What is
asked for by GET comes encrypted by a key of its own (rek), which is encrypted by the session's.
Source: docs.ewaybillgst.gov.in, version 1.03, and public clients of it; read 2026-11. The address of the settings ends in the version.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from webapp.ewaybills.portal import EwbPortal
from webapp.platform import aes
from webapp.platform.outside import Unanswered, call
from webapp.platform.signed_in import GOVERNMENT, Refused, Session, encrypted_for, read_json
from webapp.tax.signed_qr import keys_in

SIGN_IN, ACTIONS = "/auth", "/ewayapi"
_HOLDS = timedelta(hours=6)


class NicPortal(EwbPortal):
    """One registration's road."""

    actions_path = ACTIONS
    by_paper_path = f"{ACTIONS}/GetEwayBillGeneratedByConsigner"
    details_path = f"{ACTIONS}/GetEwayBill"
    trip_path = f"{ACTIONS}/GetTripSheet"

    def act(self, action: str, payload_json: str) -> Mapping[str, Any]:
        # The action stands beside the encrypted body, so the two go together as one text.
        return self.ask("POST", ACTIONS, json.dumps([action, payload_json]))

    def _asked_once(self, session: Session, method: str, path: str, body: str | None) -> Mapping[str, Any]:
        key = bytes.fromhex(session.key)
        sent = None
        if body is not None:
            action, payload = json.loads(body)
            sent = json.dumps({"action": action, "Data": _text(aes.encrypt(key, payload.encode()))}).encode()
        headers = {**self._headers(), "authtoken": session.token}
        said = read_json(call(method, self.access.base_url + path, headers=headers, endings=GOVERNMENT, body=sent))
        _require_done(said)
        try:
            if said.get("rek"):
                key = aes.decrypt(key, _raw(said["rek"]))
            found = json.loads(aes.decrypt(key, _raw(said.get("data") or said["Data"])), parse_float=str)
        except (KeyError, TypeError, ValueError, RecursionError, binascii.Error) as lack:
            raise Unanswered("The portal's answer cannot be read.") from lack
        if not isinstance(found, dict):
            raise Unanswered("The portal's answer cannot be read.")
        return found

    def _sign_in(self) -> Session:
        ours = secrets.token_bytes(aes.KEY_BYTES)
        told = {
            "action": "ACCESSTOKEN",
            "username": self.access.user_name,
            "password": self.access.password,
            "app_key": _text(ours),
        }
        keys = keys_in(self.access.portal_key)
        if not keys:
            raise Refused("", "The portal's public key is missing. Paste it in the settings of e-way bills.")
        data = _text(encrypted_for(keys[0], base64.b64encode(json.dumps(told, separators=(",", ":")).encode())))
        body = json.dumps({"action": "ACCESSTOKEN", "Data": data}).encode()
        said = read_json(call("POST", self.access.base_url + SIGN_IN, headers=self._headers(), endings=GOVERNMENT, body=body))
        _require_done(said)
        try:
            key = aes.decrypt(ours, _raw(said["sek"]))
            session = Session(str(said["authtoken"]), key.hex(), self.now + _HOLDS)
        except (KeyError, TypeError, ValueError, binascii.Error) as lack:
            raise Unanswered("The portal's answer to the sign-in cannot be read.") from lack
        if len(key) != aes.KEY_BYTES:
            raise Unanswered("The portal's answer to the sign-in cannot be read.")
        return session

    def _headers(self) -> dict[str, str]:
        return {
            "client-id": self.access.client_id,
            "client-secret": self.access.client_secret,
            "gstin": self.access.gstin,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }


def _require_done(said: Mapping[str, Any]) -> None:
    """Refused, with the first of the portal's codes, for an answer whose status is not 1. The reasons stand in base64: "201,203,"."""
    if str(said.get("status")) == "1":
        return
    told: Any = said.get("error")
    if isinstance(told, str):
        try:
            told = json.loads(_raw(told))
        except (ValueError, RecursionError, binascii.Error):
            told = {"message": told}
    if not isinstance(told, Mapping):
        raise Unanswered("The portal refused and gave no reason.")
    listed = [one.strip() for one in str(told.get("errorCodes") or told.get("errorcodes") or "").split(",") if one.strip()]
    if not listed and not told.get("message"):
        raise Unanswered("The portal refused and gave no reason.")
    more = f"The portal also names {', '.join(listed[1:6])}." if len(listed) > 1 else ""
    raise Refused(listed[0][:10] if listed else "", str(told.get("message") or more)[:300])


def _raw(told: Any) -> bytes:
    return base64.b64decode(told, validate=True)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
