"""Goods that a supplier leaves with us on consignment: whose an item is, what of it was sold and is owed, and what went back.

An item is wholly a consignor's or wholly ours, so the cost of our own goods is never mixed with goods that have none. What was sold is
never kept: it is what came, less what went back, less what is still here or on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from webapp import parties, stock
from webapp.catalogue import BillItem
from webapp.company import require_mine
from webapp.kernel.dates import written
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.money import plain_decimal
from webapp.kernel.records import dataclass
from webapp.parties import PartyRow
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Books
from webapp.purchases import queries, rules, tracking
from webapp.purchases.commands import Bill, BillLine, LineRef, Receipt
from webapp.purchases.models import (
    ConsignedItem,
    ConsignmentReturn,
    ConsignmentReturnLine,
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseBill,
    PurchaseBillLine,
)
from webapp.purchases.queries import ReceiptLineRow, ReceiptRow, is_standing

HeldElsewhere = Callable[[Books, Collection[UUID]], Mapping[UUID, int]]
_held_elsewhere: list[HeldElsewhere] = []


def held_elsewhere(answer: HeldElsewhere) -> None:
    """Have `answer` say how much of each item is ours to keep although it lies in no store: on its way, or on a challan. Said once, when
    the program starts (webapp.app.connect_rooms). Safe to repeat."""
    if answer not in _held_elsewhere:
        _held_elsewhere.append(answer)


@dataclass(frozen=True, slots=True)
class Holding:
    """What became of all that came of an item on consignment, in thousandths. `away` lies in no store and is not sold: on its way, or with
    others on a challan."""

    came: int
    back: int
    here: int
    away: int
    billed: int

    @property
    def sold(self) -> int:
        """What is gone: sold, used up or lost."""
        return self.came - self.back - self.here - self.away

    @property
    def unbilled(self) -> int:
        """What of it the consignor has not billed; less than nothing where goods came back after they were billed."""
        return self.sold - self.billed


def consignors_of(books: Books, item_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Item → whose it is, for those of `item_ids` that are a consignor's."""
    query = select(ConsignedItem.item_id, ConsignedItem.party_id).where(ConsignedItem.item_id.in_(list(item_ids)))
    rows: Any = books.session.execute(query)
    return dict(tuple(row) for row in rows)


def consigned_items(books: Books) -> dict[UUID, UUID]:
    """Every item that is a consignor's → whose it is."""
    rows: Any = books.session.execute(select(ConsignedItem.item_id, ConsignedItem.party_id))
    return dict(tuple(row) for row in rows)


def require_own(books: Books, item_ids: Collection[UUID]) -> None:
    """BooksError where goods that are a consignor's would be worth something in our books. For `stock.use_require_own`."""
    if found := consignors_of(books, item_ids):
        raise BooksError(
            problem=f"These goods are held for {_names(books, found.values())} on consignment: they are worth nothing in the books.",
            fix="Receive them on consignment, and enter the bill of what is sold. For goods of your own, add an item of its own.",
        )


def require_bought(books: Books, items: Mapping[UUID, BillItem], lines: Sequence[tuple[int, UUID | None]]) -> None:
    """InvalidInput beside a line that would buy goods of an item that is a consignor's."""
    held = consignors_of(books, {item_id for _number, item_id in lines if item_id})
    errors = {
        f"what-{number}": f"{items[item_id].name} is held for {_names(books, [held[item_id]])} on consignment. "
        "Open the bill from its goods receipt, or choose an item of your own."
        for number, item_id in lines
        if item_id in held
    }
    if errors:
        raise InvalidInput(errors)


def take_over(books: Books, asked: Receipt, items: Mapping[UUID, BillItem], party: PartyRow) -> None:
    """The items of a receipt on consignment become that consignor's, if they never moved. InvalidInput beside a line whose item has goods
    of our own, or of another consignor."""
    if asked.order_id is not None:
        raise InvalidInput({"is_consignment": "What a purchase order asked for is bought. Receive goods on consignment without an order."})
    held = consignors_of(books, {line.item_id for line in asked.lines})
    errors: dict[str, str] = {}
    for number, line in enumerate(asked.lines, 1):
        name, owner = items[line.item_id].name, held.get(line.item_id)
        if owner is None and _has_moved(books, line.item_id):
            errors[f"what-{number}"] = f"{name} has goods of your own. Add an item of its own for what {party.name} leaves with you."
        elif owner is not None and owner != party.id:
            errors[f"what-{number}"] = f"{name} is held for {_names(books, [owner])}. Add an item of its own for what {party.name} leaves."
    if errors:
        raise InvalidInput(errors)
    for item_id in sorted({line.item_id for line in asked.lines} - held.keys()):
        row = {"item_id": item_id, "party_id": party.id, "since": asked.received_on, "recorded_at": books.now}
        insert_once(books, ConsignedItem, row)


