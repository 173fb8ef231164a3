"""The kinds the arithmetic speaks of: who sells, what the law says of the goods, where they go, what paper goes along."""

from __future__ import annotations

from enum import StrEnum


class Scheme(StrEnum):
    """How the seller is registered. Only a regular seller collects tax from the buyer."""

    REGULAR = "regular"
    COMPOSITION = "composition"  # CGST Act s.10: pays on turnover, collects nothing
    UNREGISTERED = "unregistered"


class Treatment(StrEnum):
    """What the law says of an item."""

    TAXABLE = "taxable"
    NIL = "nil"  # taxable at 0 %
    EXEMPT = "exempt"  # CGST Act s.11
    NON_GST = "non_gst"  # outside GST: petrol, diesel, alcohol for drinking (s.9(1), (2))


class Supply(StrEnum):
    """Which taxes a bill carries."""

    INTRA = "intra"  # CGST and SGST (UTGST), half each
    INTER = "inter"  # IGST; also an export or SEZ supply on payment of tax
    ZERO_RATED = "zero_rated"  # IGST Act s.16(3)(a): export or SEZ under bond or LUT, no tax


class DocumentKind(StrEnum):
    """The paper a sale is written on."""

    TAX_INVOICE = "tax_invoice"  # CGST Rule 46
    BILL_OF_SUPPLY = "bill_of_supply"  # CGST Rule 49
    BILL = "bill"  # an unregistered seller's
    CREDIT_NOTE = "credit_note"  # CGST Act s.34
