"""E-invoices through a GST Suvidha Provider (webapp.platform.gsp)."""

from __future__ import annotations

import re

from webapp.einvoice.signed_in import SignedInPortal
from webapp.platform.gsp import ENDED, MOST_WORDS, ThroughGsp
from webapp.platform.signed_in import Refused

INVOICE = "/enriched/ei/api/invoice"
EWAYBILL = "/enriched/ei/api/ewaybill"
_CODE = re.compile(r"\s*(\d{4})\s*[:\-]\s*(.*)", re.DOTALL | re.ASCII)


class GspPortal(ThroughGsp, SignedInPortal):
    """One registration's road through a GSP."""

    taxpayer_path = "/enriched/ei/api/master/gstin?gstin="
    invoice_path = INVOICE
    cancel_path = f"{INVOICE}/cancel"
    ewaybill_path = EWAYBILL
    cancel_fields = ("Irn", "Cnlrsn", "Cnlrem")
    token_gone = SignedInPortal.token_gone | {ENDED}
    user_header = "user_name"
    unknown_client = "1004"

    def _refusal(self, words: str) -> Refused | None:
        """The portal's code stands before its words: "2150 : Duplicate IRN". Words without a code may be the GSP's own trouble."""
        found = _CODE.match(words)
        return Refused(found[1], found[2].strip()[:MOST_WORDS]) if found else None
