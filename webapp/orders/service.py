"""The verbs of documents before a bill: make, revise, decide, close short, cancel, take goods back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any
from uuid import UUID

from webapp import catalogue, ledger, sales, stock
from webapp.company import require_backdate, require_open_period, require_store, seller_at, store_series
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import BooksError, Forbidden, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.records import dataclass
from webapp.orders import fulfilment, queries, rules, writing
from webapp.orders.events import OrderDocumentCancelled, OrderDocumentMade
from webapp.orders.fulfilment import Taken, Target, Wish
from webapp.orders.kinds import GOODS_BACK, KINDS, TYPED
from webapp.orders.queries import HeadRow
from webapp.platform import audit
from webapp.platform.numbering import Number, open_series, take_number
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books
from webapp.sales import Delivered, Sheet, TypedSheet, Worked
from webapp.stock import Leave, NotEnoughStock, Policy, Recorded, Want
from webapp.stocktaking import settle_costs


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to make from a sheet. `revises` names the one it takes the place of, `version` how that one was seen."""

    kind: str
    typed: TypedSheet
    ends_on: date | None = None
    purpose: str = ""
    transport: Mapping[str, str] = field(default_factory=dict)
    revises: UUID | None = None
    version: int = 0

    def body_sha256(self) -> str:
        """The hash of what was sent."""
        sent = [self.kind, self.typed.sent(), self.ends_on, self.purpose, sorted(self.transport.items()), self.revises]
        return hashlib.sha256(json.dumps(sent, ensure_ascii=False, default=str).encode()).hexdigest()


def create(books: Books, asked: NewDocument) -> HeadRow:
    """Make a document. The same one again gives the first answer.

    InvalidInput by field; NotLeft and WrongState for what it is made of; NotEnoughStock as a refusal for a challan; PeriodLocked,
    StoreClosed, Conflict.
    """
    kind = KINDS[asked.kind]
    body = asked.body_sha256()
    if earlier := queries.head_or_none(books, asked.typed.id):
        rules.require_same(earlier.body_sha256, body)
        return earlier
    if asked.kind not in TYPED:
        raise InvalidInput({"": "Goods come back on the page of their challan."})
    found = sales.understand(books, asked.typed, needs_party=True).required()
    if found.party is None:
        raise InvalidInput({"party": "Choose the customer."})
    require_store(books, found.store_id)
    rules.require_end(asked.ends_on, found.day)
    if kind.moves_goods:
        rules.require_no_goods_tomorrow(found.day, books.today)
    purpose = rules.require_purpose(asked.purpose) if kind.has_transport else ""
    require_backdate(books, found.day, "order_document", asked.typed.id)
    worked = sales.work_out(books, sales.sale_of(books, found, asked.typed.id, body))
    sales.require_discount(books, found, worked, "order_document", asked.typed.id)
    revised = _revised(books, asked, asked.revises) if asked.revises else None
    fulfilment.take(books, wishes(found), Target(asked.typed.id, asked.kind, found.party.id, found.store_id, found.day))

    recorded = _move_out(books, asked.typed, found, worked) if kind.moves_goods else Recorded({})
    number = _number(books, asked.kind, found.store_id, found.day) if revised is None else Number(revised.series, revised.seq)
    facts = writing.Facts(
        id=asked.typed.id,
        kind=asked.kind,
        number=number,
        revision=revised.revision + 1 if revised else 0,
        revises_id=revised.id if revised else None,
        ends_on=asked.ends_on,
        purpose=purpose,
        transport={name: text for name, text in asked.transport.items() if text},
        body_sha256=body,
        cost=recorded.cost,
    )
    head = writing.write(books, facts, found, worked, recorded.costs, seller_at(books, found.store_id).profile.as_seller(), asked.typed)
    if revised is not None:
        queries.set_state(books, revised, "replaced")
    if kind.moves_goods:
        _post(books, head, recorded)
    _say(books, head, "create" if revised is None else "revise")
    return head


def decide(books: Books, document_id: UUID, *, accepts: bool, version: int, reason: str = "") -> None:
    """A customer accepts a quotation, or declines it with a reason. WrongState for one that is decided, used or past its day."""
    view = queries.held(books, [document_id])[document_id]
    rules.require_version(view.head, version)
    if not view.head.shape.is_decided or view.head.state != "open" or view.is_touched:
        raise rules.WrongState(
            problem=f"{view.head.shown_number} cannot be decided any more.", fix="Look at its page: it says what became of it."
        )
    if accepts:
        rules.require_convertible(view.head, "order", books.today)
    kept = "" if accepts else rules.require_reason(reason)
    queries.set_state(books, view.head, "accepted" if accepts else "declined", kept)
    audit.record(books, "accept" if accepts else "decline", "order_document", document_id, new={"number": view.head.number, "reason": kept})


