"""Goods set aside for a sale that is being paid: two counters with a line to the server cannot both sell the last unit.

A reservation is no movement. It is gone with the posting of its bill, when its till gives it up, or by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select

from webapp.kernel.errors import keep_promise
from webapp.kernel.money import Qty
from webapp.kernel.records import dataclass
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock import queries, rules
from webapp.stock.models import StockReservation
from webapp.stock.rules import NotEnoughStock, Policy, Refused, Shortage, StockKey

# Long enough for a bill to be paid, issued and sent; counted from the first asking, so that a till that went away with it, or asks
# again and again, keeps goods from nobody for longer than this.
KEPT_FOR = timedelta(minutes=3)
_MOST_SWEPT = 500


@dataclass(frozen=True, slots=True)
class Reserved:
    """The answer: set aside `until` then (None when nothing was, or nothing needed to be), or refused, item by item."""

    until: datetime | None
    refused: tuple[Refused, ...] = ()


_HELD = Lookup(
    select(StockReservation.item_id, func.sum(StockReservation.qty))
    .where(
        StockReservation.item_id.in_(bindparam("items", expanding=True)),
        StockReservation.store_id == bindparam("store"),
        StockReservation.document_id != bindparam("own"),
        StockReservation.expires_at > bindparam("now"),
    )
    .group_by(StockReservation.item_id)
)
_ENDS = Lookup(
    select(func.min(StockReservation.expires_at)).where(
        StockReservation.document_id == bindparam("own"), StockReservation.expires_at > bindparam("now")
    )
)
# Rows that another transaction holds are left to it: a sweep waits for nobody, so it cannot deadlock.
_EXPIRED = Lookup(
    select(StockReservation.document_id)
    .where(StockReservation.expires_at <= bindparam("now"))
    .order_by(StockReservation.document_id)
    .limit(_MOST_SWEPT)
    .with_for_update(skip_locked=True)
)


def reserve(books: Books, *, document_id: UUID, store_id: UUID, wanted: Mapping[UUID, Qty]) -> Reserved:
    """Set `wanted` (thousandths, above nought) of each item aside for the bill to come, all of it or nothing: `refused` are
    the items of which too little is free, and nothing is written then.

    The same bill again takes the place of what it had reserved, and ends when that would have. Of a bill that is posted
    nothing is reserved any more.
    """
    keep_promise(all(qty > 0 for qty in wanted.values()), "something is wanted of each item")
    on_hand = _locked(books, store_id, wanted)
    if queries.has_moved(books, document_id):
        return Reserved(None)
    refused = rules.refused_of(wanted, on_hand, _held(books, document_id, store_id, wanted))
    if refused:
        return Reserved(None, refused)
    (running,) = _ENDS.first(books, own=document_id, now=books.now)
    until = running or books.now + KEPT_FOR
    # Its own rows first: who has swept holds rows of others, and must wait for nobody any more.
    release(books, document_id)
    _sweep(books)
    row = {"document_id": document_id, "store_id": store_id, "expires_at": until}
    books.insert(StockReservation, [{**row, "item_id": item_id, "qty": wanted[item_id]} for item_id in sorted(wanted)])
    return Reserved(until)


def require_free(
    books: Books, *, document_id: UUID, store_id: UUID, wanted: Iterable[tuple[UUID, Qty]], policy: Policy = Policy.REFUSE
) -> None:
    """What a till keeps for the customer who stands there and pays is not taken: ask before `pick`, in every document of the office that
    takes goods out. NotEnoughStock, with what is `held`, when too little of `wanted` (item and thousandths, line by line) is free.
    What is merely not there is for `record` to refuse; where goods are sold below zero (Policy.ALLOW) nobody is kept waiting.

    The balances are locked before it looks, as `reserve` locks them: a till that sets goods aside at this moment is either
    seen here, or waits and sees what was taken."""
    together: dict[UUID, Qty] = {}
    for item_id, qty in wanted:
        together[item_id] = Qty(together.get(item_id, 0) + qty)
    if policy is Policy.ALLOW or not together:
        return
    on_hand = _locked(books, store_id, together)
    held = _held(books, document_id, store_id, together)
    refused = rules.refused_of({item_id: together[item_id] for item_id in held}, on_hand, held)
    if refused:
        raise NotEnoughStock(tuple(Shortage(one.item_id, one.on_hand, one.wanted, one.held) for one in refused))


def _locked(books: Books, store_id: UUID, items: Iterable[UUID]) -> dict[UUID, int]:
    """What is on hand, with the balances locked in the order of their keys, as `record` does: who comes second waits here
    and sees the first one's."""
    wanted = list(items)
    queries.balances(books, [StockKey(item_id, store_id) for item_id in wanted])  # locks every batch of them
    return {item_id: one.qty for item_id, one in queries.on_hand(books, wanted, store_id).items()}


def _held(books: Books, document_id: UUID, store_id: UUID, items: Iterable[UUID]) -> dict[UUID, int]:
    """What other bills have set aside, by item."""
    rows = _HELD.rows(books, items=list(items), store=store_id, own=document_id, now=books.now)
    return {item_id: int(qty) for item_id, qty in rows}


def release(books: Books, document_id: UUID) -> None:
    """Give back what a bill had reserved: it is posted, or it is not to be. Nothing happens when there is nothing."""
    mine = StockReservation.document_id == document_id
    books.session.execute(delete(StockReservation).where(mine), execution_options={"synchronize_session": False})


def _sweep(books: Books) -> None:
    expired = {row.document_id for row in _EXPIRED.rows(books, now=books.now)}
    if expired:
        theirs = (StockReservation.document_id.in_(expired), StockReservation.expires_at <= books.now)
        books.session.execute(delete(StockReservation).where(*theirs), execution_options={"synchronize_session": False})
