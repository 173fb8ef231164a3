"""Price lists as screens show them: the lists, the prices of one, its customers, the past of its prices."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from webapp.catalogue.models import Item, ItemCode, ListPrice, PriceChange, PriceList, PriceListParty
from webapp.company import stores
from webapp.kernel.errors import NotFound
from webapp.kernel.text import folded
from webapp.parties import PartyRow, parties_by_id
from webapp.platform.tenancy import Books

PAGE = 50


class ListCard(NamedTuple):
    """A price list."""

    id: UUID
    name: str
    is_for_all: bool
    store_id: UUID | None
    store: str
    is_archived: bool
    version: int
    prices: int


class PriceRow(NamedTuple):
    """A price of a list, with the item's own beside it; in thousandths of a paisa, quantity in thousandths."""

    item_id: UUID
    name: str
    sku: str | None
    unit: str
    own_millipaise: int
    price_millipaise: int
    min_qty: int
    starts_on: date
    ends_on: date | None


class ChangeRow(NamedTuple):
    """A price that was set, changed or taken away."""

    name: str
    min_qty: int
    starts_on: date
    old_millipaise: int | None
    new_millipaise: int | None
    changed_by: str
    changed_at: datetime


def price_lists(books: Books, *, words: str = "", archived: bool | None = False) -> list[ListCard]:
    """The lists by name; `archived` None gives all. There are at most a hundred."""
    names = {one.id: one.name for one in stores(books)}
    counted = select(ListPrice.price_list_id, func.count()).group_by(ListPrice.price_list_id)
    counts = {id_: count for id_, count in books.session.execute(counted)}  # noqa: C416 - rows are not pairs to a type checker
    wanted = folded(words).split()
    return [
        _card(row, names, counts.get(row.id, 0))
        for row in books.session.scalars(select(PriceList).order_by(PriceList.name, PriceList.id))
        if archived in (None, row.archived_at is not None) and all(word in folded(row.name) for word in wanted)
    ]


def list_card(books: Books, list_id: UUID) -> ListCard:
    """One list. NotFound when this company has none by that id."""
    row = books.session.scalars(select(PriceList).where(PriceList.id == list_id)).first()
    if row is None:
        raise NotFound("price list")
    count = books.session.scalar(select(func.count()).select_from(ListPrice).where(ListPrice.price_list_id == list_id)) or 0
    return _card(row, {one.id: one.name for one in stores(books)} if row.store_id else {}, count)


def _card(row: PriceList, names: dict[UUID, str], prices: int) -> ListCard:
    store = names.get(row.store_id, "") if row.store_id else ""
    return ListCard(row.id, row.name, row.is_for_all, row.store_id, store, row.archived_at is not None, row.version, prices)


def prices(books: Books, list_id: UUID, *, words: str = "", start: int = 0, most: int = PAGE) -> tuple[list[PriceRow], bool]:
    """The prices of a list by item, quantity and day, from a place on; whether there are more."""
    query = (
        select(
            Item.id,
            Item.name,
            Item.sku,
            Item.unit,
            Item.price_millipaise,
            ListPrice.price_millipaise,
            ListPrice.min_qty,
            ListPrice.starts_on,
            ListPrice.ends_on,
        )
        .join(ListPrice, (ListPrice.company_id == Item.company_id) & (ListPrice.item_id == Item.id))
        .where(ListPrice.price_list_id == list_id, *_has_words(words))
        .order_by(Item.name, Item.id, ListPrice.min_qty, ListPrice.starts_on)
    )
    found = [PriceRow(*row) for row in books.session.execute(query.offset(start).limit(most + 1))]
    return found[:most], len(found) > most


def customers(books: Books, list_id: UUID) -> list[PartyRow]:
    """Who buys by a list, by name."""
    ids = list(books.session.scalars(select(PriceListParty.party_id).where(PriceListParty.price_list_id == list_id)))
    return sorted(parties_by_id(books, ids).values(), key=lambda one: (folded(one.name), one.id))


def past(books: Books, list_id: UUID, *, words: str = "", start: int = 0, most: int = PAGE) -> tuple[list[ChangeRow], bool]:
    """What was done to the prices of a list, the newest first, from a place on; whether there is more."""
    query = (
        select(
            Item.name,
            PriceChange.min_qty,
            PriceChange.starts_on,
            PriceChange.old_millipaise,
            PriceChange.new_millipaise,
            PriceChange.changed_by,
            PriceChange.changed_at,
        )
        .join(PriceChange, (PriceChange.company_id == Item.company_id) & (PriceChange.item_id == Item.id))
        .where(PriceChange.price_list_id == list_id, *_has_words(words))
        .order_by(PriceChange.changed_at.desc(), PriceChange.id.desc())
    )
    found = [ChangeRow(*row) for row in books.session.execute(query.offset(start).limit(most + 1))]
    return found[:most], len(found) > most


def _has_words(words: str) -> list[ColumnElement[bool]]:
    return [Item.search_text.contains(word, autoescape=True) for word in folded(words).split()[:8]]


def items_named(books: Books, texts: set[str]) -> dict[str, list[UUID]]:
    """Items by what a person may call them: SKU, barcode or whole name, folded. Several where a name is borne by several."""
    found: dict[str, list[UUID]] = {}
    wanted = sorted(texts)
    for place in range(0, len(wanted), 500):
        some = wanted[place : place + 500]
        named = select(Item.id, Item.sku, Item.name).where(or_(Item.sku.in_(some), Item.name.in_(some)), Item.archived_at.is_(None))
        for id_, sku, name in books.session.execute(named):
            for text in {folded(sku or ""), folded(name)} - {""}:
                found.setdefault(text, []).append(id_)
        for code, id_ in books.session.execute(select(ItemCode.code, ItemCode.item_id).where(ItemCode.code.in_(some))):
            found.setdefault(folded(code), []).append(id_)
    return {text: list(dict.fromkeys(ids)) for text, ids in found.items()}
