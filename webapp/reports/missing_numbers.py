"""Numbers of a series that no document has, whatever kind of document takes them.

CGST Rules 46(b), 55: a consecutive series for invoices and challans; the others of the shop are kept the same way. A cancelled
document keeps its own number.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp.assembly.models import StockJournal
from webapp.cheques.models import Cheque, DepositSlip
from webapp.interest.models import InterestNote
from webapp.kernel.dates import FinancialYear, Period
from webapp.ledger.models import Voucher
from webapp.orders.models import Advance, OrderDocument
from webapp.payments.models import Receipt
from webapp.platform.numbering import NumberSeries
from webapp.platform.tenancy import Books
from webapp.purchases.models import (
    ConsignmentReturn,
    ForeignPayment,
    GoodsReceipt,
    LandedCost,
    PurchaseBill,
    PurchaseOrder,
    RateRestatement,
    ReverseChargePayment,
)
from webapp.sales.models import Invoice
from webapp.stocktaking.models import StockAdjustment
from webapp.transfers.models import Transfer
from webapp.vouchers.models import VoucherDocument
from webapp.writing_off.models import WriteOff

# By kind of series, where its numbers stand. What has no table of its own that this room may read stands in the books.
WHERE: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("bill", "credit_note"), (Invoice.seq,)),
    "receipt": (Receipt.number,),
    **{f"voucher_{kind}": (VoucherDocument.number,) for kind in ("contra", "payment", "receipt", "journal", "debit_note", "credit_note")},
    **dict.fromkeys(("quotation", "order", "challan", "return", "proforma"), (OrderDocument.number,)),
    **dict.fromkeys(("advance_receipt", "advance_refund"), (Advance.number,)),
    "purchase_order": (PurchaseOrder.number,),
    "goods_receipt": (GoodsReceipt.number,),
    **dict.fromkeys(("purchase_bill", "purchase_debit_note"), (PurchaseBill.number,)),
    "self_invoice": (PurchaseBill.self_invoice_number,),
    "reverse_charge_payment": (ReverseChargePayment.number,),
    "landed_cost": (LandedCost.number,),
    "foreign_payment": (ForeignPayment.number,),
    "rate_restatement": (RateRestatement.number,),
    "consignment_return": (ConsignmentReturn.number,),
    "stock_adjustment": (StockAdjustment.number,),
    "stock_journal": (StockJournal.number,),
    "transfer": (Transfer.number,),
    "cheque": (Cheque.number, DepositSlip.number),
    "interest_note": (InterestNote.number,),
    "write_off": (WriteOff.number,),
    **dict.fromkeys(("cash_move", "account_merge", "opening_balance", "tds_deduction", "tds_challan"), (Voucher.number,)),
    **dict.fromkeys(("gst_challan", "gst_set_off", "gst_tax_credited", "itc_reversal", "operator_supply"), (Voucher.number,)),
}


def missing_numbers(books: Books, period: Period, store_id: UUID | None = None) -> list[str]:
    """Of the series of the year the period ends in, by series. A series of several stores is told to each that has a document in it:
    a store that is asked for, and a member held to stores."""
    found: list[str] = []
    series = select(NumberSeries.prefix, NumberSeries.document_kind, NumberSeries.last)
    series = series.where(NumberSeries.fy_start_year == FinancialYear.of(period.last_day).start_year, NumberSeries.last > 0)
    for prefix, kind, last in books.session.execute(series.order_by(NumberSeries.prefix)).all():
        columns = WHERE.get(kind, ())
        if not columns or ((store_id or books.own_stores) and not _how_many(books, columns, prefix, store_id)):
            continue
        with books.of_every_store():
            used = _used(books, columns, prefix) if _how_many(books, columns, prefix) < last else None
        if used is not None:
            found += [f"{prefix}/{seq:06d}" for seq in range(1, last + 1) if seq not in used]
    return found


def _of(column: Any, prefix: str) -> tuple[Any, ...]:
    if column.class_ is Invoice:
        return (Invoice.series == prefix,)
    return column > f"{prefix}/", column < f"{prefix}0"  # "0" is the sign after "/"


def _how_many(books: Books, columns: tuple[Any, ...], prefix: str, store_id: UUID | None = None) -> int:
    """Different numbers: a quotation and its revisions share one."""
    found = 0
    for column in columns:
        query = select(func.count(column.distinct())).where(*_of(column, prefix))
        if store_id is not None:
            query = query.where(column.class_.of_stores((store_id,)))
        found += books.session.scalar(query) or 0
    return found


def _used(books: Books, columns: tuple[Any, ...], prefix: str) -> set[int]:
    texts = [str(number) for column in columns for number in books.session.scalars(select(column).where(*_of(column, prefix)))]
    return {int(text.rpartition("/")[2]) for text in texts if text.rpartition("/")[2].isdigit()}
