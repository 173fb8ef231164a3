"""What purchase documents ask of the two registers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.posting import Line, Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.purchases.commands import LineKind, TaxBy
from webapp.purchases.figures import HEADS


@dataclass(frozen=True, slots=True)
class PostedLine:
    """What the books ask of a line that puts nothing into stock: its account (None: an item without stock), and its figures."""

    kind: LineKind
    account_id: UUID | None
    taxable: int
    unclaimed: int


class Goods(NamedTuple):
    """Goods of one line that move: how much, at which cost in paise, of which batch, which pieces; and, where they go back, the movement
    (document, line) that had brought them."""

    line_no: int
    item_id: UUID
    qty: Qty
    cost: int
    batch: str
    serials: tuple[str, ...]
    source: tuple[UUID, int] | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """A bill as its voucher wants it, in paise. `stock` is what the register took in, `received` what goods receipts had put there
    already, `difference` what the bill makes of those more (or less). `customs` is paid from `customs_account`."""

    party_id: UUID
    tax_by: TaxBy
    total: int
    stock: int
    received: int
    difference: int
    lines: Sequence[PostedLine]
    taxes: Mapping[str, int]
    claimed: Mapping[str, int]
    loose_charges: int
    round_off: int
    customs: int = 0
    customs_account: UUID | None = None


def bill_slip(bill: Amounts, heads: Mapping[str, UUID]) -> Slip | None:
    """Dr stock (or goods received), expenses and input tax; Cr the supplier, and the government where we owe the tax. The supplier's
    line stands first. None for a bill that is worth nothing."""
    legs = _Legs()
    legs.add(heads["creditors"], -bill.total, bill.party_id)
    legs.add(heads["stock-in-hand"], bill.stock)
    legs.add(heads["goods-received"], bill.received)
    legs.add(heads["price-differences"], bill.difference)
    _add_lines(legs, bill.lines, heads, 1)
    legs.add(heads["purchase-costs"], bill.loose_charges)
    for head in HEADS:
        legs.add(heads[f"input-{head}"], bill.claimed[head])
        if bill.tax_by is TaxBy.REVERSE_CHARGE:
            legs.add(heads[f"reverse-charge-{head}"], -bill.taxes[head])
    legs.add(heads["round-off"], bill.round_off)
    if bill.customs_account is not None:
        legs.add(bill.customs_account, -bill.customs)
    return legs.slip()


def sold_line(heads: Mapping[str, UUID], taxable: int, unclaimed: int) -> PostedLine:
    """Goods of a consignor that were sold already: what they cost, with tax that is not claimed, is a cost of goods sold."""
    return PostedLine(LineKind.ITEM, heads["cost-of-goods"], taxable + unclaimed, 0)


def note_slip(note: Amounts, lost: int, heads: Mapping[str, UUID]) -> Slip | None:
    """A debit note: the other way round, at what the goods cost. `lost` is the freight and duty in that cost which no supplier gives
    back: it becomes a cost of purchase. `note.difference` is what goods that stay cost less by a lower price."""
    legs = _Legs()
    legs.add(heads["creditors"], note.total, note.party_id)
    legs.add(heads["stock-in-hand"], -note.stock)
    legs.add(heads["price-differences"], -note.difference)
    _add_lines(legs, note.lines, heads, -1)
    legs.add(heads["purchase-costs"], lost)
    for head in HEADS:
        legs.add(heads[f"input-{head}"], -note.claimed[head])
        if note.tax_by is TaxBy.REVERSE_CHARGE:
            legs.add(heads[f"reverse-charge-{head}"], note.taxes[head])
    return legs.slip()


def pair_slip(debit_account: UUID, credit_account: UUID, amount: int) -> Slip | None:
    """Dr one and Cr the other by `amount`; the other way round when it is less than nothing; None for nothing."""
    legs = _Legs()
    legs.add(debit_account, amount)
    legs.add(credit_account, -amount)
    return legs.slip()


def payment_slip(creditors: UUID, money_account: UUID, amount: int, party_id: UUID) -> Slip:
    """Dr the supplier, Cr where the money was."""
    return Slip((debit(creditors, amount, party_id), credit(money_account, amount)))


def goods_in(store_id: UUID, lines: Iterable[Goods]) -> StockSlip:
    """Goods come into a store, at what they cost."""
    return StockSlip(tuple(Movement(one.line_no, one.item_id, store_id, one.qty, Paise(one.cost), one.batch, one.serials) for one in lines))


def goods_out(store_id: UUID, lines: Iterable[Goods]) -> StockSlip:
    """The same go out, at a given cost."""
    return StockSlip(
        tuple(
            Movement(one.line_no, one.item_id, store_id, Qty(-one.qty), Paise(-one.cost), one.batch, one.serials, source=one.source)
            for one in lines
        )
    )


def goods_revalued(store_id: UUID, lines: Iterable[tuple[int, UUID, Qty, int, int, str]]) -> StockSlip:
    """Goods of (line, item, quantity, new cost, old cost, batch) at another cost: in at the new one first, then out at the old, so that
    nothing is ever short. So bills put costs right before they could restate their receipts; only their cancelling does it still."""
    moves: list[Movement] = []
    for number, item, qty, new, old, batch in lines:
        moves.append(Movement(2 * number - 1, item, store_id, qty, Paise(new), batch))
        moves.append(Movement(2 * number, item, store_id, Qty(-qty), Paise(-old), batch))
    return StockSlip(tuple(moves))


def _add_lines(legs: _Legs, lines: Sequence[PostedLine], heads: Mapping[str, UUID], sign: int) -> None:
    for line in lines:
        legs.add(line.account_id or heads["purchase-costs"], sign * line.taxable)
        legs.add(heads["gst-not-claimed"], sign * line.unclaimed)


class _Legs:
    """Adds signed amounts up by account and party, debit positive; nothing of nought is written."""

    def __init__(self) -> None:
        self._sums: dict[tuple[UUID, UUID | None], int] = {}

    def add(self, account_id: UUID, amount: int, party_id: UUID | None = None) -> None:
        key = (account_id, party_id)
        self._sums[key] = self._sums.get(key, 0) + amount

    def slip(self) -> Slip | None:
        lines: list[Line] = []
        for (account, party), amount in self._sums.items():
            if amount > 0:
                lines.append(debit(account, amount, party))
            elif amount < 0:
                lines.append(credit(account, -amount, party))
        return Slip(tuple(lines)) if lines else None
