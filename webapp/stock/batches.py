"""Batches: what a lot's label says, what is on hand of each, and which to take first (first to expire, first out)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, func, select

from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import BatchFacts
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.rows import Lookup, put
from webapp.platform.tenancy import Books
from webapp.stock import picking
from webapp.stock.models import Batch, StockBalance
from webapp.stock.picking import Part


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch and what is on hand of it, in one store or in all: thousandths, and its cost in paise."""

    item_id: UUID
    batch: str
    expires_on: date | None
    made_on: date | None
    mrp_paise: int | None
    qty: int
    value_paise: int

    @property
    def unit_cost_paise(self) -> int:
        """What one unit of what is there cost, in paise."""
        return self.value_paise * 1000 // self.qty if self.qty > 0 else 0


_FACTS = (Batch.item_id, Batch.batch, Batch.expires_on, Batch.made_on, Batch.mrp_paise)
_OF_ITEMS = Lookup(select(*_FACTS).where(Batch.item_id.in_(bindparam("items", expanding=True))))
_ONE = Lookup(
    select(*_FACTS, Batch.created_at).where(Batch.item_id == bindparam("item"), Batch.batch == bindparam("batch")).with_for_update()
)
_HELD = Lookup(
    select(StockBalance.item_id, StockBalance.batch, func.sum(StockBalance.qty), func.sum(StockBalance.value_paise))
    .where(StockBalance.item_id.in_(bindparam("items", expanding=True)))
    .group_by(StockBalance.item_id, StockBalance.batch)
)
_HELD_AT = Lookup(
    select(StockBalance.item_id, StockBalance.batch, StockBalance.qty, StockBalance.value_paise).where(
        StockBalance.item_id.in_(bindparam("items", expanding=True)), StockBalance.store_id == bindparam("store")
    )
)


def open_batch(books: Books, item_id: UUID, facts: BatchFacts) -> str:
    """Write down what the label of a lot says, and return its name as kept. A lot that is known already gains what was not
    known of it; Conflict, with both days, when its label says something else. InvalidInput for a name that cannot be."""
    name = picking.batch_name(facts.batch)
    picking.require_facts(facts)
    kept = _ONE.first(books, item=item_id, batch=name)
    asked = {"expires_on": facts.expires_on, "made_on": facts.made_on, "mrp_paise": facts.mrp}
    if kept is None:
        put(books, Batch, [{"item_id": item_id, "batch": name, **asked, "created_at": books.now}])
        audit.record(books, "create", "batch", item_id, new={"batch": name, **asked})
        return name
    _require_same(name, kept.expires_on, facts.expires_on, "expires on")
    _require_same(name, kept.made_on, facts.made_on, "was made on")
    before = {field: getattr(kept, field) for field in asked}
    after = {field: asked[field] if asked[field] is not None else before[field] for field in asked}
    # What the books know already counts too: a day of making typed now is not after an expiry written down before.
    picking.require_facts(BatchFacts(name, facts.expires_on or kept.expires_on, facts.made_on or kept.made_on, facts.mrp))
    if audit.record_change(books, "batch", item_id, {"batch": name, **before}, {"batch": name, **after}):
        put(books, Batch, [{"item_id": item_id, "batch": name, **after, "created_at": kept.created_at}])
    return name


def batches_of(books: Books, item_ids: Collection[UUID], store_id: UUID | None = None) -> list[BatchRow]:
    """Every batch of these items, the first to expire first, with what is on hand of it in one store or in all."""
    ids = list(item_ids)
    rows = _HELD.rows(books, items=ids) if store_id is None else _HELD_AT.rows(books, items=ids, store=store_id)
    held = {(item, batch): (int(qty), int(value)) for item, batch, qty, value in rows}
    found = []
    for row in _OF_ITEMS.rows(books, items=ids):
        qty, value = held.get((row.item_id, row.batch), (0, 0))
        found.append(BatchRow(row.item_id, row.batch, row.expires_on, row.made_on, row.mrp_paise, qty, value))
    return sorted(found, key=lambda one: (one.item_id, one.expires_on or date.max, one.batch))


def facts_of(books: Books, item_ids: Collection[UUID]) -> dict[UUID, dict[str, BatchFacts]]:
    """What the labels of every batch of these items say, by item and name."""
    found: dict[UUID, dict[str, BatchFacts]] = {item_id: {} for item_id in item_ids}
    for row in _OF_ITEMS.rows(books, items=list(item_ids)):
        mrp = None if row.mrp_paise is None else Paise(row.mrp_paise)
        found[row.item_id][row.batch] = BatchFacts(row.batch, row.expires_on, row.made_on, mrp)
    return found


def suggest_batches(books: Books, item_id: UUID, store_id: UUID, qty: Qty, on: date) -> list[Part]:
    """Which batches of an item to take `qty` from on a day, the first to expire first; what has expired is left where it is.
    Less than `qty` altogether when there is not enough."""
    held = {row.batch: row.qty for row in _HELD_AT.rows(books, items=[item_id], store=store_id)}
    return picking.first_to_expire(facts_of(books, [item_id])[item_id], held, qty, on)


def _require_same(name: str, kept: date | None, typed: date | None, what: str) -> None:
    if kept is not None and typed is not None and kept != typed:
        raise Conflict(
            problem=f"Batch {name} {what} {written(kept)} in the books; {written(typed)} was typed.",
            fix="Look at the label again. Two lots of one name are told apart by a name of their own.",
        )
