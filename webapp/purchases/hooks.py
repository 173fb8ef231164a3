"""Who is told of suppliers' bills: the register of tax deducted at source, a storey above. Handed in when the program starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Deductions:
    """`beginning` (supplier) before a bill writes anything; `entered` (bill) when it stands whole; `cancelling` (bill, day, reason) before
    it is taken back."""

    beginning: Callable[[Books, UUID], object]
    entered: Callable[[Books, UUID], object]
    cancelling: Callable[[Books, UUID, date, str], object]


_deductions: Deductions | None = None


def use_deductions(deductions: Deductions | None) -> None:
    """Have them told of each bill. Called once, by whoever puts the program together."""
    global _deductions
    _deductions = deductions


def beginning(books: Books, supplier_id: UUID) -> None:
    """A bill of a supplier is about to be written."""
    if _deductions is not None:
        _deductions.beginning(books, supplier_id)


def entered(books: Books, bill_id: UUID) -> None:
    """A bill stands whole: its voucher, and what is owed."""
    if _deductions is not None:
        _deductions.entered(books, bill_id)


def cancelling(books: Books, bill_id: UUID, on: date, reason: str) -> None:
    """A bill is about to be taken back."""
    if _deductions is not None:
        _deductions.cancelling(books, bill_id, on, reason)
