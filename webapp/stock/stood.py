"""What stood in a store at an instant that has passed: what is there now, less all that has moved since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.kernel.dates import ist_day
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock.models import SerialMove, SerialNumber, StockBalance, StockMovement


@dataclass(slots=True)
class Stood:
    """One item and batch of a store: what is there now (thousandths, paise, the newest cost of one in thousandths of a paisa), and
    what has moved since, each with its instant."""

    qty: int
    value_paise: int
    last_cost_millipaise: int
    moved: list[tuple[datetime, int]] = field(default_factory=list)

    def at(self, instant: datetime) -> int:
        """What stood there at an instant, which is not before the one that was asked for: thousandths."""
        return self.qty - sum(qty for at, qty in self.moved if at > instant)


_PIECES = Lookup(select(SerialNumber.item_id, SerialNumber.serial).where(SerialNumber.store_id == bindparam("store")))
_PIECES_MOVED = Lookup(
    select(SerialMove.item_id, SerialMove.serial, SerialMove.step, SerialMove.is_in, StockMovement.recorded_at)
    .join(
        StockMovement,
        (StockMovement.company_id == SerialMove.company_id)
        & (StockMovement.document_id == SerialMove.document_id)
        & (StockMovement.line_no == SerialMove.line_no),
    )
    .where(
        SerialMove.store_id == bindparam("store"),
        StockMovement.recorded_at > bindparam("since"),
        StockMovement.moved_on >= bindparam("day"),
    )
    .order_by(SerialMove.step)
)
_NAMED = Lookup(select(SerialNumber.item_id).where(SerialNumber.serial.in_(bindparam("names", expanding=True))))


def stood_in(books: Books, store_id: UUID, since: datetime, item_id: UUID | None = None) -> dict[tuple[UUID, str], Stood]:
    """Every item and batch that was ever in a store (or one item), with what has moved since an instant. One statement, so that
    what is there and what moved are of one moment.

    A document that is written later, but dated before that day, is no movement since: its goods had moved by then.
    """
    moved = (
        (StockMovement.company_id == StockBalance.company_id)
        & (StockMovement.item_id == StockBalance.item_id)
        & (StockMovement.store_id == StockBalance.store_id)
        & (StockMovement.batch == StockBalance.batch)
        & (StockMovement.moved_on >= ist_day(since))
        & (StockMovement.recorded_at > since)
        & (StockMovement.qty != 0)
    )
    kept = (StockBalance.item_id, StockBalance.batch, StockBalance.qty, StockBalance.value_paise, StockBalance.last_cost_millipaise)
    query = select(*kept, StockMovement.recorded_at, StockMovement.qty.label("moved")).outerjoin(StockMovement, moved)
    query = query.where(StockBalance.store_id == store_id)
    if item_id is not None:
        query = query.where(StockBalance.item_id == item_id)
    found: dict[tuple[UUID, str], Stood] = {}
    for row in books.session.execute(query):
        one = found.setdefault((row.item_id, row.batch), Stood(row.qty, row.value_paise, row.last_cost_millipaise))
        if row.recorded_at is not None:
            one.moved.append((row.recorded_at, row.moved))
    return found


@dataclass(frozen=True, slots=True)
class Pieces:
    """The serial numbers in a store: now, and every move in it since an instant (item, piece, was it in, when), in order."""

    now: frozenset[tuple[UUID, str]]
    moved: tuple[tuple[UUID, str, bool, datetime], ...]

    def at(self, item_id: UUID, instant: datetime) -> set[str]:
        """The pieces of an item that were there at an instant: what moved later is put back to where its first move found it."""
        there = {serial for item, serial in self.now if item == item_id}
        settled: set[str] = set()
        for item, serial, is_in, at in self.moved:
            if item != item_id or at <= instant or serial in settled:
                continue
            settled.add(serial)
            (there.discard if is_in else there.add)(serial)
        return there


def pieces_in(books: Books, store_id: UUID, since: datetime) -> Pieces:
    """Every serial number in a store, with its moves since an instant."""
    rows = _PIECES_MOVED.rows(books, store=store_id, since=since, day=ist_day(since))
    moved = [(row.item_id, row.serial, row.is_in, row.recorded_at) for row in rows]
    return Pieces(frozenset((row.item_id, row.serial) for row in _PIECES.rows(books, store=store_id)), tuple(moved))


def items_of_serials(books: Books, names: Collection[str]) -> list[UUID]:
    """The items that have a piece by one of these names."""
    return sorted({row.item_id for row in _NAMED.rows(books, names=list(names))})
