"""Batches with what is on hand of each, and the trace of one batch or one piece: where it came from, who has it. A member held to some
stores sees what moved there, and nothing of the others: no row, no total, no piece."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from webapp.catalogue.models import Item
from webapp.company import allowed_stores
from webapp.company.models import Store
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.ledger.models import Voucher
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice
from webapp.stock.models import Batch, SerialMove, SerialNumber, StockBalance, StockMovement

STATES = ("on-hand", "soon", "expired")
MOST = 500
SOON = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch and what is on hand of it: thousandths, and its cost in paise."""

    item_id: UUID
    item: str
    unit: str
    batch: str
    expires_on: date | None
    mrp_paise: int | None
    qty: int
    value: int
    made_on: date | None

    def state(self, today: date) -> str:
        """ "expired", "soon" (within 90 days) or nothing."""
        if self.expires_on is None:
            return ""
        return "expired" if self.expires_on < today else "soon" if self.expires_on <= today + SOON else ""


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One movement of what is traced, with its document and, where it was sold, who bought it."""

    moved_on: date
    kind: str
    document_id: UUID
    about_id: UUID | None
    number: str
    store: str
    qty: int
    buyer: str
    phone: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A batch or a piece, and every movement of it, the first first."""

    item_id: UUID
    item: str
    unit: str
    batch: str
    serial: str
    expires_on: date | None
    rows: tuple[TraceRow, ...]
    made_on: date | None = None

    @property
    def on_hand(self) -> int:
        return sum(row.qty for row in self.rows)


def batches(books: Books, words: str = "", state: str = "", store_id: UUID | None = None, *, most: int | None = MOST) -> list[BatchRow]:
    """Batches of one store or of all that this actor may see, the first to expire first."""
    held = func.coalesce(func.sum(StockBalance.qty), 0)
    of_batch = (StockBalance.company_id == Batch.company_id) & (StockBalance.item_id == Batch.item_id) & (StockBalance.batch == Batch.batch)
    query = (
        select(
            Batch.item_id,
            Item.name,
            Item.unit,
            Batch.batch,
            Batch.expires_on,
            Batch.mrp_paise,
            held,
            func.coalesce(func.sum(StockBalance.value_paise), 0),
            Batch.made_on,
        )
        .join(Item, (Item.company_id == Batch.company_id) & (Item.id == Batch.item_id))
        .join(StockBalance, of_batch)
        .group_by(Batch.item_id, Item.name, Item.unit, Batch.batch, Batch.expires_on, Batch.mrp_paise, Batch.made_on)
        .order_by(Batch.expires_on.is_(None), Batch.expires_on, Item.name, Batch.batch)
    )
    for word in folded(words).split()[:8]:
        query = query.where(Item.search_text.contains(word, autoescape=True) | func.lower(Batch.batch).contains(word, autoescape=True))
    if state:
        query = query.having(held != 0)
    if state == "expired":
        query = query.where(Batch.expires_on < books.today)
    elif state == "soon":
        query = query.where(Batch.expires_on >= books.today, Batch.expires_on <= books.today + SOON)
    if store_id:
        query = query.where(StockBalance.store_id == store_id)
    if (allowed := allowed_stores(books)) is not None:
        query = query.where(StockBalance.store_id.in_(allowed))
    return [BatchRow(*row[:6], int(row[6]), int(row[7]), row[8]) for row in books.session.execute(query.limit(most) if most else query)]


def trace_batch(books: Books, item_id: UUID, batch: str) -> Trace:
    """Every movement of a batch. NotFound when this company has none by that name, or none of it moved where this actor may look."""
    kept = books.session.execute(
        select(Batch.batch, Batch.expires_on, Batch.made_on).where(Batch.item_id == item_id, Batch.batch == batch)
    ).first()
    if kept is None:
        raise NotFound("batch")
    query = _movements().where(StockMovement.item_id == item_id, StockMovement.batch == batch, StockMovement.kind != "revaluation")
    return replace(_trace(books, item_id, query, batch=batch, expires_on=kept.expires_on), made_on=kept.made_on)


