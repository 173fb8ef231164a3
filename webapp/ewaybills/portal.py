"""What the e-way bill portal is asked and what it answers, the same for its own interface and for a GSP's.

Each verb raises Refused or Unanswered (webapp.platform.signed_in). Times are written dd/MM/yyyy hh:mm:ss AM; by an IRN yyyy-MM-dd HH:mm:ss.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from webapp.ewaybills import codes
from webapp.ewaybills.rules import Verb
from webapp.kernel.dates import IST
from webapp.kernel.records import dataclass
from webapp.platform.outside import Unanswered
from webapp.platform.signed_in import Refused, SignedIn, read_instant

_SHAPES = ("%d/%m/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %I:%M %p")
_NEVER = datetime(2018, 1, 1, tzinfo=IST)
ACTIONS: Mapping[Verb, str] = {
    Verb.VEHICLE: "VEHEWB",
    Verb.TRANSPORTER: "UPDATETRANSPORTER",
    Verb.EXTEND: "EXTENDVALIDITY",
    Verb.CANCEL: "CANEWB",
    Verb.SPLIT: "MULTIVEHMOVINT",
    Verb.LOAD: "MULTIVEHADD",
    Verb.RELOAD: "MULTIVEHUPD",
}


@dataclass(frozen=True, slots=True)
class Made:
    """An e-way bill that the portal has. Without `valid_until` it is part A alone."""

    number: str
    made_at: datetime
    valid_until: datetime | None
    km: int | None = None  # where the portal has worked the way out


@dataclass(frozen=True, slots=True)
class Standing:
    """How an e-way bill stands at the portal: everything of it that we keep."""

    made: Made
    doc_type: str
    doc_no: str
    total: str
    is_cancelled: bool
    is_rejected: bool
    extended: int
    transporter_id: str
    vehicle: str
    mode: str
    trans_doc_no: str
    loads: tuple[tuple[str, str, str], ...] = ()  # group, vehicle and transport document of each vehicle it went on in
    trips: tuple[str, ...] = ()  # consolidated e-way bills it was put in, the newest first


@dataclass(frozen=True, slots=True)
class TripStanding:
    """A consolidated e-way bill as the portal has it."""

    number: str
    made_at: datetime
    vehicle: str
    mode: str
    trans_doc_no: str
    ewb_nos: frozenset[str]
    is_cancelled: bool


class EwbPortal(SignedIn):
    """One registration's road to the e-way bill portal."""

    token_gone = codes.TOKEN_GONE
    actions_path: ClassVar[str]
    by_paper_path: ClassVar[str]
    details_path: ClassVar[str]
    trip_path: ClassVar[str]

    def generate(self, payload_json: str) -> Made:
        return read_made(self.act("GENEWAYBILL", payload_json))

    def by_document(self, doc_type: str, number: str) -> Standing | None:
        """The e-way bill that stands for a paper of ours; None where the portal has none."""
        try:
            said = self.ask("GET", f"{self.by_paper_path}?{urlencode({'docType': doc_type, 'docNo': number})}")
        except Refused as refused:
            if refused.code in codes.NOT_FOUND:
                return None
            raise
        return self.details(str(said.get("ewayBillNo") or said.get("ewbNo") or ""))

    def details(self, number: str) -> Standing:
        return read_standing(self.ask("GET", f"{self.details_path}?{urlencode({'ewbNo': number})}"))

    def trip(self, number: str) -> TripStanding:
        """A consolidated e-way bill by its number."""
        return read_trip(self.ask("GET", f"{self.trip_path}?{urlencode({'tripSheetNo': number})}"))

    @abstractmethod
    def act(self, action: str, payload_json: str) -> Mapping[str, Any]:
        """Have it do one thing."""


def read_time(told: Any) -> datetime:
    """A time of the portal, in one of its writings. ValueError for another."""
    text = " ".join(str(told).split())
    for shape in _SHAPES:
        with suppress(ValueError):
            return read_instant(text, shape)
    raise ValueError("no time of the portal")


def read_end(told: Any) -> datetime | None:
    """Until when; None where the portal leaves it open, for part A."""
    return read_time(told) if told not in (None, "", "null") else None


