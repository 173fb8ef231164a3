"""Bills and credit notes: what was sold, for how much, how it was paid. They decide; the two registers record.

Promises: a bill's tenders add up to it; the same bill sent twice is written once; an issued bill is never changed, only
cancelled or returned, and its number stays used; a sale that has happened is never refused for what the shop would
rather not have sold, it is flagged for a person to look at.
"""

from webapp.sales.checking import Malformed
from webapp.sales.chosen import Chosen, chosen
from webapp.sales.collecting import (
    Collected,
    Collections,
    MoneyBefore,
    advance_lowered,
    advance_taken,
    advance_touches,
    begin_advance,
    collected_on,
    kind_of_advance,
    kinds_on_receipt,
    use_collections,
)
from webapp.sales.commands import Delivered, LineOffer, Printed, ReturnLine, Sale, SaleLine, SaleReturn, TaxPayer, Tender, TenderMode
from webapp.sales.events import InvoiceCancelled, InvoicePosted, InvoiceToRegister
from webapp.sales.fields import beside_fields
from webapp.sales.flags import Flag, FlagKind, SaleRefused, below_zero, refusal, short_item
from webapp.sales.forms import address_of, parse_wanted
from webapp.sales.hooks import Promised, before_office_bill, goods_before, offers_promised, when_cancelled
from webapp.sales.limits import require_discount
from webapp.sales.lists import Dues, InvoiceRow, Wanted, count_bills, dues, invoices, open_flags
from webapp.sales.office import issue_invoice, sale_of
from webapp.sales.particulars import Shipping, ShippingRow, set_shipping, shipping_of, tax_of_others
from webapp.sales.queries import (
    CancellationRow,
    Header,
    InvoiceView,
    Issued,
    LineRow,
    NoteRow,
    TenderRow,
    header_or_none,
    header_to_change,
    invoice,
    issued_before,
    sold_lines,
    terms_of,
)
from webapp.sales.registering import to_registered_buyers, worth_more_than
from webapp.sales.returns import ReturnRefused
from webapp.sales.rules import FiguresDiffer, Worked
from webapp.sales.scheme_costs import SchemeCost, scheme_costs
from webapp.sales.service import cancel, issue, issue_return, work_out
from webapp.sales.settling import add_flags, settle_flag
from webapp.sales.sheet import Sheet, SheetLine, understand
from webapp.sales.showing import sheet_values
from webapp.sales.till_totals import DocumentTotals, ShiftTotals, shift_totals
from webapp.sales.typed import TypedLine, TypedSheet, read_sheet

__all__ = [
    "CancellationRow",
    "Chosen",
    "Collected",
    "Collections",
    "Delivered",
    "Destination",
    "DocumentTotals",
    "Dues",
    "FiguresDiffer",
    "Flag",
    "FlagKind",
    "Header",
    "InvoiceCancelled",
    "InvoicePosted",
    "InvoiceRow",
    "InvoiceTerms",
    "InvoiceToRegister",
    "InvoiceView",
    "Issued",
    "LineOffer",
    "LineRow",
    "Malformed",
    "MoneyBefore",
    "NoteRow",
    "Printed",
    "Promised",
    "ReturnLine",
    "ReturnRefused",
    "Sale",
    "SaleLine",
    "SaleRefused",
    "SaleReturn",
    "SchemeCost",
    "Sheet",
    "SheetLine",
    "ShiftTotals",
    "Shipping",
    "ShippingRow",
    "TaxPayer",
    "Tender",
    "TenderMode",
    "TenderRow",
    "TypedLine",
    "TypedSheet",
    "Wanted",
    "Worked",
    "add_flags",
    "address_of",
    "advance_lowered",
    "advance_taken",
    "advance_touches",
    "before_office_bill",
    "begin_advance",
    "below_zero",
    "beside_fields",
    "cancel",
    "chosen",
    "collected_on",
    "count_bills",
    "dues",
    "goods_before",
    "header_or_none",
    "header_to_change",
    "invoice",
    "invoices",
    "issue",
    "issue_invoice",
    "issue_return",
    "issued_before",
    "kind_of_advance",
    "kinds_on_receipt",
    "offers_promised",
    "open_flags",
    "parse_wanted",
    "read_sheet",
    "refusal",
    "require_discount",
    "sale_of",
    "scheme_costs",
    "set_shipping",
    "settle_flag",
    "sheet_values",
    "shift_totals",
    "shipping_of",
    "short_item",
    "sold_lines",
    "tax_of_others",
    "terms_of",
    "to_registered_buyers",
    "understand",
    "use_collections",
    "when_cancelled",
    "work_out",
    "worth_more_than",
]
