"""Documents made at the desk and not at a till: they are numbered in the office's own series and refused where they may be."""

from __future__ import annotations

from datetime import date

from webapp.kernel.dates import FinancialYear
from webapp.platform.numbering import open_series
from webapp.platform.tenancy import Books
from webapp.sales import queries, service
from webapp.sales.commands import OfficeReturn, SaleReturn
from webapp.sales.queries import Issued
from webapp.tax.rules import RULES_V

# Till codes are two characters; this one is given to no till.
OFFICE = "00"


def issue_return(books: Books, asked: OfficeReturn) -> Issued:
    """Take goods back at the desk, into the store that sold them. Refusals as `service.issue_return`."""
    bill = queries.header(books, asked.against_id)
    return service.issue_return(
        books,
        SaleReturn(
            id=asked.id,
            against_id=bill.id,
            series=office_series(books, books.today, "R"),
            seq=None,
            invoice_date=books.today,
            issued_at=books.now,
            store_id=bill.store_id,
            cashier=books.actor.name,
            lines=asked.lines,
            body_sha256=asked.body_sha256,
            rules_v=RULES_V,
            has_happened=False,
            refund=asked.refund,
            note=asked.reason,
        ),
    )


def office_series(books: Books, day: date, letter: str = "") -> str:
    """The office's series of a financial year: 2600 for bills, 2600R for returns. Opened when first used."""
    year = FinancialYear.of(day)
    prefix = f"{year.start_year % 100:02d}{OFFICE}{letter}"
    open_series(books, prefix, document_kind="credit_note" if letter else "bill", year=year)
    return prefix
