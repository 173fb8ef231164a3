"""Fast, slow, dead: how quickly what is on hand sells, and when it was last sold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from webapp.catalogue.models import Item
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceLine
from webapp.stock.models import StockMovement
from webapp.stock_reports.rules import Asked, Line, pace
from webapp.stock_reports.sources import in_stores, of_items, sold_by_item, sold_lines

_EVER = date(1990, 1, 1)  # no shop has books before


def lines(books: Books, asked: Asked) -> Iterator[Line]:
    """Each item with something on hand on the last day, or sold in the period: by name, one pace or all."""
    first, last = asked.period.first_day, asked.period.last_day
    days = (last - first).days + 1
    held, sold, newest = _held(asked), sold_by_item(asked, first, last), _last_sold(asked)
    on_hand, qty = func.coalesce(held.c.qty, 0), func.coalesce(sold.c.qty, 0)
    query = (
        select(Item.name, Item.unit, Item.id, on_hand, func.coalesce(held.c.value, 0), qty, newest.c.day)
        .select_from(Item)
        .outerjoin(held, held.c.item_id == Item.id)
        .outerjoin(sold, sold.c.item_id == Item.id)
        .outerjoin(newest, newest.c.item_id == Item.id)
        .where(Item.is_stocked, or_(on_hand != 0, qty != 0))
        .order_by(Item.name, Item.id)
    )
    for name, unit, id_, *figures, day in books.session.execute(of_items(query, asked)):
        there, value, gone = (int(figure) for figure in figures)
        a_day, cover, kind = pace(there, gone, days)
        if asked.state in ("", kind):
            yield Line((name, unit, kind, there, value, gone, a_day, cover, day, (last - day).days if day else None), id_)


def _held(asked: Asked) -> Any:
    """Item → what was on hand on the last day, and its cost."""
    moved = StockMovement
    query = select(moved.item_id, func.sum(moved.qty).label("qty"), func.sum(moved.value_paise).label("value"))
    return in_stores(query.where(moved.moved_on <= asked.period.last_day), asked, moved).group_by(moved.item_id).subquery()


def _last_sold(asked: Asked) -> Any:
    """Item → the day of the last bill that stands, up to the last day."""
    query = select(InvoiceLine.item_id, func.max(Invoice.invoice_date).label("day")).select_from(InvoiceLine)
    query = sold_lines(query, asked, _EVER, asked.period.last_day).where(Invoice.kind != "credit_note")
    return query.group_by(InvoiceLine.item_id).subquery()
