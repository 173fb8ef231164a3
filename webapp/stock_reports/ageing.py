"""Ageing: how long ago what is on hand came, first in first out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from webapp.catalogue.models import Item
from webapp.platform.tenancy import Books
from webapp.stock import GOES_BACK
from webapp.stock.models import StockMovement
from webapp.stock_reports.rules import LAYERS, Asked, Line, layers, shares
from webapp.stock_reports.sources import in_stores, of_item, of_items, summed

# Goods that come back, and costs put right, are no receipts: such goods are as old as they were.
_NO_RECEIPTS = ("return", "cancel", "challan_return", "challan_cancel", "revaluation", "price_difference")


def lines(books: Books, asked: Asked) -> Iterator[Line]:
    """Each item, or each of its batches, with something on hand on the last day: what is there and its cost, then both by layer.

    Over all stores a transfer is no receipt; in a store of several it is one, for there the goods are as old as their coming.
    """
    moved, undone, last = StockMovement, aliased(StockMovement), asked.period.last_day
    group = (Item.name, Item.unit, Item.id) if asked.by == "item" else (Item.name, StockMovement.batch, Item.id)
    taken_back = (
        select(undone.document_id)
        .where(undone.company_id == moved.company_id, undone.about_id == moved.document_id, undone.about_line_no == moved.line_no)
        .where(undone.kind.not_in(("revaluation", GOES_BACK)), undone.moved_on <= last)
        .exists()
    )
    none = _NO_RECEIPTS if asked.store_ids is not None else (*_NO_RECEIPTS, "transfer-in")
    is_receipt = (moved.qty > 0) & moved.about_id.is_(None) & moved.kind.not_in(none) & ~taken_back
    ends = [last - timedelta(days=days) for days in LAYERS]
    received = [summed(is_receipt & (moved.moved_on >= ends[0]), moved.qty)]
    received += [summed(is_receipt & (moved.moved_on < newer) & (moved.moved_on >= older), moved.qty) for newer, older in pairwise(ends)]
    on_hand, value = func.sum(moved.qty), func.sum(moved.value_paise)
    query: Any = select(*group, on_hand, value, *received).select_from(moved).join(Item, of_item(moved)).where(moved.moved_on <= last)
    query = of_items(in_stores(query, asked, moved), asked).group_by(*group).having(on_hand != 0).order_by(*group)
    for name, detail, id_, *figures in books.session.execute(query):
        qty, worth, *came = (int(figure) for figure in figures)
        parts = layers(qty, [*came, 0])
        yield Line((name, detail, qty, worth, *_paired(parts, shares(worth, parts))), id_)


def _paired(parts: list[int], values: list[int]) -> Iterator[int]:
    for part, value in zip(parts, values, strict=True):
        yield part
        yield value
