"""Expiry: batches on hand that have expired, or will within some days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from webapp.catalogue.models import Item
from webapp.company.models import Store
from webapp.platform.tenancy import Books
from webapp.stock.models import Batch, StockBalance
from webapp.stock_reports.rules import Asked, Line
from webapp.stock_reports.sources import in_stores, of_item, of_items, of_store


def lines(books: Books, asked: Asked) -> Iterator[Line]:
    """Each batch in each store, the first to expire first: its last day of sale, days left (below nought: expired), what is there."""
    of_batch = (Batch.company_id == StockBalance.company_id) & (Batch.item_id == StockBalance.item_id) & (Batch.batch == StockBalance.batch)
    query: Any = (
        select(Item.name, Batch.batch, Store.name, Batch.expires_on, StockBalance.qty, StockBalance.value_paise, Item.id)
        .select_from(StockBalance)
        .join(Batch, of_batch)
        .join(Item, of_item(StockBalance))
        .join(Store, of_store(StockBalance))
        .where(StockBalance.qty != 0, Batch.expires_on <= asked.today + timedelta(days=asked.days))
        .order_by(Batch.expires_on, Item.name, Item.id, Batch.batch, Store.name)
    )
    if asked.state:
        query = query.where(Batch.expires_on < asked.today if asked.state == "expired" else Batch.expires_on >= asked.today)
    for item, batch, store, expires_on, qty, value, id_ in books.session.execute(of_items(in_stores(query, asked, StockBalance), asked)):
        yield Line((item, batch, store, expires_on, (expires_on - asked.today).days, qty, value), id_)
