"""Returns to the GST portal: GSTR-1 of a registration and a month, a quarter, or the invoices of a month (IFF); and GSTR-1A beside it.

It tells what papers have said and decides nothing about tax. Promises: what a return says is due is what the output tax accounts of its
months say; a return that was filed is kept as it was, byte by byte, and locks the sales of its months; what changes afterwards is told as
an amendment; a return is of one GSTIN. `docs/gst-returns.md` says which table comes from which paper, and which tables no paper fills.

Returns that rooms above tell (GSTR-3B, CMP-08, GSTR-4, GSTR-9) are filed, listed and taken back by the same verbs: `file_form`,
`filings_of`, `reopen_form`.
"""

from webapp.gst_returns.building import Registration, gstr1, registration, registrations
from webapp.gst_returns.comparing import MOST_BYTES, read_file
from webapp.gst_returns.filed import Filed, everything_filed
from webapp.gst_returns.filing import FORMS, File, Told, file_form, reopen_form
from webapp.gst_returns.flat import Fact, Key
from webapp.gst_returns.flat import facts as facts_of_file
from webapp.gst_returns.flat import paise as paise_of_file
from webapp.gst_returns.forms import parse_filing
from webapp.gst_returns.handing_out import filed_file, json_file, require_reader
from webapp.gst_returns.periods import IFF, KINDS, MONTH, QUARTER, YEAR, ReturnPeriod, choices, read_fp, read_period
from webapp.gst_returns.queries import GSTR1, GSTR1A, FilingRow, filing_of, filings_of, read_own, require_untold, text_of
from webapp.gst_returns.reading_particulars import sold_through
from webapp.gst_returns.schemes import months_under, regular_periods
from webapp.gst_returns.service import file_return, reopen_return
from webapp.gst_returns.told import AMENDMENT_OF, Document, Gstr1, Operator, Taxes, tax_of_period, totals
from webapp.gst_returns.typed_figures import TURNOVER, TypedFigure, turnover_before, type_figures, typed_figures
from webapp.gst_returns.writing import as_text, parts
from webapp.gst_returns.writing_values import money

__all__ = [
    "AMENDMENT_OF",
    "FORMS",
    "GSTR1",
    "GSTR1A",
    "IFF",
    "KINDS",
    "MONTH",
    "MOST_BYTES",
    "QUARTER",
    "TURNOVER",
    "YEAR",
    "Document",
    "Fact",
    "File",
    "Filed",
    "FilingRow",
    "Gstr1",
    "Key",
    "Operator",
    "Registration",
    "ReturnPeriod",
    "Taxes",
    "Told",
    "TypedFigure",
    "as_text",
    "choices",
    "everything_filed",
    "facts_of_file",
    "file_form",
    "file_return",
    "filed_file",
    "filing_of",
    "filings_of",
    "gstr1",
    "json_file",
    "money",
    "months_under",
    "paise_of_file",
    "parse_filing",
    "parts",
    "read_file",
    "read_fp",
    "read_own",
    "read_period",
    "registration",
    "registrations",
    "regular_periods",
    "reopen_form",
    "reopen_return",
    "require_reader",
    "require_untold",
    "sold_through",
    "tax_of_period",
    "text_of",
    "totals",
    "turnover_before",
    "type_figures",
    "typed_figures",
]
