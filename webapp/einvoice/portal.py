"""What a road to the portal is given, what it answers, and how it can fail: the same for the portal itself and for a GSP.

There are three ends to a call, not two: done (`Signed`), refused (`Refused`), and not known (`Unanswered`). What is not known is
asked for before anything is sent again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from webapp.einvoice.values import DocType
from webapp.kernel.dates import IST
from webapp.platform.outside import Answer, Unanswered

# The portals of the tax administration. A GSP's host is allowed by whoever runs the machine (OUTSIDE_HOSTS).
GOVERNMENT = (".gst.gov.in", ".nic.in")
_IRN, _ACK_NO = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9]{1,20}")
_TOKEN = re.compile(r"[A-Za-z0-9_=-]+(?:\.[A-Za-z0-9_=-]+){2}")
_FIRST_YEAR, _LAST_YEAR = 2020, 2099  # the portal opened in 2020


@dataclass(frozen=True, slots=True)
class Access:
    """Who calls: the registration's user of the portal. `portal_key` is the PEM that the portal's own sign-in is encrypted for."""

    gstin: str
    base_url: str
    client_id: str
    client_secret: str
    user_name: str
    password: str
    portal_key: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that holds until `until`. `key` is the 32 bytes of the session, as hex; a GSP has none."""

    token: str
    key: str
    until: datetime

    def as_text(self) -> str:
        return json.dumps([self.token, self.key, self.until.isoformat()])

    @classmethod
    def read(cls, text: str) -> Session | None:
        """What `as_text` wrote, or None."""
        try:
            token, key, until = json.loads(text)
            return cls(token, key, datetime.fromisoformat(until))
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True, slots=True)
class Signed:
    """What the portal has registered. `is_active` is False of one that was cancelled there."""

    irn: str
    ack_no: str
    ack_at: datetime
    signed_qr: str
    signed_invoice: str
    is_active: bool = True


class Refused(Exception):
    """The portal says no. `code` is its own, or "" where it gave none."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


class Portal(Protocol):
    """A road. Each verb raises Refused or Unanswered; `session` is what it is signed in with by now."""

    session: Session | None

    def generate(self, payload_json: str) -> Signed: ...
    def by_document(self, doc_type: DocType, number: str, day: date) -> Signed | None: ...
    def cancel(self, irn: str, reason: str, remark: str) -> datetime: ...


def read_json(answer: Answer) -> dict[str, Any]:
    """The object in an answer, numbers as text. Unanswered where there is none: nobody knows then what was done."""
    try:
        found = json.loads(answer.body, parse_float=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unanswered(f"The answer (HTTP {answer.status}) cannot be read.")
    return found


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
    found = datetime.strptime(text.strip()[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=IST)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError("no time of the portal")
    return found


def day_of(day: date) -> str:
    return day.strftime("%d/%m/%Y")
