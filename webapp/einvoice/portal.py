"""What a road to the portal is given, what it answers, and how it can fail: the same for the portal itself and for a GSP.

There are three ends to a call, not two: done (`Signed`), refused (`Refused`), and not known (`Unanswered`): webapp.platform.signed_in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol

from webapp.einvoice.values import DocType
from webapp.kernel.records import dataclass
from webapp.platform import signed_in
from webapp.platform.outside import Unanswered
from webapp.platform.signed_in import Session

_IRN, _ACK_NO = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9]{1,20}")
_TOKEN = re.compile(r"[A-Za-z0-9_=-]+(?:\.[A-Za-z0-9_=-]+){2}")
_FIRST_YEAR = 2020  # the portal opened then


@dataclass(frozen=True, slots=True)
class Signed:
    """What the portal has registered. `is_active` is False of one that was cancelled there."""

    irn: str
    ack_no: str
    ack_at: datetime
    signed_qr: str
    signed_invoice: str
    is_active: bool = True


class Portal(Protocol):
    """A road. Each verb raises Refused or Unanswered; `session` is what it is signed in with by now."""

    session: Session | None

    def generate(self, payload_json: str) -> Signed: ...
    def by_document(self, doc_type: DocType, number: str, day: date) -> Signed | None: ...
    def taxpayer(self, gstin: str) -> Mapping[str, Any]: ...
    def cancel(self, irn: str, reason: str, remark: str) -> datetime: ...


def read_signed(said: Mapping[str, Any]) -> Signed:
    """What was registered. Unanswered for an answer that lacks a part."""
    try:
        found = Signed(
            irn=str(said["Irn"]),
            ack_no=str(said["AckNo"]),
            ack_at=read_instant(str(said["AckDt"])),
            signed_qr=str(said["SignedQRCode"]),
            signed_invoice=str(said.get("SignedInvoice") or ""),
            is_active=str(said.get("Status") or "ACT") == "ACT",
        )
    except (KeyError, ValueError) as lack:
        raise Unanswered("The answer lacks a part of what was signed.") from lack
    if not (_IRN.fullmatch(found.irn) and _ACK_NO.fullmatch(found.ack_no) and _TOKEN.fullmatch(found.signed_qr)):
        raise Unanswered("The answer lacks a part of what was signed.")
    # The document is registered all the same; what is no token proves nothing, and may hold signs that no database keeps.
    return found if _TOKEN.fullmatch(found.signed_invoice) else replace(found, signed_invoice="")


def read_instant(text: str) -> datetime:
    """The portal's own time of the day, which is India's. ValueError for another writing, and for a year that is none of the portal's."""
    found = signed_in.read_instant(text.strip()[:19])
    if found.year < _FIRST_YEAR:
        raise ValueError("no time of the portal")
    return found


def day_of(day: date) -> str:
    return day.strftime("%d/%m/%Y")
