"""What the portal knows of a GSTIN: names, address, kind and state of the registration. Asked by the road that e-invoices take.

Source of the two shapes: einv-apisandbox.nic.in, Get GSTIN details 1.04 (`Gstin`, `LegalName`, `TxpType`, `Status`, …), and the portal's
search of taxpayers as GSPs pass it on (`lgnm`, `dty`, `sts`, `pradr`). An answer about another GSTIN is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.einvoice import queries, sending
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform.outside import Unanswered
from webapp.platform.signed_in import Refused
from webapp.platform.tenancy import Actor, open_books, read_books
from webapp.tax.rules import STATES, check_gstin, state_of_gstin

_ACTIVE = frozenset({"ACT", "ACTIVE"})
_STATUS = {"ACT": "active", "CNL": "cancelled", "INA": "inactive", "PRO": "provisional", "SUS": "suspended"}
_COMPOSITION = ("COM", "COMPOSITION")
_SEZ = ("SEZ", "SED", "SPECIAL ECONOMIC ZONE")
_ADDRESS = (("AddrFlno", "AddrBno", "AddrBnm", "AddrSt"), ("flno", "bno", "bnm", "st", "loc"))
_MOST = 200


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """A registration as the portal tells it. `status` is active, cancelled, inactive, suspended, or the portal's own word."""

    gstin: str
    legal_name: str
    trade_name: str
    status: str
    is_active: bool
    is_composition: bool
    is_sez: bool
    address: str
    city: str
    pin_code: str
    state_code: str

    @property
    def name(self) -> str:
        return self.trade_name or self.legal_name


class NoAnswer(BooksError):
    """The portal could not be asked, or said no. What is typed by hand is as good."""

    status = 502


def find_taxpayer(actor: Actor, typed: str) -> Taxpayer:
    """Ask the portal of a GSTIN. InvalidInput for what is none; NoAnswer, with what to do, where nothing comes back.

    No transaction is open while the portal is asked.
    """
    try:
        gstin = check_gstin(typed)
    except ValueError as wrong:
        raise InvalidInput({"gstin": str(wrong)}) from None
    with read_books(actor) as books:
        own = next((one.gstin for one in queries.registrations(books).values() if one.sends), None)
        road = sending.road_of(books, own) if own else None
    if own is None or road is None:
        raise NoAnswer(
            problem="No way to the portal is set up.",
            fix="Type the details by hand. An owner can set up the portal's interface or a GSP's in the settings of e-invoices.",
        )
    try:
        said = road.taxpayer(gstin)
    except Unanswered:
        raise NoAnswer(problem="The portal did not answer.", fix="Type the details by hand, or ask again in some minutes.") from None
    except Refused as refused:
        words = clean_text(refused.words)[:_MOST] or refused.code
        raise NoAnswer(
            problem=f"The portal says: {words}.", fix="Check the GSTIN on the party's own paper, or type the details by hand."
        ) from None
    finally:
        with open_books(actor) as books:
            sending.keep_session(books, own, road.session)
    return read_taxpayer(gstin, said)


def read_taxpayer(gstin: str, said: Mapping[str, Any]) -> Taxpayer:
    """The answer in either shape, with anything unknown let by. NoAnswer for one about nobody, or about another."""
    named = _word(said, "Gstin", "gstin").upper()
    legal, trade = _word(said, "LegalName", "lgnm"), _word(said, "TradeName", "tradeNam")
    if named not in ("", gstin) or not (legal or trade):
        raise NoAnswer(
            problem="The portal's answer is not about this GSTIN.", fix="Type the details by hand, or ask again in some minutes."
        )
    status, kind = _word(said, "Status", "sts").upper(), _word(said, "TxpType", "dty").upper()
    place = said.get("pradr")
    place = place.get("addr") if isinstance(place, Mapping) else said
    place = place if isinstance(place, Mapping) else {}
    lines = [_word(place, name) for names in _ADDRESS for name in names]
    pin = "".join(_word(place, "AddrPncd", "pncd").split())
    return Taxpayer(
        gstin=gstin,
        legal_name=legal,
        trade_name="" if trade.upper() in ("NA", legal.upper()) else trade,
        status=_STATUS.get(status, status.lower()),
        is_active=status in _ACTIVE or not status,
        is_composition=kind.startswith(_COMPOSITION),
        is_sez=kind.startswith(_SEZ),
        address=", ".join(dict.fromkeys(line for line in lines if line))[:300],
        city=(_word(place, "AddrLoc", "dst", "city", "loc"))[:80],
        pin_code=pin if len(pin) == 6 and pin.isascii() and pin.isdigit() and pin[0] != "0" else "",
        state_code=_state(gstin),
    )


def _state(gstin: str) -> str:
    found = state_of_gstin(gstin)
    return found if found is not None and found in STATES else ""


def _word(said: Mapping[str, Any], *names: str) -> str:
    """The first of the names that holds text or a number, on one line."""
    for name in names:
        value = said.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and (found := clean_text(str(value))[:_MOST]):
            return found
    return ""
