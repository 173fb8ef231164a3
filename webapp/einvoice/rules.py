"""Which documents the portal wants, the number it gives them, and the states an e-invoice goes through. Pure."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from enum import StrEnum

from webapp.einvoice import law
from webapp.einvoice.values import DocType, SupplyType
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.tax.states import OTHER_COUNTRY


class State(StrEnum):
    """How an e-invoice stands. `sent`: the portal was asked and its answer is not known; the next try asks before it sends."""

    WAITING = "waiting"
    SENT = "sent"
    REGISTERED = "registered"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"


# From where to where. What is not here is refused, by the service and by the update that looks at the state it leaves.
MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.SENT, State.FAILED, State.REGISTERED, State.NOT_NEEDED}),
    State.SENT: frozenset({State.SENT, State.REGISTERED, State.FAILED, State.WAITING}),
    State.FAILED: frozenset({State.SENT, State.FAILED, State.WAITING, State.REGISTERED, State.NOT_NEEDED}),
    State.REGISTERED: frozenset({State.CANCELLING, State.CANCELLED}),
    State.CANCELLING: frozenset({State.CANCELLING, State.CANCELLED, State.REGISTERED}),
    State.CANCELLED: frozenset(),
    State.NOT_NEEDED: frozenset({State.WAITING, State.REGISTERED}),  # registered: a file left before its bill was cancelled
}


class Road(StrEnum):
    """How documents reach the portal: by hand as files, by the portal's own interface, or by a GSP's."""

    FILE = "file"
    NIC = "nic"
    GSP = "gsp"


class Reason(StrEnum):
    """Why a document needs no e-invoice; NEEDED where it does."""

    NEEDED = "needed"
    NOT_A_TAX_INVOICE = "not_a_tax_invoice"
    UNREGISTERED_BUYER = "unregistered_buyer"
    NOTHING_TAXABLE = "nothing_taxable"
    SWITCHED_OFF = "switched_off"
    TOO_EARLY = "too_early"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a document says whether the portal wants it. `begins_on` is the registration's first day, None where it is switched off."""

    kind: str  # webapp.tax DocumentKind
    buyer_gstin: str
    place_of_supply: str
    has_taxable: bool
    day: date
    begins_on: date | None
    is_cancelled: bool = False


def need(facts: Facts) -> Reason:
    """Whether Rule 48(4) asks an e-invoice of a document: a tax invoice or a note on one, to a registered buyer or out of the country."""
    if facts.kind not in ("tax_invoice", "credit_note"):
        return Reason.NOT_A_TAX_INVOICE
    if not (facts.buyer_gstin and not is_uin(facts.buyer_gstin)) and facts.place_of_supply != OTHER_COUNTRY:
        return Reason.UNREGISTERED_BUYER
    if not facts.has_taxable:
        return Reason.NOTHING_TAXABLE
    if facts.begins_on is None:
        return Reason.SWITCHED_OFF
    if facts.day < facts.begins_on:
        return Reason.TOO_EARLY
    return Reason.CANCELLED if facts.is_cancelled else Reason.NEEDED


def is_uin(gstin: str) -> bool:
    """Whether a number is a UIN, of an embassy or a body of the United Nations: it counts as unregistered (Circular 156, reply 1)."""
    return len(gstin) == 15 and gstin[12:14] in ("UN", "ON")


def irn(gstin: str, doc_type: DocType, number: str, day: date) -> str:
    """The Invoice Reference Number: SHA-256 of GSTIN, financial year (2026-27), kind and number, with nothing between."""
    written = number.upper() if day >= law.CAPITALS_SINCE else number
    return hashlib.sha256(f"{gstin}{FinancialYear.of(day)}{doc_type.value}{written}".encode()).hexdigest()


def supply_type(destination: str, *, is_abroad: bool, has_tax: bool, is_deemed: bool = False) -> SupplyType:
    """How the portal calls a supply, from where the invoice goes (webapp.sales Destination), and whether it is a deemed export."""
    known = {
        "export_lut": SupplyType.EXPORT_LUT,
        "export_paid": SupplyType.EXPORT_PAID,
        "sez_lut": SupplyType.SEZ_LUT,
        "sez_paid": SupplyType.SEZ_PAID,
    }
    if destination in known:
        return known[destination]
    if is_abroad:
        return SupplyType.EXPORT_PAID if has_tax else SupplyType.EXPORT_LUT
    return SupplyType.DEEMED_EXPORT if is_deemed else SupplyType.B2B


class TooLateToCancel(BooksError):
    """The portal cancels within 24 hours of registering."""

    status = 409

    def __init__(self, until: str) -> None:
        super().__init__(
            problem=f"The portal took cancellations of this e-invoice until {until}.",
            fix="Make a credit note against the bill, and tell the change in GSTR-1.",
        )


def may_cancel(registered_at: datetime, now: datetime) -> bool:
    """Whether the portal still cancels it: within 24 hours of its acknowledgement."""
    return now - registered_at < law.CANCEL_WITHIN


def pays_by_qr(*, turnover_crore: int, day: date, upi_id: str) -> str:
    """How the rule on QRs of bills to unregistered customers stands: "not_asked", "satisfied", or "upi_missing".

    Circular 156: a QR that starts a payment, with our UPI id, is all that is asked; the bill itself says GSTIN, number, day and taxes.
    """
    if not law.holds(law.B2C_QR, turnover_crore, day):
        return "not_asked"
    return "satisfied" if upi_id else "upi_missing"
