"""The promises of batches, serial numbers and transfers: goods lie in the batches they have, each piece is where its moves say,
what is in transit is what was sent and has not arrived, and what is delivered is what stands on challans."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp import ledger
from webapp.books_check.rules import Check
from webapp.catalogue.models import Item
from webapp.kernel.money import plain_decimal, rupees
from webapp.ledger.models import AccountBalance
from webapp.orders.models import OrderDocument, OrderLine
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock.models import Batch, SerialMove, SerialNumber, StockBalance, StockMovement
from webapp.transfers.models import Transfer, TransferRecall, TransferReceipt

_of_item = (Item.company_id == StockBalance.company_id) & (Item.id == StockBalance.item_id)
_HELD = Lookup(
    select(StockBalance.item_id, Item.name, Item.tracking, StockBalance.batch, StockBalance.qty)
    .join(Item, _of_item)
    .where((Item.tracking == "batch") | (StockBalance.batch != ""))
)
_BATCHES = Lookup(select(Batch.item_id, Batch.batch))
_STANDS = Lookup(select(SerialNumber.item_id, SerialNumber.serial, SerialNumber.store_id, SerialNumber.step))
_MOVES = Lookup(
    select(
        SerialMove.item_id,
        SerialMove.serial,
        SerialMove.step,
        SerialMove.store_id,
        SerialMove.is_in,
        StockMovement.item_id.label("moved_item"),
        StockMovement.store_id.label("moved_store"),
        StockMovement.qty,
    )
    .join(
        StockMovement,
        (StockMovement.company_id == SerialMove.company_id)
        & (StockMovement.document_id == SerialMove.document_id)
        & (StockMovement.line_no == SerialMove.line_no),
    )
    .order_by(SerialMove.item_id, SerialMove.serial, SerialMove.step)
)
_NAMED = Lookup(
    select(StockMovement.moved_on, StockMovement.qty, func.count())
    .join(
        SerialMove,
        (StockMovement.company_id == SerialMove.company_id)
        & (StockMovement.document_id == SerialMove.document_id)
        & (StockMovement.line_no == SerialMove.line_no),
    )
    .group_by(StockMovement.document_id, StockMovement.line_no, StockMovement.moved_on, StockMovement.qty)
)


_SENT = Lookup(select(func.count(Transfer.id), func.coalesce(func.sum(Transfer.cost_paise), 0)))
_own = Transfer.company_id == TransferReceipt.company_id
_ARRIVED = Lookup(
    select(func.coalesce(func.sum(Transfer.cost_paise), 0)).join(TransferReceipt, _own & (Transfer.id == TransferReceipt.transfer_id))
)
_back = (Transfer.company_id == TransferRecall.company_id) & (Transfer.id == TransferRecall.transfer_id)
_RECALLED = Lookup(select(func.coalesce(func.sum(Transfer.cost_paise), 0)).join(TransferRecall, _back))
_STANDS_AT = Lookup(
    select(AccountBalance.account_id, func.sum(AccountBalance.debit_paise - AccountBalance.credit_paise)).group_by(
        AccountBalance.account_id
    )
)


def check_transit(books: Books) -> Check:
    """The account Goods in transit stands at the cost of the transfers that were sent and have neither arrived nor come back."""
    count, sent = _SENT.first(books)
    on_the_way = int(sent) - int(_ARRIVED.first(books)[0]) - int(_RECALLED.first(books)[0])
    stands = {account: int(balance) for account, balance in _STANDS_AT.rows(books)}.get(ledger.heads(books)["goods-in-transit"], 0)
    wrong = (
        (f"the account Goods in transit stands at {rupees(stands)}, {rupees(on_the_way)} are on the way",) if stands != on_the_way else ()
    )
    return Check("goods in transit are those on the way", int(count), wrong)


_OUT = Lookup(
    select(func.count(OrderLine.line_no), func.coalesce(func.sum(OrderLine.cost_paise - OrderLine.used_cost_paise), 0))
    .join(OrderDocument, (OrderDocument.company_id == OrderLine.company_id) & (OrderDocument.id == OrderLine.document_id))
    .where(OrderDocument.kind == "challan", OrderDocument.state != "cancelled")
)


def check_delivered(books: Books) -> Check:
    """The account Goods delivered stands at the cost of what left on challans and is neither billed nor back."""
    count, out = _OUT.first(books)
    stands = {account: int(balance) for account, balance in _STANDS_AT.rows(books)}.get(ledger.heads(books)["goods-delivered"], 0)
    wrong = f"the account Goods delivered stands at {rupees(stands)}, {rupees(int(out))} are with others"
    return Check("goods delivered are those on challans", int(count), (wrong,) if stands != int(out) else ())


def check_batches(books: Books) -> Check:
    """What is on hand of an item kept by batch lies in batches that are known; of any other, in none."""
    known = {(row.item_id, row.batch) for row in _BATCHES.rows(books)}
    rows = _HELD.rows(books)
    faults = []
    for row in rows:
        there = plain_decimal(row.qty, 3)
        if row.tracking != "batch" and row.qty:
            faults.append(f"{row.name}: {there} lie in batch {row.batch}, and it is not kept by batch")
        elif row.tracking == "batch" and row.batch and (row.item_id, row.batch) not in known:
            faults.append(f"{row.name}: {there} lie in batch {row.batch}, which nobody has written down")
        elif row.tracking == "batch" and not row.batch and row.qty > 0:
            faults.append(f"{row.name}: {there} lie in no batch")
    return Check("goods kept by batch lie in batches", len(rows), tuple(faults))


def check_serials(books: Books) -> Check:
    """Each piece comes in and goes out by turns, with its movement, and stands where the last one left it."""
    stands = {(row.item_id, row.serial): (row.store_id, row.step) for row in _STANDS.rows(books)}
    lives: dict[tuple[UUID, str], list[Any]] = defaultdict(list)
    for row in _MOVES.rows(books):
        lives[row.item_id, row.serial].append(row)
    faults = [f"the serial number {serial} has no move" for _item, serial in stands.keys() - lives.keys()]
    for key, moves in lives.items():
        faults += [f"the serial number {key[1]} {words}" for words in _strays(moves, stands.get(key))]
    for moved_on, qty, named in _NAMED.rows(books):
        if named * 1000 > abs(qty):
            faults.append(f"a movement of {moved_on} moves {plain_decimal(abs(qty), 3)} pieces and names {named}")
    return Check("each serial number is where its moves say", len(stands), tuple(faults))


def _strays(moves: list[Any], stands: tuple[UUID | None, int] | None) -> list[str]:
    words = []
    here: UUID | None = None
    for number, move in enumerate(moves, start=1):
        if move.step != number:
            words.append(f"lacks its move {number}")
        if (move.item_id, move.store_id, move.is_in) != (move.moved_item, move.moved_store, move.qty > 0):
            words.append(f"moves otherwise than its movement, at step {move.step}")
        if move.is_in and here is not None:
            words.append(f"comes in at step {move.step}, and is in already")
        if not move.is_in and here != move.store_id:
            words.append(f"goes out at step {move.step} of a store where it is not")
        here = move.store_id if move.is_in else None
    if stands is not None and stands != (here, len(moves)):
        words.append("does not stand where its moves left it")
    if stands is None:
        words.append("has moved and stands nowhere")
    return words
