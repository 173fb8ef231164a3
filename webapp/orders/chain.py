"""The whole trail of a document: the quotation it began with, the orders, challans, bills, credit notes, and the money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from webapp import outstandings, sales
from webapp.kernel.records import dataclass
from webapp.orders import advance_reads, queries
from webapp.orders.kinds import INVOICE
from webapp.orders.queries import DocumentView
from webapp.platform.tenancy import Books

MOST_DOCUMENTS = 200
KIND_ORDER = ("quotation", "order", "proforma", "challan", "return", INVOICE, "credit_note", "advance", "money")


@dataclass(frozen=True, slots=True)
class Link:
    """One document of a trail. `quantities` are (item, quantity, unit); `amount` signed paise; `made_from` the numbers behind it."""

    kind: str
    id: UUID
    number: str
    day: date
    state: str
    amount: int
    quantities: tuple[tuple[str, int, str], ...]
    made_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A trail from its first document to its last payment."""

    links: tuple[Link, ...]

    def of(self, kind: str) -> list[Link]:
        return [link for link in self.links if link.kind == kind]


def chain_of(books: Books, document_id: UUID) -> Chain:
    """The trail that a document belongs to. NotFound when this company has none by that id."""
    queries.document(books, document_id)
    return _chain(books, {document_id}, set())


def chain_of_invoice(books: Books, invoice_id: UUID) -> Chain:
    """The trail that ends in a bill; a bill that stands for itself is a trail of its own."""
    sales.invoice(books, invoice_id)
    return _chain(books, {use.from_id for use in queries.uses_into(books, invoice_id)}, {invoice_id})


def _chain(books: Books, documents: set[UUID], invoices: set[UUID]) -> Chain:
    """Everything that can be reached over uses, sources and revisions, in both directions. What is of a store that the reader does not
    see is left out: an order may be billed in another store."""
    seen: dict[UUID, DocumentView] = {}
    hidden: set[UUID] = set()
    waiting = set(documents)
    while waiting and len(seen) < MOST_DOCUMENTS:
        id_ = waiting.pop()
        if queries.head_or_none(books, id_) is None:
            hidden.add(id_)
            continue
        view = seen[id_] = queries.document(books, id_)
        near = {one.id for one in (*queries.made_of(books, id_), *queries.revisions_of(books, view.head))}
        near |= {use.from_id for use in queries.uses_into(books, id_)} | ({view.head.source_id} if view.head.source_id else set())
        uses = queries.uses_of(books, [id_])
        invoices |= {use.to_id for use in uses if use.to_kind == INVOICE}
        near |= {use.to_id for use in uses if use.to_kind != INVOICE}
        for invoice_id in [use.to_id for use in uses if use.to_kind == INVOICE]:
            near |= {use.from_id for use in queries.uses_into(books, invoice_id)}
        waiting |= near - seen.keys() - hidden
    invoices = {id_ for id_ in invoices if sales.header_or_none(books, id_)}
    links = [_document_link(books, view, seen) for view in seen.values()]
    links += [link for id_ in invoices for link in _invoice_links(books, id_, seen)]
    links += _advance_links(books, seen)
    ordered = sorted(
        {(link.kind, link.id): link for link in links}.values(), key=lambda one: (KIND_ORDER.index(one.kind), one.day, one.number)
    )
    return Chain(tuple(ordered))


def _document_link(books: Books, view: DocumentView, seen: dict[UUID, DocumentView]) -> Link:
    head = view.head
    behind = {line.source_id for line in view.lines if line.source_id} | ({head.revises_id} if head.revises_id else set())
    return Link(
        kind=head.kind,
        id=head.id,
        number=head.shown_number,
        day=head.document_date,
        state=head.state_on(books.today),
        amount=head.total_paise,
        quantities=tuple((line.name, line.qty, line.unit) for line in view.lines),
        made_from=_numbers(behind, seen),
    )


def _invoice_links(books: Books, invoice_id: UUID, seen: dict[UUID, DocumentView]) -> list[Link]:
    bill = sales.invoice(books, invoice_id)
    head = bill.header
    behind = _numbers({use.from_id for use in queries.uses_into(books, invoice_id)}, seen)
    quantities = tuple((line.name, line.qty, line.unit) for line in bill.lines)
    state = "cancelled" if bill.cancellation else "posted"
    links = [Link(INVOICE, head.id, head.number, head.invoice_date, state, head.total_paise, quantities, behind)]
    for note in bill.notes:
        back = tuple((line.name, line.qty, line.unit) for line in sales.invoice(books, note.id).lines)
        said = "cancelled" if note.is_cancelled else "posted"
        links.append(Link("credit_note", note.id, note.number, note.invoice_date, said, -note.total_paise, back, (head.number,)))
    notes = {note.id for note in bill.notes}
    paid: dict[UUID, Link] = {}
    for row in outstandings.allocations_of(books, invoice_id):
        if row.debit_voucher_id == invoice_id and row.released_on is None and row.credit_voucher_id not in notes:
            earlier = paid[row.credit_voucher_id].amount if row.credit_voucher_id in paid else 0
            amount = earlier - row.amount_paise
            paid[row.credit_voucher_id] = Link(
                "money", row.credit_voucher_id, row.credit_number, row.allocated_on, "posted", amount, (), (head.number,)
            )
    return [*links, *paid.values()]


def _advance_links(books: Books, seen: dict[UUID, DocumentView]) -> list[Link]:
    return [
        Link(
            "advance",
            row.id,
            row.number,
            row.advance_date,
            row.kind,
            row.amount_paise if row.kind == "refund" else -row.amount_paise,
            (),
            (view.head.number,),
        )
        for view in seen.values()
        if view.head.kind == "order"
        for row in advance_reads.advances_of(books, view.head.id)
    ]


def _numbers(ids: Iterable[UUID | None], seen: dict[UUID, DocumentView]) -> tuple[str, ...]:
    return tuple(sorted(seen[id_].head.shown_number for id_ in ids if id_ in seen))
