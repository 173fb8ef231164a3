"""A bill of goods that were received at another price: what its receipts had put into stock is restated, and all that has gone out
since costs what it would have cost had the goods come in at the bill's price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from webapp import ledger, stock
from webapp.company import is_locked
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.purchases import queries, slips
from webapp.purchases.billing import Decided
from webapp.purchases.commands import Bill
from webapp.purchases.queries import BillLineRow, BillRow
from webapp.stock import Policy, Restatement, Unsettled


@dataclass(frozen=True, slots=True)
class Restated:
    """What was restated; `unsettled` is for `stocktaking.revalue` once the vouchers are posted. Each day has a document of its own;
    `id` is the first's, None when the receipts had the bill's prices."""

    restatements: tuple[Restatement, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()

    @property
    def id(self) -> UUID | None:
        return self.restatements[0].document_id if self.restatements else None


def restate(books: Books, asked: Bill, done: Decided) -> Restated:
    """Restate what the bill's receipts had put into stock by what the bill says of it: on the day the goods came; where that is
    locked, on the bill's day, or today."""
    gaps = [
        (billed.receipt.received_on, billed.receipt.id, billed.line.line_no, done.figures.lines[number - 1].cost - billed.paise)
        for number, billed in done.received.items()
    ]
    return _restate(books, gaps, asked.voucher_date)


def post(books: Books, restated: Restated, bill_id: UUID, store_id: UUID, narration: str, number: str) -> None:
    """Dr Stock-in-hand, Cr Price differences on purchases, or the other way round, for each day: the bill's own leg (or its reversal)
    brings that account back to nothing."""
    heads = ledger.heads(books)
    amounts: dict[tuple[UUID, date], int] = {}
    for one in restated.restatements:
        amounts[one.document_id, one.on] = amounts.get((one.document_id, one.on), 0) + one.amount
    for (document_id, day), amount in amounts.items():
        if slip := slips.pair_slip(heads["stock-in-hand"], heads["price-differences"], amount):
            heading = ledger.Heading("stock", number, day, store_id, "purchase_bill", bill_id, narration)
            ledger.post(books, voucher_id=document_id, heading=heading, slip=slip)


def undo(books: Books, kept: BillRow, lines: Sequence[BillLineRow]) -> Sequence[Unsettled]:
    """The bill is cancelled: what its receipts had put into stock is worth again what they said, on the days that `restate` chooses."""
    told = [line for line in lines if line.receipt_id is not None and line.cost_paise != line.received_paise]
    narration = f"{kept.number} was cancelled: its goods cost what was received"
    if kept.difference_id is not None and stock.movements_of(books, kept.difference_id):
        return _undo_pairs(books, kept, told, narration)
    came = {line.receipt_id: queries.receipt(books, line.receipt_id).received_on for line in told if line.receipt_id}
    gaps = [
        (came[line.receipt_id], line.receipt_id, line.receipt_line_no, line.received_paise - line.cost_paise)
        for line in told
        if line.receipt_id is not None and line.receipt_line_no is not None
    ]
    restated = _restate(books, gaps, books.today)
    post(books, restated, kept.id, kept.store_id, narration, kept.number)
    return restated.unsettled


def _restate(books: Books, gaps: Sequence[tuple[date, UUID, int, int]], later: date) -> Restated:
    """`gaps`: (the day the goods came, their receipt, its line, paise more than was received)."""
    documents: dict[date, UUID] = {}
    found = []
    for came, receipt_id, line_no, amount in sorted(gaps):
        if amount:
            day = next(day for day in (came, max(came, later), books.today) if day == books.today or not is_locked(books, day, "stock"))
            found.append(Restatement(documents.setdefault(day, new_id()), day, receipt_id, line_no, amount))
    return Restated(tuple(found), stock.restate(books, found).unsettled) if found else Restated()


def _undo_pairs(books: Books, kept: BillRow, told: Sequence[BillLineRow], narration: str) -> Sequence[Unsettled]:
    """A bill of the time when the goods were written in at the new cost and out at the old one: the same back, today."""
    moves = [
        (line.line_no, line.item_id, Qty(line.qty), line.received_paise, line.cost_paise, line.batch)
        for line in told
        if line.item_id is not None
    ]
    document_id, slip, heads = new_id(), slips.goods_revalued(kept.store_id, moves), ledger.heads(books)
    recorded = stock.record(books, document_id=document_id, kind="price_difference", moved_on=books.today, slip=slip, policy=Policy.ALLOW)
    write_alone(books)
    amount = sum(line.received_paise - line.cost_paise for line in told)
    if posted := slips.pair_slip(heads["stock-in-hand"], heads["price-differences"], amount):
        heading = ledger.Heading("stock", kept.number, books.today, kept.store_id, "purchase_bill", kept.id, narration)
        ledger.post(books, voucher_id=document_id, heading=heading, slip=posted)
    return recorded.unsettled
