"""How much of each line has become something else: taken when a document is made of it, given back when that one is cancelled.

`take` is the only way anything is used up. It holds the documents, so that two who convert the same one take turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update

from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.orders import delivered, queries, rules
from webapp.orders.kinds import GOODS_BACK, INVOICE, KINDS
from webapp.orders.models import OrderUse
from webapp.orders.queries import DocumentView, LineRow, UseRow
from webapp.platform.tenancy import Books
from webapp.sales import Delivered


@dataclass(frozen=True, slots=True)
class Wish:
    """So much of a line shall become line `to_line_no` of another document."""

    from_id: UUID
    from_line_no: int
    to_line_no: int
    item_id: UUID
    qty: int
    place: str = ""  # how the row is called where it was typed: "-3"
    batch: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What the goods of a line had cost where they had left on a challan, and which batches and pieces they are."""

    cost: int
    parts: tuple[Delivered, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What is made: for whom, from which store, of which day."""

    id: UUID
    kind: str
    party_id: UUID
    store_id: UUID
    day: date


def take(books: Books, wishes: Sequence[Wish], target: Target) -> Mapping[int, Taken]:
    """Use lines up. Returns, for each line of the target whose goods had left on a challan, what they cost and which they are.

    NotLeft with the figures, WrongState, NotFound, InvalidInput by field. Nothing is written then.
    """
    if not wishes:
        return {}
    found = queries.held(books, {wish.from_id for wish in wishes})
    behind = _behind(books, found, wishes)
    found |= queries.held(books, {wish.from_id for wish in behind} - found.keys()) if behind else {}
    for view in found.values():
        if view.head.id in {wish.from_id for wish in wishes}:
            rules.require_convertible(view.head, target.kind, books.today)
        else:
            rules.require_standing(view.head)  # what stands behind a proforma
        rules.require_after_leaving(view.head, view.head.document_date, target.day)
        rules.require_fitting(view.head, target.party_id, target.store_id if target.kind in (INVOICE, GOODS_BACK) else None)
    lines = {(line.document_id, line.line_no): line for view in found.values() for line in view.lines}
    if target.kind in KINDS and KINDS[target.kind].is_promise_only:
        for wish in wishes:
            _require_line(found, lines, wish)
        return {}
    outs = {id_: delivered.still_out(books, view) for id_, view in found.items() if view.head.shape.goods < 0}
    taken: dict[int, Taken] = {}
    rows: dict[tuple[UUID, int, int], dict[str, object]] = {}
    for wish in (*wishes, *behind):
        used = _use(books, found, lines, wish, target, outs.get(wish.from_id, {}).get(wish.from_line_no, ()))
        key = (wish.from_id, wish.from_line_no, wish.to_line_no)
        rows[key] = {
            "from_id": wish.from_id,
            "from_line_no": wish.from_line_no,
            "to_id": target.id,
            "to_line_no": wish.to_line_no,
            "to_kind": target.kind,
            "qty": wish.qty,
            "cost_paise": used.cost,
            "goods": delivered.kept(used.parts),
            "made_at": books.now,
            "undone_at": None,
        }
        if found[wish.from_id].head.shape.goods < 0 and lines[wish.from_id, wish.from_line_no].moves_stock:
            taken[wish.to_line_no] = used
    books.insert(OrderUse, list(rows.values()))
    _settle_states(books, found)
    return taken


def give_back(books: Books, to_id: UUID) -> None:
    """Undo what a document used up, for it was cancelled. Safe to repeat."""
    uses = queries.uses_into(books, to_id)
    if not uses:
        return
    found = queries.held(books, {use.from_id for use in uses})
    standing = queries.uses_into(books, to_id)  # read again under the lock
    lines = {(line.document_id, line.line_no): line for view in found.values() for line in view.lines}
    for use in standing:
        line = lines[use.from_id, use.from_line_no]
        name = "returned_qty" if use.to_kind == GOODS_BACK else "used_qty"
        changed = {name: getattr(line, name) - use.qty, "used_cost_paise": line.used_cost_paise - use.cost_paise}
        if found[use.from_id].head.state == "closed":
            changed["closed_qty"] = line.closed_qty + use.qty  # nobody waits for it any more
        lines[use.from_id, use.from_line_no] = _changed(books, line, **changed)
    undone = update(OrderUse).where(OrderUse.to_id == to_id, OrderUse.undone_at.is_(None)).values(undone_at=books.now)
    books.session.execute(undone, execution_options={"synchronize_session": False})
    _settle_states(books, found)


def reopen_delivery(books: Books, uses: Iterable[UseRow], back: Mapping[tuple[UUID, int], int]) -> None:
    """Goods of a challan came back: what the challan delivered of an order is pending there again, unless the order is closed."""
    wanted = [(use, back.get((use.to_id, use.to_line_no), 0)) for use in uses]
    orders = queries.held(books, {use.from_id for use, qty in wanted if qty})
    lines = {(line.document_id, line.line_no): line for view in orders.values() for line in view.lines}
    for use, qty in wanted:
        if qty:
            line = lines[use.from_id, use.from_line_no]
            is_closed = orders[use.from_id].head.state == "closed"
            more = {"closed_qty": line.closed_qty + qty} if is_closed else {}
            lines[use.from_id, use.from_line_no] = _changed(books, line, used_qty=line.used_qty - qty, **more)
    _settle_states(books, orders)


def _use(
    books: Books,
    found: Mapping[UUID, DocumentView],
    lines: dict[tuple[UUID, int], LineRow],
    wish: Wish,
    target: Target,
    outs: Sequence[delivered.Out],
) -> Taken:
    line = _require_line(found, lines, wish)
    parts: tuple[Delivered, ...] = ()
    if outs:
        parts = delivered.take_parts(outs, line.name, wish.qty, place=wish.place, batch=wish.batch, serials=wish.serials)
    cost = sum(part.cost for part in parts) if parts else rules.cost_of(line, wish.qty)
    name = "returned_qty" if target.kind == GOODS_BACK else "used_qty"
    changed = {name: getattr(line, name) + wish.qty, "used_cost_paise": line.used_cost_paise + cost}
    lines[wish.from_id, wish.from_line_no] = _changed(books, line, **changed)
    return Taken(cost, parts)


def _require_line(found: Mapping[UUID, DocumentView], lines: Mapping[tuple[UUID, int], LineRow], wish: Wish) -> LineRow:
    line, head = lines.get((wish.from_id, wish.from_line_no)), found[wish.from_id].head
    if line is None:
        raise NotFound("line")
    if line.item_id != wish.item_id:
        raise InvalidInput({"lines": f"A row made from {head.number} names another item than {line.name}. Clear the row and type it anew."})
    rules.require_left(head, line, wish.qty)
    return line


def _behind(books: Books, found: Mapping[UUID, DocumentView], wishes: Sequence[Wish]) -> list[Wish]:
    """A proforma promises only: who bills by it bills what stands behind it, the order or the quotation it was made of."""
    more = []
    for wish in wishes:
        view = found[wish.from_id]
        line = next((one for one in view.lines if one.line_no == wish.from_line_no), None)
        if view.head.shape.is_promise_only and line is not None and line.source_id is not None and line.source_line_no is not None:
            more.append(Wish(line.source_id, line.source_line_no, wish.to_line_no, wish.item_id, wish.qty))
    return more


def _changed(books: Books, line: LineRow, **values: Any) -> LineRow:
    queries.set_line(books, line, **values)
    return replace(line, **values)


def _settle_states(books: Books, found: Mapping[UUID, DocumentView]) -> None:
    now = queries.lines_of(books, found)
    for id_, view in found.items():
        state = rules.state_after(view.head.kind, view.head.state, now[id_])
        if state != view.head.state:
            queries.set_state(books, view.head, state, view.head.state_reason)
