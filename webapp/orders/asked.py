"""What a document asks for before there is a bill: a proforma for what of it is not billed, an order and an accepted quotation for the
advance that was agreed. What was paid anywhere on its trail counts."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.money import Paise, rounded
from webapp.orders import advance_reads, queries
from webapp.orders.kinds import INVOICE
from webapp.orders.queries import DocumentView
from webapp.platform.tenancy import Books

_MOST_DOCUMENTS = 50


def asked_before_bill(books: Books, view: DocumentView, advance_paise: int) -> Paise:
    """What is to be paid on a document now, in paise; `advance_paise` was agreed on an order or a quotation. Nought for what is
    cancelled, revised, declined, past its day or billed, and for challans. What was paid or billed in another
    store counts, whoever asks."""
    with books.of_every_store():
        return _asked(books, view, advance_paise)


def _asked(books: Books, view: DocumentView, advance_paise: int) -> Paise:
    head = view.head
    if head.kind == "proforma":
        if head.state_on(books.today) != "open":
            return Paise(0)
        asked = sum(rounded(line.total_paise * line.left, line.qty) for line in view.lines) if view.is_touched else head.total_paise
        paid = sum(row.left_paise for id_ in _behind(books, view) for row in advance_reads.advances_of(books, id_))
        return Paise(max(asked - paid, 0))
    is_agreed = (head.kind == "order" and head.is_live) or (head.kind == "quotation" and head.state in ("accepted", "done"))
    if not is_agreed or advance_paise <= 0:
        return Paise(0)
    made, is_billed = _ahead(books, head.id)
    if is_billed:
        return Paise(0)  # the bill asks for the rest of it
    rows = [row for id_ in _behind(books, view) | made for row in advance_reads.advances_of(books, id_)]
    paid = sum(row.amount_paise if row.kind == "receipt" else -row.amount_paise for row in rows)
    return Paise(max(min(advance_paise, head.total_paise) - paid, 0))


def _behind(books: Books, view: DocumentView) -> set[UUID]:
    """The document and those it was made of."""
    seen: set[UUID] = set()
    waiting = [view]
    while waiting and len(seen) < _MOST_DOCUMENTS:
        one = waiting.pop()
        seen.add(one.head.id)
        sources = {line.source_id for line in one.lines if line.source_id} | ({one.head.source_id} if one.head.source_id else set())
        waiting += [queries.document(books, id_) for id_ in sources - seen]
    return seen


def _ahead(books: Books, document_id: UUID) -> tuple[set[UUID], bool]:
    """The documents made of one, and whether a bill is among what became of it."""
    seen: set[UUID] = set()
    waiting, is_billed = {document_id}, False
    while waiting and len(seen) < _MOST_DOCUMENTS:
        uses = queries.uses_of(books, waiting)
        seen |= waiting
        is_billed = is_billed or any(use.to_kind == INVOICE for use in uses)
        waiting = {use.to_id for use in uses if use.to_kind != INVOICE} - seen
    return seen, is_billed
