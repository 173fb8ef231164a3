"""Returns to the GST portal: GSTR-1 of a registration and a month, a quarter, or the invoices of a month (IFF).

It tells what papers have said and decides nothing about tax. Promises: what a return says is due is what the output tax accounts of its
months say; a return that was filed is kept as it was, byte by byte, and locks the sales of its months; what changes afterwards is told as
an amendment; a return is of one GSTIN. `docs/gst-returns.md` says which table comes from which paper, and which tables no paper fills.
"""

from webapp.gst_returns.building import Registration, gstr1, registration, registrations
from webapp.gst_returns.periods import ReturnPeriod, read_period
from webapp.gst_returns.service import File, file_return, reopen_return
from webapp.gst_returns.told import Gstr1, Taxes, tax_of_period, totals
from webapp.gst_returns.writing import as_text, parts

__all__ = [
    "File",
    "Gstr1",
    "Registration",
    "ReturnPeriod",
    "Taxes",
    "as_text",
    "file_return",
    "gstr1",
    "parts",
    "read_period",
    "registration",
    "registrations",
    "reopen_return",
    "tax_of_period",
    "totals",
]
