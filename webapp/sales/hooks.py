"""What rooms above do when a bill was cancelled: they say so here once, when the program starts (webapp.app.connect_rooms)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from webapp.platform.tenancy import Books

_when_cancelled: list[Callable[[Books, UUID], None]] = []


def when_cancelled(act: Callable[[Books, UUID], None]) -> None:
    """Have `act` told of every bill that is cancelled, in the same transaction. Safe to repeat."""
    if act not in _when_cancelled:
        _when_cancelled.append(act)


def tell_cancelled(books: Books, invoice_id: UUID) -> None:
    """Tell them. For the service of this room."""
    for act in _when_cancelled:
        act(books, invoice_id)
