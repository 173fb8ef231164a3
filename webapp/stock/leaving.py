"""Goods that go out: a document's lines become movements, each out of its batch and with its serial numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books
from webapp.stock import batches, picking, serials
from webapp.stock.models import StockBalance
from webapp.stock.picking import Finding, Leave, Picked, Shelf, Tracked, Want
from webapp.stock.rules import NotEnoughStock, Policy, Shortage

# Locked in the order in which `record` locks them, so that what is chosen here is still there when it is written.
_SHELVES = Lookup(
    select(StockBalance.item_id, StockBalance.batch, StockBalance.qty, StockBalance.last_moved_on, StockBalance.last_seq)
    .where(StockBalance.item_id.in_(bindparam("items", expanding=True)), StockBalance.store_id == bindparam("store"))
    .order_by(StockBalance.item_id, StockBalance.store_id, StockBalance.batch)
    .with_for_update()
)


def pick(
    books: Books, *, store_id: UUID, wants: Sequence[Want], items: Mapping[UUID, Tracked], leave: Leave, policy: Policy = Policy.REFUSE
) -> Picked:
    """The movements that take `wants` out of a store, in the order of the lines. A line that names no batch comes out of those
    that expire first, and may become several movements; they are numbered after the lines and name theirs (`of_line`).

    Costs nothing for goods that are not tracked. BatchUnknown, BatchExpired, SerialsWanted and, under Policy.REFUSE,
    NotEnoughStock for what has not happened; what has is written as likely and told in `findings`.
    """
    tracked = {one.item_id for one in wants if items[one.item_id].tracking != "none"}
    if not tracked:
        return Picked(tuple(Movement(one.line_no, one.item_id, store_id, Qty(-one.qty)) for one in wants))
    shelves = _shelves(books, store_id, wants, items, tracked)
    findings: list[Finding] = []
    movements: list[Movement] = []
    mrps: dict[int, Paise] = {}
    free = max(one.line_no for one in wants) + 1
    for want in wants:
        item, shelf = items[want.item_id], shelves.get(want.item_id)
        if shelf is None:
            movements.append(Movement(want.line_no, want.item_id, store_id, Qty(-want.qty)))
        elif item.tracking == "serial":
            taken = picking.pieces(want, item, shelf, leave, findings)
            movements.append(Movement(want.line_no, want.item_id, store_id, Qty(-want.qty), serials=taken))
        else:
            _require_enough(want, shelf, leave, policy)
            parts = picking.batch_parts(want, item, shelf, leave, findings)
            if (mrp := picking.lowest_mrp(parts, shelf.facts)) is not None:
                mrps[want.line_no] = mrp
            for place, part in enumerate(parts):
                line_no, of_line = (want.line_no, None) if place == 0 else (free, want.line_no)
                free += place > 0
                movements.append(Movement(line_no, want.item_id, store_id, Qty(-part.qty), batch=part.batch, of_line=of_line))
    return Picked(tuple(movements), tuple(findings), mrps)


def hold(books: Books, item_ids: Collection[UUID], store_id: UUID) -> None:
    """Hold all that lies of these items in a store until the transaction ends: for a document that takes some and brings others,
    before it picks, so that two such documents do not wait for each other."""
    _SHELVES.rows(books, items=sorted(item_ids), store=store_id)


def _shelves(books: Books, store_id: UUID, wants: Sequence[Want], items: Mapping[UUID, Tracked], tracked: set[UUID]) -> dict[UUID, Shelf]:
    rows = _SHELVES.rows(books, items=sorted({one.item_id for one in wants}), store=store_id)
    by_batch = {item_id for item_id in tracked if items[item_id].tracking == "batch"}
    by_serial = tracked - by_batch
    facts = batches.facts_of(books, by_batch) if by_batch else {}
    pieces = serials.serials_here(books, by_serial, store_id) if by_serial else {}
    shelves = {}
    for item_id in tracked:
        own = [row for row in rows if row.item_id == item_id]
        newest = max(own, key=lambda row: (row.last_moved_on, row.last_seq, row.batch), default=None)
        held = {row.batch: row.qty for row in own}
        shelves[item_id] = Shelf(facts.get(item_id, {}), held, newest.batch if newest else "", pieces.get(item_id, []))
    return shelves


def _require_enough(want: Want, shelf: Shelf, leave: Leave, policy: Policy) -> None:
    """All batches that may be sold together: the figures of one alone would not say what the shop has."""
    if want.batch or leave.has_happened or policy is not Policy.REFUSE:
        return
    parts = picking.first_to_expire(shelf.facts, shelf.held, want.qty, leave.on, with_expired=leave.may_take_expired)
    there = sum(part.qty for part in parts)
    if there < want.qty:
        raise NotEnoughStock((Shortage(want.item_id, Qty(there), want.qty),))
