"""The series of this room: `26` `00` and two letters, one run for a financial year. Numbers are taken in the posting transaction."""

from __future__ import annotations

from datetime import date

from webapp.kernel.dates import FinancialYear
from webapp.platform.numbering import open_series, take_number
from webapp.platform.tenancy import Books

# Rule 46(b) asks for own series; a self-invoice (s.31(3)(f), Rule 47A) and a payment voucher (s.31(3)(g), Rule 52) have theirs.
LETTERS = {
    "purchase_order": "PO",
    "goods_receipt": "GR",
    "purchase_bill": "PB",
    "purchase_debit_note": "PD",
    "self_invoice": "SI",
    "reverse_charge_payment": "RP",
}


def next_number(books: Books, kind: str, day: date) -> str:
    """The next number of a kind of document in the financial year of `day`."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}00{LETTERS[kind]}"
    open_series(books, prefix, document_kind=kind, year=year)
    return str(take_number(books, prefix))
