"""Goods of a consignor that were not sold go back to him: out of the store, worth nothing, and nothing is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from webapp import catalogue, stock, stocktaking
from webapp.catalogue import BillItem
from webapp.company import require_backdate, require_mine
from webapp.kernel.errors import BooksError, InvalidInput, NotFound, keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one
from webapp.purchases import consigning, gathering, queries, rules, tracking, writing
from webapp.purchases.commands import ConsignmentBack, LineRef, NoteLine
from webapp.purchases.models import ConsignmentReturn, ConsignmentReturnLine
from webapp.purchases.numbers import next_number
from webapp.purchases.queries import ReceiptLineRow, ReceiptRow, columns_of
from webapp.purchases.tracking import Done
from webapp.stock import NotEnoughStock


@dataclass(frozen=True, slots=True)
class BackRow:
    """A return to a consignor, see models.ConsignmentReturn."""

    id: UUID
    number: str
    receipt_id: UUID
    party_id: UUID
    store_id: UUID
    returned_on: date
    reason: str
    body_sha256: str
    entered_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class BackLineRow:
    """A line of it, with the line of the receipt that it gives back."""

    line: ReceiptLineRow
    qty: int
    serials: str


def send_back(books: Books, asked: ConsignmentBack) -> BackRow:
    """Send goods of a receipt on consignment back. The same again gives the first answer.

    TooMuch, with the figures, for more than is neither billed nor back, and for what is not in the store; InvalidInput by field; NotFound.
    """
    write_one(books, asked.id)
    if earlier := back_or_none(books, asked.id):
        rules.require_same(earlier.number, earlier.body_sha256, asked.body_sha256)
        return earlier
    receipt = queries.receipt(books, asked.receipt_id, to_change=True)
    gathering.require_standing(queries.cancellation_of(books, receipt.id) is not None, receipt.number)
    if not receipt.is_consignment:
        raise BooksError(problem=f"{receipt.number} was bought.", fix="Make a debit note against its bill.")
    rules.require_back(asked, receipt.received_on, books.today)
    require_backdate(books, asked.returned_on, "consignment_return", asked.id)
    lines = _left(books, receipt, asked.lines)
    items = catalogue.items_for_bill(books, {line.item_id for line, _wanted in lines})
    for line, wanted in lines:
        gathering.require_serials(items[line.item_id], f"serials-{line.line_no}", wanted.qty, wanted.serials)
    _take_out(books, asked, receipt, lines, items)
    number = next_number(books, "consignment_return", asked.returned_on, receipt.store_id)
    about = {"id": asked.id, "number": number, "receipt_id": receipt.id, "party_id": receipt.party_id, "store_id": receipt.store_id}
    stamp = {"body_sha256": asked.body_sha256, "entered_by": books.actor.name, "recorded_at": books.now}
    books.insert(ConsignmentReturn, [about | {"returned_on": asked.returned_on, "reason": rules.require_reason(asked.reason)} | stamp])
    rows = [
        {"return_id": asked.id, "line_no": place, "receipt_id": receipt.id, "receipt_line_no": line.line_no, "qty": wanted.qty}
        | {"serials": ", ".join(wanted.serials)}
        for place, (line, wanted) in enumerate(lines, 1)
    ]
    books.insert(ConsignmentReturnLine, rows)
    writing.say_entered(books, "consignment_return", asked.id, number, {"supplier": receipt.party_id, "receipt": receipt.number})
    return back(books, asked.id)


def cancel_back(books: Books, return_id: UUID, *, reason: str) -> BackRow:
    """Cancel it today: the goods are here again. A second cancel gives the first answer."""
    receipt_id = back(books, return_id).receipt_id
    queries.receipt(books, receipt_id, to_change=True)
    kept = back(books, return_id)
    if queries.cancellation_of(books, return_id):
        return kept
    reason = rules.require_reason(reason)
    recorded = stock.reverse(books, document_id=return_id, reversal_id=new_id(), on=books.today, kind="consignment_return_cancel")
    stocktaking.settle_costs(books, recorded)
    writing.write_cancellation(books, "consignment_return", return_id, kept.number, voucher_id=None, reason=reason)
    return kept


def back_or_none(books: Books, return_id: UUID) -> BackRow | None:
    row = books.session.execute(select(*columns_of(ConsignmentReturn, BackRow)).where(ConsignmentReturn.id == return_id)).first()
    return BackRow(*row) if row else None


def back(books: Books, return_id: UUID) -> BackRow:
    """A return to a consignor. NotFound when this company has none by that id, NotYourStore as a receipt."""
    found = back_or_none(books, return_id)
    if found is None:
        raise NotFound("return to a consignor")
    require_mine(books, found.store_id)
    return found


def back_lines(books: Books, kept: BackRow) -> list[BackLineRow]:
    """Its lines."""
    sent = {line.line_no: line for line in queries.receipt_lines(books, kept.receipt_id)}
    line = ConsignmentReturnLine
    query = select(line.receipt_line_no, line.qty, line.serials).where(line.return_id == kept.id).order_by(line.line_no)
    return [BackLineRow(sent[line_no], qty, serials) for line_no, qty, serials in books.session.execute(query)]


def _left(books: Books, receipt: ReceiptRow, wanted: Sequence[NoteLine]) -> list[tuple[ReceiptLineRow, NoteLine]]:
    lines = {line.line_no: line for line in queries.receipt_lines(books, receipt.id)}
    billed, gone = tracking.receipts_billed(books, [receipt.id]), consigning.sent_back(books, [receipt.id])
    found = []
    for one in wanted:
        line, ref = lines.get(one.line_no), LineRef(receipt.id, one.line_no)
        if line is None:
            raise NotFound("line of the goods receipt")
        used = billed.get(ref, Done()).qty + gone.get(ref, 0)
        rules.require_left("received", line.name, line.unit, whole=line.qty, used=used, wanted=one.qty)
        found.append((line, one))
    return found


def _take_out(
    books: Books,
    asked: ConsignmentBack,
    receipt: ReceiptRow,
    lines: Sequence[tuple[ReceiptLineRow, NoteLine]],
    items: Mapping[UUID, BillItem],
) -> None:
    """The goods leave the store they came to. What is not there, or a till keeps, does not go, also where the shop sells below zero."""
    moves = tuple(
        Movement(place, line.item_id, receipt.store_id, Qty(-wanted.qty), batch=line.batch, serials=wanted.serials)
        for place, (line, wanted) in enumerate(lines, 1)
    )
    _require_pieces(books, lines, receipt.store_id)
    free = [(line.item_id, wanted.qty) for line, wanted in lines]
    try:
        stock.require_free(books, document_id=asked.id, store_id=receipt.store_id, wanted=free)
        slip = StockSlip(moves)
        recorded = stock.record(books, document_id=asked.id, kind="consignment_return", moved_on=asked.returned_on, slip=slip)
    except NotEnoughStock as short:
        names = {id_: item.name for id_, item in items.items()}
        words = rules.short_words(names, [(one.item_id, one.there, one.wanted) for one in short.shortages])
        raise rules.TooMuch(
            problem=f"These goods are not here to go back: {words}.", fix="Lower the quantity, or correct the stock first."
        ) from short
    keep_promise(recorded.cost == 0, "a consignor's goods are worth nothing")
    stocktaking.settle_costs(books, recorded)


def _require_pieces(books: Books, lines: Sequence[tuple[ReceiptLineRow, NoteLine]], store_id: UUID) -> None:
    errors: dict[str, str] = {}
    for line, wanted in lines:
        if troubles := stock.troubles_of(books, line.item_id, wanted.serials, leaving=store_id) if wanted.serials else []:
            errors[f"serials-{line.line_no}"] = " ".join(f"{one.problem} {one.fix}" for one in troubles)
    if errors:
        raise InvalidInput(errors)
