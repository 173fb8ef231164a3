"""What the returns ask of input tax."""

from __future__ import annotations

from webapp.input_tax.rules import Cell, Table4, Table5
from webapp.platform.tenancy import Books


def table_4(books: Books, gstin: str, month: int) -> Table4:
    """GSTR-3B table 4 of a registration and a month (202610). NotFound for a GSTIN that is not this company's."""
    return Table4()


def inward_supplies(books: Books, gstin: str, month: int) -> Table5:
    """GSTR-3B table 5 of a registration and a month: `taxable` of each cell is the figure."""
    return Table5()


def reverse_charge(books: Books, gstin: str, month: int) -> Cell:
    """GSTR-3B 3.1(d): inward supplies on which we owe the tax, services from abroad among them; value and tax."""
    return Cell()
