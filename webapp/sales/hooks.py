"""What rooms above do when a bill was cancelled, and what they know of goods that left before it: they say so here once, when the
program starts (webapp.app.connect_rooms)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from webapp.platform.tenancy import Books
from webapp.sales.commands import Delivered

_when_cancelled: list[Callable[[Books, UUID], None]] = []


def when_cancelled(act: Callable[[Books, UUID], None]) -> None:
    """Have `act` told of every bill that is cancelled, in the same transaction. Safe to repeat."""
    if act not in _when_cancelled:
        _when_cancelled.append(act)


def tell_cancelled(books: Books, invoice_id: UUID) -> None:
    """Tell them. For the service of this room."""
    for act in _when_cancelled:
        act(books, invoice_id)


GoodsBefore = Callable[[Books, UUID], Mapping[int, Sequence[Delivered]]]
_goods_before: list[GoodsBefore] = []


def goods_before(answer: GoodsBefore) -> None:
    """Have `answer` say which batches and pieces of a bill's lines had left before it. Safe to repeat."""
    if answer not in _goods_before:
        _goods_before.append(answer)


def delivered_before(books: Books, invoice_id: UUID) -> Mapping[int, Sequence[Delivered]]:
    """Them, by the lines of the bill. For the goods of this room."""
    return {line_no: parts for answer in _goods_before for line_no, parts in answer(books, invoice_id).items()}
