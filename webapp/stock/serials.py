"""Serial numbers: where each piece is, and every move of its life. Written with the movements they belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup, put
from webapp.platform.tenancy import Books
from webapp.stock.models import SerialMove, SerialNumber, StockMovement


class SerialTrouble(BooksError):
    """A piece would come in that is here already, or go out that is not."""

    status = 409


@dataclass(frozen=True, slots=True)
class Move:
    """One piece into a store or out of it, by the movement `line_no` of a document."""

    item_id: UUID
    serial: str
    store_id: UUID
    line_no: int
    is_in: bool


@dataclass(frozen=True, slots=True)
class SerialRow:
    """One piece and where it is; `store_id` None: out of every store, by the movement of `kind`."""

    item_id: UUID
    serial: str
    store_id: UUID | None
    step: int
    kind: str
    document_id: UUID
    moved_on: date


@dataclass(frozen=True, slots=True)
class LifeRow:
    """One move of a piece."""

    step: int
    kind: str
    moved_on: date
    store_id: UUID
    is_in: bool
    document_id: UUID
    about_id: UUID | None


_COLUMNS = tuple(getattr(SerialNumber, name) for name in SerialRow.__slots__)
# Held until the transaction ends, so that of two who sell one piece the second sees that it is gone.
_THESE = Lookup(
    select(*_COLUMNS)
    .where(SerialNumber.item_id.in_(bindparam("items", expanding=True)), SerialNumber.serial.in_(bindparam("serials", expanding=True)))
    .order_by(SerialNumber.item_id, SerialNumber.serial)
    .with_for_update()
)
_NAMED = Lookup(
    select(*_COLUMNS).where(
        SerialNumber.item_id.in_(bindparam("items", expanding=True)), SerialNumber.serial.in_(bindparam("serials", expanding=True))
    )
)
_HERE = Lookup(
    select(*_COLUMNS)
    .where(SerialNumber.item_id.in_(bindparam("items", expanding=True)), SerialNumber.store_id == bindparam("store"))
    .order_by(SerialNumber.item_id, SerialNumber.moved_on, SerialNumber.serial)
)
_OF_DOCUMENT = Lookup(
    select(SerialMove.line_no, SerialMove.serial)
    .where(SerialMove.document_id == bindparam("id"))
    .order_by(SerialMove.line_no, SerialMove.serial)
)
_LIFE = Lookup(
    select(
        SerialMove.step,
        StockMovement.kind,
        StockMovement.moved_on,
        SerialMove.store_id,
        SerialMove.is_in,
        SerialMove.document_id,
        StockMovement.about_id,
    )
    .join(
        StockMovement,
        (StockMovement.company_id == SerialMove.company_id)
        & (StockMovement.document_id == SerialMove.document_id)
        & (StockMovement.line_no == SerialMove.line_no),
    )
    .where(SerialMove.item_id == bindparam("item"), SerialMove.serial == bindparam("serial"))
    .order_by(SerialMove.step)
)
_GONE_BY = {
    "sale": "was sold on",
    "challan": "was delivered on",
    "transfer": "was sent to another store on",
    "assembly": "was used in a stock journal on",
    "adjustment": "was taken out of stock on",
    "wastage": "was written off on",
}


def serials_here(books: Books, item_ids: Collection[UUID], store_id: UUID) -> dict[UUID, list[str]]:
    """The serial numbers of each item in a store, the oldest first."""
    found: dict[UUID, list[str]] = {item_id: [] for item_id in item_ids}
    for row in _HERE.rows(books, items=list(item_ids), store=store_id):
        found[row.item_id].append(row.serial)
    return found


def pieces_named(books: Books, named: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], SerialRow]:
    """Those of these pieces that the books know, by item and serial number."""
    if not named:
        return {}
    items, numbers = list({item for item, _ in named}), list({serial for _, serial in named})
    return {(row.item_id, row.serial): SerialRow(*row) for row in _NAMED.rows(books, items=items, serials=numbers)}


def troubles_of(books: Books, item_id: UUID, names: Sequence[str], *, leaving: UUID | None) -> list[SerialTrouble]:
    """Why some of these pieces cannot leave a store, or (`leaving` None) come in; nothing when all can."""
    known = pieces_named(books, [(item_id, name) for name in names])
    moves = [Move(item_id, name, leaving or item_id, 1, is_in=leaving is None) for name in names]
    found = [trouble_of(one, known.get((item_id, one.serial))) for one in moves]
    return [one for one in found if one]


def serial_life(books: Books, item_id: UUID, serial: str) -> list[LifeRow]:
    """Every move of one piece, the first first. Nothing for a piece that this company does not know."""
    return [LifeRow(*row) for row in _LIFE.rows(books, item=item_id, serial=serial)]


def moved_by(books: Books, document_id: UUID) -> dict[int, tuple[str, ...]]:
    """The serial numbers that a document moved, by the number of the movement."""
    found: dict[int, tuple[str, ...]] = {}
    for line_no, serial in _OF_DOCUMENT.rows(books, id=document_id):
        found[line_no] = (*found.get(line_no, ()), serial)
    return found


def move(books: Books, document_id: UUID, kind: str, on: date, moves: Sequence[Move]) -> None:
    """Move pieces, each as its movement says. SerialTrouble, with what became of the piece, when one cannot. For `stock.record`."""
    items, names = list({one.item_id for one in moves}), list({one.serial for one in moves})
    known = {(row.item_id, row.serial): SerialRow(*row) for row in _THESE.rows(books, items=items, serials=names)}
    events = []
    for one in moves:
        key = (one.item_id, one.serial)
        before = known.get(key)
        if trouble := trouble_of(one, before):
            raise trouble
        step = before.step + 1 if before else 1
        store_id = one.store_id if one.is_in else None
        known[key] = SerialRow(one.item_id, one.serial, store_id, step, kind, document_id, on)
        row = {"item_id": one.item_id, "serial": one.serial, "step": step, "document_id": document_id, "line_no": one.line_no}
        events.append({**row, "store_id": one.store_id, "is_in": one.is_in})
    moved = {(one.item_id, one.serial) for one in moves}
    put(books, SerialNumber, [{name: getattr(known[key], name) for name in SerialRow.__slots__} for key in sorted(moved)])
    books.insert(SerialMove, events)


def trouble_of(one: Move, before: SerialRow | None) -> SerialTrouble | None:
    """Why a piece cannot move so, with what became of it; None when it can."""
    if one.is_in:
        if before is None or before.store_id is None:
            return None
        return SerialTrouble(
            problem=f"The serial number {one.serial} is in stock already, since {written(before.moved_on)}.",
            fix="Type the number on this piece, or take the other one out of stock first.",
        )
    if before is None:
        return SerialTrouble(problem=f"There is no serial number {one.serial} of this item.", fix="Scan the number on the piece again.")
    if before.store_id is None:
        became = _GONE_BY.get(before.kind, "left on")
        return SerialTrouble(
            problem=f"The serial number {one.serial} {became} {written(before.moved_on)}.", fix="Scan the number on the piece again."
        )
    if before.store_id != one.store_id:
        return SerialTrouble(problem=f"The serial number {one.serial} is in another store.", fix="Transfer it here first.")
    return None