def require_taken_over(books: Books, asked: Receipt) -> None:
    """Once the goods are written, under the lock of their shelves: BooksError where somebody else took or bought one of the items in the
    same moment."""
    ids = {line.item_id for line in asked.lines}
    _hold(books, ids)
    others = [owner for owner in consignors_of(books, ids).values() if owner != asked.party_id]
    if others or any(one.value_paise for one in stock.on_hand(books, ids).values()):
        raise BooksError(problem="Goods of somebody else came under one of these items in this moment.", fix="Add an item of its own.")


def sold_lines(books: Books, asked: Bill) -> frozenset[int]:
    """The lines of a bill that name a receipt on consignment: they bill what was sold."""
    named = {number: line.receipt.id for number, line in enumerate(asked.lines, 1) if line.receipt is not None}
    if not named:
        return frozenset()
    query = select(GoodsReceipt.id).where(GoodsReceipt.id.in_(set(named.values())), GoodsReceipt.is_consignment)
    found = set(books.session.scalars(query))
    return frozenset(number for number, receipt_id in named.items() if receipt_id in found)


def require_sold(books: Books, asked: Bill, lines: Sequence[tuple[int, BillLine]]) -> None:
    """TooMuch, with the figures, where a bill bills more of a consignor's goods than was sold and is not billed yet. The items are held, so
    that two bills take turns."""
    wanted: dict[UUID, int] = {}
    for _number, line in lines:
        if line.item_id is not None:
            wanted[line.item_id] = wanted.get(line.item_id, 0) + line.qty
    if not wanted:
        return
    _hold(books, wanted)
    came = max(queries.receipt(books, id_).received_on for id_ in {line.receipt.id for _number, line in lines if line.receipt})
    if asked.voucher_date < came:
        raise InvalidInput({"voucher_date": f"These goods came on {written(came)}. Choose that day or a later one."})
    left = unbilled(books, wanted)
    for number, line in lines:
        if line.item_id is not None and wanted[line.item_id] > left[line.item_id]:
            most, all_of_it = (plain_decimal(qty, 3) for qty in (max(left[line.item_id], 0), wanted[line.item_id]))
            raise InvalidInput({f"qty-{number}": f"{most} were sold and are not billed yet; {all_of_it} are wanted. Lower the quantity."})


