"""Purchases: orders, goods receipts, suppliers' bills, debit notes. They decide; the two registers record.

Promises: the supplier's own tax stands to the paisa, and a bill's input tax is the sum of its lines; a supplier's number is
entered once in a financial year; no more is received, billed or given back than there was; what stands is never changed, only
cancelled, and its number stays used.
"""

from webapp.purchases.commands import (
    Bill,
    BillLine,
    ConsignmentBack,
    Customs,
    Foreign,
    Heads,
    LineKind,
    LineRef,
    Note,
    NoteLine,
    Order,
    OrderLine,
    Payment,
    Receipt,
    ReceiptLine,
    TaxBy,
)
from webapp.purchases.consigning import (
    Holding,
    consigned_items,
    consignors_of,
    held_elsewhere,
    holdings,
    lines_of_consignor,
    require_own,
    sent_back,
    unbilled,
)
from webapp.purchases.events import PurchaseCancelled, PurchaseEntered
from webapp.purchases.foreign import ForeignPaid, ForeignPaymentRow, cancel_foreign_payment, pay_foreign
from webapp.purchases.gathering import expense_accounts
from webapp.purchases.giving_back import BackLineRow, BackRow, back, back_lines, cancel_back, send_back
from webapp.purchases.hooks import Deductions, use_deductions
from webapp.purchases.landing import Bearer, LandedRow, Landing, freight_of, land, take_off
from webapp.purchases.notes import give_back
from webapp.purchases.ordering import approve, cancel_order, close, save_order
from webapp.purchases.paying import cancel_payment, pay
from webapp.purchases.queries import (
    BillLineRow,
    BillRow,
    CancellationRow,
    OrderLineRow,
    OrderRow,
    PaymentRow,
    ReceiptLineRow,
    ReceiptRow,
    bill,
    bill_lines,
    cancellation_of,
    is_standing,
    order,
    order_lines,
    receipt,
    receipt_lines,
)
from webapp.purchases.receiving import cancel_receipt, receive
from webapp.purchases.restating import Restate, cancel_restatement, restate, restatement
from webapp.purchases.rules import CannotCancel, DuplicateBill, TooMuch, folded_number
from webapp.purchases.service import cancel, enter_bill
from webapp.purchases.told import InwardBill, changed_since, inward_bills, inward_bills_by_id
from webapp.purchases.tracking import OrderDone, order_done
from webapp.purchases.travelling import worth_more_than

__all__ = [
    "BackLineRow",
    "BackRow",
    "Bearer",
    "Bill",
    "BillLine",
    "BillLineRow",
    "BillRow",
    "CancellationRow",
    "CannotCancel",
    "ConsignmentBack",
    "Customs",
    "Deductions",
    "DuplicateBill",
    "Foreign",
    "ForeignPaid",
    "ForeignPaymentRow",
    "Heads",
    "Holding",
    "InwardBill",
    "LandedRow",
    "Landing",
    "LineKind",
    "LineRef",
    "Note",
    "NoteLine",
    "Order",
    "OrderDone",
    "OrderLine",
    "OrderLineRow",
    "OrderRow",
    "Payment",
    "PaymentRow",
    "PurchaseCancelled",
    "PurchaseEntered",
    "Receipt",
    "ReceiptLine",
    "ReceiptLineRow",
    "ReceiptRow",
    "Restate",
    "TaxBy",
    "TooMuch",
    "approve",
    "back",
    "back_lines",
    "bill",
    "bill_lines",
    "cancel",
    "cancel_back",
    "cancel_foreign_payment",
    "cancel_order",
    "cancel_payment",
    "cancel_receipt",
    "cancel_restatement",
    "cancellation_of",
    "changed_since",
    "close",
    "consigned_items",
    "consignors_of",
    "enter_bill",
    "expense_accounts",
    "folded_number",
    "freight_of",
    "give_back",
    "held_elsewhere",
    "holdings",
    "inward_bills",
    "inward_bills_by_id",
    "is_standing",
    "land",
    "lines_of_consignor",
    "order",
    "order_done",
    "order_lines",
    "pay",
    "pay_foreign",
    "receipt",
    "receipt_lines",
    "receive",
    "require_own",
    "restate",
    "restatement",
    "save_order",
    "send_back",
    "sent_back",
    "take_off",
    "unbilled",
    "use_deductions",
    "worth_more_than",
]
