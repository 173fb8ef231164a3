"""The promises of purchases: a bill equals its lines, its input tax is what was posted, and its numbers are all there."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from webapp import ledger
from webapp.books_check.restated import restated_faults
from webapp.books_check.rules import Check
from webapp.catalogue.models import Item
from webapp.kernel.money import rupees
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform.tenancy import Books
from webapp.purchases.models import (
    ConsignedItem,
    ConsignmentReturn,
    ForeignPayment,
    GoodsReceipt,
    GoodsReceiptLine,
    LandedCost,
    LandedCostLine,
    PurchaseBill,
    PurchaseBillLine,
    PurchaseCancellation,
    PurchaseOrder,
    RateRestatement,
    ReverseChargePayment,
)
from webapp.stock.models import StockBalance

_SUMMED = ("gross_paise", "discount_paise", "taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "cess_paise")
_INPUTS = ("input-cgst", "input-sgst", "input-igst", "input-cess")


def check_bought(books: Books) -> Check:
    """Each bill and debit note is the sum of its lines and has posted the input tax it claims; each receipt the value of its lines."""
    faults = [*_unlike_lines(books), *_claimed_otherwise(books), *_unreversed(books), *_receipts(books), *_landed(books)]
    faults += [*_consigned(books), *restated_faults(books)]
    count = books.session.scalar(select(func.count()).select_from(PurchaseBill)) or 0
    return Check("purchases equal their lines and are posted", int(count), tuple(faults))


def numbers_used(books: Books) -> Iterator[str]:
    """Every number of this room's series that a document bears."""
    own = (PurchaseOrder.number, GoodsReceipt.number, PurchaseBill.number, ReverseChargePayment.number)
    for column in (*own, LandedCost.number, ForeignPayment.number, ConsignmentReturn.number, RateRestatement.number):
        yield from books.session.scalars(select(column))
    yield from books.session.scalars(select(PurchaseBill.self_invoice_number).where(PurchaseBill.self_invoice_number != ""))


def _unlike_lines(books: Books) -> Iterator[str]:
    of_line = (PurchaseBillLine.company_id == PurchaseBill.company_id) & (PurchaseBillLine.bill_id == PurchaseBill.id)
    headers = [getattr(PurchaseBill, name) for name in _SUMMED]
    sums = [func.coalesce(func.sum(getattr(PurchaseBillLine, name)), 0) for name in _SUMMED]
    query = (
        select(PurchaseBill.number, *headers, *sums)
        .outerjoin(PurchaseBillLine, of_line)
        .group_by(PurchaseBill.id, PurchaseBill.number, *headers)
        .having(or_(*(header != total for header, total in zip(headers, sums, strict=True))))
    )
    for number, *figures in books.session.execute(query):
        pairs = zip(_SUMMED, figures[: len(_SUMMED)], figures[len(_SUMMED) :], strict=True)
        said = "; ".join(
            f"{name[:-6].replace('_', ' ')} {rupees(own)}, lines {rupees(int(lines))}" for name, own, lines in pairs if own != lines
        )
        yield f"purchase {number} does not equal its lines: {said}"


def _claimed_otherwise(books: Books) -> Iterator[str]:
    heads = ledger.heads(books)
    of_bill = (JournalLine.company_id == PurchaseBill.company_id) & (JournalLine.voucher_id == PurchaseBill.id)
    is_input = JournalLine.account_id.in_([heads[code] for code in _INPUTS])
    posted = func.coalesce(func.sum(JournalLine.amount_paise), 0)
    query = (
        select(PurchaseBill.number, PurchaseBill.kind, PurchaseBill.claimed_paise, posted)
        .outerjoin(JournalLine, of_bill & is_input)
        .group_by(PurchaseBill.id, PurchaseBill.number, PurchaseBill.kind, PurchaseBill.claimed_paise)
    )
    for number, kind, claimed, amount in books.session.execute(query):
        if claimed != (-int(amount) if kind == "debit_note" else int(amount)):
            yield f"purchase {number} claims {rupees(claimed)} of input tax, {rupees(int(amount))} was posted"


def _unreversed(books: Books) -> Iterator[str]:
    own, back = aliased(Voucher), aliased(Voucher)
    is_own = (own.company_id == PurchaseCancellation.company_id) & (own.id == PurchaseCancellation.document_id)
    is_back = (back.company_id == PurchaseCancellation.company_id) & (back.id == PurchaseCancellation.voucher_id)
    query = select(PurchaseCancellation.document_id, own.id, back.reverses_id).outerjoin(own, is_own).outerjoin(back, is_back)
    # A restatement is taken back on the day after it in any case; cancelled, it is answered by another on its own day.
    for document_id, posted, reverses_id in books.session.execute(query.where(PurchaseCancellation.kind != "rate_restatement")):
        if posted != reverses_id:
            yield f"purchase document {document_id} is cancelled, but its voucher was not reversed"


def _receipts(books: Books) -> Iterator[str]:
    of_line = (GoodsReceiptLine.company_id == GoodsReceipt.company_id) & (GoodsReceiptLine.receipt_id == GoodsReceipt.id)
    value = func.coalesce(func.sum(GoodsReceiptLine.value_paise), 0)
    query = (
        select(GoodsReceipt.number, GoodsReceipt.value_paise, value)
        .outerjoin(GoodsReceiptLine, of_line)
        .group_by(GoodsReceipt.id, GoodsReceipt.number, GoodsReceipt.value_paise)
        .having(value != GoodsReceipt.value_paise)
    )
    for number, own, lines in books.session.execute(query):
        yield f"goods receipt {number} is worth {rupees(own)}, its lines {rupees(int(lines))}"


def _landed(books: Books) -> Iterator[str]:
    of_line = (LandedCostLine.company_id == LandedCost.company_id) & (LandedCostLine.landed_id == LandedCost.id)
    shared = func.coalesce(func.sum(LandedCostLine.amount_paise), 0)
    query = (
        select(LandedCost.number, LandedCost.amount_paise, shared)
        .outerjoin(LandedCostLine, of_line)
        .group_by(LandedCost.id, LandedCost.number, LandedCost.amount_paise)
        .having(shared != LandedCost.amount_paise)
    )
    for number, own, lines in books.session.execute(query):
        yield f"{number} puts {rupees(own)} of freight on goods, its lines {rupees(int(lines))}"


def _consigned(books: Books) -> Iterator[str]:
    """A consignor's goods are worth nothing in our books, in any store."""
    balance, item = StockBalance, Item
    of_own = (balance.company_id == ConsignedItem.company_id) & (balance.item_id == ConsignedItem.item_id)
    query = (
        select(item.name, func.sum(balance.value_paise))
        .join(ConsignedItem, (item.company_id == ConsignedItem.company_id) & (item.id == ConsignedItem.item_id))
        .join(balance, of_own)
        .group_by(item.id, item.name)
        .having(func.sum(func.abs(balance.value_paise)) != 0)
    )
    for name, value in books.session.execute(query):
        yield f"{name} is a consignor's and stands in stock at {rupees(int(value))}"
