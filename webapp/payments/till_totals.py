"""What a shift took from customers against their dues: for the counter's X and Z reports."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from webapp.payments.models import Receipt
from webapp.platform.tenancy import Books


def receipts_of_shift(books: Books, shift_id: UUID) -> dict[str, tuple[int, int]]:
    """By mode: how many receipts, and how much (paise)."""
    query = select(Receipt.mode, func.count(), func.sum(Receipt.amount_paise)).where(Receipt.shift_id == shift_id).group_by(Receipt.mode)
    return {mode: (int(count), int(amount)) for mode, count, amount in books.session.execute(query)}