def read_made(said: Mapping[str, Any]) -> Made:
    """What was made, by either of the two portals. Unanswered for an answer that lacks a part."""
    try:
        number = str(said.get("ewayBillNo") or said.get("EwbNo") or said["ewbNo"])
        made_at = read_time(said.get("ewayBillDate") or said.get("EwbDt") or said["ewbDate"])
        until = read_end(said.get("validUpto") or said.get("EwbValidTill"))
    except (KeyError, ValueError) as lack:
        raise Unanswered("The answer lacks the number or the time of the e-way bill.") from lack
    if not (len(number) == 12 and number.isascii() and number.isdecimal()):
        raise Unanswered("The answer lacks the number or the time of the e-way bill.")
    return Made(number, made_at, until, _km_in(said.get("alert") or said.get("Alert")))


def read_standing(said: Mapping[str, Any]) -> Standing:
    """Its details. Unanswered for an answer that lacks a part; what is not there and not needed counts as empty."""
    made = read_made(said)
    listed = said.get("VehiclListDetails")
    # The portal lists the newest first; a list in another order is put right by the time each was entered.
    entries = sorted((one for one in listed if isinstance(one, Mapping)), key=_entered, reverse=True) if isinstance(listed, list) else []
    last = entries[0] if entries else {}
    km = _whole(said.get("actualDist"))
    return Standing(
        made=Made(made.number, made.made_at, made.valid_until, km),
        doc_type=str(said.get("docType") or ""),
        doc_no=str(said.get("docNo") or ""),
        total=str(said.get("totInvValue") or ""),
        is_cancelled=str(said.get("status") or "") == "CNL",
        is_rejected=str(said.get("rejectStatus") or "") == "Y",
        extended=_whole(said.get("extendedTimes")) or 0,
        transporter_id=str(said.get("transporterId") or "").strip(),
        vehicle=str(last.get("vehicleNo") or "").strip(),
        mode=str(last.get("transMode") or "").strip(),
        trans_doc_no=str(last.get("transDocNo") or "").strip(),
        loads=tuple((_text(one, "groupNo"), _text(one, "vehicleNo"), _text(one, "transDocNo")) for one in entries),
        trips=tuple(dict.fromkeys(number for one in entries if is_trip_number(number := str(one.get("tripshtNo") or "").strip()))),
    )


def is_trip_number(text: str) -> bool:
    """Whether it may be the number of a consolidated e-way bill: the portal's have ten digits."""
    return len(text) == 10 and text.isascii() and text.isdecimal()


def read_trip(said: Mapping[str, Any]) -> TripStanding:
    """A consolidated e-way bill out of the portal's answer. Unanswered for an answer that lacks a part."""
    number, listed = str(said.get("tripSheetNo") or "").strip(), said.get("tripSheetEwbBills")
    try:
        made_at = read_time(said.get("enteredDate"))
    except ValueError as lack:
        raise Unanswered("The answer lacks the time of the consolidated e-way bill.") from lack
    if not is_trip_number(number) or not isinstance(listed, list):
        raise Unanswered("The answer lacks the number or the e-way bills of the consolidated one.")
    return TripStanding(
        number=number,
        made_at=made_at,
        vehicle=str(said.get("vehicleNo") or "").strip(),
        mode=str(said.get("transMode") or "").strip(),
        trans_doc_no=str(said.get("transDocNo") or "").strip(),
        ewb_nos=frozenset(str(one.get("ewbNo")).strip() for one in listed if isinstance(one, Mapping)),
        is_cancelled=str(said.get("status") or "") == "CNL",
    )


def _text(one: Mapping[str, Any], name: str) -> str:
    return str(one.get(name) or "").strip()


def _entered(one: Mapping[str, Any]) -> datetime:
    try:
        return read_time(one.get("enteredDate"))
    except ValueError:
        return _NEVER


def _whole(told: Any) -> int | None:
    text = str(told).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _km_in(alert: Any) -> int | None:
    """The portal's own distance, which it tells in an alert: ", Distance between these two pincodes is 10, "."""
    text = str(alert or "")
    if "istance" not in text:
        return None
    digits = "".join(sign if sign.isascii() and sign.isdigit() else " " for sign in text).split()
    return next((km for km in map(_whole, digits) if km and km <= 4000), None)
