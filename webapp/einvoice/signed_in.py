"""What every road to the portal does alike: signing in when it must, the three verbs, and once more when the token is forgotten.

A road says how it signs in and how it asks once; where its pages stand, and what it calls the fields of a cancellation.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from webapp.einvoice import codes
from webapp.einvoice.portal import Access, Refused, Session, Signed, day_of, read_instant, read_signed
from webapp.einvoice.values import DocType
from webapp.platform.outside import Unanswered

# A session that ends while a call is under way is of no use.
_SPARE = timedelta(minutes=2)


class SignedInPortal(ABC):
    """One registration's road (webapp.einvoice.portal.Portal)."""

    invoice_path: ClassVar[str]
    cancel_path: ClassVar[str]
    cancel_fields: ClassVar[tuple[str, str, str]]  # IRN, reason, remark
    token_gone: ClassVar[frozenset[str]] = frozenset(codes.TOKEN_GONE)

    def __init__(self, access: Access, session: Session | None, now: datetime) -> None:
        self.access = access
        self.now = now
        self.session = session if session and session.until > now + _SPARE else None

    def generate(self, payload_json: str) -> Signed:
        return read_signed(self._ask("POST", self.invoice_path, payload_json))

    def by_document(self, doc_type: DocType, number: str, day: date) -> Signed | None:
        asked = urlencode({"doctype": doc_type.value, "docnum": number, "docdate": day_of(day)})
        try:
            return read_signed(self._ask("GET", f"{self.invoice_path}/irnbydocdetails?{asked}"))
        except Refused as refused:
            if refused.code in codes.NOT_FOUND:
                return None
            raise

    def cancel(self, irn: str, reason: str, remark: str) -> datetime:
        told = dict(zip(self.cancel_fields, (irn, reason, remark), strict=True))
        said = self._ask("POST", self.cancel_path, json.dumps(told))
        try:
            return read_instant(str(said["CancelDate"]))
        except (KeyError, ValueError) as lack:
            raise Unanswered("The answer lacks the time of the cancellation.") from lack

    def _ask(self, method: str, path: str, body: str | None = None) -> Mapping[str, Any]:
        try:
            return self._asked_once(self._signed_in(), method, path, body)
        except Refused as refused:
            if refused.code not in self.token_gone:
                raise
        self.session = None
        return self._asked_once(self._signed_in(), method, path, body)

    def _signed_in(self) -> Session:
        self.session = self.session or self._sign_in()
        return self.session

    @abstractmethod
    def _sign_in(self) -> Session:
        """A new session. Refused or Unanswered."""

    @abstractmethod
    def _asked_once(self, session: Session, method: str, path: str, body: str | None) -> Mapping[str, Any]:
        """The result of one call in a session. Refused, with a code of `token_gone` where the session is no longer known; or Unanswered."""
