"""What is on hand of every item. The movements of one are in `item_cards`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from webapp.catalogue.models import Item, ItemCode, ItemFamily, ItemVariant
from webapp.kernel.errors import NotFound
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.platform.tenancy import Books
from webapp.reports.places import beyond, short_of
from webapp.stock.models import StockBalance

PAGE = 50
STATES = ("low", "reorder", "below-zero", "on-hand", "nil")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the summary shows: words of a name, SKU or barcode; a state (one of STATES) or all; a category or all."""

    words: str = ""
    state: str = ""
    category: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether no filter is set."""
        return not (self.words or self.state or self.category)


class Place(NamedTuple):
    """Where a page of the summary goes on: by name, then id."""

    name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class StockRow:
    """An item and what is on hand of it in all stores: thousandths, and its cost in paise."""

    id: UUID
    name: str
    local_name: str
    unit: str
    category: str
    reorder_level: int | None
    qty: int
    value: int
    is_kept: bool = True  # counted and in use; what is not, nobody wants more of
    is_fifo: bool = False  # goes out first in, first out; else at the weighted average

    @property
    def average(self) -> int | None:
        """The average cost of one unit in paise, or None with nothing on hand."""
        return rounded(self.value * 1000, self.qty) if self.qty > 0 else None

    @property
    def is_low(self) -> bool:
        """At or below its reorder level; without one, nothing left."""
        return self.is_kept and self.qty <= (self.reorder_level or 0)


@dataclass(frozen=True, slots=True)
class StockPage:
    """Rows by name, and where the pages before and after go on."""

    rows: tuple[StockRow, ...]
    before: Place | None
    after: Place | None


@dataclass(frozen=True, slots=True)
class StockSums:
    """The list added up: items, value at cost; `low` and `below_zero` count items that need something done."""

    items: int
    value: int
    low: int
    below_zero: int


def stock_page(
    books: Books, wanted: Wanted, *, after: tuple[str, UUID] | None = None, before: tuple[str, UUID] | None = None, most: int = PAGE
) -> StockPage:
    """One page of the stock summary, by name."""
    place = (Item.name, Item.id)
    query = _summary(wanted).limit(most + 1)
    if before:
        query = query.where(short_of(place, before)).order_by(Item.name.desc(), Item.id.desc())
    else:
        query = query.order_by(Item.name, Item.id)
        if after:
            query = query.where(beyond(place, after))
    found = [_row(row) for row in books.session.execute(query)]
    rows, has_more = found[:most], len(found) > most
    if before:
        rows = rows[::-1]
    has_before, has_after = (has_more, True) if before else (after is not None, has_more)
    first, last = (Place(rows[0].name, rows[0].id), Place(rows[-1].name, rows[-1].id)) if rows else (None, None)
    return StockPage(tuple(rows), first if has_before else None, last if has_after else None)


def whole_stock(books: Books, wanted: Wanted) -> Iterator[StockRow]:
    """Every row of the summary, in pieces so that memory stays flat."""
    after: tuple[str, UUID] | None = None
    while True:
        page = stock_page(books, wanted, after=after, most=1000)
        yield from page.rows
        if page.after is None:
            return
        after = page.after


class FamilyStock(NamedTuple):
    """What is on hand of all variants of a family together; `id` None: items of no family. Cost in paise."""

    id: UUID | None
    name: str
    items: int
    qty: int
    value: int


def stock_by_family(books: Books, wanted: Wanted) -> list[FamilyStock]:
    """The same summary with the variants of a family in one row, families by name, items of none at the end. One statement."""
    each = _summary(wanted).subquery()
    of_item = ItemVariant.item_id == each.c.id
    of_family = (ItemFamily.company_id == ItemVariant.company_id) & (ItemFamily.id == ItemVariant.family_id)
    query = (
        select(ItemFamily.id, ItemFamily.name, func.count(), func.sum(each.c.qty), func.sum(each.c.value))
        .select_from(each)
        .outerjoin(ItemVariant, of_item)
        .outerjoin(ItemFamily, of_family)
        .group_by(ItemFamily.id, ItemFamily.name)
    )
    found = [FamilyStock(row[0], row[1] or "", row[2], int(row[3] or 0), int(row[4] or 0)) for row in books.session.execute(query)]
    return sorted(found, key=lambda row: (row.id is None, folded(row.name), row.name))


def stock_sums(books: Books, wanted: Wanted) -> StockSums:
    """The whole list added up."""
    each = _summary(wanted).subquery()
    low = func.sum(case((each.c.is_kept & (each.c.qty <= func.coalesce(each.c.reorder_level_qty, 0)), 1), else_=0))
    below = func.sum(case((each.c.qty < 0, 1), else_=0))
    row = books.session.execute(select(func.count(), func.sum(each.c.value), low, below).select_from(each)).one()
    return StockSums(*(int(figure or 0) for figure in row))


def categories(books: Books) -> list[str]:
    """The categories in use."""
    query = select(Item.category).where(Item.archived_at.is_(None), Item.category != "").distinct().order_by(Item.category).limit(200)
    return list(books.session.scalars(query))


_KEPT = Item.is_stocked & Item.archived_at.is_(None)


def _summary(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Items that are stocked, or have anything on hand. Grouped by the item's key, the rest follows from it."""
    qty = func.coalesce(func.sum(StockBalance.qty), 0)
    value = func.coalesce(func.sum(StockBalance.value_paise), 0)
    query = (
        select(Item.id, Item.name, Item.local_name, Item.unit, Item.category, Item.reorder_level_qty)
        .add_columns(qty.label("qty"), value.label("value"), _KEPT.label("is_kept"), Item.valuation)
        .join(StockBalance, (StockBalance.company_id == Item.company_id) & (StockBalance.item_id == Item.id), isouter=True)
        .where(or_(StockBalance.item_id.is_not(None), Item.is_stocked & Item.archived_at.is_(None)))
        .group_by(Item.company_id, Item.id)
    )
    if wanted.category:
        query = query.where(Item.category == wanted.category)
    for condition in _has_words(wanted.words):
        query = query.where(condition)
    states: dict[str, ColumnElement[bool]] = {
        "low": _KEPT & (qty <= func.coalesce(Item.reorder_level_qty, 0)),
        "reorder": qty <= Item.reorder_level_qty,
        "below-zero": qty < 0,
        "on-hand": qty > 0,
        "nil": qty == 0,
    }
    return query.having(states[wanted.state]) if wanted.state else query


