"""Bills of materials as screens and journals read them: frozen rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, tuple_

from webapp import catalogue
from webapp.assembly.models import BillOfMaterials, BillOfMaterialsLine
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

PAGE = 50
MOST_LIKE = 500  # items that a text of the list may mean
STATES = ("", "ended", "all")


@dataclass(frozen=True, slots=True)
class BomRow:
    """A bill of materials' own row, and the name of what it makes."""

    id: UUID
    item_id: UUID
    name: str
    unit: str
    valid_from: date
    output_qty: int
    note: str
    version: int
    ended_at: datetime | None
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BomLineRow:
    """A component."""

    line_no: int
    item_id: UUID
    name: str
    unit: str
    qty: int
    wastage_bp: int
    share: int


@dataclass(frozen=True, slots=True)
class Bom:
    """A bill of materials whole."""

    row: BomRow
    lines: tuple[BomLineRow, ...]


@dataclass(frozen=True, slots=True)
class WantedBoms:
    """The filters of the list: a part of the item's name; "" in use, ended, or all."""

    text: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class BomPage:
    """Bills, the newest first, and where the next page begins."""

    rows: tuple[BomRow, ...]
    older: Cursor | None


_ROW = (
    BillOfMaterials.id,
    BillOfMaterials.item_id,
    BillOfMaterials.valid_from,
    BillOfMaterials.output_qty,
    BillOfMaterials.note,
    BillOfMaterials.version,
    BillOfMaterials.ended_at,
    BillOfMaterials.created_by,
    BillOfMaterials.created_at,
)
_ONE = Lookup(select(*_ROW).where(BillOfMaterials.id == bindparam("id")))
_LINES = Lookup(
    select(
        BillOfMaterialsLine.bom_id,
        BillOfMaterialsLine.line_no,
        BillOfMaterialsLine.item_id,
        BillOfMaterialsLine.qty,
        BillOfMaterialsLine.wastage_bp,
        BillOfMaterialsLine.share,
    )
    .where(BillOfMaterialsLine.bom_id.in_(bindparam("ids", expanding=True)))
    .order_by(BillOfMaterialsLine.bom_id, BillOfMaterialsLine.line_no)
)
_OF_ITEMS = Lookup(
    select(*_ROW)
    .where(BillOfMaterials.item_id.in_(bindparam("items", expanding=True)), BillOfMaterials.ended_at.is_(None))
    .order_by(BillOfMaterials.valid_from, BillOfMaterials.id)
)
_HEADS = Lookup(
    select(BillOfMaterials.id, BillOfMaterials.item_id, BillOfMaterials.valid_from)
    .where(BillOfMaterials.ended_at.is_(None))
    .order_by(BillOfMaterials.valid_from, BillOfMaterials.id)
)
_EDGES = Lookup(select(BillOfMaterialsLine.bom_id, BillOfMaterialsLine.item_id))


def bom(books: Books, bom_id: UUID) -> Bom:
    """A bill of materials whole. NotFound when this company has none by that id."""
    found = _ONE.first(books, id=bom_id)
    if found is None:
        raise NotFound("bill of materials")
    return with_lines(books, _named(books, [found]))[0]


def bom_on(books: Books, item_id: UUID, day: date) -> Bom | None:
    """What an item is made of on a day, or None: of the bills in use, the last that had begun."""
    return boms_on(books, [item_id], day).get(item_id)


def boms_on(books: Books, item_ids: Collection[UUID], day: date) -> Mapping[UUID, Bom]:
    """The same for several items; those that are bought are absent."""
    newest = {row.item_id: row for row in _OF_ITEMS.rows(books, items=list(item_ids)) if row.valid_from <= day}
    return {one.row.item_id: one for one in with_lines(books, _named(books, list(newest.values())))}


def versions(books: Books, item_id: UUID) -> list[BomRow]:
    """Every bill of an item that is in use, the first to begin first."""
    return _named(books, _OF_ITEMS.rows(books, items=[item_id]))


def parts_by_day(books: Books, but: UUID) -> list[tuple[UUID, date, frozenset[UUID]]]:
    """Of every bill in use but one: what it makes, from which day, out of what. In the order of days."""
    edges: dict[UUID, set[UUID]] = {}
    for bom_id, item_id in _EDGES.rows(books):
        edges.setdefault(bom_id, set()).add(item_id)
    return [(row.item_id, row.valid_from, frozenset(edges.get(row.id, ()))) for row in _HEADS.rows(books) if row.id != but]


def boms(books: Books, wanted: WantedBoms, *, older_than: Cursor | None = None, most: int = PAGE) -> BomPage:
    """A page of bills, the newest first. A text narrows to the items that it may mean."""
    query = select(*_ROW)
    if wanted.state != "all":
        query = query.where(BillOfMaterials.ended_at.is_not(None) if wanted.state == "ended" else BillOfMaterials.ended_at.is_(None))
    if wanted.text:
        like = catalogue.find_sold_items(books, wanted.text, most=MOST_LIKE)
        query = query.where(BillOfMaterials.item_id.in_([one.id for one in like]))
    if older_than:
        query = query.where(tuple_(BillOfMaterials.valid_from, BillOfMaterials.id) < older_than)
    query = query.order_by(BillOfMaterials.valid_from.desc(), BillOfMaterials.id.desc()).limit(most + 1)
    found = books.session.execute(query).all()
    rows = _named(books, found[:most])
    last = rows[-1] if len(found) > most else None
    return BomPage(tuple(rows), Cursor(last.valid_from, last.id) if last else None)


def with_lines(books: Books, rows: Sequence[BomRow]) -> list[Bom]:
    """Bills with their components, in two statements however many they are."""
    lines: dict[UUID, list[Any]] = {}
    if rows:
        for row in _LINES.rows(books, ids=[one.id for one in rows]):
            lines.setdefault(row.bom_id, []).append(row)
    items = catalogue.items_for_bill(books, {row.item_id for own in lines.values() for row in own}) if lines else {}

    def component(row: Any) -> BomLineRow:
        return BomLineRow(row.line_no, row.item_id, items[row.item_id].name, items[row.item_id].unit, *row[3:])

    return [Bom(head, tuple(component(row) for row in lines.get(head.id, ()))) for head in rows]


def _named(books: Books, found: Sequence[Any]) -> list[BomRow]:
    items = catalogue.items_for_bill(books, {row.item_id for row in found}) if found else {}
    return [BomRow(row[0], row[1], items[row[1]].name, items[row[1]].unit, *row[2:]) for row in found]
