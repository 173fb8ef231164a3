"""Items as screens show them: pages of a list, an item's card, the choices of its filters, rows for export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from webapp.catalogue.masters import doubts
from webapp.catalogue.models import Item, ItemCode, ItemFamily, ItemVariant, TaxClass
from webapp.catalogue.rules import ItemDraft
from webapp.catalogue.service import draft_of
from webapp.catalogue.taxes import TaxClassRow, tax_classes
from webapp.kernel.errors import NotFound
from webapp.kernel.places import read_key, write_key
from webapp.kernel.text import folded
from webapp.platform import audit
from webapp.platform.exports import Rupees
from webapp.platform.tenancy import Books
from webapp.tax.rules import DatedRate

PAGE = 50
SORTS: Mapping[str, tuple[Any, bool]] = {  # by what, and whether the highest stands first
    "name": (Item.name, False),
    "-name": (Item.name, True),
    "price": (Item.price_millipaise, False),
    "-price": (Item.price_millipaise, True),
    "-changed": (Item.rev, True),
    # Variants together, where their family stands in the alphabet; an item of its own where its name does.
    "family": (func.coalesce(ItemFamily.name, Item.name), False),
}


class Filters(NamedTuple):
    """What a list shows. `state` is "" (in use), "archived" or "all"; `code` is what is wrong with the HSN ("missing", "short", "unknown"),
    and `codes` are those it is wrong with, filled in when they are asked for."""

    text: str = ""
    category: str = ""
    brand: str = ""
    tax_class_id: UUID | None = None
    state: str = ""
    sort: str = "name"
    family_id: UUID | None = None
    code: str = ""
    codes: tuple[str, ...] | None = None


class ListedItem(NamedTuple):
    """An item as the list shows it."""

    id: UUID
    name: str
    local_name: str
    sku: str | None
    unit: str
    hsn: str
    category: str
    brand: str
    price_millipaise: int
    price_includes_tax: bool
    mrp_paise: int | None
    tax_class: str
    tax_class_local: str
    version: int
    archived_at: datetime | None
    rev: int


_OF_THE_CLASS = {"tax_class": TaxClass.name, "tax_class_local": TaxClass.local_name}
_COLUMNS = tuple(_OF_THE_CLASS[name] if name in _OF_THE_CLASS else getattr(Item, name) for name in ListedItem._fields)


class Page(NamedTuple):
    """Some rows of a list, and the keys before and after them; None where nothing is there."""

    rows: list[ListedItem]
    before: str | None
    after: str | None


def list_items(books: Books, filters: Filters, *, after: str = "", before: str = "", most: int = PAGE) -> Page:
    """A page of items, by the key of the row before it or after it. A key that is none of ours begins at the beginning."""
    column, is_falling = SORTS.get(filters.sort, SORTS["name"])
    backwards = bool(before) and not after
    falls = is_falling != backwards
    query = _filtered(with_codes(books, filters)).add_columns(column)
    if filters.sort == "family":
        query = query.outerjoin(ItemVariant, (ItemVariant.company_id == Item.company_id) & (ItemVariant.item_id == Item.id)).outerjoin(
            ItemFamily, (ItemFamily.company_id == ItemVariant.company_id) & (ItemFamily.id == ItemVariant.family_id)
        )
    key = read_key(before if backwards else after, column.type.python_type)
    if key is not None:
        place = tuple_(column, Item.id)
        query = query.where(place < key if falls else place > key)
    order = (column.desc(), Item.id.desc()) if falls else (column, Item.id)
    found = books.session.execute(query.order_by(*order).limit(most + 1)).all()
    more = len(found) > most
    found = found[:most]
    if backwards:
        found = found[::-1]
    rows = [ListedItem(*row[:-1]) for row in found]
    has_before, has_after = (more, True) if backwards else (key is not None, more)
    return Page(
        rows,
        before=write_key(found[0][-1], rows[0].id) if rows and has_before else None,
        after=write_key(found[-1][-1], rows[-1].id) if rows and has_after else None,
    )


def matching_ids(books: Books, filters: Filters, most: int) -> list[UUID]:
    """The ids of the items that a list shows on all its pages, at most so many."""
    query = _filtered(with_codes(books, filters)).with_only_columns(Item.id).order_by(Item.name, Item.id).limit(most)
    return list(books.session.scalars(query))


def listed_item(books: Books, item_id: UUID) -> ListedItem:
    """One item as the list shows it. NotFound when this company has none."""
    row = books.session.execute(_joined().where(Item.id == item_id)).first()
    if row is None:
        raise NotFound("item")
    return ListedItem(*row)


class ItemCard(NamedTuple):
    """All that is known of an item, but what it did: that is its stock card."""

    item: ListedItem
    draft: ItemDraft
    tax_class: TaxClassRow
    rates: tuple[DatedRate, ...]  # the newest first
    history: list[Any]
    created_at: datetime


def item_card(books: Books, item_id: UUID) -> ItemCard:
    """An item's card, with every rate of its class and the last changes of it."""
    found = books.session.scalars(select(Item).where(Item.id == item_id)).first()
    if found is None:
        raise NotFound("item")
    tax_class = tax_classes(books, [found.tax_class_id])[0]
    entry = audit.EditLogEntry
    history = books.session.execute(
        select(entry.at, entry.user_name, entry.action, entry.old, entry.new)
        .where(entry.entity == "item", entry.entity_id == str(item_id))
        .order_by(entry.seq.desc())
        .limit(20)
    ).all()
    rates = tuple(sorted(tax_class.law.rates, key=lambda rate: (rate.effective_from, -rate.price_over), reverse=True))
    return ItemCard(listed_item(books, item_id), draft_of(books, found), tax_class, rates, list(history), found.created_at)


