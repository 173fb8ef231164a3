"""What a payment gateway's messages may do to the books, and what a settlement asks of the ledger. Pure.

Amounts are in paise. A payment only moves forward: created, failed, authorized, captured; `failed` to `authorized` is a late
authorisation and legal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_IDS = UUID("6d756e69-6d00-5000-8000-676174657761")
DECIDED = ("posted", "kept", "ignored")  # how a payment stands in our books, once there is money
RANK = {"created": 0, "failed": 1, "authorized": 2, "captured": 3, "refunded": 3}
MOST_REASON = 300
BILLED_FROM = "29"  # Karnataka: Razorpay Software Private Limited, Bengaluru, as its tax invoices say; to be checked on them
LEASE = timedelta(minutes=2)  # what was sent so lately is another process's work
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
LEAST_LINK = 100  # Razorpay: an amount of at least one rupee


class Request(StrEnum):
    """How a demand for money stands with the gateway."""

    WAITING = "waiting"
    SENT = "sent"  # it left, and what became of it is not known
    OPEN = "open"
    PARTLY = "partly"
    PAID = "paid"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


LIVE = (Request.WAITING, Request.SENT, Request.OPEN, Request.PARTLY, Request.CANCELLING)


class Refund(StrEnum):
    """How a refund stands."""

    WAITING = "waiting"
    SENT = "sent"
    PENDING = "pending"
    PROCESSED = "processed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, and what of its document is still owed. `left_paise` is what the demand itself still waits for."""

    amount_paise: int
    left_paise: int
    accepts_partial: bool
    document_left_paise: int | None  # None: not a document whose debt can be told
    is_cancelled: bool


def is_id(text: str) -> bool:
    """Whether this can be an id of a gateway ("pay_29QQoUBi66xm2f"): letters, digits, "_" and "-"."""
    return _ID.fullmatch(text) is not None


def row_id(company_id: int, provider: str, remote_id: str) -> UUID:
    """The id of a thing of the gateway in our books: the same whichever road tells of it first, so that it is written once."""
    return uuid5(_IDS, f"{company_id}/{provider}/{remote_id}")


def pause_after(tries: int) -> timedelta:
    """How long to wait before the gateway is asked again: twice as long each time."""
    return min(_FIRST_PAUSE * (1 << min(tries, 8)), _LONGEST_PAUSE)


def moves_on(before: str, after: str) -> bool:
    """Whether news of a payment is newer than what is known: messages come late and in any order."""
    return RANK.get(after, -1) > RANK.get(before, -1)


def why_kept(asked: Asked | None, amount: int, currency: str, fee: int, *, is_locked: bool) -> str:
    """Why a captured payment cannot be entered by itself: a word of `words.why_words`, or "" where it can."""
    if currency != "INR":
        return "currency"
    if asked is None:
        return "unknown"
    if asked.is_cancelled:
        return "cancelled"
    if amount != asked.left_paise and not (asked.accepts_partial and amount < asked.left_paise):
        if asked.left_paise > 0 and fee and amount == asked.left_paise + fee:
            return "fee_by_payer"
        return "paid_already" if asked.left_paise <= 0 else "more" if amount > asked.left_paise else "less"
    if asked.document_left_paise is not None and asked.document_left_paise < amount:
        return "paid_already"
    return "locked" if is_locked else ""


def receipt_slip(clearing: UUID, debtors: UUID, party_id: UUID, amount: int) -> Slip:
    """Dr the gateway, which holds the money; Cr the customer."""
    return Slip((debit(clearing, amount), credit(debtors, amount, party_id)))


def refund_slip(clearing: UUID, debtors: UUID, party_id: UUID, amount: int) -> Slip:
    """Dr the customer, who has the money again; Cr the gateway."""
    return Slip((debit(debtors, amount, party_id), credit(clearing, amount)))


