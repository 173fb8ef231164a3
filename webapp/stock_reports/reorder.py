"""Reorder: what stands at or below its level, and how much of it to order from whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, select

from webapp.catalogue.models import Item
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass
from webapp.parties.models import Party
from webapp.platform.tenancy import Books
from webapp.purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseBill,
    PurchaseBillLine,
    PurchaseCancellation,
    PurchaseOrder,
    PurchaseOrderLine,
)
from webapp.stock.models import StockBalance
from webapp.stock_reports.rules import Asked, Line, suggested
from webapp.stock_reports.sources import in_stores, of_items, sold_by_item

SOLD_DAYS = 30  # over so many days before today the sales of a day are taken


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item at or below its level: quantities in thousandths, `qty` the one to order, the last rate in thousandths of a paisa."""

    item_id: UUID
    item: str
    unit: str
    party_id: UUID | None
    supplier: str
    on_hand: int
    on_order: int
    level: int
    sold: int
    rate: int
    qty: int


def lines(books: Books, asked: Asked) -> Iterator[Line]:
    """Each item to be looked at, under its last supplier."""
    for one in suggestions(books, asked):
        figures = (one.on_hand, one.on_order, one.level, one.sold, one.qty)
        # A rate is thousandths of a paisa, a quantity thousandths of a unit.
        paise = (rounded(one.rate, 1000), rounded(one.rate * one.qty, 1_000_000))
        yield Line((one.item, one.unit, *figures, *paise), one.item_id, one.supplier, one.party_id)


def suggestions(books: Books, asked: Asked) -> Iterator[Suggestion]:
    """Each item in use whose stock, with what is on order, is no more than its level; by its last supplier and name."""
    held, awaited, last = _held(asked), _awaited(asked), _last_bought()
    sold = sold_by_item(asked, asked.today - timedelta(days=SOLD_DAYS - 1), asked.today)
    on_hand, coming = func.coalesce(held.c.qty, 0), func.coalesce(awaited.c.qty, 0)
    query = (
        select(Item.name, Item.unit, Item.id, Item.sold_by_weight, Party.name, Party.id, on_hand, coming)
        .add_columns(Item.reorder_level_qty, func.coalesce(sold.c.qty, 0), func.coalesce(last.c.rate, 0))
        .select_from(Item)
        .outerjoin(held, held.c.item_id == Item.id)
        .outerjoin(awaited, awaited.c.item_id == Item.id)
        .outerjoin(sold, sold.c.item_id == Item.id)
        .outerjoin(last, (last.c.item_id == Item.id) & (last.c.place == 1))
        .outerjoin(Party, (Party.company_id == Item.company_id) & (Party.id == last.c.party_id))
        .where(Item.is_stocked, Item.archived_at.is_(None), on_hand + coming <= Item.reorder_level_qty)
        .order_by(Party.name.is_(None), Party.name, Party.id, Item.name, Item.id)
    )
    for name, unit, id_, is_weighed, supplier, party_id, *figures in books.session.execute(of_items(query, asked)):
        there, on_order, level, gone, rate = (int(figure) for figure in figures)
        wanted = suggested(level, gone, SOLD_DAYS, asked.days, there + on_order, whole=not is_weighed)
        yield Suggestion(id_, name, unit, party_id, supplier or "", there, on_order, level, gone, rate, wanted)


def _held(asked: Asked) -> Any:
    query = select(StockBalance.item_id, func.sum(StockBalance.qty).label("qty"))
    return in_stores(query, asked, StockBalance).group_by(StockBalance.item_id).subquery()


def _stands(model: Any) -> Any:
    return ~exists().where(PurchaseCancellation.company_id == model.company_id, PurchaseCancellation.document_id == model.id)


def _awaited(asked: Asked) -> Any:
    """Item → what of approved orders has not come: neither with a goods receipt nor with its bill."""
    line, order = PurchaseOrderLine, PurchaseOrder
    receipt, bill = _received(), _billed()
    came = func.coalesce(receipt.c.qty, 0) + func.coalesce(bill.c.qty, 0)
    query = (
        select(line.item_id, func.sum(case((line.qty > came, line.qty - came), else_=0)).label("qty"))
        .select_from(line)
        .join(order, (order.company_id == line.company_id) & (order.id == line.order_id))
        .outerjoin(receipt, (receipt.c.order_id == line.order_id) & (receipt.c.order_line_no == line.line_no))
        .outerjoin(bill, (bill.c.order_id == line.order_id) & (bill.c.order_line_no == line.line_no))
        .where(order.state == "approved")
    )
    return in_stores(query, asked, order).group_by(line.item_id).subquery()


def _received() -> Any:
    line = GoodsReceiptLine
    query = (
        select(GoodsReceipt.order_id, line.order_line_no, func.sum(line.qty).label("qty"))
        .select_from(line)
        .join(GoodsReceipt, (GoodsReceipt.company_id == line.company_id) & (GoodsReceipt.id == line.receipt_id))
        .where(GoodsReceipt.order_id.is_not(None), _stands(GoodsReceipt))
    )
    return query.group_by(GoodsReceipt.order_id, line.order_line_no).subquery()


def _billed() -> Any:
    line = PurchaseBillLine
    query = (
        select(line.order_id, line.order_line_no, func.sum(line.qty).label("qty"))
        .select_from(line)
        .join(PurchaseBill, (PurchaseBill.company_id == line.company_id) & (PurchaseBill.id == line.bill_id))
        .where(line.order_id.is_not(None), line.receipt_id.is_(None), _stands(PurchaseBill))
    )
    return query.group_by(line.order_id, line.order_line_no).subquery()


def _last_bought() -> Any:
    """Item → who it was last bought from, and at what rate; `place` 1 is the newest."""
    line, bill = PurchaseBillLine, PurchaseBill
    newest = (bill.voucher_date.desc(), bill.recorded_at.desc(), bill.id.desc(), line.line_no.desc())
    place = func.row_number().over(partition_by=line.item_id, order_by=newest)
    query = (
        select(line.item_id, bill.party_id, line.rate_millipaise.label("rate"), place.label("place"))
        .select_from(line)
        .join(bill, (bill.company_id == line.company_id) & (bill.id == line.bill_id))
        .where(line.kind == "item", bill.kind == "bill", _stands(bill))
    )
    return query.subquery()
