"""What is owed on a bill at this moment: its paper says what was owed when it was issued."""

from __future__ import annotations

from uuid import UUID

from webapp import orders, outstandings, sales
from webapp.kernel.errors import NotFound
from webapp.kernel.money import Paise
from webapp.links import Payer
from webapp.platform.tenancy import Books


def due_of_bill(books: Books, view: sales.InvoiceView) -> Paise:
    """What of a bill is open with the tax collected at source on it, when money that names no bill has paid the oldest first. Nothing of
    a return, of a cancelled bill, and of one that is nobody's in the books."""
    head = view.header
    if head.party_id is None or head.is_return or view.cancellation is not None:
        return Paise(0)
    items = outstandings.open_items(books, head.party_id, side=outstandings.RECEIVABLE)
    left = outstandings.netted_items(items, outstandings.RECEIVABLE)
    own = {head.id, *(one.page for one in sales.collected_on(books, head.id))}
    return Paise(sum(item.open for item in left if item.document_id in own and item.open > 0))


def payer_of_bill(books: Books, invoice_id: UUID, _advance_paise: int = 0) -> Payer:
    """Who pays a bill, and what. NotFound for no such bill, and for one that is nobody's in the books: nothing of it is paid later."""
    view = sales.invoice(books, invoice_id)
    head = view.header
    if head.party_id is None:
        raise NotFound("bill")
    return Payer(head.party_id, str((head.party or {}).get("name") or ""), head.number, due_of_bill(books, view))


def payer_of_document(books: Books, order_id: UUID, advance_paise: int = 0) -> Payer:
    """Who pays a document before the bill, and what it asks for now. NotFound for no such document."""
    view = orders.document(books, order_id)
    head = view.head
    due = orders.asked_before_bill(books, view, advance_paise)
    return Payer(head.party_id, str(head.party.get("name") or ""), head.shown_number, due)
