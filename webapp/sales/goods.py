"""The goods of a bill: out of the store that sells, by batch and serial number, and back into it as they went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from typing import Any
from uuid import UUID

from webapp import stock
from webapp.company import Profile
from webapp.kernel.errors import Forbidden
from webapp.kernel.money import Paise, Qty, rounded
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.permissions import Permission
from webapp.platform.tenancy import Books
from webapp.sales import cancelling, flags, hooks, queries, rules, slips
from webapp.sales.billed import BilledLine
from webapp.sales.commands import Delivered, ReturnLine, Sale, SaleReturn
from webapp.sales.flags import Flag, FlagKind
from webapp.sales.queries import LineRow
from webapp.sales.returns import Returned, ReturnRefused
from webapp.sales.rules import Bill
from webapp.stock import Finding, Leave, NotEnoughStock, Picked, Policy, Recorded, Want

UNNAMED = ("", "")


@dataclass(frozen=True, slots=True)
class Moved:
    """What the register wrote; what the paper says of each line (its batches, its serial numbers); what is odd."""

    recorded: Recorded
    words: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()

    def named(self, line_no: int) -> dict[str, str]:
        """The columns of a line that name its goods."""
        batch, serials = self.words.get(line_no, UNNAMED)
        return {"batch": batch, "serials": serials}


def take_out(books: Books, sale: Sale, bill: Bill, items: Mapping[UUID, Any], on: date, seller: Profile) -> Moved:
    """Take what a bill sells out of its store. SaleRefused with the figures when there is too little, or a line comes to more than
    the MRP of its batch; BatchUnknown, BatchExpired and SerialsWanted when it is not said what goes. For a sale that has happened
    these are flags."""
    numbered = enumerate(zip(bill.lines, sale.lines, strict=True), start=1)
    wants = [
        Want(number, line.item_id, line.qty, asked.batch.strip().upper(), asked.serials)
        for number, (line, asked) in numbered
        if line.leaves_now
    ]
    before = {number: _words(line.delivered) for number, line in enumerate(sale.lines, start=1) if line.delivered}
    if not wants:
        return Moved(Recorded({}), before)
    policy = Policy.ALLOW if sale.has_happened or seller.allows_negative_stock else Policy.REFUSE
    leave = Leave(on, sale.has_happened, _may_take_expired(books, sale))
    try:
        picked = stock.pick(books, store_id=sale.store_id, wants=wants, items=items, leave=leave, policy=policy)
        over = _above_mrp(bill, picked)
        if over and not sale.has_happened:
            raise flags.refusal(over[0])
        slip = StockSlip(picked.movements)
        happened = sale.has_happened
        recorded = stock.record(books, document_id=sale.id, kind="sale", moved_on=on, slip=slip, policy=policy, has_happened=happened)
    except NotEnoughStock as short:
        raise flags.refusal(flags.below_zero(short_items(short.shortages, bill.lines))) from short
    words = {want.line_no: picked.words_of(want.line_no) for want in wants if items[want.item_id].tracking != "none"}
    return Moved(recorded, before | words, (*over, *_flags(picked.findings)) if sale.has_happened else ())


def bring_back(books: Books, asked: SaleReturn, worked: Returned, lines: Sequence[LineRow], on: date) -> tuple[Moved, Returned]:
    """Bring goods back into a store, each into the batch and at the cost at which it went out; the return with those costs.

    ReturnRefused for a serial number that was not on the bill or is back already, and where it is not said which come back;
    for a return that has happened these are flags, and the first pieces of the bill that are not back yet come in.
    """
    quantities = zip(lines, worked.quantities, worked.costs, strict=True)
    moves = [(number, line.item_id, qty, cost) for number, (line, qty, cost) in enumerate(quantities, start=1) if line.moves_stock]
    if not moves:
        return Moved(Recorded({})), worked
    slip = slips.goods_back_slip(asked.store_id, moves)
    words: dict[int, tuple[str, str]] = {}
    findings: list[Finding] = []
    if any(line.batch or line.serials for line in lines):
        slip, words = _as_they_went(books, asked, worked, lines, findings)
        costs = list(worked.costs)
        for number, _item, _qty, _cost in moves:
            costs[number - 1] = Paise(sum(one.value or 0 for one in slip.movements if (one.of_line or one.line_no) == number))
        worked = replace(worked, costs=tuple(costs))
    recorded = stock.record(
        books, document_id=asked.id, kind="return", moved_on=on, slip=slip, policy=Policy.ALLOW, has_happened=asked.has_happened
    )
    return Moved(recorded, words, _flags(findings)), worked


def short_items(shortages: Sequence[stock.Shortage], lines: Sequence[BilledLine] | Sequence[LineRow]) -> list[dict[str, Any]]:
    """What ran short, with the names that stand on the bill."""
    names = {line.item_id: line.name for line in lines}
    return [
        flags.short_item(str(one.item_id), names[one.item_id], on_hand=one.on_hand, wanted=one.wanted, held=one.held) for one in shortages
    ]


def _words(parts: Sequence[Delivered]) -> tuple[str, str]:
    """What a paper says of goods that left before: their batches, their serial numbers."""
    return ", ".join(one.batch for one in parts if one.batch), ", ".join(name for one in parts for name in one.serials)


def _may_take_expired(books: Books, sale: Sale) -> bool:
    """Whether goods past their day may go: somebody who may says why, and it is kept in the edit log."""
    if not sale.expired_reason:
        return False
    if sale.has_happened:  # a till has asked who may; the bill is flagged whatever stands here
        audit.record(books, "override", "invoice", sale.id, new={"reason": sale.expired_reason})
        return True
    if not books.actor.may(Permission.BATCH_OVERRIDE):
        raise Forbidden(problem="Your role does not allow selling what has expired.", fix="Take another batch, or ask the owner.")
    audit.record(books, "override", "invoice", sale.id, new={"reason": cancelling.require_expired_reason(sale.expired_reason)})
    return True


def _above_mrp(bill: Bill, picked: Picked) -> tuple[Flag, ...]:
    """The batch's own label binds too (Legal Metrology (Packaged Commodities) Rules 2011, rule 18(2)). One flag of a kind a bill."""
    if any(flag.kind is FlagKind.ABOVE_MRP for flag in bill.flags):
        return ()
    figures = bill.figures.lines
    found = [rules.over_mrp(number, bill.lines[number - 1], figures[number - 1], mrp) for number, mrp in picked.mrps.items()]
    lines = [one for one in found if one]
    return (flags.above_mrp(lines),) if lines else ()


