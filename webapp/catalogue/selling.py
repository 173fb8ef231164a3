"""Items as somebody names them while a document is typed: by name, SKU or barcode, each with the packs it is sold in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, select

from webapp.catalogue.models import Item, ItemCode, ItemUnit
from webapp.kernel.text import folded
from webapp.platform.tenancy import Books

MOST_FOUND = 20


class SoldPack(NamedTuple):
    """A unit an item is sold in. `factor_thousandths` base units make one; the price is that of one, in thousandths of a paisa."""

    unit: str
    factor_thousandths: int
    price_millipaise: int


class SoldItem(NamedTuple):
    """An item with the units it may be sold in, its base unit first. `named_unit` is the pack that a barcode stood on."""

    id: UUID
    name: str
    sku: str | None
    price_includes_tax: bool
    packs: tuple[SoldPack, ...]
    named_unit: str = ""
    tracking: str = "none"
    category: str = ""
    brand: str = ""
    tax_class_id: UUID | None = None


_COLUMNS = (
    Item.id,
    Item.name,
    Item.sku,
    Item.price_includes_tax,
    Item.unit,
    Item.price_millipaise,
    Item.tracking,
    Item.category,
    Item.brand,
    Item.tax_class_id,
)


def find_sold_items(books: Books, text: str, most: int = MOST_FOUND) -> list[SoldItem]:
    """Items in use that `text` may mean: the one whose barcode or SKU it is, then those with every word of it, by name."""
    typed = text.strip()
    code = books.session.execute(select(ItemCode.item_id, ItemCode.unit).where(ItemCode.code == typed)).first() if typed else None
    words = [Item.search_text.contains(word, autoescape=True) for word in folded(typed).split()[:8]]
    in_use = select(*_COLUMNS).where(Item.archived_at.is_(None))
    exact = case((Item.sku == typed, 0), (Item.name == typed, 1), else_=2)
    rows = books.session.execute(in_use.where(*words).order_by(exact, Item.name, Item.id).limit(most)).all()
    if code is not None:
        named = books.session.execute(in_use.where(Item.id == code.item_id)).all()
        rows = [*named, *(row for row in rows if row.id != code.item_id)]
    found = _with_packs(books, rows)
    if code is None or not found or found[0].id != code.item_id:
        return found
    return [found[0]._replace(named_unit=code.unit), *found[1:]]


def sold_items(books: Books, ids: Iterable[UUID]) -> Mapping[UUID, SoldItem]:
    """Items in use by id; others are absent."""
    query = select(*_COLUMNS).where(Item.archived_at.is_(None), Item.id.in_(list(set(ids))))
    return {one.id: one for one in _with_packs(books, books.session.execute(query).all())}


def sold_like(books: Books, *, ids: Sequence[UUID] = (), category: str = "", brand: str = "", most: int = 1) -> list[SoldItem]:
    """Items in use by id, else of a category and a brand, by name; at most so many."""
    wanted: list[ColumnElement[bool]] = [Item.id.in_(list(ids))] if ids else []
    wanted += [] if ids or not category else [Item.category == category]
    wanted += [] if ids or not brand else [Item.brand == brand]
    query = select(*_COLUMNS).where(Item.archived_at.is_(None), *wanted).order_by(Item.name, Item.id).limit(most)
    return _with_packs(books, books.session.execute(query).all())


def _with_packs(books: Books, rows: Iterable[Any]) -> list[SoldItem]:
    kept = list(rows)
    packs: dict[UUID, list[SoldPack]] = {}
    query = select(ItemUnit.item_id, ItemUnit.unit, ItemUnit.factor_thousandths, ItemUnit.price_millipaise)
    prices = {row[0]: row[5] for row in kept}
    for item_id, unit, factor, price in books.session.execute(query.where(ItemUnit.item_id.in_(list(prices))).order_by(ItemUnit.unit)):
        # A pack without a price of its own costs its base units.
        packs.setdefault(item_id, []).append(SoldPack(unit, factor, prices[item_id] * factor // 1000 if price is None else price))
    return [
        SoldItem(id_, name, sku, includes_tax, (SoldPack(unit, 1000, price), *packs.get(id_, ())), "", *told)
        for id_, name, sku, includes_tax, unit, price, *told in kept
    ]
