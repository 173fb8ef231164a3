"""The verbs of GSTR-1: file it, take a filing back."""

from __future__ import annotations

from uuid import UUID

from webapp.gst_returns import building, schemes, writing
from webapp.gst_returns.filing import File, Told, file_form, reopen_form
from webapp.gst_returns.queries import GSTR1, FilingRow
from webapp.gst_returns.told import tax_of_period
from webapp.platform.tenancy import Books


def file_return(books: Books, asked: File) -> FilingRow:
    """Keep a return as it was filed, and lock the sales of its months once every registration has filed them. The same filing again
    gives the first answer.

    InvalidInput by field; Conflict for a period that is filed, or that another kind of return covers, or when the books changed since
    it was shown; NotFound for another's GSTIN.
    """

    def tell() -> Told:
        schemes.require_regular(books, asked.gstin, asked.period)
        told = building.gstr1(books, building.registration(books, asked.gstin), asked.period)
        return Told(writing.as_text(told), tax_of_period(told).tax)

    return file_form(books, asked, _gstins(books), tell)


def reopen_return(books: Books, filing_id: UUID, reason: str) -> None:
    """Take a filing back: its months are open again, what was filed stays on record. InvalidInput without a reason; Conflict when it
    was taken back before, or when the year's close holds the months."""
    reopen_form(books, filing_id, reason, GSTR1)


def _gstins(books: Books) -> list[str]:
    return [of.gstin for of in building.registrations(books)]
