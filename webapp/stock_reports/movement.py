"""Stock movement: what was there, came, went and is left, in quantity and value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select

from webapp.catalogue.models import Item
from webapp.company.models import Store
from webapp.platform.tenancy import Books
from webapp.stock.models import StockMovement
from webapp.stock_reports.rules import Asked, Line
from webapp.stock_reports.sources import in_stores, of_item, of_items, of_store, summed

# These change what goods cost; goods they take out they bring in again.
_CORRECTIONS = ("revaluation", "price_difference")
_GROUPS: dict[str, tuple[Any, ...]] = {
    "item": (Item.name, Item.unit, Item.id),
    "batch": (Item.name, StockMovement.batch, Item.id),
    "category": (Item.category,),
    "store": (Store.name, Store.id),
}


def lines(books: Books, asked: Asked) -> Iterator[Line]:
    """Each group that held something before the period or moved in it: opening, in, out, cost put right, closing."""
    moved, group = StockMovement, _GROUPS[asked.by]
    before, now = moved.moved_on < asked.period.first_day, moved.moved_on >= asked.period.first_day
    is_goods = moved.kind.not_in(_CORRECTIONS)
    figures = (
        summed(before, moved.qty), summed(before, moved.value_paise),
        summed(now & is_goods & (moved.qty > 0), moved.qty), summed(now & is_goods & (moved.qty > 0), moved.value_paise),
        summed(now & is_goods & (moved.qty < 0), -moved.qty), summed(now & is_goods & (moved.qty < 0), -moved.value_paise),
        summed(now & ~is_goods, moved.value_paise), func.sum(moved.qty), func.sum(moved.value_paise),
    )  # fmt: skip
    query: Any = select(*group, *figures).select_from(moved).join(Item, of_item(moved)).join(Store, of_store(moved))
    query = of_items(in_stores(query, asked, moved), asked).where(moved.moved_on <= asked.period.last_day)
    query = query.group_by(*group).having(or_(figures[0] != 0, figures[1] != 0, summed(now, 1) > 0)).order_by(*group)
    names = 2 if asked.by in ("item", "batch") else 1
    for row in books.session.execute(query):
        id_ = None if asked.by == "category" else row[len(group) - 1]
        yield Line((*row[:names], *(int(figure) for figure in row[len(group) :])), id_)
