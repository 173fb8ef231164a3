"""Tax deducted and collected at source: what is marked, what was deducted, deposited and told.

Promises: what is paid or credited on something marked stands in the register once, by the voucher that wrote it, an advance and its
bill together once; a deduction is deposited by one challan, never by two; what is taken back takes its deduction with it; a figure
that the law's own text did not confirm is said to be checked. Rates are dated data (rules.law).

The rooms of documents tell this one through the ledger and through purchases (`watch` in `webapp.app.connect_rooms`); it is above them.
"""

from webapp import purchases, sales, vouchers
from webapp.platform.turns import write_alone
from webapp.tds import collecting, collecting_before
from webapp.tds.buyers import BuyerDraft, forget_buyer, mark_buyer, mark_item
from webapp.tds.collecting import cancelled as bill_cancelled
from webapp.tds.collecting import collect_now
from webapp.tds.deposited import MonthOfTax, months_of_tax
from webapp.tds.queries import challan
from webapp.tds.service import CertificateDraft, MarkDraft, add_certificate, deduct, end_certificate, end_mark, mark_head
from webapp.tds.watching import before_cancelling, bill_beginning, bill_entered, is_marked, propose, watch
from webapp.tds.words import kind_words

# What the rooms of documents are handed when the program starts.
OF_BILLS = purchases.Deductions(bill_beginning, bill_entered, before_cancelling)
OF_VOUCHERS = vouchers.Deductions(propose, is_marked, kind_words)
OF_SALES = sales.Collections(
    bears=collecting.bears,
    kind_of=collecting.kind_of,
    begin=write_alone,
    issued=collecting.issued,
    touches=collecting.touches,
    changed=collecting.changed,
    expected=collecting.expected,
    of=collecting.of,
    kinds_on_receipt=collecting_before.kinds_on_receipt,
    advance_taken=collecting_before.advance_taken,
    advance_touches=collecting_before.advance_touches,
    advance_lowered=collecting_before.advance_lowered,
)

__all__ = [
    "OF_BILLS",
    "OF_SALES",
    "OF_VOUCHERS",
    "BuyerDraft",
    "CertificateDraft",
    "MarkDraft",
    "MonthOfTax",
    "add_certificate",
    "bill_cancelled",
    "challan",
    "collect_now",
    "deduct",
    "end_certificate",
    "end_mark",
    "forget_buyer",
    "mark_buyer",
    "mark_head",
    "mark_item",
    "months_of_tax",
    "watch",
]
