"""What a counter may pick from: the batches and pieces on hand in one store, as many of them as fit."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.stock.models import Batch, SerialNumber, StockBalance

MOST = 5_000  # batches, and pieces: what a small device copies in a second


@dataclass(frozen=True, slots=True)
class ShelfBatch:
    """So much (thousandths, above nought) of one batch, with what its label says."""

    item_id: UUID
    batch: str
    expires_on: date | None
    mrp_paise: int | None
    qty: int


@dataclass(frozen=True, slots=True)
class Shelves:
    """Batches, the first to expire first, and pieces, the oldest first, by item. `is_whole` False: there are more, and what is
    not named here may be there all the same."""

    batches: tuple[ShelfBatch, ...]
    pieces: tuple[tuple[UUID, str], ...]
    is_whole: bool


def shelves_in(books: Books, store_id: UUID, item_id: UUID | None = None, *, most: int = MOST) -> Shelves:
    """What is on hand in a store of every item that is kept by batch or serial number, or of one. Two reads."""
    batches = [ShelfBatch(*row) for row in books.session.execute(_batches(store_id, item_id).limit(most + 1))]
    pieces = [(row.item_id, row.serial) for row in books.session.execute(_pieces(store_id, item_id).limit(most + 1))]
    whole = len(batches) <= most and len(pieces) <= most
    return Shelves(tuple(batches[:most]), tuple(pieces[:most]), whole)


def _batches(store_id: UUID, item_id: UUID | None) -> Select[UUID, str, date | None, int | None, int]:
    of_batch = (StockBalance.company_id == Batch.company_id) & (StockBalance.item_id == Batch.item_id) & (StockBalance.batch == Batch.batch)
    query = (
        select(Batch.item_id, Batch.batch, Batch.expires_on, Batch.mrp_paise, StockBalance.qty)
        .join(StockBalance, of_batch)
        .where(StockBalance.store_id == store_id, StockBalance.qty > 0)
        .order_by(Batch.item_id, Batch.expires_on.is_(None), Batch.expires_on, Batch.batch)
    )
    return query if item_id is None else query.where(Batch.item_id == item_id)


def _pieces(store_id: UUID, item_id: UUID | None) -> Select[UUID, str]:
    query = select(SerialNumber.item_id, SerialNumber.serial).where(SerialNumber.store_id == store_id)
    if item_id is not None:
        query = query.where(SerialNumber.item_id == item_id)
    return query.order_by(SerialNumber.item_id, SerialNumber.moved_on, SerialNumber.serial)