def close_short(books: Books, document_id: UUID, *, version: int, reason: str) -> None:
    """Give up what of an order is not delivered. WrongState for one that is closed, done or cancelled."""
    view = queries.held(books, [document_id])[document_id]
    rules.require_version(view.head, version)
    if not view.head.shape.is_closable or not view.head.is_live or not view.has_left:
        raise rules.WrongState(problem=f"Nothing of {view.head.number} is pending.", fix="There is nothing to close.")
    kept = rules.require_reason(reason)
    for line in view.lines:
        if line.left:
            queries.set_line(books, line, closed_qty=line.closed_qty + line.left)
    queries.set_state(books, view.head, "closed", kept)
    given_up = {line.name: line.left for line in view.lines if line.left}
    audit.record(books, "close", "order_document", document_id, new={"number": view.head.number, "reason": kept, "given_up": given_up})


def cancel(books: Books, document_id: UUID, *, version: int, reason: str) -> None:
    """Cancel a document nothing was made of: its goods come back, what it was made of is open again, its number stays used.

    WrongState when something was made of it that stands, or goods came back by it; Forbidden for a challan, whose goods and posting
    are undone, to who may not.
    """
    view = queries.held(books, [document_id])[document_id]
    head = view.head
    if head.state == "cancelled":
        return
    rules.require_version(head, version)
    if view.is_touched or head.kind == GOODS_BACK or not head.is_live:
        raise rules.WrongState(
            problem=f"Something was made of {head.number}, or it is decided: it must stand.",
            fix="Cancel what was made of it first, or close it short.",
        )
    if head.shape.moves_goods and not books.actor.may(Permission.CHALLAN_CANCEL):
        raise Forbidden(problem="Your role does not allow cancelling a challan.", fix="Ask the owner, or record the goods as come back.")
    kept = rules.require_reason(reason)
    if head.shape.moves_goods and stock.movements_of(books, document_id):
        reversal_id = new_id()
        recorded = stock.reverse(
            books, document_id=document_id, reversal_id=reversal_id, on=books.today, kind="challan_cancel", policy=Policy.REFUSE
        )
        if head.cost_paise:
            ledger.reverse(books, voucher_id=document_id, reversal_id=reversal_id, on=books.today, reason=kept)
        settle_costs(books, recorded)
    fulfilment.give_back(books, document_id)
    queries.set_state(books, head, "cancelled", kept)
    audit.record(
        books, "cancel", "order_document", document_id, old={"number": head.number, "total": head.total_paise}, new={"reason": kept}
    )
    announce(books, OrderDocumentCancelled(document_id=document_id, kind=head.kind, number=head.number))


def take_back(
    books: Books,
    challan_id: UUID,
    quantities: Mapping[int, int],
    *,
    id_: UUID,
    reason: str,
    named: Mapping[int, tuple[str, tuple[str, ...]]] | None = None,
) -> HeadRow:
    """Goods of a challan come back unbilled, at what they had cost, each into its batch: a document of its own. The same id again
    gives the first one. `named` says which batch and which pieces of a line, where that is not clear.

    NotLeft with the figures for more than is out; InvalidInput when nothing comes back.
    """
    wanted = {line_no: qty for line_no, qty in quantities.items() if qty}
    which = dict(named or {})
    sent = [str(challan_id), sorted(wanted.items()), reason, *([sorted(which.items())] if which else [])]
    body = hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode()).hexdigest()
    if earlier := queries.head_or_none(books, id_):
        rules.require_same(earlier.body_sha256, body)
        return earlier
    if not wanted:
        raise InvalidInput({"": "Type how much of at least one line comes back."})
    kept = rules.require_reason(reason)
    view = queries.held(books, [challan_id])[challan_id]
    require_open_period(books, books.today, "stock")
    lines = {line.line_no: line for line in view.lines}
    wished = []
    for place, (line_no, qty) in enumerate(sorted(wanted.items()), 1):
        if line_no not in lines or qty < 0:
            raise InvalidInput({f"qty_{line_no}": "Type how much comes back, or leave it empty."})
        wished.append(Wish(challan_id, line_no, place, lines[line_no].item_id, qty, f"_{line_no}", *which.get(line_no, ("", ()))))
    taken = fulfilment.take(books, wished, Target(id_, GOODS_BACK, view.head.party_id, view.head.store_id, books.today))
    fulfilment.reopen_delivery(books, queries.uses_into(books, challan_id), {(challan_id, wish.from_line_no): wish.qty for wish in wished})
    chosen = [lines[wish.from_line_no] for wish in wished]
    moves = _moves_back([wish for wish, line in zip(wished, chosen, strict=True) if line.moves_stock], taken, view.head.store_id)
    recorded = Recorded({})
    if moves:
        slip = StockSlip(moves)
        recorded = stock.record(books, document_id=id_, kind="challan_return", moved_on=books.today, slip=slip, policy=Policy.ALLOW)
    costs = {place: one.cost for place, one in taken.items()}
    number = _number(books, GOODS_BACK, view.head.store_id, books.today)
    head = writing.write_back(
        books, id_, number, view, [(line, wish.qty) for line, wish in zip(chosen, wished, strict=True)], costs, kept, body
    )
    _post(books, head, recorded)
    _say(books, head, "create")
    return head


