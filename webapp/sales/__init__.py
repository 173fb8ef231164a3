"""Bills and credit notes: what was sold, for how much, how it was paid. They decide; the two registers record.

Promises: a bill's tenders add up to it; the same bill sent twice is written once; an issued bill is never changed, only
cancelled or returned, and its number stays used; a sale that has happened is never refused for what the shop would
rather not have sold, it is flagged for a person to look at.
"""

from webapp.sales.checking import Malformed
from webapp.sales.commands import Printed, ReturnLine, Sale, SaleLine, SaleReturn, Tender, TenderMode
from webapp.sales.events import InvoiceCancelled, InvoicePosted
from webapp.sales.flags import Flag, FlagKind, SaleRefused
from webapp.sales.lists import Dues, Wanted, dues, invoices, open_flags
from webapp.sales.queries import (
    CancellationRow,
    Header,
    InvoiceView,
    Issued,
    LineRow,
    NoteRow,
    TenderRow,
    header_or_none,
    invoice,
    sold_lines,
)
from webapp.sales.returns import ReturnRefused
from webapp.sales.rules import FiguresDiffer
from webapp.sales.service import add_flags, cancel, issue, issue_return, settle_flag
from webapp.sales.till_totals import DocumentTotals, ShiftTotals, shift_totals

__all__ = [
    "CancellationRow",
    "DocumentTotals",
    "Dues",
    "FiguresDiffer",
    "Flag",
    "FlagKind",
    "Header",
    "InvoiceCancelled",
    "InvoicePosted",
    "InvoiceView",
    "Issued",
    "LineRow",
    "Malformed",
    "NoteRow",
    "Printed",
    "ReturnLine",
    "ReturnRefused",
    "Sale",
    "SaleLine",
    "SaleRefused",
    "SaleReturn",
    "ShiftTotals",
    "Tender",
    "TenderMode",
    "TenderRow",
    "Wanted",
    "add_flags",
    "cancel",
    "dues",
    "header_or_none",
    "invoice",
    "invoices",
    "issue",
    "issue_return",
    "open_flags",
    "settle_flag",
    "shift_totals",
    "sold_lines",
]
