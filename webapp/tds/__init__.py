"""Tax deducted and collected at source: what is marked, what was deducted, deposited and told.

Promises: what is paid or credited on something marked stands in the register once, by the voucher that wrote it, an advance and its
bill together once; a deduction is deposited by one challan, never by two; what is taken back takes its deduction with it; a figure
that the law's own text did not confirm is said to be checked. Rates are dated data (rules.law).

The rooms of documents tell this one through the ledger and through purchases (`watch` in `webapp.app.connect_rooms`); it is above them.
"""

from webapp import purchases, vouchers
from webapp.tds.deposited import MonthOfTax, months_of_tax
from webapp.tds.queries import challan
from webapp.tds.service import CertificateDraft, MarkDraft, add_certificate, deduct, end_certificate, end_mark, mark_head
from webapp.tds.watching import before_cancelling, bill_beginning, bill_entered, is_marked, propose, watch
from webapp.tds.words import kind_words

# What the rooms of documents are handed when the program starts.
OF_BILLS = purchases.Deductions(bill_beginning, bill_entered, before_cancelling)
OF_VOUCHERS = vouchers.Deductions(propose, is_marked, kind_words)

__all__ = [
    "OF_BILLS",
    "OF_VOUCHERS",
    "CertificateDraft",
    "MarkDraft",
    "MonthOfTax",
    "add_certificate",
    "challan",
    "deduct",
    "end_certificate",
    "end_mark",
    "mark_head",
    "months_of_tax",
    "watch",
]