def item_draft(books: Books, item_id: UUID) -> tuple[ItemDraft, int]:
    """An item as a form shows it, and its version. NotFound when this company has none."""
    found = books.session.scalars(select(Item).where(Item.id == item_id)).first()
    if found is None:
        raise NotFound("item")
    return draft_of(books, found), found.version


def choices(books: Books) -> tuple[list[str], list[str]]:
    """The categories and brands there are."""
    categories = books.session.scalars(select(Item.category).where(Item.category != "").distinct().order_by(Item.category).limit(500))
    brands = books.session.scalars(select(Item.brand).where(Item.brand != "").distinct().order_by(Item.brand).limit(500))
    return list(categories), list(brands)


def has_items(books: Books) -> bool:
    """Whether the company has any item at all."""
    return books.session.scalar(select(Item.id).limit(1)) is not None


EXPORT_HEADINGS = (
    "Name", "Name in Hindi", "SKU", "Barcode", "Category", "Brand", "Unit", "HSN", "GST", "Price", "Price includes tax", "MRP", "Archived",
)  # fmt: skip


def export_rows(books: Books, filters: Filters) -> Iterator[list[Any]]:
    """Every item of a list, in its order, a page at a time; the columns are those an import understands."""
    after, filters = "", with_codes(books, filters)
    while True:
        page = list_items(books, filters, after=after, most=500)
        codes: dict[UUID, list[str]] = {}
        wanted = select(ItemCode.item_id, ItemCode.code).where(ItemCode.item_id.in_([row.id for row in page.rows]), ItemCode.unit == "")
        for item_id, code in books.session.execute(wanted.order_by(ItemCode.code)):
            codes.setdefault(item_id, []).append(code)
        for row in page.rows:
            yield [
                row.name,
                row.local_name,
                row.sku or "",
                ", ".join(codes.get(row.id, [])),
                row.category,
                row.brand,
                row.unit,
                row.hsn,
                row.tax_class,
                _price(row.price_millipaise),
                row.price_includes_tax,
                None if row.mrp_paise is None else Rupees(row.mrp_paise),
                row.archived_at is not None,
            ]
        if page.after is None:
            return
        after = page.after


def with_codes(books: Books, filters: Filters) -> Filters:
    """The filters with the codes that are meant by what is wrong with them."""
    if not filters.code or filters.codes is not None:
        return filters
    return filters._replace(codes=tuple(code for code, why in doubts(books).why.items() if why == filters.code))


def rates_for_form(books: Books, day: date) -> list[TaxClassRow]:
    """The tax classes a form offers: those in use that have a rate on `day`, or need none."""
    return [
        row
        for row in tax_classes(books)
        if not row.archived and (not row.law.rates or any(rate.effective_from <= day for rate in row.law.rates))
    ]


def _price(millipaise: int) -> Any:
    if millipaise % 1000 == 0:
        return Rupees(millipaise // 1000)
    return f"{millipaise // 100_000}.{millipaise % 100_000:05d}".rstrip("0")


def _joined() -> Select[Any]:
    of_class = (TaxClass.company_id == Item.company_id) & (TaxClass.id == Item.tax_class_id)
    return select(*_COLUMNS).join(TaxClass, of_class)


def _filtered(filters: Filters) -> Select[Any]:
    wanted: list[ColumnElement[bool]] = [Item.search_text.contains(word, autoescape=True) for word in folded(filters.text).split()[:8]]
    if filters.category:
        wanted.append(Item.category == filters.category)
    if filters.brand:
        wanted.append(Item.brand == filters.brand)
    if filters.tax_class_id:
        wanted.append(Item.tax_class_id == filters.tax_class_id)
    if filters.family_id:
        wanted.append(Item.id.in_(select(ItemVariant.item_id).where(ItemVariant.family_id == filters.family_id)))
    if filters.codes is not None:
        wanted.append(Item.hsn.in_(filters.codes))
    if filters.state == "archived":
        wanted.append(Item.archived_at.is_not(None))
    elif filters.state != "all":
        wanted.append(Item.archived_at.is_(None))
    return _joined().where(*wanted)
