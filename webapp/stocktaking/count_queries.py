"""Stock counts as screens read them: the list, one count, its newest entries, and its variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, tuple_

from webapp import catalogue, stock
from webapp.catalogue import CountedItem
from webapp.company import allowed_stores
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stocktaking import count_rules
from webapp.stocktaking.count_rules import EntryRow, Ground, VarianceLine
from webapp.stocktaking.models import StockCount, StockCountEnd, StockCountEntry, StockCountLine

PAGE, NEWEST = 50, 30
STATES = ("open", "posted", "cancelled")


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count as it was started."""

    id: UUID
    name: str
    store_id: UUID
    scope: str
    scope_name: str
    basis: str
    started_on: date
    started_at: datetime
    started_by: str


@dataclass(frozen=True, slots=True)
class EndRow:
    """How a count ended."""

    ended_as: str
    uncounted: str
    reason: str
    adjustment_id: UUID | None
    ended_at: datetime
    ended_by: str


@dataclass(frozen=True, slots=True)
class CountView:
    """A count and how it ended."""

    row: CountRow
    end: EndRow | None

    @property
    def state(self) -> str:
        """One of STATES."""
        return self.end.ended_as if self.end else "open"


@dataclass(frozen=True, slots=True)
class ListedCount:
    """A count in the list. `value_paise` is what it added to the value of stock; `entries` how many scans and figures it holds."""

    row: CountRow
    state: str
    entries: int


