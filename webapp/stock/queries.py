"""Reads of the stock register as frozen rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, select

from webapp.company import StoreRow
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.money import plain_decimal
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock.layers import read_layers
from webapp.stock.models import StockBalance, StockMovement
from webapp.stock.rules import Holding, MovementRow, StockKey


@dataclass(frozen=True, slots=True)
class OnHand:
    """What is on hand of an item, in thousandths, and its cost in paise."""

    qty: int
    value_paise: int


# Values in one statement: SQLite takes 32,766, PostgreSQL 65,535.
_MOST_IDS = 10_000

_BALANCES = Lookup(
    select(
        StockBalance.item_id,
        StockBalance.store_id,
        StockBalance.batch,
        StockBalance.qty,
        StockBalance.value_paise,
        StockBalance.last_cost_millipaise,
        StockBalance.last_moved_on,
        StockBalance.last_seq,
        StockBalance.layers,
    )
    .where(StockBalance.item_id.in_(bindparam("items", expanding=True)), StockBalance.store_id.in_(bindparam("stores", expanding=True)))
    .order_by(StockBalance.item_id, StockBalance.store_id, StockBalance.batch)
    .with_for_update()
)
KEPT = (
    StockBalance.item_id,
    StockBalance.store_id,
    StockBalance.batch,
    StockBalance.qty,
    StockBalance.value_paise,
    StockBalance.last_cost_millipaise,
    StockBalance.layers,
)
_IN_LAYERS = Lookup(select(*KEPT).where(StockBalance.layers.is_not(None)))
_OF_ITEMS = Lookup(select(*KEPT).where(StockBalance.item_id.in_(bindparam("items", expanding=True))))
_ON_HAND = Lookup(
    select(StockBalance.item_id, func.sum(StockBalance.qty), func.sum(StockBalance.value_paise))
    .where(StockBalance.item_id.in_(bindparam("items", expanding=True)))
    .group_by(StockBalance.item_id)
)
_ON_HAND_AT = Lookup(
    select(StockBalance.item_id, func.sum(StockBalance.qty), func.sum(StockBalance.value_paise))
    .where(StockBalance.item_id.in_(bindparam("items", expanding=True)), StockBalance.store_id == bindparam("store"))
    .group_by(StockBalance.item_id)
)
_ANY_KEPT = Lookup(select(StockBalance.qty).where(StockBalance.item_id == bindparam("item"), StockBalance.qty != 0))
_EVER_MOVED = Lookup(
    select(StockMovement.moved_on).where(StockMovement.item_id == bindparam("item")).order_by(StockMovement.moved_on).limit(1)
)
_KEPT_AT = Lookup(select(func.count()).where(StockBalance.store_id == bindparam("store"), StockBalance.qty != 0))
MOVEMENT = (
    StockMovement.document_id,
    StockMovement.line_no,
    StockMovement.kind,
    StockMovement.item_id,
    StockMovement.store_id,
    StockMovement.batch,
    StockMovement.moved_on,
    StockMovement.seq,
    StockMovement.qty,
    StockMovement.value_paise,
    StockMovement.is_value_given,
    StockMovement.about_id,
    StockMovement.about_line_no,
    StockMovement.document_line_no,
)
_OF_DOCUMENT = Lookup(
    select(*MOVEMENT)
    .where(StockMovement.document_id == bindparam("id"), StockMovement.kind != "revaluation")
    .order_by(StockMovement.line_no)
)
_OF_DOCUMENTS = Lookup(
    select(*MOVEMENT)
    .where(StockMovement.document_id.in_(bindparam("ids", expanding=True)), StockMovement.kind != "revaluation")
    .order_by(StockMovement.document_id, StockMovement.line_no)
)
_ANY_OF_DOCUMENT = Lookup(select(StockMovement.line_no).where(StockMovement.document_id == bindparam("id")).limit(1))
_REVALUED_BY = Lookup(
    select(*MOVEMENT)
    .where(StockMovement.document_id == bindparam("id"), StockMovement.kind == "revaluation")
    .order_by(StockMovement.line_no)
)
_of_key = (
    StockMovement.item_id == bindparam("item"),
    StockMovement.store_id == bindparam("store"),
    StockMovement.batch == bindparam("batch"),
)
_SINCE = Lookup(
    select(*MOVEMENT)
    .where(*_of_key, StockMovement.moved_on >= bindparam("day"), StockMovement.kind != "revaluation")
    .order_by(StockMovement.moved_on, StockMovement.seq)
)
# The newest receipt before a day that said its cost: reversals only give back.
_TAUGHT = Lookup(
    select(StockMovement.document_id, StockMovement.line_no, StockMovement.kind)
    .where(
        *_of_key,
        StockMovement.moved_on < bindparam("day"),
        StockMovement.qty > 0,
        StockMovement.is_value_given,
        StockMovement.about_id.is_(None),
    )
    .order_by(StockMovement.moved_on.desc(), StockMovement.seq.desc())
    .limit(1)
)
_restated = func.sum(case((StockMovement.is_restatement, StockMovement.value_paise), else_=0))
REVALUED = (StockMovement.about_id, StockMovement.about_line_no, func.sum(StockMovement.value_paise), _restated)
_REVALUED = Lookup(
    select(*REVALUED)
    .where(StockMovement.about_id.in_(bindparam("ids", expanding=True)), StockMovement.kind == "revaluation")
    .group_by(StockMovement.about_id, StockMovement.about_line_no)
)


def on_hand(books: Books, item_ids: Collection[UUID], store_id: UUID | None = None) -> dict[UUID, OnHand]:
    """What is on hand of each item, all batches, in one store or in all together. An item that never moved is nothing, worth
    nothing."""
    ids = list(item_ids)
    rows = _ON_HAND.rows(books, items=ids) if store_id is None else _ON_HAND_AT.rows(books, items=ids, store=store_id)
    found = {item: OnHand(int(qty), int(value)) for item, qty, value in rows}
    return {item: found.get(item, OnHand(0, 0)) for item in item_ids}


def require_empty(books: Books, store: StoreRow) -> None:
    """Conflict while anything is on hand, or owed, in a store that is to be closed."""
    kept = int(_KEPT_AT.first(books, store=store.id)[0])
    if kept:
        raise Conflict(
            problem=f"{kept} items are still in {store.name}.", fix="Transfer them to another store or adjust them, then close it."
        )


def require_none_on_hand(books: Books, item_id: UUID) -> None:
    """InvalidInput while anything of an item is on hand, or owed: its stock would be told apart in two ways at once."""
    kept = [row.qty for row in _ANY_KEPT.rows(books, item=item_id)]
    if kept:
        there = plain_decimal(sum(kept), 3)
        raise InvalidInput({"tracking": f"{there} of it are on hand. Adjust them away, change this, and enter them again."})


def require_never_moved(books: Books, item_id: UUID) -> None:
    """InvalidInput once anything of an item has moved: its costs were worked out the way it was valued then, and are posted."""
    first = _EVER_MOVED.first(books, item=item_id)
    if first is not None:
        since = written(first.moved_on)
        words = f"This item has moved since {since}, and its costs are in the books. Make a new item to value it another way."
        raise InvalidInput({"valuation": words})


def balances(books: Books, keys: Collection[StockKey]) -> dict[StockKey, tuple[Holding, date, int]]:
    """(holding, newest day, newest number) of each of `keys` that has moved, locked on PostgreSQL."""
    items, stores = list({key.item_id for key in keys}), list({key.store_id for key in keys})
    rows = _BALANCES.rows(books, items=items, stores=stores)
    wanted = set(keys)
    return {key: (holding_of(row), row[6], row[7]) for row in rows if (key := StockKey(row[0], row[1], row[2])) in wanted}


def layered(books: Books, item_ids: Collection[UUID]) -> list[tuple[StockKey, Holding]]:
    """What is kept of these items, and of whatever else is kept in layers."""
    rows = {tuple(row[:3]): row for row in _IN_LAYERS.rows(books)}
    ids = list(item_ids)
    for start in range(0, len(ids), _MOST_IDS):
        rows |= {tuple(row[:3]): row for row in _OF_ITEMS.rows(books, items=ids[start : start + _MOST_IDS])}
    return sorted([(StockKey(*place), holding_of(row)) for place, row in rows.items()], key=itemgetter(0))


def holding_of(row: Any) -> Holding:
    """A row of what is kept, as a holding."""
    return Holding(row.qty, row.value_paise, row.last_cost_millipaise, None if row.layers is None else read_layers(row.layers))


def has_moved(books: Books, document_id: UUID) -> bool:
    """Whether a document has moved anything."""
    return _ANY_OF_DOCUMENT.first(books, id=document_id) is not None


def movements_of(books: Books, document_id: UUID) -> list[MovementRow]:
    """A document's movements as written, revaluations apart, in the order of its lines."""
    return with_revaluations(books, _OF_DOCUMENT.rows(books, id=document_id))


