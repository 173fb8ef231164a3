"""The list as a file, under the headings that the import takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from webapp.kernel.money import plain_decimal
from webapp.operator_supplies import queries
from webapp.operator_supplies.queries import Wanted
from webapp.operator_supplies.rules import DOCUMENT_TYPES
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books


def supplies_sheet(gstin: str, wanted: Wanted) -> Sheet:
    """The supplies of a registration, as filtered."""
    columns = (
        Column("Document Number", "code", 12),
        Column("Document Date", "day", 12),
        Column("Supplier GSTIN/UIN", "code", 17),
        Column("Supplier Name", "text", 13),
        Column("Recipient GSTIN/UIN", "code", 17),
        Column("Recipient Name", "text", 13),
        Column("Place Of Supply", "code", 7),
        Column("Document type", "text", 18),
        Column("LUT Number", "code", 12),
        Column("Rate", "code", 6),
        Column("Taxable Value", "amount", 12),
        *(Column(name, "amount", 9) for name in ("CGST", "SGST", "IGST", "Cess Amount")),
        Column(_("Status"), "text", 10),
    )

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in queries.supplies(books, gstin, wanted, most=20_000):
            who = (one.supplier_gstin, one.supplier_name, one.recipient_gstin, one.recipient_name)
            taxes = (one.cgst_paise, one.sgst_paise, one.igst_paise, one.cess_paise)
            state = _("Posted") if one.stands else _("Taken back")
            said = (one.place, DOCUMENT_TYPES[one.document_type], one.lut_number)
            yield one.number, one.supply_date, *who, *said, plain_decimal(one.rate_bp, 2), one.taxable_paise, *taxes, state

    return Sheet(f"operator-supplies-{gstin}", _("Supplies under section 9(5)"), (gstin,), columns, rows, is_wide=True)