def _row(row: Any) -> StockRow:
    return StockRow(row[0], row[1], row[2], row[3], row[4], row[5], int(row[6]), int(row[7]), bool(row[8]), row[9] == "fifo")


def _has_words(words: str) -> list[ColumnElement[bool]]:
    """Conditions: every word typed stands in the name, or the whole is a barcode. `%` and `_` are only themselves."""
    typed = folded(words).split()[:8]
    if not typed:
        return []
    by_code = Item.id.in_(select(ItemCode.item_id).where(ItemCode.code == words.strip()))
    in_name = [Item.search_text.contains(word, autoescape=True) for word in typed]
    whole: ColumnElement[bool] = in_name[0]
    for one in in_name[1:]:
        whole = whole & one
    return [or_(whole, by_code)]


def item_row(books: Books, item_id: UUID) -> StockRow:
    """An item with what is on hand. NotFound when this company has none by that id."""
    query = (
        select(Item.id, Item.name, Item.local_name, Item.unit, Item.category, Item.reorder_level_qty)
        .add_columns(
            func.coalesce(func.sum(StockBalance.qty), 0), func.coalesce(func.sum(StockBalance.value_paise), 0), _KEPT, Item.valuation
        )
        .join(StockBalance, (StockBalance.company_id == Item.company_id) & (StockBalance.item_id == Item.id), isouter=True)
        .where(Item.id == item_id)
        .group_by(Item.company_id, Item.id)
    )
    row = books.session.execute(query).first()
    if row is None:
        raise NotFound("item")
    return _row(row)
