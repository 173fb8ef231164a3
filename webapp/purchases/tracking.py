"""What is left of purchase documents: received and billed of an order, billed of a receipt, given back of a bill."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from webapp.platform.tenancy import Books
from webapp.purchases import queries
from webapp.purchases.commands import LineRef
from webapp.purchases.models import GoodsReceipt, GoodsReceiptLine, PurchaseBill, PurchaseBillLine, SupplierNumber
from webapp.purchases.queries import BillLineRow, BillRow, columns_of, is_standing

# What a line of a bill bills, and one of a debit note takes back; a lower price alone takes no goods back.
BILLED_QTY = case(
    (PurchaseBillLine.is_price_only, 0), (PurchaseBill.kind == "debit_note", -PurchaseBillLine.qty), else_=PurchaseBillLine.qty
)


class Done(NamedTuple):
    """What of a line was done already: a quantity, and the paise that it bore."""

    qty: int = 0
    paise: int = 0


class OrderDone(NamedTuple):
    """Of a line of an order: what has come (with or before its bill), and what was billed."""

    received: int = 0
    billed: int = 0


def order_done(books: Books, order_id: UUID) -> dict[int, OrderDone]:
    """Line of an order → what has come of it and what was billed, by the documents that stand, into whichever store, whoever asks."""
    with books.of_every_store():
        return _order_done(books, order_id)


def _order_done(books: Books, order_id: UUID) -> dict[int, OrderDone]:
    received: dict[int, int] = {}
    of_receipt = (GoodsReceipt.company_id == GoodsReceiptLine.company_id) & (GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    came = (
        select(GoodsReceiptLine.order_line_no, func.sum(GoodsReceiptLine.qty))
        .join(GoodsReceipt, of_receipt)
        .where(GoodsReceipt.order_id == order_id, GoodsReceiptLine.order_line_no.is_not(None), is_standing(GoodsReceipt.id))
        .group_by(GoodsReceiptLine.order_line_no)
    )
    rows: Any = books.session.execute(came)
    for line_no, qty in rows:
        received[line_no] = int(qty)
    billed: dict[int, int] = {}
    query = (
        select(PurchaseBillLine.order_line_no, PurchaseBillLine.receipt_id.is_(None), func.sum(PurchaseBillLine.qty))
        .join(PurchaseBill, _of_bill())
        .where(PurchaseBillLine.order_id == order_id, is_standing(PurchaseBill.id))
        .group_by(PurchaseBillLine.order_line_no, PurchaseBillLine.receipt_id.is_(None))
    )
    rows = books.session.execute(query)
    for line_no, came_with_it, qty in rows:
        billed[line_no] = billed.get(line_no, 0) + int(qty)
        if came_with_it:
            received[line_no] = received.get(line_no, 0) + int(qty)
    return {line_no: OrderDone(received.get(line_no, 0), billed.get(line_no, 0)) for line_no in received.keys() | billed.keys()}


def receipts_billed(books: Books, receipt_ids: Iterable[UUID]) -> dict[LineRef, Done]:
    """Line of a goods receipt → what was billed of it, and what of its value that was. What a debit note took back of goods on
    consignment may be billed again."""
    query = (
        select(
            PurchaseBillLine.receipt_id,
            PurchaseBillLine.receipt_line_no,
            func.sum(BILLED_QTY),
            func.sum(PurchaseBillLine.received_paise),
        )
        .join(PurchaseBill, _of_bill())
        .where(PurchaseBillLine.receipt_id.in_(list(receipt_ids)), is_standing(PurchaseBill.id))
        .group_by(PurchaseBillLine.receipt_id, PurchaseBillLine.receipt_line_no)
    )
    rows: Any = books.session.execute(query)
    return {LineRef(id_, line_no): Done(int(qty), int(paise)) for id_, line_no, qty, paise in rows}


def returned(books: Books, bill_id: UUID) -> dict[int, list[BillLineRow]]:
    """Line of a bill → the lines of debit notes by which goods of it went back."""
    return _against(books, bill_id, is_price_only=False)


def lowered(books: Books, bill_id: UUID) -> dict[int, list[BillLineRow]]:
    """Line of a bill → the lines of debit notes by which its price alone is lower."""
    return _against(books, bill_id, is_price_only=True)


def _against(books: Books, bill_id: UUID, *, is_price_only: bool) -> dict[int, list[BillLineRow]]:
    query = (
        select(*columns_of(PurchaseBillLine, BillLineRow))
        .join(PurchaseBill, _of_bill())
        .where(PurchaseBill.against_id == bill_id, PurchaseBillLine.is_price_only.is_(is_price_only), is_standing(PurchaseBill.id))
        .order_by(PurchaseBillLine.bill_id, PurchaseBillLine.line_no)
    )
    found: dict[int, list[BillLineRow]] = {}
    for row in books.session.execute(query):
        line = BillLineRow(*row)
        found.setdefault(line.against_line_no or 0, []).append(line)
    return found


def holder_of(books: Books, party_id: UUID, start_year: int, folded: str) -> BillRow | None:
    """The bill that holds a supplier's number in a financial year, or None."""
    query = select(SupplierNumber.bill_id).where(
        SupplierNumber.party_id == party_id, SupplierNumber.start_year == start_year, SupplierNumber.folded == folded
    )
    bill_id = books.session.scalar(query)
    return queries.bill_or_none(books, bill_id) if bill_id else None


def _of_bill() -> ColumnElement[bool]:
    return (PurchaseBill.company_id == PurchaseBillLine.company_id) & (PurchaseBill.id == PurchaseBillLine.bill_id)