def movements_of_all(books: Books, document_ids: Collection[UUID]) -> list[MovementRow]:
    """The movements of several documents as written, by document and line."""
    ids = list(document_ids)
    found: list[Any] = []
    for start in range(0, len(ids), _MOST_IDS):
        found += _OF_DOCUMENTS.rows(books, ids=ids[start : start + _MOST_IDS])
    return with_revaluations(books, found)


def since(books: Books, key: StockKey, day: date) -> list[MovementRow]:
    """The movements of one item, store and batch on and after `day`, in the order of a replay."""
    return with_revaluations(books, _SINCE.rows(books, item=key.item_id, store=key.store_id, batch=key.batch, day=day))


def taught_before(books: Books, key: StockKey, day: date) -> Any:
    """The newest receipt before `day` that said its cost (document_id, line_no, kind), or None."""
    return _TAUGHT.first(books, item=key.item_id, store=key.store_id, batch=key.batch, day=day)


def revaluations_in(books: Books, document_id: UUID) -> list[MovementRow]:
    """The movements of a revaluation, in the order of its lines."""
    return [movement_row(row, 0, 0) for row in _REVALUED_BY.rows(books, id=document_id)]


def with_revaluations(books: Books, rows: Collection[Any]) -> list[MovementRow]:
    """Rows of movement columns, each with what revaluations have added to it since."""
    ids = list({row.document_id for row in rows})
    revalued: dict[tuple[UUID, int], tuple[int, int]] = {}
    for start in range(0, len(ids), _MOST_IDS):
        found = _REVALUED.rows(books, ids=ids[start : start + _MOST_IDS])
        revalued.update({(about, line): (int(value), int(restated)) for about, line, value, restated in found})
    return [movement_row(row, *revalued.get((row.document_id, row.line_no), (0, 0))) for row in rows]


def movement_row(row: Any, revalued: int, restated: int) -> MovementRow:
    """A row of MOVEMENT's columns as a frozen one."""
    return MovementRow(
        row.document_id,
        row.line_no,
        row.kind,
        StockKey(row.item_id, row.store_id, row.batch),
        row.moved_on,
        row.seq,
        row.qty,
        row.value_paise,
        row.is_value_given,
        row.about_id,
        row.about_line_no,
        revalued,
        row.document_line_no,
        restated,
    )
