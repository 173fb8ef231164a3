"""What stands in the books after a push, asked from below the counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp import catalogue, ledger, stock
from webapp.company import default_store
from webapp.counter.models import MissingBill, SyncCommand
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger.models import JournalLine
from webapp.platform import numbering
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceFlag, InvoiceTender


@dataclass
class Shelf:
    """A company's items by name, and questions about its books."""

    actor: Actor
    items: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, question: Any) -> Any:
        with read_books(self.actor) as books:
            return question(books)

    def bills(self) -> list[str]:
        """The numbers of all bills, in order."""
        return list(self.read(lambda books: books.session.scalars(select(Invoice.number).order_by(Invoice.series, Invoice.seq)).all()))

    def on_hand(self, name: str) -> int:
        item = UUID(self.items[name]["id"])
        return int(self.read(lambda books: stock.on_hand(books, [item])[item].qty))

    def balance(self, code: str) -> int:
        """An account's balance in paise, debit positive, from its lines."""
        return int(
            self.read(
                lambda books: books.session.scalar(
                    select(func.coalesce(func.sum(JournalLine.amount_paise), 0)).where(JournalLine.account_id == ledger.heads(books)[code])
                )
            )
        )

    def flags(self, number: str) -> set[str]:
        query = select(InvoiceFlag.kind).join(Invoice, Invoice.id == InvoiceFlag.invoice_id).where(Invoice.number == number)
        return set(self.read(lambda books: books.session.scalars(query).all()))

    def posted_on(self, number: str) -> date:
        found = self.read(lambda books: books.session.scalar(select(Invoice.posted_on).where(Invoice.number == number)))
        assert isinstance(found, date)
        return found

    def last(self, prefix: str) -> int | None:
        found: int | None = self.read(lambda books: numbering.last_number(books, prefix))
        return found

    def missing(self) -> dict[str, str]:
        query = select(MissingBill.series, MissingBill.seq, MissingBill.state)
        return {f"{row.series}/{row.seq:06d}": row.state for row in self.read(lambda books: books.session.execute(query).all())}

    def waiting(self) -> list[Any]:
        """What waits for a person: id, type, series, seq, body, result."""
        columns = (SyncCommand.id, SyncCommand.type, SyncCommand.series, SyncCommand.seq, SyncCommand.body, SyncCommand.result)
        query = select(*columns).where(SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None))
        return list(self.read(lambda books: books.session.execute(query.order_by(SyncCommand.received_at, SyncCommand.id)).all()))

    def fingerprint(self) -> dict[str, Any]:
        """All that must be the same however the commands came: documents, tenders, cancellations, both registers' totals."""

        def ask(books: Books) -> dict[str, Any]:
            run = books.session.execute
            codes = {account: code for code, account in ledger.heads(books).items()}
            lines = select(JournalLine.account_id, func.sum(JournalLine.amount_paise)).group_by(JournalLine.account_id)
            return {
                "bills": sorted(tuple(row) for row in run(select(Invoice.number, Invoice.kind, Invoice.total_paise, Invoice.cost_paise))),
                "tenders": sorted(tuple(row) for row in run(select(InvoiceTender.mode, InvoiceTender.amount_paise))),
                "cancelled": sorted(str(row[0]) for row in run(select(InvoiceCancellation.invoice_id))),
                "accounts": sorted((codes[account], int(total)) for account, total in run(lines)),
                "stock": {name: stock.on_hand(books, [UUID(one["id"])])[UUID(one["id"])].qty for name, one in self.items.items()},
                "commands": sorted((str(row[0]), row[1]) for row in run(select(SyncCommand.id, SyncCommand.status))),
            }

        return dict(self.read(ask))


def stock_shelf(actor: Actor, ids: Mapping[str, UUID] | None = None) -> Shelf:
    """Two items with stock: Dal at Rs 145.00 with 5 %, Soap at Rs 40.00 with 18 %; ten of each, at Rs 100 and Rs 25."""
    shelf = Shelf(actor)
    with open_books(actor) as books:
        classes = {row.code: row for row in catalogue.tax_classes(books)}
        for name, code, rate, rupees, cost in (("Dal", "gst-5", 500, 145, 100), ("Soap", "gst-18", 1800, 40, 25)):
            draft = catalogue.ItemDraft(name=name, price_millipaise=MilliPaise(rupees * 100_000), tax_class_id=classes[code].id)
            item = catalogue.create_item(books, draft, (ids or {}).get(name))
            shelf.items[name] = {"id": str(item.id), "price": rupees * 100_000, "rate": rate, "incl": draft.price_includes_tax}
            stock_up(books, item.id, Qty(10_000), Paise(cost * 10 * 100))
    return shelf


def stock_up(books: Books, item_id: UUID, qty: Qty, value: Paise) -> None:
    """More of an item on the shelf, as opening stock."""
    document_id, day, store_id = new_id(), date(2026, 4, 1), default_store(books)
    slip = StockSlip((Movement(1, item_id, store_id, qty, value),))
    stock.record(books, document_id=document_id, kind="opening", moved_on=day, slip=slip)
    heads = ledger.heads(books)
    heading = ledger.Heading("stock", f"OPEN-{document_id.hex[-6:]}", day, store_id, "opening", document_id)
    lines = (debit(heads["stock-in-hand"], value), credit(heads["opening-difference"], value))
    ledger.post(books, voucher_id=document_id, heading=heading, slip=Slip(lines))
