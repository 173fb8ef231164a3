"""Reads of the stock room's documents."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from webapp.company import allowed_stores
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.stock import MovementRow, movements_of, revaluations_in
from webapp.stocktaking.models import StockAdjustment

PAGE = 50


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """A document of the stock room. `value_paise` is what it added to the value of stock, signed."""

    id: UUID
    kind: str
    number: str
    adjusted_on: date
    store_id: UUID
    reason: str
    value_paise: int
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class AdjustmentPage:
    """Documents, the newest first, and where the next page begins."""

    rows: tuple[AdjustmentRow, ...]
    older: Cursor | None


_COLUMNS = tuple(getattr(StockAdjustment, name) for name in AdjustmentRow.__slots__)


def adjustments(books: Books, *, kind: str = "", older_than: Cursor | None = None, most: int = PAGE) -> AdjustmentPage:
    """A page of documents, of one kind or of all."""
    order = (StockAdjustment.adjusted_on.desc(), StockAdjustment.id.desc())
    query = select(*_COLUMNS).order_by(*order).limit(most + 1)
    if (allowed := allowed_stores(books)) is not None:
        query = query.where(StockAdjustment.store_id.in_(allowed))
    if kind:
        query = query.where(StockAdjustment.kind == kind)
    if older_than:
        query = query.where(tuple_(StockAdjustment.adjusted_on, StockAdjustment.id) < older_than)
    rows = [AdjustmentRow(*row) for row in books.session.execute(query)]
    last = rows[most - 1] if len(rows) > most else None
    return AdjustmentPage(tuple(rows[:most]), Cursor(last.adjusted_on, last.id) if last else None)


def adjustment(books: Books, adjustment_id: UUID) -> tuple[AdjustmentRow, list[MovementRow]]:
    """One document and its movements. NotFound when this company has none."""
    row = books.session.execute(select(*_COLUMNS).where(StockAdjustment.id == adjustment_id)).first()
    if row is None:
        raise NotFound("stock adjustment")
    found = AdjustmentRow(*row)
    moved = revaluations_in(books, found.id) if found.kind == "revaluation" else movements_of(books, found.id)
    return found, moved
