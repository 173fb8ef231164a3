"""What of the stock is to be told to people: names of what runs low and of what expires, in one store."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from webapp.kernel.dates import Period
from webapp.platform.tenancy import Books
from webapp.stock_reports import expiry, reorder
from webapp.stock_reports.rules import Asked


def running_low(books: Books, store_id: UUID) -> list[str]:
    """Names of the items that a store has no more of than their level, with what is on order."""
    return [one.item for one in reorder.suggestions(books, _asked(books, store_id, 0)) if one.level > 0]


def expiring(books: Books, store_id: UUID, days: int) -> list[tuple[str, str, date]]:
    """Item, batch and last day of what is on hand in a store and has expired, or will within so many days."""
    return [(line.cells[0], line.cells[1], line.cells[3]) for line in expiry.lines(books, _asked(books, store_id, days))]


def _asked(books: Books, store_id: UUID, days: int) -> Asked:
    return Asked(Period(books.today, books.today), books.today, store_ids=frozenset({store_id}), store_id=store_id, days=days)
