"""Money taken from customers apart from a bill: receipts against what they owe (khata).

Promises: a receipt stands in the books as one voucher with its own id; the same receipt sent twice is taken once; one
that is wrong is cancelled by a reversal, and its number stays used.
"""

from webapp.payments.events import ReceiptCancelled, ReceiptPosted
from webapp.payments.queries import ReceiptRow, Wanted, receipt, receipt_or_none, receipts, receipts_of_shift
from webapp.payments.rules import ReceiptCommand
from webapp.payments.service import cancel_receipt, take_receipt

__all__ = [
    "ReceiptCancelled",
    "ReceiptCommand",
    "ReceiptPosted",
    "ReceiptRow",
    "Wanted",
    "cancel_receipt",
    "receipt",
    "receipt_or_none",
    "receipts",
    "receipts_of_shift",
    "take_receipt",
]
