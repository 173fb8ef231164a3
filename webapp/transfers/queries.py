"""Transfers as screens and papers read them: frozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select, tuple_

from webapp.company import allowed_stores, require_mine
from webapp.kernel.errors import NotFound
from webapp.kernel.places import Cursor
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.transfers.models import Transfer, TransferLine, TransferRecall, TransferReceipt, TransferReceiptLine

PAGE = 50
STATES = ("in_transit", "received", "recalled")


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer's own row. Amounts in paise."""

    id: UUID
    kind: str
    number: str
    sent_on: date
    from_store_id: UUID
    to_store_id: UUID
    sender: Mapping[str, Any]
    receiver: Mapping[str, Any]
    supply: str
    vehicle: str
    note: str
    cost_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int
    body_sha256: str
    sent_by: str
    created_at: datetime

    @property
    def tax_paise(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise + self.cess_paise


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as sent."""

    line_no: int
    item_id: UUID
    name: str
    hsn: str
    unit: str
    qty: int
    batch: str
    serials: str
    unit_price_millipaise: int
    rate_bp: int
    cess_bp: int
    cost_paise: int
    taxable_paise: int
    cgst_paise: int
    sgst_paise: int
    igst_paise: int
    cess_paise: int


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """How a transfer arrived."""

    id: UUID
    received_on: date
    reason: str
    body_sha256: str
    received_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RecallRow:
    """How a transfer came back."""

    reversal_id: UUID
    recalled_on: date
    reason: str
    recalled_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer whole. `arrived` is how much of each line did, once it is received."""

    row: TransferRow
    lines: tuple[LineRow, ...]
    receipt: ReceiptRow | None
    recall: RecallRow | None
    arrived: Mapping[int, int]

    @property
    def state(self) -> str:
        """One of STATES."""
        return "recalled" if self.recall else "received" if self.receipt else "in_transit"


@dataclass(frozen=True, slots=True)
class ListedTransfer:
    """A transfer in the list."""

    row: TransferRow
    state: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows: words of a number; a state or all; a store that sends or receives, or all."""

    text: str = ""
    state: str = ""
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TransferPage:
    """Transfers, the newest first, and where the next page begins."""

    rows: tuple[ListedTransfer, ...]
    older: Cursor | None


def _columns(model: type[Any], row: type[Any]) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]


_ROW = Lookup(select(*_columns(Transfer, TransferRow)).where(Transfer.id == bindparam("id")))
_ROW_TO_CHANGE = Lookup(select(*_columns(Transfer, TransferRow)).where(Transfer.id == bindparam("id")).with_for_update(key_share=True))
_LINES = Lookup(select(*_columns(TransferLine, LineRow)).where(TransferLine.transfer_id == bindparam("id")).order_by(TransferLine.line_no))
_RECEIPT = Lookup(select(*_columns(TransferReceipt, ReceiptRow)).where(TransferReceipt.transfer_id == bindparam("id")))
_OF_RECEIPT = Lookup(select(TransferReceipt.transfer_id).where(TransferReceipt.id == bindparam("id")))
_RECALL = Lookup(select(*_columns(TransferRecall, RecallRow)).where(TransferRecall.transfer_id == bindparam("id")))
_ARRIVED = Lookup(select(TransferReceiptLine.line_no, TransferReceiptLine.qty).where(TransferReceiptLine.transfer_id == bindparam("id")))


def row_or_none(books: Books, transfer_id: UUID) -> TransferRow | None:
    """A transfer's own row, or None when this company has none by that id."""
    row = _ROW.first(books, id=transfer_id)
    return TransferRow(*row) if row else None


def transfer(books: Books, transfer_id: UUID, *, to_change: bool = False) -> TransferView:
    """A transfer whole, by its own id or its receipt's. NotFound when this company has none; NotYourStore when neither end is.
    `to_change` holds it until the transaction ends: it is received or recalled once."""
    found = (_ROW_TO_CHANGE if to_change else _ROW).first(books, id=transfer_id)
    if found is None:
        own = _OF_RECEIPT.first(books, id=transfer_id)
        if own is None:
            raise NotFound("transfer")
        return transfer(books, own.transfer_id, to_change=to_change)
    row = TransferRow(*found)
    require_mine(books, row.from_store_id, row.to_store_id)
    receipt, recall = _RECEIPT.first(books, id=row.id), _RECALL.first(books, id=row.id)
    return TransferView(
        row=row,
        lines=tuple(LineRow(*line) for line in _LINES.rows(books, id=row.id)),
        receipt=ReceiptRow(*receipt) if receipt else None,
        recall=RecallRow(*recall) if recall else None,
        arrived={line.line_no: line.qty for line in _ARRIVED.rows(books, id=row.id)} if receipt else {},
    )


def transfers(books: Books, wanted: Wanted, *, older_than: Cursor | None = None, most: int = PAGE) -> TransferPage:
    """A page of transfers, the newest first, of the stores this actor may work in."""
    received = exists().where(TransferReceipt.company_id == Transfer.company_id, TransferReceipt.transfer_id == Transfer.id)
    recalled = exists().where(TransferRecall.company_id == Transfer.company_id, TransferRecall.transfer_id == Transfer.id)
    states: dict[str, ColumnElement[bool]] = {"in_transit": ~received & ~recalled, "received": received, "recalled": recalled}
    query = select(*_columns(Transfer, TransferRow), received, recalled)
    if wanted.state in states:
        query = query.where(states[wanted.state])
    if wanted.text:
        query = query.where(func.lower(Transfer.number).contains(wanted.text.lower(), autoescape=True))
    if wanted.store_id:
        query = query.where(or_(Transfer.from_store_id == wanted.store_id, Transfer.to_store_id == wanted.store_id))
    if (allowed := allowed_stores(books)) is not None:
        query = query.where(or_(Transfer.from_store_id.in_(allowed), Transfer.to_store_id.in_(allowed)))
    if older_than:
        query = query.where(tuple_(Transfer.sent_on, Transfer.id) < older_than)
    rows = []
    for found in books.session.execute(query.order_by(Transfer.sent_on.desc(), Transfer.id.desc()).limit(most + 1)):
        state = "recalled" if found[-1] else "received" if found[-2] else "in_transit"
        rows.append(ListedTransfer(TransferRow(*found[:-2]), state))
    last = rows[most - 1].row if len(rows) > most else None
    return TransferPage(tuple(rows[:most]), Cursor(last.sent_on, last.id) if last else None)


def on_the_way(books: Books, item_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Item → how much of it was sent and has neither arrived nor come back, in thousandths."""
    own = (TransferLine.company_id == Transfer.company_id) & (TransferLine.transfer_id == Transfer.id)
    received = exists().where(TransferReceipt.company_id == Transfer.company_id, TransferReceipt.transfer_id == Transfer.id)
    recalled = exists().where(TransferRecall.company_id == Transfer.company_id, TransferRecall.transfer_id == Transfer.id)
    query = (
        select(TransferLine.item_id, func.sum(TransferLine.qty))
        .join(Transfer, own)
        .where(TransferLine.item_id.in_(list(item_ids)), ~received, ~recalled)
        .group_by(TransferLine.item_id)
    )
    rows: Any = books.session.execute(query)
    return {item_id: int(qty) for item_id, qty in rows}