def _flags(findings: Sequence[Finding]) -> tuple[Flag, ...]:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in findings:
        by_kind.setdefault(one.kind, []).append({"line": one.line_no, "name": one.name, "which": one.which})
    return tuple(Flag(FlagKind(kind), {"lines": lines}) for kind, lines in by_kind.items())


@dataclass(slots=True)
class _Part:
    """What of one batch the bill sold, and what of it is back. Thousandths and paise."""

    item_id: UUID
    batch: str
    qty: int
    value: int
    serials: list[str]
    back_qty: int = 0
    back_value: int = 0

    @property
    def left(self) -> int:
        return self.qty - self.back_qty

    def share(self, qty: int) -> Paise:
        """The cost of `qty` more coming back: with the last of it all the cost is back."""
        by_now = rounded(self.value * (self.back_qty + qty), self.qty)
        return Paise(max(by_now - self.back_value, 0))


def _as_they_went(
    books: Books, asked: SaleReturn, worked: Returned, lines: Sequence[LineRow], findings: list[Finding]
) -> tuple[StockSlip, dict[int, tuple[str, str]]]:
    parts = _parts_of(books, asked.against_id)
    movements: list[Movement] = []
    words: dict[int, tuple[str, str]] = {}
    free = len(lines) + 1
    for number, (line, qty, wanted) in enumerate(zip(lines, worked.quantities, asked.lines, strict=True), start=1):
        left = int(qty)
        own: list[Movement] = []
        if not line.moves_stock:
            continue
        for part in parts.get(line.line_no, []):
            taken = min(left, part.left)
            if taken <= 0:
                continue
            line_no, of_line = (number, None) if not own else (free, number)
            free += bool(own)
            pieces = _pieces_back(line.name, part, taken, wanted, asked, findings)
            own.append(Movement(line_no, part.item_id, asked.store_id, Qty(taken), part.share(taken), part.batch, pieces, of_line))
            left -= taken
        movements += own
        words[number] = (
            ", ".join(one.batch for one in own if one.batch),
            ", ".join(name for one in own for name in one.serials),
        )
    return StockSlip(tuple(movements)), words


def _parts_of(books: Books, bill_id: UUID) -> dict[int, list[_Part]]:
    """What a bill sold by its lines, itself or after a delivery challan, less what standing notes have brought back of each."""
    named = stock.moved_by(books, bill_id)
    parts: dict[int, list[_Part]] = {}
    for row in stock.movements_of(books, bill_id):
        own = _Part(row.key.item_id, row.key.batch, -row.qty, -row.value, list(named.get(row.line_no, ())))
        parts.setdefault(row.of_line, []).append(own)
    items = {line.line_no: line.item_id for line in queries.lines_of(books, bill_id)}
    for line_no, before in hooks.delivered_before(books, bill_id).items():
        parts[line_no] = [_Part(items[line_no], one.batch, one.qty, one.cost, list(one.serials)) for one in before]
    for note in queries.standing_notes(books, bill_id):
        of_bill = {line.line_no: line.against_line_no for line in queries.lines_of(books, note.id)}
        back = stock.moved_by(books, note.id)
        for row in stock.movements_of(books, note.id):
            part = next(one for one in parts[of_bill[row.of_line] or 0] if one.batch == row.key.batch)
            part.back_qty, part.back_value = part.back_qty + row.qty, part.back_value + row.value
            part.serials = [name for name in part.serials if name not in back.get(row.line_no, ())]
    return parts


def _pieces_back(name: str, part: _Part, qty: int, wanted: ReturnLine, asked: SaleReturn, findings: list[Finding]) -> tuple[str, ...]:
    """Which pieces come back: those named; all that are left when all come back; of what has happened, the first as well."""
    if not part.serials:
        return ()
    strange = [one for one in wanted.serials if one not in part.serials]
    if asked.has_happened:
        if strange:
            findings.append(Finding("serial_unknown", wanted.line_no, part.item_id, name, ", ".join(strange)))
        named = [one for one in wanted.serials if one in part.serials]
        return tuple([*named, *(one for one in part.serials if one not in named)][: qty // 1000])
    if strange:
        raise ReturnRefused(
            problem=f"{name}: the serial number {strange[0]} was not sold on this bill, or is back already.",
            fix="Scan the number on the piece again.",
        )
    if wanted.serials:
        if len(wanted.serials) * 1000 != qty:
            raise ReturnRefused(problem=f"{name}: {len(wanted.serials)} serial numbers for {qty // 1000} pieces.", fix="Name each piece.")
        return wanted.serials
    if len(part.serials) * 1000 > qty:
        raise ReturnRefused(
            problem=f"{name} is kept by serial number: {', '.join(part.serials)} were sold.", fix="Say which of them come back."
        )
    return tuple(part.serials[: qty // 1000])