@dataclass(frozen=True, slots=True)
class ReconRow:
    """A line of a settlement: `kind` payment, refund, transfer or adjustment. `fee_paise` includes `tax_paise`."""

    kind: str
    remote_id: str
    amount_paise: int
    fee_paise: int
    tax_paise: int
    debit_paise: int
    credit_paise: int

    @property
    def adds_up(self) -> bool:
        """Credit = amount - fee for a payment; a refund is taken off with its fee."""
        if self.kind == "payment":
            return self.credit_paise - self.debit_paise == self.amount_paise - self.fee_paise
        if self.kind == "refund":
            return self.debit_paise - self.credit_paise in {self.amount_paise, self.amount_paise + self.fee_paise}
        return True


@dataclass(frozen=True, slots=True)
class Totals:
    """What a settlement comes to: `net` reached the bank, `fee` and `tax` were kept back, `gross` leaves the clearing account."""

    net: int
    fee: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.fee + self.tax


def totals_of(rows: Sequence[ReconRow]) -> Totals:
    """Sum of credits less debits is what the bank got; the fee stands without its tax."""
    net = sum(row.credit_paise - row.debit_paise for row in rows)
    tax = sum(row.tax_paise for row in rows if row.kind in {"payment", "refund"})
    fee = sum(row.fee_paise for row in rows if _bears_fee(row)) - tax
    return Totals(net, fee, tax)


def _bears_fee(row: ReconRow) -> bool:
    return row.kind == "payment" or (row.kind == "refund" and row.debit_paise - row.credit_paise == row.amount_paise + row.fee_paise)


def usual_tax_kind(gstin: str | None, state_code: str) -> str:
    """How the GST on the gateway's fee reaches a business until it says otherwise: as a cost without a registration; else by the place of
    supply, which is the recipient's state (IGST Act, s.12(2)(a)), against that from which the gateway bills."""
    if not gstin:
        return "cost"
    return "cgst_sgst" if state_code == BILLED_FROM else "igst"


def settlement_slip(figures: Totals, heads: Mapping[str, UUID], tax_kind: str) -> Slip | None:
    """Bank Dr, charges Dr, input tax Dr, clearing Cr. `tax_kind`: "igst", "cgst_sgst", or "cost" for a business that claims none.
    None for a settlement that moved nothing."""
    lines = _leg(heads["bank"], figures.net)
    if tax_kind == "cost":
        lines += _leg(heads["charges"], figures.fee + figures.tax)
    elif tax_kind == "igst":
        lines += _leg(heads["charges"], figures.fee) + _leg(heads["input-igst"], figures.tax)
    else:
        half = figures.tax // 2
        lines += _leg(heads["charges"], figures.fee) + _leg(heads["input-cgst"], figures.tax - half) + _leg(heads["input-sgst"], half)
    lines += _leg(heads["clearing"], -figures.gross)
    return Slip(tuple(lines)) if len(lines) > 1 else None


def _leg(account: UUID, amount: int) -> list[Line]:
    return [debit(account, amount)] if amount > 0 else [credit(account, -amount)] if amount < 0 else []


def require_amount(amount: int, most: int, field: str = "amount") -> None:
    """InvalidInput for nothing, and for more than is left."""
    if amount <= 0:
        raise InvalidInput({field: "Type an amount above 0."})
    if amount > min(most, MOST_PAISE):
        raise InvalidInput({field: f"Only {rupees(Paise(most))} is left. Type that or less."})


def require_reason(text: str, field: str = "reason") -> str:
    """The word for which something is put aside, as kept."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({field: "Say in a few words why."})
    return kept


class NotOpen(Conflict):
    """What was asked of a payment cannot be done as it stands."""

    def __init__(self) -> None:
        super().__init__(problem="This was decided already.", fix="Reload the page to see how it stands.")


class OtherRefund(Conflict):
    """What is told of a refund cannot be: nothing of it is used."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem=problem, fix="Look at the payment in the gateway's own pages, and put the message aside.")


class NotConnected(BooksError):
    """No gateway is connected."""

    def __init__(self) -> None:
        super().__init__(problem="No payment gateway is connected.", fix="Ask the owner to connect one under Online payments, Settings.")
