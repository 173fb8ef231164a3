"""What papers of goods say is what the registers wrote: bills, debit notes, goods receipts and transfers, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select

from webapp import ledger
from webapp.books_check.rules import Check
from webapp.kernel.dates import FinancialYear
from webapp.kernel.money import plain_decimal, rupees
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform.tenancy import Books
from webapp.purchases import folded_number
from webapp.purchases.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseBill,
    PurchaseBillLine,
    PurchaseCancellation,
    PurchaseOrder,
    PurchaseOrderLine,
    ReverseChargePayment,
    SupplierNumber,
)
from webapp.stock.models import StockMovement
from webapp.transfers.models import Transfer, TransferLine, TransferRecall, TransferReceipt, TransferReceiptLine

_OF_BILL = (PurchaseBill.company_id == PurchaseBillLine.company_id) & (PurchaseBill.id == PurchaseBillLine.bill_id)
_OF_RECEIPT = (GoodsReceipt.company_id == GoodsReceiptLine.company_id) & (GoodsReceipt.id == GoodsReceiptLine.receipt_id)
_OF_TRANSFER = (Transfer.company_id == TransferLine.company_id) & (Transfer.id == TransferLine.transfer_id)
_SENT = ("cost_paise", "taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise")


def check_carried(books: Books) -> Check:
    """Each line that moves goods has its movement, of that quantity and worth; each amount owed or paid was posted; no more is
    billed than was received, or given back than was bought; what is received and not billed stands in its account."""
    faults = [*_moved_otherwise(books), *_owed_otherwise(books), *_too_much(books), *_waiting(books)]
    faults += [*_numbers(books), *_orders(books), *_transfers(books)]
    count = sum(books.session.scalar(select(func.count()).select_from(one)) or 0 for one in (PurchaseBill, GoodsReceipt, Transfer))
    return Check("papers of goods say what the registers wrote", int(count), tuple(faults))


def _moved_otherwise(books: Books) -> Iterator[str]:
    sign = case((PurchaseBill.kind == "debit_note", -1), else_=1)
    line, moves = PurchaseBillLine, or_(PurchaseBill.kind == "debit_note", PurchaseBillLine.receipt_id.is_(None))
    bills = select(PurchaseBill.number, line.line_no, sign * line.qty, sign * line.cost_paise, StockMovement.qty, StockMovement.value_paise)
    bills = bills.join(PurchaseBill, _OF_BILL).outerjoin(StockMovement, _by(line, line.bill_id)).where(line.is_stock, moves)
    own = GoodsReceiptLine
    receipts = select(GoodsReceipt.number, own.line_no, own.qty, own.value_paise, StockMovement.qty, StockMovement.value_paise)
    receipts = receipts.join(GoodsReceipt, _OF_RECEIPT).outerjoin(StockMovement, _by(own, own.receipt_id))
    sent = select(
        Transfer.number, TransferLine.line_no, -TransferLine.qty, -TransferLine.cost_paise, StockMovement.qty, StockMovement.value_paise
    )
    sent = sent.join(Transfer, _OF_TRANSFER).outerjoin(StockMovement, _by(TransferLine, TransferLine.transfer_id))
    came = TransferReceiptLine
    arrived = select(Transfer.number, came.line_no, came.qty, came.value_paise, StockMovement.qty, StockMovement.value_paise)
    arrived = arrived.join(TransferReceipt, _same(TransferReceipt, came, "transfer_id")).join(
        Transfer, (Transfer.company_id == came.company_id) & (Transfer.id == came.transfer_id)
    )
    arrived = arrived.outerjoin(StockMovement, _by(came, TransferReceipt.id))
    for what, query in (("purchase", bills), ("goods receipt", receipts), ("transfer sent", sent), ("transfer received", arrived)):
        word, _, verb = what.rpartition(" ") if what.startswith("transfer") else (what, "", "puts")
        for number, line_no, qty, value, moved, worth in books.session.execute(query):
            if (qty, value) != (moved or 0, worth or 0):
                said, written = (
                    f"{plain_decimal(one, 3)} worth {rupees(paise)}" for one, paise in ((qty, value), (moved or 0, worth or 0))
                )
                yield f"{word} {number} {verb} {said} by line {line_no}, the stock register has {written}"


def _by(line: Any, document_id: Any) -> Any:
    """The movement as written of a line of a document."""
    return and_(
        StockMovement.company_id == line.company_id,
        StockMovement.document_id == document_id,
        StockMovement.line_no == line.line_no,
        StockMovement.kind != "revaluation",
    )


def _same(one: Any, other: Any, name: str) -> Any:
    return and_(one.company_id == other.company_id, getattr(one, name) == getattr(other, name))


def _standing(document_id: Any) -> Any:
    return ~exists().where(
        PurchaseCancellation.company_id == document_id.class_.company_id, PurchaseCancellation.document_id == document_id
    )


def _owed_otherwise(books: Books) -> Iterator[str]:
    creditors = ledger.heads(books)["creditors"]
    posted = func.coalesce(func.sum(JournalLine.amount_paise), 0)
    sign = case((PurchaseBill.kind == "debit_note", 1), else_=-1)
    for what, model, own in (
        ("purchase", PurchaseBill, sign * PurchaseBill.total_paise),
        ("payment", ReverseChargePayment, ReverseChargePayment.amount_paise),
    ):
        of_voucher = (JournalLine.company_id == model.company_id) & (JournalLine.voucher_id == model.id)
        query = select(model.number, own, posted).outerjoin(JournalLine, of_voucher & (JournalLine.account_id == creditors))
        for number, amount, written in books.session.execute(query.group_by(model.company_id, model.id, model.number, own)):
            if amount != written:
                word = "comes to" if what == "purchase" else "is"
                yield f"{what} {number} {word} {rupees(abs(amount))}, {rupees(abs(int(written)))} was posted to the supplier"


def _too_much(books: Books) -> Iterator[str]:
    line, own = PurchaseBillLine, GoodsReceiptLine
    # A debit note names the receipt only of a consignor's goods, which may then be billed again.
    billed = func.sum(case((line.is_price_only, 0), (line.against_line_no.is_not(None), -line.qty), else_=line.qty))
    of_line = and_(line.company_id == own.company_id, line.receipt_id == own.receipt_id, line.receipt_line_no == own.line_no)
    query = select(GoodsReceipt.number, own.line_no, own.qty, billed).join(GoodsReceipt, _OF_RECEIPT).join(line, of_line)
    query = (
        query.where(_standing(line.bill_id)).group_by(GoodsReceipt.number, own.receipt_id, own.line_no, own.qty).having(billed > own.qty)
    )
    for number, line_no, qty, done in books.session.execute(query):
        yield f"of goods receipt {number}, line {line_no}: {plain_decimal(qty, 3)} received, {plain_decimal(int(done), 3)} billed"
    back = select(PurchaseBill.company_id, PurchaseBill.against_id, line.against_line_no, func.sum(line.qty).label("qty"))
    went = (PurchaseBill.against_id.is_not(None), line.is_price_only.is_(False), _standing(PurchaseBill.id))
    back = back.join(PurchaseBill, _OF_BILL).where(*went)
    given = {(row[1], row[2]): int(row[3]) for row in books.session.execute(back.group_by(*back.selected_columns[:3]))}
    if given:
        against = select(PurchaseBill.against_id).where(PurchaseBill.against_id.is_not(None))
        bought = (
            select(PurchaseBill.number, line.bill_id, line.line_no, line.qty).join(PurchaseBill, _OF_BILL).where(line.bill_id.in_(against))
        )
        for number, bill_id, line_no, qty in books.session.execute(bought):
            if (done := given.get((bill_id, line_no), 0)) > qty:
                yield f"of purchase {number}, line {line_no}: {plain_decimal(qty, 3)} bought, {plain_decimal(done, 3)} given back"


def _waiting(books: Books) -> Iterator[str]:
    """What stands in the two accounts between a receipt and its bill, by what purchases posted there."""
    received = books.session.scalar(select(func.sum(GoodsReceipt.value_paise)).where(_standing(GoodsReceipt.id))) or 0
    billed = books.session.scalar(select(func.sum(PurchaseBillLine.received_paise)).where(_standing(PurchaseBillLine.bill_id))) or 0
    heads = ledger.heads(books)
    of_voucher = (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id)
    ours = Voucher.document_kind.in_(("goods_receipt", "purchase_bill"))
    for code, name, right in (
        ("goods-received", "Goods received not billed", int(billed) - int(received)),
        ("price-differences", "Price differences on purchases", 0),
    ):
        query = select(func.sum(JournalLine.amount_paise)).join(Voucher, of_voucher).where(ours, JournalLine.account_id == heads[code])
        stands = int(books.session.scalar(query) or 0)
        if stands != right:
            yield f"the account {name} stands at {rupees(stands)} by purchases, their receipts and bills give {rupees(right)}"


def _numbers(books: Books) -> Iterator[str]:
    held = {row[0]: tuple(row[1:]) for row in books.session.execute(
        select(SupplierNumber.bill_id, SupplierNumber.party_id, SupplierNumber.start_year, SupplierNumber.folded)
    )}  # fmt: skip
    bill = PurchaseBill
    query = select(bill.id, bill.number, bill.party_id, bill.bill_date, bill.supplier_number, _standing(bill.id)).where(bill.kind == "bill")
    for id_, number, party_id, day, supplier_number, stands in books.session.execute(query):
        right = (party_id, FinancialYear.of(day).start_year, folded_number(supplier_number)) if stands else None
        if held.get(id_) != right:
            yield f"purchase {number} does not hold its number" if stands else f"purchase {number} is cancelled and holds its number"


def _orders(books: Books) -> Iterator[str]:
    line, order = PurchaseOrderLine, PurchaseOrder
    of_order = (line.company_id == order.company_id) & (line.order_id == order.id)
    sums = (func.coalesce(func.sum(line.taxable_paise), 0), func.coalesce(func.sum(line.tax_paise), 0))
    query = select(order.number).outerjoin(line, of_order).group_by(order.id, order.number, order.taxable_paise, order.tax_paise)
    for number in books.session.scalars(query.having(or_(sums[0] != order.taxable_paise, sums[1] != order.tax_paise))):
        yield f"order {number} does not equal its lines"


def _transfers(books: Books) -> Iterator[str]:
    headers = [getattr(Transfer, name) for name in _SENT]
    sums = [func.coalesce(func.sum(getattr(TransferLine, name)), 0) for name in _SENT]
    query = select(Transfer.number).outerjoin(TransferLine, _OF_TRANSFER).group_by(Transfer.id, Transfer.number, *headers)
    for number in books.session.scalars(query.having(or_(*(own != total for own, total in zip(headers, sums, strict=True))))):
        yield f"transfer {number} does not equal its lines"
    came_back = exists().where(
        StockMovement.company_id == TransferRecall.company_id,
        StockMovement.document_id == TransferRecall.reversal_id,
        StockMovement.about_id == TransferRecall.transfer_id,
    )
    recalled = select(Transfer.number).join(
        TransferRecall, (TransferRecall.company_id == Transfer.company_id) & (TransferRecall.transfer_id == Transfer.id)
    )
    for number in books.session.scalars(recalled.where(~came_back)):
        yield f"transfer {number} was recalled, but its goods did not come back"