def unbilled(books: Books, item_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Item → how much of a consignor's goods was sold (or used up, or lost) and is not billed by him yet, in thousandths. Less than
    nothing where goods came back after they were billed. Counted over every store, whoever asks: a bill is held against that."""
    with books.of_every_store():
        return {item_id: one.unbilled for item_id, one in holdings(books, item_ids).items()}


def holdings(books: Books, item_ids: Iterable[UUID]) -> dict[UUID, Holding]:
    """What became of all that came of each item on consignment."""
    wanted = list(item_ids)
    if not wanted:
        return {}
    came, back, billed = _came(books, wanted), _gone_back(books, wanted), _billed(books, wanted)
    here = stock.on_hand(books, wanted)
    away = [answer(books, wanted) for answer in _held_elsewhere]
    return {
        id_: Holding(came.get(id_, 0), back.get(id_, 0), here[id_].qty, sum(one.get(id_, 0) for one in away), billed.get(id_, 0))
        for id_ in wanted
    }


def lines_of_consignor(books: Books, party_id: UUID) -> list[tuple[ReceiptRow, ReceiptLineRow, int, int]]:
    """Every line of the standing receipts of a consignor's goods, the oldest first, with what of it was billed and what went back."""
    receipts = _receipts(books, GoodsReceipt.party_id == party_id)
    ids = [one.id for one in receipts]
    billed, back = tracking.receipts_billed(books, ids), sent_back(books, ids)
    columns = queries.columns_of(GoodsReceiptLine, ReceiptLineRow)
    own = select(*columns).where(GoodsReceiptLine.receipt_id.in_(ids)).order_by(GoodsReceiptLine.line_no)
    lines: dict[UUID, list[ReceiptLineRow]] = {}
    for row in books.session.execute(own):
        lines.setdefault(row.receipt_id, []).append(ReceiptLineRow(*row))
    return [
        (receipt, line, billed.get(ref, tracking.Done()).qty, back.get(ref, 0))
        for receipt in receipts
        for line in lines.get(receipt.id, [])
        for ref in (LineRef(receipt.id, line.line_no),)
    ]


def receipts_of(books: Books, party_id: UUID, store_id: UUID) -> list[ReceiptRow]:
    """The standing receipts of a consignor's goods into a store, the oldest first. NotYourStore for one this actor may not see."""
    require_mine(books, store_id)
    return _receipts(books, GoodsReceipt.party_id == party_id, GoodsReceipt.store_id == store_id)


def _receipts(books: Books, *which: ColumnElement[bool]) -> list[ReceiptRow]:
    query = select(*queries.columns_of(GoodsReceipt, ReceiptRow)).where(GoodsReceipt.is_consignment, is_standing(GoodsReceipt.id), *which)
    return [ReceiptRow(*row) for row in books.session.execute(query.order_by(GoodsReceipt.received_on, GoodsReceipt.number))]


def sent_back(books: Books, receipt_ids: Iterable[UUID]) -> dict[LineRef, int]:
    """Line of a goods receipt → how much of it went back to the consignor, by the returns that stand."""
    line = ConsignmentReturnLine
    query = (
        select(line.receipt_id, line.receipt_line_no, func.sum(line.qty))
        .join(ConsignmentReturn, _of_return())
        .where(line.receipt_id.in_(list(receipt_ids)), is_standing(ConsignmentReturn.id))
        .group_by(line.receipt_id, line.receipt_line_no)
    )
    return {LineRef(id_, line_no): int(qty) for id_, line_no, qty in books.session.execute(query)}


def require_none_back(books: Books, receipt_id: UUID) -> None:
    """CannotCancel while goods of a receipt stand as sent back."""
    query = select(ConsignmentReturn.number).where(ConsignmentReturn.receipt_id == receipt_id, is_standing(ConsignmentReturn.id))
    if numbers := list(books.session.scalars(query.order_by(ConsignmentReturn.number))):
        raise rules.CannotCancel(problem=f"Goods of this receipt went back: {', '.join(numbers)}.", fix="Cancel that first.")


def _hold(books: Books, item_ids: Iterable[UUID]) -> None:
    own = select(ConsignedItem.item_id).where(ConsignedItem.item_id.in_(list(item_ids))).order_by(ConsignedItem.item_id)
    books.session.execute(own.with_for_update()).all()


def _has_moved(books: Books, item_id: UUID) -> bool:
    try:
        stock.require_never_moved(books, item_id)
    except InvalidInput:
        return True
    return False


def _came(books: Books, item_ids: Sequence[UUID]) -> dict[UUID, int]:
    line, of_receipt = GoodsReceiptLine, (GoodsReceipt.company_id == GoodsReceiptLine.company_id) & _same_receipt()
    query = (
        select(line.item_id, func.sum(line.qty))
        .join(GoodsReceipt, of_receipt)
        .where(line.item_id.in_(item_ids), GoodsReceipt.is_consignment, is_standing(GoodsReceipt.id))
        .group_by(line.item_id)
    )
    return {item_id: int(qty) for item_id, qty in books.session.execute(query)}


def _gone_back(books: Books, item_ids: Sequence[UUID]) -> dict[UUID, int]:
    line, source = ConsignmentReturnLine, GoodsReceiptLine
    of_source = (source.company_id == line.company_id) & (source.receipt_id == line.receipt_id) & (source.line_no == line.receipt_line_no)
    query = (
        select(source.item_id, func.sum(line.qty))
        .select_from(line)
        .join(ConsignmentReturn, _of_return())
        .join(source, of_source)
        .where(source.item_id.in_(item_ids), is_standing(ConsignmentReturn.id))
        .group_by(source.item_id)
    )
    return {item_id: int(qty) for item_id, qty in books.session.execute(query)}


def _billed(books: Books, item_ids: Sequence[UUID]) -> dict[UUID, int]:
    line, of_bill = (
        PurchaseBillLine,
        (PurchaseBill.company_id == PurchaseBillLine.company_id) & (PurchaseBill.id == PurchaseBillLine.bill_id),
    )
    query = (
        select(line.item_id, func.sum(tracking.BILLED_QTY))
        .join(PurchaseBill, of_bill)
        .where(line.item_id.in_(item_ids), line.is_sold, is_standing(PurchaseBill.id))
        .group_by(line.item_id)
    )
    rows: Any = books.session.execute(query)
    return {item_id: int(qty) for item_id, qty in rows}


def _of_return() -> ColumnElement[bool]:
    own = ConsignmentReturn.company_id == ConsignmentReturnLine.company_id
    return own & (ConsignmentReturn.id == ConsignmentReturnLine.return_id)


def _same_receipt() -> ColumnElement[bool]:
    return GoodsReceipt.id == GoodsReceiptLine.receipt_id


def _names(books: Books, party_ids: Iterable[UUID]) -> str:
    return ", ".join(sorted({parties.party_row(books, id_).name for id_ in party_ids}))
