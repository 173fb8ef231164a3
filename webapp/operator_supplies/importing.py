"""Supplies from a CSV: taken in whole or not at all; the same file again enters nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID, uuid5

from webapp import ledger
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.operator_supplies import forms, service
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_alone

_ROWS = UUID("6d756e69-6d00-5000-8000-6573757069d0")  # a supply of a file, by the file, our GSTIN and its row
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("Document Number", "Number", "Invoice Number"),
    "day": ("Document Date", "Date", "Invoice Date"),
    "supplier_gstin": ("Supplier GSTIN/UIN", "Supplier GSTIN"),
    "supplier_name": ("Supplier Name", "Supplier"),
    "recipient_gstin": ("Recipient GSTIN/UIN", "Recipient GSTIN"),
    "recipient_name": ("Recipient Name", "Recipient"),
    "place": ("Place Of Supply", "Place"),
    "rate": ("Rate",),
    "taxable": ("Taxable Value", "Value"),
    "cess": ("Cess Amount", "Cess"),
    "document_type": ("Document type", "Invoice Type"),
    "lut_number": ("LUT Number", "LUT"),
}
NEEDED = ("number", "day", "place", "rate", "taxable")
MOST_ROWS = 500  # each is a voucher of its own, in one transaction: nobody else posts meanwhile


def import_supplies(books: Books, gstin: str, content: bytes) -> int:
    """Enter every row of a CSV with the headings of COLUMNS; how many there were. InvalidInput by row number where one cannot be used, and
    of `limit_reason` where one lies further back than the role may date: then nothing at all is entered."""
    if not content:
        raise InvalidInput({"file": "Choose a CSV file first."})
    rows = ledger.read_rows(content, COLUMNS, NEEDED)
    if len(rows) > MOST_ROWS:
        raise BooksError(problem=f"This file has more than {MOST_ROWS} rows.", fix="Split it, and send the parts one after the other.")
    digest = sha256(content).hexdigest()
    write_alone(books)
    problems: dict[str, str] = {}
    for number, row in rows:
        own = {**row, "id": str(uuid5(_ROWS, f"{books.company_id}/{gstin}/{digest}/{number}")), "place": row["place"][:2]}
        try:
            service.enter_supply(books, forms.parse_supply(own, gstin))
        except InvalidInput as error:
            if "limit_reason" in error.errors:
                raise  # one reason is for the whole file: asked for in a field of its own
            problems[str(number)] = " ".join(error.errors.values())
        except (Conflict, BooksError) as error:
            problems[str(number)] = f"{error.problem} {error.fix}"
    if problems:
        raise InvalidInput(problems)
    return len(rows)
