"""Money taken from customers apart from a bill: receipts against what they owe (khata).

Promises: a receipt stands in the books as one voucher with its own id; the same receipt sent twice is taken once; it may
name the bills it pays, and what names none is on account; one that is wrong is cancelled by a reversal, which frees its
bills, and its number stays used.
"""

from webapp.payments.events import ReceiptCancelled, ReceiptPosted
from webapp.payments.queries import ReceiptRow, Wanted, numbers_by_reference, receipt, receipt_or_none, receipts, receipts_of_shift
from webapp.payments.rules import PaidBill, ReceiptCommand
from webapp.payments.service import cancel_receipt, take_receipt

__all__ = [
    "PaidBill",
    "ReceiptCancelled",
    "ReceiptCommand",
    "ReceiptPosted",
    "ReceiptRow",
    "Wanted",
    "cancel_receipt",
    "numbers_by_reference",
    "receipt",
    "receipt_or_none",
    "receipts",
    "receipts_of_shift",
    "take_receipt",
]