def trace_serial(books: Books, item_id: UUID, serial: str) -> Trace:
    """The life of one piece. NotFound when this company knows none by that number, or it was never where this actor may look."""
    known = select(SerialNumber.serial).where(SerialNumber.item_id == item_id, SerialNumber.serial == serial)
    if books.session.execute(known).first() is None:
        raise NotFound("serial number")
    of_move = (
        (SerialMove.company_id == StockMovement.company_id)
        & (SerialMove.document_id == StockMovement.document_id)
        & (SerialMove.line_no == StockMovement.line_no)
    )
    query = _movements().join(SerialMove, of_move).where(SerialMove.item_id == item_id, SerialMove.serial == serial)
    return _trace(books, item_id, query, serial=serial)


def find_serials(books: Books, text: str) -> list[tuple[UUID, str, str, str]]:
    """Pieces whose number begins so: (item, its name, serial number, the store it is in or nothing). Of a member held to some stores:
    those that were ever there; where one is by now is told of these stores alone."""
    allowed = allowed_stores(books)
    query = (
        select(SerialNumber.item_id, Item.name, SerialNumber.serial, Store.name, SerialNumber.store_id)
        .join(Item, (Item.company_id == SerialNumber.company_id) & (Item.id == SerialNumber.item_id))
        .outerjoin(Store, (Store.company_id == SerialNumber.company_id) & (Store.id == SerialNumber.store_id))
        .where(SerialNumber.serial.startswith(clean_text(text).upper(), autoescape=True))
        .order_by(SerialNumber.serial)
        .limit(50)
    )
    if allowed is not None:
        moved = select(SerialMove.serial).where(
            SerialMove.company_id == SerialNumber.company_id,
            SerialMove.item_id == SerialNumber.item_id,
            SerialMove.serial == SerialNumber.serial,
            SerialMove.store_id.in_(allowed),
        )
        query = query.where(moved.exists())
    if not clean_text(text):
        return []
    here = allowed.__contains__ if allowed is not None else lambda _store: True
    return [(row[0], row[1], row[2], row[3] if row[3] and here(row[4]) else "") for row in books.session.execute(query)]


def _movements() -> Select[Any]:
    return (
        select(
            StockMovement.moved_on,
            StockMovement.kind,
            StockMovement.document_id,
            StockMovement.about_id,
            Invoice.number,
            Voucher.number.label("voucher_number"),
            Store.name,
            StockMovement.qty,
            StockMovement.batch,
            Invoice.party,
        )
        .join(Store, (Store.company_id == StockMovement.company_id) & (Store.id == StockMovement.store_id))
        .outerjoin(Invoice, (Invoice.company_id == StockMovement.company_id) & (Invoice.id == StockMovement.document_id))
        .outerjoin(Voucher, (Voucher.company_id == StockMovement.company_id) & (Voucher.id == StockMovement.document_id))
        .order_by(StockMovement.moved_on, StockMovement.recorded_at, StockMovement.line_no)
    )


def _trace(books: Books, item_id: UUID, query: Select[Any], *, batch: str = "", serial: str = "", expires_on: date | None = None) -> Trace:
    item = books.session.execute(select(Item.name, Item.unit).where(Item.id == item_id)).one()
    if (allowed := allowed_stores(books)) is not None:
        query = query.where(StockMovement.store_id.in_(allowed))
    rows = []
    for row in books.session.execute(query):
        party = row.party or {}
        qty = (1000 if row.qty > 0 else -1000) if serial else row.qty
        number = row.number or row.voucher_number or ""
        buyer, phone = party.get("name") or "", party.get("phone") or ""
        rows.append(TraceRow(row.moved_on, row.kind, row.document_id, row.about_id, number, row.name, qty, buyer, phone))
    if not rows and allowed is not None:
        raise NotFound("serial number" if serial else "batch")
    return Trace(item_id, item.name, item.unit, batch, serial, expires_on, tuple(rows))
