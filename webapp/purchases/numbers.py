"""The series of this room: two letters after `2600` for the first store, after the store's own code for the others (26PUN-PB), one run for
a financial year. Numbers are taken in the posting transaction."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from webapp.company import FIRST_CODE, store, store_series
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
    "landed_cost": "LC",
    "foreign_payment": "FP",
    "rate_restatement": "ER",
    "consignment_return": "CR",
}


def next_number(books: Books, kind: str, day: date, store_id: UUID) -> str:
    """The next number of a kind of document of a store in the financial year of `day`."""
    year = FinancialYear.of(day)
    is_first = store(books, store_id).code == FIRST_CODE
    prefix = f"{year.start_year % 100:02d}00{LETTERS[kind]}" if is_first else store_series(books, store_id, year, LETTERS[kind])
    open_series(books, prefix, document_kind=kind, year=year)
    return str(take_number(books, prefix))
