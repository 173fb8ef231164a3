"""Bills that say something particular of their tax: paid by the buyer (table 4B), or sold through an operator (table 14).

They are few, so they are looked up from their own small table and not from the month's papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import and_, case, or_, select

from webapp.gst_returns.reading import NOTE, is_cancelled, papers_of
from webapp.gst_returns.told import Item, Operator, Taxes
from webapp.kernel.dates import Period
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceLine, InvoiceParticular
from webapp.tax.rules import Treatment
from webapp.tax.uncharged import tax_on_line


class Line(NamedTuple):
    """A line of such a bill, or of a note on one, with the taxes it was charged."""

    number: str
    payer: str
    operator: str
    sign: int
    supply: str
    treatment: str
    rate_bp: int
    cess_bp: int
    taxable_paise: int
    cgst: int
    sgst: int
    igst: int
    cess: int

    @property
    def taxes(self) -> Taxes:
        """As charged; where somebody else pays them, as worked out from the value."""
        if self.payer == "seller":
            return Taxes(self.taxable_paise, self.cgst, self.sgst, self.igst, self.cess)
        tax = tax_on_line(self, self.supply)
        return Taxes(self.taxable_paise, tax.cgst, tax.sgst, tax.igst, tax.cess)


class Particulars(NamedTuple):
    """What these papers add: items of supplies under reverse charge by number, and the rows of table 14."""

    reverse_items: Mapping[str, tuple[Item, ...]]
    operators: tuple[Operator, ...]


def sold_through(books: Books, gstin: str, span: Period) -> tuple[Operator, ...]:
    """For other rooms: table 14 of these days, what was sold through each operator."""
    return particulars(books, gstin, span).operators


def particulars(books: Books, gstin: str, span: Period) -> Particulars:
    """Those of a registration in these days."""
    sign = case((Invoice.kind == NOTE, -1), else_=1)
    columns = [getattr(InvoiceLine, name) for name in ("treatment", "rate_bp", "cess_bp", "taxable_paise")]
    taxes = [getattr(InvoiceLine, f"{name}_paise") for name in ("cgst", "sgst", "igst", "cess")]
    of_bill = or_(Invoice.id == InvoiceParticular.invoice_id, Invoice.against_id == InvoiceParticular.invoice_id)
    query = (
        select(Invoice.number, InvoiceParticular.tax_payer, InvoiceParticular.operator_gstin, sign, Invoice.supply, *columns, *taxes)
        .select_from(InvoiceParticular)
        .join(Invoice, and_(Invoice.company_id == InvoiceParticular.company_id, of_bill))
        .join(InvoiceLine, and_(InvoiceLine.company_id == Invoice.company_id, InvoiceLine.invoice_id == Invoice.id))
        .where(or_(InvoiceParticular.tax_payer != "seller", InvoiceParticular.operator_gstin != ""))
        .where(*papers_of(gstin, span), ~is_cancelled())
        .order_by(Invoice.number, InvoiceLine.rate_bp.desc(), InvoiceLine.line_no)
    )
    lines = [Line(*row) for row in books.session.execute(query)]
    return Particulars(_reverse_items(lines), _operators(lines))


def _reverse_items(lines: list[Line]) -> dict[str, tuple[Item, ...]]:
    rates: dict[str, dict[int, Taxes]] = {}
    for line in lines:
        if line.payer == "buyer" and line.treatment == Treatment.TAXABLE.value:
            of = rates.setdefault(line.number, {})
            of[line.rate_bp] = of.get(line.rate_bp, Taxes()).plus(line.taxes)
    return {number: tuple(Item(rate, *taxes) for rate, taxes in some.items()) for number, some in rates.items()}


def _operators(lines: list[Line]) -> tuple[Operator, ...]:
    """Table 14. Sales within s.52 bear our own tax and stand in their other tables too; those within s.9(5) stand here alone, with the
    tax that the operator pays."""
    found: dict[tuple[bool, str], Taxes] = {}
    for line in lines:
        if line.operator:
            key = (line.payer == "operator", line.operator)
            found[key] = found.get(key, Taxes()).plus(line.taxes, line.sign)
    return tuple(Operator(gstin, pays, taxes) for (pays, gstin), taxes in sorted(found.items()) if any(taxes))
