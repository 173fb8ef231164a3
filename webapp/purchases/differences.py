"""A bill of goods that were received at another price: what its receipts had put into stock is restated to what the bill says."""

from __future__ import annotations

from collections.abc import Sequence

from webapp import stock
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone
from webapp.purchases import queries, slips
from webapp.purchases.billing import Decided
from webapp.purchases.commands import Bill
from webapp.purchases.queries import BillLineRow, BillRow
from webapp.purchases.revaluing import Papers, Posting, Restated, Shift, post, restate
from webapp.stock import Policy


def restate_received(books: Books, asked: Bill, done: Decided) -> Restated:
    """Restate what the bill's receipts had put into stock by what the bill says of it."""
    shifts = [
        Shift(
            (billed.receipt.id, billed.line.line_no),
            done.figures.lines[number - 1].cost - billed.paise,
            asked.store_id,
            billed.receipt.received_on,
        )
        for number, billed in done.received.items()
    ]
    return restate(books, shifts, asked.voucher_date)


def papers_of(asked: Bill, number: str) -> Papers:
    """The bill's own leg brings the account of price differences back to nothing."""
    return Papers(number, "purchase_bill", asked.id, f"Cost of goods received, as {number} bills them", "price-differences")


def undo(books: Books, kept: BillRow, lines: Sequence[BillLineRow]) -> Restated:
    """The bill is cancelled: what its receipts had put into stock is worth again what they said, and posted so."""
    told = [line for line in lines if line.receipt_id is not None and not line.is_sold and line.cost_paise != line.received_paise]
    papers = Papers(
        kept.number, "purchase_bill", kept.id, f"{kept.number} was cancelled: its goods cost what was received", "price-differences"
    )
    if kept.difference_id is not None and stock.movements_of(books, kept.difference_id):
        restated = _undo_pairs(books, kept, told)
    else:
        shifts = [
            Shift(
                (line.receipt_id, line.receipt_line_no),
                line.received_paise - line.cost_paise,
                kept.store_id,
                queries.receipt(books, line.receipt_id).received_on,
            )
            for line in told
            if line.receipt_id is not None and line.receipt_line_no is not None
        ]
        restated = restate(books, shifts, books.today)
    post(books, restated, papers)
    return restated


def _undo_pairs(books: Books, kept: BillRow, told: Sequence[BillLineRow]) -> Restated:
    """A bill of the time when the goods were written in at the new cost and out at the old one: the same back, today."""
    moves = [
        (line.line_no, line.item_id, Qty(line.qty), line.received_paise, line.cost_paise, line.batch)
        for line in told
        if line.item_id is not None
    ]
    document_id, slip = new_id(), slips.goods_revalued(kept.store_id, moves)
    recorded = stock.record(books, document_id=document_id, kind="price_difference", moved_on=books.today, slip=slip, policy=Policy.ALLOW)
    write_alone(books)
    amount = sum(line.received_paise - line.cost_paise for line in told)
    return Restated((Posting(document_id, books.today, kept.store_id, amount),), recorded.unsettled)
