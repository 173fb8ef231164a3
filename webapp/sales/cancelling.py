"""When a bill may be returned or cancelled, and what a person must say about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from webapp.kernel.dates import FinancialYear, month_name, month_of, written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.text import clean_text
from webapp.sales.returns import ReturnRefused

MOST_REASON = 300


class Document(Protocol):
    """What is asked of a bill here."""

    @property
    def number(self) -> str: ...
    @property
    def is_return(self) -> bool: ...
    @property
    def invoice_date(self) -> date: ...
    @property
    def posted_on(self) -> date: ...


class CannotCancel(BooksError):
    """The bill must stand; what to do instead is said."""

    status = 409


def require_returnable(bill: Document, cancelled: object | None, on: date) -> None:
    """ReturnRefused for a note, a cancelled bill, a day before the sale, or one too late for the tax."""
    if bill.is_return:
        raise ReturnRefused(problem=f"{bill.number} is itself a return.", fix="Choose the bill the goods were sold on.")
    if cancelled is not None:
        raise ReturnRefused(problem=f"{bill.number} was cancelled: its goods and money are back already.", fix="Nothing needs doing.")
    if on < bill.invoice_date:
        raise ReturnRefused(
            problem=f"{bill.number} was issued on {written(bill.invoice_date)}.", fix="Date the return on that day or later."
        )
    # CGST Act s.34(2): tax may be reduced until 30 November after the end of the financial year of the supply.
    last_day = date(FinancialYear.of(bill.invoice_date).start_year + 1, 11, 30)
    if on > last_day:
        raise ReturnRefused(
            problem=f"The tax of {bill.number} could be reduced until {written(last_day)}.",
            fix="Refund the money with a payment voucher; the tax of this bill stands.",
        )


def require_cancellable(document: Document, standing_notes: Sequence[str], on: date) -> None:
    """CannotCancel for a bill with returns that stand, or of another month than the day of cancelling."""
    if standing_notes:
        raise CannotCancel(
            problem=f"Goods of {document.number} have come back on {', '.join(standing_notes)}.",
            fix="Cancel the return first, or return the rest of the bill as well.",
        )
    if on < document.posted_on:
        raise CannotCancel(
            problem=f"{document.number} stands in the books from {written(document.posted_on)}.", fix="Cancel it on that day or later."
        )
    if month_of(on) != month_of(document.posted_on):
        # GSTR-1 leaves out the bills cancelled in its month; one of a month told before is answered by a credit note.
        raise CannotCancel(
            problem=f"{document.number} belongs to {month_name(month_of(document.posted_on))}, whose tax is told by month.",
            fix="It stands: make a new bill for what was taken back."
            if document.is_return
            else "Make a return (credit note) of the whole bill instead.",
        )


def require_reason(text: str) -> str:
    """The reason of a cancellation, as kept. InvalidInput when there is none to read."""
    return _sentence(text, "reason", "Say in a few words why it is cancelled.")


def require_settlement(text: str) -> str:
    """What was done about a flag, as kept."""
    return _sentence(text, "settlement", "Say in a few words what was done about it.")


def require_credit_reason(text: str) -> str:
    """Why credit is given past a limit, as kept."""
    return _sentence(text, "credit_reason", "Say in a few words why credit is given all the same.")


def require_expired_reason(text: str) -> str:
    """Why goods past their day are sold, as kept."""
    return _sentence(text, "expired_reason", "Say in a few words why it is sold although it has expired.")


def _sentence(text: str, field: str, words: str) -> str:
    kept = clean_text(text)
    if not 3 <= len(kept) <= MOST_REASON:
        raise InvalidInput({field: words if len(kept) <= MOST_REASON else f"Use at most {MOST_REASON} characters."})
    return kept
