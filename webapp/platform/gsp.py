"""The road through a GST Suvidha Provider, as several of them have it in common ("enriched" APIs): a token of the application, then the
user's name and password in headers, an id of its own with every call, and answers of `success`, `message`, `result`. Read 2026-11 in
recorded answers and clients that are public."""

from __future__ import annotations

import secrets
from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from webapp.platform.outside import Unanswered, call
from webapp.platform.signed_in import Refused, Session, SignedIn, read_json

SIGN_IN = "/gsp/authenticate?grant_type=token"
ENDED = "401"
MOST_WORDS = 500


class ThroughGsp(SignedIn):
    """Plain JSON over TLS; the encryption is done over there. `user_header` is the header of the user's name, `unknown_client` the portal's
    code for a client that nobody knows."""

    user_header: ClassVar[str]
    unknown_client: ClassVar[str]

    @abstractmethod
    def _refusal(self, words: str) -> Refused | None:
        """What the GSP's words say that the portal refused; None for trouble on the way, after which nobody knows what the portal did."""

    def _asked_once(self, session: Session, method: str, path: str, body: str | None) -> Mapping[str, Any]:
        headers = {
            "Authorization": f"Bearer {session.token}",
            "gstin": self.access.gstin,
            self.user_header: self.access.user_name,
            "password": self.access.password,
            "requestid": secrets.token_hex(12),
            "Content-Type": "application/json",
        }
        answer = call(method, self.access.base_url + path, headers=headers, endings=(), body=body.encode() if body else None)
        if answer.status == 401:
            raise Refused(ENDED, "The GSP's session has ended.")
        said = read_json(answer)
        if said.get("success") is not True:
            words = str(said.get("message") or "")
            raise self._refusal(words) or Unanswered(words[:300] or "The GSP refused and gave no reason.")
        result = said.get("result")
        if not isinstance(result, Mapping):
            raise Unanswered("The GSP's answer lacks its result.")
        return result

    def _sign_in(self) -> Session:
        headers = {"gspappid": self.access.client_id, "gspappsecret": self.access.client_secret}
        answer = call("POST", self.access.base_url + SIGN_IN, headers=headers, endings=(), body=b"")
        if answer.status in (400, 401, 403):
            raise Refused(self.unknown_client, "The GSP does not know this client.")
        said = read_json(answer)
        token, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Unanswered("The GSP's answer to the sign-in cannot be read.")
        return Session(token, "", self.now + timedelta(seconds=min(max(seconds, 0), 86_400)))
