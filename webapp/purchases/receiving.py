"""Goods receipts: goods came before their bill. Dr stock, Cr goods received, at the order's price; the bill settles the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from webapp import ledger, stock, stocktaking
from webapp.catalogue import BillItem
from webapp.company import profile, require_backdate, require_store
from webapp.kernel.errors import BooksError, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import MOST_PAISE, Paise, plain_decimal, rounded, rupees
from webapp.parties import PartyRow
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import billing, consigning, gathering, queries, rules, slips, tracking, writing
from webapp.purchases.commands import LineRef, Receipt, ReceiptLine
from webapp.purchases.landing import require_bears_none
from webapp.purchases.models import GoodsReceipt, GoodsReceiptLine
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import ReceiptRow
from webapp.purchases.service import undo_stock
from webapp.purchases.tracking import Done, OrderDone
from webapp.stock import Policy


def receive(books: Books, asked: Receipt) -> ReceiptRow:
    """Enter a goods receipt: receipt, stock, voucher, fact and log. The same receipt again gives the first answer.

    InvalidInput by field; TooMuch, with the figures, for more than was ordered; NotFound; PeriodLocked.
    """
    write_one(books, asked.id)
    if earlier := queries.receipt_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    rules.require_receipt(asked, books.today)
    require_backdate(books, asked.received_on, "goods_receipt", asked.id)
    party = gathering.supplier(books, asked.party_id)
    require_store(books, asked.store_id)
    items = gathering.items_of(books, asked.lines)
    gathering.require_stocked(items, asked.lines)
    worth = [_value(number, line) for number, line in enumerate(asked.lines, 1)]
    values = [0] * len(worth) if asked.is_consignment else worth
    if asked.is_consignment:
        consigning.take_over(books, asked, items, party)
    else:
        consigning.require_bought(books, items, [(number, line.item_id) for number, line in enumerate(asked.lines, 1)])
    if asked.order_id is not None:
        _require_ordered(books, asked, asked.order_id)

    asked = replace(
        asked, lines=tuple(replace(line, batch=gathering.named(books, items, n, line)) for n, line in enumerate(asked.lines, 1))
    )
    moves = [
        slips.Goods(number, line.item_id, line.qty, value, line.batch, line.serials)
        for number, (line, value) in enumerate(zip(asked.lines, values, strict=True), 1)
    ]
    slip = slips.goods_in(asked.store_id, moves)
    recorded = stock.record(books, document_id=asked.id, kind="goods_receipt", moved_on=asked.received_on, slip=slip, policy=Policy.ALLOW)
    if asked.is_consignment:
        consigning.require_taken_over(books, asked)
    number = next_number(books, "goods_receipt", asked.received_on, asked.store_id)
    books.insert(GoodsReceipt, [_row(books, asked, party, number, sum(values))])
    books.insert(GoodsReceiptLine, [_line_row(asked, items, values, line_no) for line_no in range(1, len(asked.lines) + 1)])
    heads = ledger.heads(books)
    if posted := slips.pair_slip(heads["stock-in-hand"], heads["goods-received"], sum(values)):
        narration = f"Goods from {party.name}" + (f", {asked.reference}" if asked.reference else "")
        heading = ledger.Heading("stock", number, asked.received_on, asked.store_id, "goods_receipt", asked.id, narration)
        ledger.post(books, voucher_id=asked.id, heading=heading, slip=posted)
    stocktaking.settle_costs(books, recorded)
    writing.say_entered(books, "goods_receipt", asked.id, number, {"supplier": asked.party_id, "value": sum(values)})
    return queries.receipt(books, asked.id)


def cancel_receipt(books: Books, receipt_id: UUID, *, reason: str) -> ReceiptRow:
    """Cancel a goods receipt today. A second cancel gives the first answer. CannotCancel when it is billed or its goods are gone."""
    kept = queries.receipt(books, receipt_id, to_change=True)
    if queries.cancellation_of(books, receipt_id):
        return kept
    reason = rules.require_reason(reason)
    lines = queries.receipt_lines(books, receipt_id)
    billed = tracking.receipts_billed(books, [receipt_id])
    consigning.require_none_back(books, receipt_id)
    if billed:
        names = {line.line_no: line.name for line in lines}
        said = ", ".join(f"{plain_decimal(done.qty, 3)} of {names[ref.line_no]}" for ref, done in sorted(billed.items()))
        raise rules.CannotCancel(problem=f"This receipt is billed: {said}.", fix="Cancel the bill first, or make a debit note against it.")
    require_bears_none(books, receipt_id)
    reversal_id = new_id()
    recorded = undo_stock(
        books, profile(books), receipt_id, reversal_id, {line.item_id: line.name for line in lines}, "goods_receipt_cancel"
    )
    has_voucher = kept.value_paise != 0
    if has_voucher:
        ledger.reverse(books, voucher_id=receipt_id, reversal_id=reversal_id, on=books.today, reason=reason)
    stocktaking.settle_costs(books, recorded)
    voucher_id = reversal_id if has_voucher else None
    writing.write_cancellation(books, "goods_receipt", receipt_id, kept.number, voucher_id=voucher_id, reason=reason)
    return kept


def open_lines(books: Books, receipt_id: UUID) -> dict[int, int]:
    """Line of a goods receipt → how much of it is neither billed nor sent back yet, in thousandths."""
    billed, back = tracking.receipts_billed(books, [receipt_id]), consigning.sent_back(books, [receipt_id])
    refs = {line: LineRef(receipt_id, line.line_no) for line in queries.receipt_lines(books, receipt_id)}
    return {line.line_no: line.qty - billed.get(ref, Done()).qty - back.get(ref, 0) for line, ref in refs.items()}


def _value(number: int, line: ReceiptLine) -> int:
    gross = rounded(line.qty * line.rate, 1_000_000)
    if gross > MOST_PAISE:
        raise BooksError(problem=f"Line {number}: the amount is larger than the books can hold.", fix="Check the quantity and the rate.")
    if line.discount > gross:
        words = f"The discount of {rupees(line.discount)} is more than the amount, {rupees(Paise(gross))}."
        raise InvalidInput({f"discount-{number}": words})
    return gross - line.discount


def _require_ordered(books: Books, asked: Receipt, order_id: UUID) -> None:
    order = queries.order(books, order_id, to_change=True)
    billing.require_open_order(order, asked.party_id)
    lines = {line.line_no: line for line in queries.order_lines(books, order_id)}
    done = tracking.order_done(books, order_id)
    for number, line in enumerate(asked.lines, 1):
        if line.order_line_no is None:
            continue
        ordered = lines.get(line.order_line_no)
        if ordered is None:
            raise NotFound("line of the order")
        if ordered.item_id != line.item_id:
            raise BooksError(
                problem=f"Line {number} is not what was ordered: {ordered.name}.", fix="Open the receipt from its order again."
            )
        before = done.get(line.order_line_no, OrderDone())
        rules.require_left("ordered", ordered.name, ordered.unit, whole=ordered.qty, used=before.received, wanted=line.qty)
        done[line.order_line_no] = OrderDone(before.received + line.qty, before.billed)


def _row(books: Books, asked: Receipt, party: PartyRow, number: str, value: int) -> dict[str, Any]:
    return {
        "id": asked.id,
        "number": number,
        "party_id": asked.party_id,
        "party": party.as_buyer(),
        "store_id": asked.store_id,
        "received_on": asked.received_on,
        "order_id": asked.order_id,
        "reference": asked.reference,
        "note": asked.note,
        "value_paise": value,
        "is_consignment": asked.is_consignment,
        "body_sha256": asked.body_sha256,
        "entered_by": books.actor.name,
        "recorded_at": books.now,
    }


def _line_row(asked: Receipt, items: Mapping[UUID, BillItem], values: list[int], line_no: int) -> dict[str, Any]:
    line = asked.lines[line_no - 1]
    item = items[line.item_id]
    return {
        "receipt_id": asked.id,
        "line_no": line_no,
        "item_id": line.item_id,
        "name": item.name,
        "hsn": item.hsn,
        "unit": item.unit,
        "qty": line.qty,
        "rate_millipaise": line.rate,
        "discount_paise": line.discount,
        "value_paise": values[line_no - 1],
        "batch": line.batch,
        "expires_on": line.expires_on,
        "mrp_paise": line.mrp,
        "order_line_no": line.order_line_no if asked.order_id else None,
    }
