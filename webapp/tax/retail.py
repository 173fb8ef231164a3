"""Goods that are taxed on the retail sale price printed on the pack, whatever is paid for them (CGST Act s.15(5), CGST Rule 31D).

[19/2025] Notification 19/2025-Central Tax: pan masala, tobacco and its substitutes but bidi, from 1-Feb-2026; tax = RSP x rate / (100 +
rate).
GSTN's advisory of 23-Jan-2026: e-invoice and GSTR-1 tell what is paid without tax as the taxable value, and the tax as it is on the RSP.
"""

from __future__ import annotations

from datetime import date

from webapp.kernel.errors import BooksError
from webapp.kernel.money import Paise, Qty, rounded

RETAIL_PRICE_FROM = date(2026, 2, 1)  # [19/2025]
_HEADINGS = ("21069020", "2401", "2402", "2403", "24041100", "24041900")  # [19/2025]
_BIDI = ("24031921", "24031929")


def is_taxed_on_retail_price(hsn: str, day: date) -> bool:
    """Whether the law takes the tax of goods of this code of the retail sale price, on that day."""
    return day >= RETAIL_PRICE_FROM and hsn.startswith(_HEADINGS) and hsn not in _BIDI


def retail_value(name: str, mrp: Paise | None, qty: Qty) -> Paise:
    """The retail sale price of a quantity, by the MRP of one. BooksError for goods without an MRP."""
    if mrp is None:
        raise BooksError(
            problem=f"The tax of {name} is taken of its retail sale price, and it has no MRP.",
            fix="Type the MRP of the pack on the item, then bill it.",
        )
    return Paise(rounded(mrp * qty, 1000))
