"""What a receipt may be, and what it asks of the ledger. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.money import MOST_PAISE, Paise, rupees
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text

# Where the money is: in the drawer, on its way from the UPI app or the card machine, or in the bank already.
MODE_ACCOUNTS = {"cash": "cash", "upi": "upi-clearing", "card": "card-clearing", "bank": "bank"}
MOST_REFERENCE = 100
MOST_NOTE = 1000
MOST_REASON = 300


class Malformed(BooksError):
    """Not a receipt at all: whoever sent it must look."""


class CannotCancel(BooksError):
    """The receipt must stand."""

    status = 409


class LetOff(Protocol):
    """What the customer is let off with it (writing_off.LetOff)."""

    @property
    def kind(self) -> str: ...
    @property
    def parts(self) -> tuple[Any, ...]: ...


class PaidBill(NamedTuple):
    """A bill that a receipt pays, by its voucher, and how much of it in paise. `line_no` names the line where that is known."""

    voucher_id: UUID
    amount: int
    line_no: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiptCommand:
    """A customer pays what is owed. `id` is made by whoever takes the money, with the hash of what was sent.

    `number` is the one already taken by a till; empty takes the next of the office's own series. `has_happened`: the
    money is in the drawer, so a month locked meanwhile moves the voucher to the first open day after, and a bill that was
    settled meanwhile leaves its part on account. What names no bill of `bills` is on account too. What the customer is `let_off`
    closes bills without money, by a document of its own.
    """

    id: UUID
    party_id: UUID
    received_on: date
    store_id: UUID
    mode: str
    amount: Paise
    body_sha256: str
    number: str = ""
    reference: str = ""
    note: str = ""
    till_id: UUID | None = None
    shift_id: UUID | None = None
    bills: tuple[PaidBill, ...] = ()
    let_off: LetOff | None = None

    @property
    def has_happened(self) -> bool:
        """A till's receipt has."""
        return self.till_id is not None


def require_receipt(asked: ReceiptCommand, today: date) -> None:
    """Malformed unless it can be a receipt."""
    if not 0 < asked.amount <= MOST_PAISE:
        raise Malformed(problem=f"{rupees(asked.amount)} cannot be received.", fix="Type an amount above 0.")
    if asked.mode not in MODE_ACCOUNTS:
        raise Malformed(problem=f"Money cannot be received by {asked.mode}.", fix=f"Choose one of {', '.join(MODE_ACCOUNTS)}.")
    if not date(2017, 7, 1) <= asked.received_on <= today + timedelta(days=366):
        raise Malformed(problem=f"{written(asked.received_on)} cannot be the day of this receipt.", fix="Set the clock of the till right.")
    named = sum(bill.amount for bill in asked.bills)
    if named > asked.amount and not asked.has_happened:
        words = f"The bills below come to {rupees(Paise(named))}, more than {rupees(asked.amount)}. Lower them, or the money is more."
        raise InvalidInput({"bills": words})
    if asked.received_on > today and not asked.has_happened:
        raise InvalidInput({"received_on": f"{written(asked.received_on)} has not come yet."})
    for what, text, most in (("reference", asked.reference, MOST_REFERENCE), ("note", asked.note, MOST_NOTE), ("number", asked.number, 16)):
        if len(text) > most or "\x00" in text:
            raise Malformed(problem=f"The {what} is longer than {most} characters or cannot be written.", fix=f"Shorten the {what}.")


def require_same(body_sha256: str, sent_sha256: str) -> None:
    """The same id may come again with the same content only."""
    if body_sha256 != sent_sha256:
        raise Conflict(
            problem="Another receipt was taken under this id, with other content.",
            fix="Nothing was changed. Compare the two papers and take the second one anew if it is real.",
        )


def receipt_slip(asked: ReceiptCommand, heads: Mapping[str, UUID]) -> Slip:
    """Dr where the money is; Cr the customer. More than is due becomes an advance."""
    return Slip((debit(heads[MODE_ACCOUNTS[asked.mode]], asked.amount), credit(heads["debtors"], asked.amount, asked.party_id)))


def require_reason(text: str) -> str:
    """The reason of a cancellation, as kept."""
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({"reason": "Say in a few words why it is cancelled."})
    return kept


def first_of_next_month(day: date) -> date:
    """The day after the last of the month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
