"""Vouchers typed by an accountant: contra, payment, receipt, journal, debit and credit notes without goods.

Promises: a voucher in the books balances, and stands there once however often its form is sent; its number is taken when
it is first posted and never again; what stands is amended by an exact reversal and a new voucher in one transaction, both
shown as one history; drafts, memoranda and post-dated vouchers are not in the books until they are posted.
"""

from webapp.vouchers.events import VoucherAmended, VoucherCancelled, VoucherPosted
from webapp.vouchers.naming import LineView, lines_of
from webapp.vouchers.queries import DocumentRow, TemplateRow, VersionRow, Wanted, document, documents, versions
from webapp.vouchers.recurring import TemplateCommand, create_template, end_template, make_due
from webapp.vouchers.rules import KINDS, Entry, State, VoucherCommand
from webapp.vouchers.service import cancel, command_of, post_due, post_kept, remove, save
from webapp.vouchers.tds import Deductions, Proposed, use_deductions

__all__ = [
    "KINDS",
    "Deductions",
    "DocumentRow",
    "Entry",
    "LineView",
    "Proposed",
    "State",
    "TemplateCommand",
    "TemplateRow",
    "VersionRow",
    "VoucherAmended",
    "VoucherCancelled",
    "VoucherCommand",
    "VoucherPosted",
    "Wanted",
    "cancel",
    "command_of",
    "create_template",
    "document",
    "documents",
    "end_template",
    "lines_of",
    "make_due",
    "post_due",
    "post_kept",
    "remove",
    "save",
    "use_deductions",
    "versions",
]