def _moves_back(wished: Sequence[Wish], taken: Mapping[int, Taken], store_id: UUID) -> tuple[Movement, ...]:
    """Each part into the batch it went out of; a line's further parts are numbered after the lines and name theirs."""
    moves: list[Movement] = []
    free = max((wish.to_line_no for wish in wished), default=0) + 1
    for wish in wished:
        own = taken.get(wish.to_line_no, Taken(0))
        for place, part in enumerate(own.parts or (Delivered("", Qty(wish.qty), Paise(own.cost)),)):
            line_no, of_line = (wish.to_line_no, None) if place == 0 else (free, wish.to_line_no)
            free += place > 0
            moves.append(Movement(line_no, wish.item_id, store_id, part.qty, part.cost, part.batch, part.serials, of_line))
    return tuple(moves)


def _revised(books: Books, asked: NewDocument, revises: UUID) -> HeadRow:
    view = queries.held(books, [revises])[revises]
    head = view.head
    rules.require_version(head, asked.version)
    if head.kind != asked.kind or not head.shape.is_decided or view.is_touched or head.state not in ("open", "accepted", "declined"):
        raise rules.WrongState(problem=f"{head.shown_number} cannot be revised any more.", fix="Make a new one instead.")
    return head


def wishes(found: Sheet) -> list[Wish]:
    """What the rows of a sheet use up of other documents."""
    return [
        Wish(line.source[0], line.source[1], place, line.item_id, line.qty, f"-{line.number}", line.batch, line.serials)
        for place, line in enumerate(found.lines, 1)
        if line.source is not None
    ]


def _move_out(books: Books, typed: TypedSheet, found: Sheet, worked: Worked) -> Recorded:
    """The goods leave the shelf. Refused, with the figures, where they are not there and the shop does not sell below zero; goods past
    their day go where somebody who may says why."""
    rows = enumerate(zip(worked.lines, found.lines, strict=True), 1)
    wants = [Want(place, line.item_id, line.qty, row.batch, row.serials) for place, (line, row) in rows if line.moves_stock]
    if not wants:
        return Recorded({})
    items = catalogue.items_for_bill(books, [want.item_id for want in wants], found.day)
    own = seller_at(books, found.store_id).profile
    policy = Policy.ALLOW if own.allows_negative_stock else Policy.REFUSE
    wanted = [(want.item_id, want.qty) for want in wants]
    try:
        stock.require_free(books, document_id=typed.id, store_id=found.store_id, wanted=wanted, policy=policy)
        leave = Leave(found.day, may_take_expired=_may_take_expired(books, typed))
        picked = stock.pick(books, store_id=found.store_id, wants=wants, items=items, leave=leave, policy=policy)
        slip = StockSlip(picked.movements)
        return stock.record(books, document_id=typed.id, kind="challan", moved_on=found.day, slip=slip, policy=policy)
    except NotEnoughStock as short:
        names = {line.item_id: line.name for line in worked.lines}
        raise short_words(short, names) from short


def _may_take_expired(books: Books, typed: TypedSheet) -> bool:
    """Whether goods past their day may go on a challan: somebody who may says why, and it is kept in the edit log."""
    if not typed.expired_reason:
        return False
    if not books.actor.may(Permission.BATCH_OVERRIDE):
        raise Forbidden(problem="Your role does not allow sending what has expired.", fix="Take another batch, or ask the owner.")
    reason = rules.require_reason(typed.expired_reason, "expired_reason")
    audit.record(books, "override", "order_document", typed.id, new={"reason": reason, "kinds": ["batch_expired"]})
    return True


def short_words(short: NotEnoughStock, names: Mapping[UUID, str]) -> BooksError:
    """The refusal of goods that are not there, in the words of a bill's."""
    items = [
        sales.short_item(str(one.item_id), names[one.item_id], on_hand=one.on_hand, wanted=one.wanted, held=one.held)
        for one in short.shortages
    ]
    return sales.refusal(sales.below_zero(items))


def _number(books: Books, kind: str, store_id: UUID, day: date) -> Number:
    year = FinancialYear.of(day)
    prefix = store_series(books, store_id, year, KINDS[kind].letters)
    open_series(books, prefix, document_kind=kind, year=year)
    return take_number(books, prefix)


def _post(books: Books, head: HeadRow, recorded: Recorded) -> None:
    slip = rules.delivery_slip(head.cost_paise, head.shape.goods, ledger.heads(books))
    if slip is not None:
        narration = f"{'Delivered to' if head.shape.goods < 0 else 'Back from'} {head.party.get('name', '')}"
        heading = ledger.Heading("stock", head.number, head.document_date, head.store_id, "order_document", head.id, narration)
        ledger.post(books, voucher_id=head.id, heading=heading, slip=slip)
    settle_costs(books, recorded)


def _say(books: Books, head: HeadRow, act: str) -> None:
    said: dict[str, Any] = {"kind": head.kind, "number": head.shown_number, "party": head.party_id, "total": head.total_paise}
    audit.record(books, act, "order_document", head.id, new=said)
    announce(books, OrderDocumentMade(document_id=head.id, kind=head.kind, number=head.number))
