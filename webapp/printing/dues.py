"""What is owed on a bill at this moment: its paper says what was owed when it was issued."""

from __future__ import annotations

from webapp import outstandings, sales
from webapp.kernel.money import Paise
from webapp.platform.tenancy import Books


def due_of_bill(books: Books, view: sales.InvoiceView) -> Paise:
    """What of a bill is open, when money that names no bill has paid the oldest first. Nothing of a return, of a cancelled bill, and
    of one that is nobody's in the books."""
    head = view.header
    if head.party_id is None or head.is_return or view.cancellation is not None:
        return Paise(0)
    items = outstandings.open_items(books, head.party_id, side=outstandings.RECEIVABLE)
    left = outstandings.netted_items(items, outstandings.RECEIVABLE)
    return Paise(sum(item.open for item in left if item.document_id == head.id and item.open > 0))
