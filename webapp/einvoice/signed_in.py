"""What every road to the portal does alike: its verbs, in a session (webapp.platform.signed_in).

A road says how it signs in and how it asks once; where its pages stand, and what it calls the fields of a cancellation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from webapp.einvoice import codes
from webapp.einvoice.portal import Signed, day_of, read_instant, read_signed
from webapp.einvoice.values import DocType
from webapp.platform.outside import Unanswered
from webapp.platform.signed_in import Refused, SignedIn


class SignedInPortal(SignedIn):
    """One registration's road (webapp.einvoice.portal.Portal)."""

    invoice_path: ClassVar[str]
    cancel_path: ClassVar[str]
    ewaybill_path: ClassVar[str]
    taxpayer_path: ClassVar[str]  # what is known of a GSTIN, which follows
    cancel_fields: ClassVar[tuple[str, str, str]]  # IRN, reason, remark
    token_gone = frozenset(codes.TOKEN_GONE)

    def generate(self, payload_json: str) -> Signed:
        return read_signed(self.ask("POST", self.invoice_path, payload_json))

    def by_document(self, doc_type: DocType, number: str, day: date) -> Signed | None:
        asked = urlencode({"doctype": doc_type.value, "docnum": number, "docdate": day_of(day)})
        try:
            return read_signed(self.ask("GET", f"{self.invoice_path}/irnbydocdetails?{asked}"))
        except Refused as refused:
            if refused.code in codes.NOT_FOUND:
                return None
            raise

    def cancel(self, irn: str, reason: str, remark: str) -> datetime:
        told = dict(zip(self.cancel_fields, (irn, reason, remark), strict=True))
        said = self.ask("POST", self.cancel_path, json.dumps(told))
        try:
            return read_instant(str(said["CancelDate"]))
        except (KeyError, ValueError) as lack:
            raise Unanswered("The answer lacks the time of the cancellation.") from lack

    def taxpayer(self, gstin: str) -> Mapping[str, Any]:
        """What the portal knows of a GSTIN, in its own words."""
        return self.ask("GET", self.taxpayer_path + gstin)

    def ewaybill(self, payload_json: str) -> Mapping[str, Any]:
        """An e-way bill of a registered document, by its IRN: number, time, and until when, in the portal's own words."""
        return self.ask("POST", self.ewaybill_path, payload_json)

    def ewaybill_of(self, irn: str) -> Mapping[str, Any] | None:
        """The e-way bill that the portal has made of a registered document; None where it has made none."""
        try:
            return self.ask("GET", f"{self.ewaybill_path}/irn/{irn}")
        except Refused as refused:
            if refused.code in codes.NO_EWAYBILL:
                return None
            raise