@dataclass(frozen=True, slots=True)
class CountPage:
    """Counts, the newest first, and where the next page begins."""

    rows: tuple[ListedCount, ...]
    older: Cursor | None


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a variance with its item. `pieces` names serial numbers, missing with −, found with +."""

    item: CountedItem | None
    batch: str
    expected_qty: int
    counted_qty: int | None
    difference_qty: int
    value_paise: int
    pieces: str


def _columns(model: type[Any], row: type[Any]) -> list[Any]:
    return [getattr(model, one.name) for one in fields(row)]


_ROW = Lookup(select(*_columns(StockCount, CountRow)).where(StockCount.id == bindparam("id")))
_TO_CHANGE = Lookup(select(*_columns(StockCount, CountRow)).where(StockCount.id == bindparam("id")).with_for_update(key_share=True))
_END = Lookup(select(*_columns(StockCountEnd, EndRow)).where(StockCountEnd.count_id == bindparam("id")))
_ENTRY = _columns(StockCountEntry, EntryRow)
_ENTRIES = Lookup(select(*_ENTRY).where(StockCountEntry.count_id == bindparam("id")).order_by(StockCountEntry.seq))
_BY_ID = Lookup(select(*_ENTRY, StockCountEntry.count_id).where(StockCountEntry.id == bindparam("id")))
_NEWEST = Lookup(select(func.max(StockCountEntry.seq)).where(StockCountEntry.count_id == bindparam("id")))
_UNDOING = Lookup(
    select(*_ENTRY).where(StockCountEntry.count_id == bindparam("id"), StockCountEntry.undoes.in_(bindparam("seqs", expanding=True)))
)
_LINES = Lookup(
    select(
        StockCountLine.item_id,
        StockCountLine.batch,
        StockCountLine.expected_qty,
        StockCountLine.counted_qty,
        StockCountLine.difference_qty,
        StockCountLine.value_paise,
        StockCountLine.pieces,
    )
    .where(StockCountLine.count_id == bindparam("id"))
    .order_by(StockCountLine.line_no)
)


def count(books: Books, count_id: UUID, *, to_change: bool = False) -> CountView:
    """One count. NotFound when this company has none, or this member does not work in its store. `to_change` holds it until the
    transaction ends, so that it is posted or cancelled once, and its entries are numbered one after the other."""
    found = (_TO_CHANGE if to_change else _ROW).first(books, id=count_id)
    allowed = allowed_stores(books)
    if found is None or (allowed is not None and found.store_id not in allowed):
        raise NotFound("stock count")
    end = _END.first(books, id=count_id)
    return CountView(CountRow(*found), EndRow(*end) if end else None)


def counts(books: Books, *, state: str = "", text: str = "", older_than: Cursor | None = None, most: int = PAGE) -> CountPage:
    """A page of counts, the newest first, of the stores this actor may work in."""
    ended = StockCountEnd.company_id == StockCount.company_id, StockCountEnd.count_id == StockCount.id
    entries = (
        select(func.count())
        .where(
            StockCountEntry.company_id == StockCount.company_id,
            StockCountEntry.count_id == StockCount.id,
            StockCountEntry.kind.in_(("scan", "set")),
        )
        .scalar_subquery()
    )
    query = select(*_columns(StockCount, CountRow), StockCountEnd.ended_as, entries).outerjoin(StockCountEnd, ended[0] & ended[1])
    if state == "open":
        query = query.where(StockCountEnd.count_id.is_(None))
    elif state in STATES:
        query = query.where(StockCountEnd.ended_as == state)
    if text:
        query = query.where(func.lower(StockCount.name).contains(text.lower(), autoescape=True))
    if (allowed := allowed_stores(books)) is not None:
        query = query.where(StockCount.store_id.in_(allowed))
    if older_than:
        query = query.where(tuple_(StockCount.started_on, StockCount.id) < older_than)
    found = books.session.execute(query.order_by(StockCount.started_on.desc(), StockCount.id.desc()).limit(most + 1))
    rows = [ListedCount(CountRow(*row[:-2]), row[-2] or "open", int(row[-1])) for row in found]
    last = rows[most - 1].row if len(rows) > most else None
    return CountPage(tuple(rows[:most]), Cursor(last.started_on, last.id) if last else None)


def entries_of(books: Books, count_id: UUID) -> list[EntryRow]:
    """Every entry of a count, in order."""
    return [EntryRow(*row) for row in _ENTRIES.rows(books, id=count_id)]


def entries_of_item(books: Books, count_id: UUID, item_id: UUID) -> list[EntryRow]:
    """The entries of one item, with those that take them back."""
    query = select(*_ENTRY).where(StockCountEntry.count_id == count_id, StockCountEntry.item_id == item_id)
    own = [EntryRow(*row) for row in books.session.execute(query)]
    return own + [EntryRow(*row) for row in _UNDOING.rows(books, id=count_id, seqs=[one.seq for one in own])] if own else []


def entry_by_id(books: Books, entry_id: UUID) -> tuple[EntryRow, UUID] | None:
    """An entry by the id its maker gave it, and its count; None when there is none."""
    row = _BY_ID.first(books, id=entry_id)
    return (EntryRow(*row[:-1]), row[-1]) if row else None


def newest_seq(books: Books, count_id: UUID) -> int:
    """The number of the newest entry; 0 before the first."""
    return _NEWEST.first(books, id=count_id)[0] or 0


def newest(books: Books, count_id: UUID) -> list[EntryRow]:
    """The newest entries that stand, the newest first; unknown codes that wait are among them."""
    undone = select(StockCountEntry.undoes).where(StockCountEntry.count_id == count_id, StockCountEntry.undoes.is_not(None))
    query = select(*_ENTRY).where(StockCountEntry.count_id == count_id, StockCountEntry.kind != "undo", StockCountEntry.seq.not_in(undone))
    return [EntryRow(*row) for row in books.session.execute(query.order_by(StockCountEntry.seq.desc()).limit(NEWEST))]


def unknown(books: Books, count_id: UUID) -> list[EntryRow]:
    """Codes that nobody knew, kept until somebody looks."""
    undone = select(StockCountEntry.undoes).where(StockCountEntry.count_id == count_id, StockCountEntry.undoes.is_not(None))
    query = select(*_ENTRY).where(
        StockCountEntry.count_id == count_id, StockCountEntry.kind == "unknown", StockCountEntry.seq.not_in(undone)
    )
    return [EntryRow(*row) for row in books.session.execute(query.order_by(StockCountEntry.seq).limit(200))]


def items_counted(books: Books, row: CountRow) -> Mapping[UUID, CountedItem]:
    """The items a count is about: those of the store, of its category, or of its bin."""
    if row.scope == "category":
        return catalogue.counted_items(books, category=row.scope_name)
    if row.scope == "bin":
        return catalogue.counted_items(books, ids=stock.items_in_bin(books, row.store_id, row.scope_name))
    return catalogue.counted_items(books)


def is_about(books: Books, row: CountRow, item: CountedItem) -> bool:
    """Whether an item belongs into a count."""
    if row.scope == "category":
        return item.category == row.scope_name
    return row.scope == "store" or stock.bins_of(books, item.id).get(row.store_id) == row.scope_name


def variance(books: Books, row: CountRow, *, uncounted: str = "left") -> tuple[list[VarianceLine], Mapping[UUID, CountedItem]]:
    """How a count differs from the register, as both stand now, with the items it names."""
    found = count_rules.counted(entries_of(books, row.id))
    items = dict(items_counted(books, row))
    items |= catalogue.counted_items(books, ids={key[0] for key in found} - set(items))
    ground = Ground(
        tracking={item.id: item.tracking for item in items.values() if item.is_stocked},
        stood=stock.stood_in(books, row.store_id, row.started_at),
        pieces=stock.pieces_in(books, row.store_id, row.started_at),
        started_at=row.started_at,
        until=books.now,
        basis=row.basis,
    )
    return count_rules.variance(ground, found, uncounted=uncounted), items


def shown_lines(books: Books, view: CountView, *, show: str = "", text: str = "") -> list[ShownLine]:
    """The variance of a count by name: as it was posted, else as it stands. `show` is "" (all), "differing" or "uncounted"."""
    if view.state == "posted":
        rows = _LINES.rows(books, id=view.row.id)
        items: Mapping[UUID, CountedItem] = catalogue.counted_items(books, ids={row.item_id for row in rows})
        lines = [ShownLine(items.get(row[0]), *row[1:]) for row in rows]
    else:
        made, items = variance(books, view.row)
        lines = [
            ShownLine(items.get(one.item_id), one.batch, one.expected_qty, one.counted_qty, one.difference_qty, one.value_paise, one.pieces)
            for one in made
        ]
    if show == "differing":
        lines = [one for one in lines if one.difference_qty or one.pieces]
    elif show == "uncounted":
        lines = [one for one in lines if one.counted_qty is None]
    if text:
        lines = [one for one in lines if one.item and text.casefold() in f"{one.item.name} {one.item.sku or ''}".casefold()]
    return sorted(lines, key=lambda one: (one.item.name.casefold() if one.item else "", one.batch))
