"""Which column of a sheet is what: guessed from its headings in English or Hindi, as common programs write them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from webapp.kernel.text import folded


class Field(NamedTuple):
    """Something a column can be. `headings` are the usual ones, folded, best first."""

    name: str
    label: str
    headings: tuple[str, ...]


def _headings(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


FIELDS = (
    Field(
        "name",
        "Name",
        _headings(
            "item name, product name, name of item, item, product, name, particulars, stock item, description, item description, "
            "product title, title, goods, medicine name, नाम, वस्तु, वस्तु का नाम, सामान, सामान का नाम, उत्पाद, उत्पाद का नाम, आइटम"
        ),
    ),
    Field(
        "local_name",
        "Name in Hindi",
        _headings("hindi name, local name, name in hindi, name hindi, regional name, हिंदी नाम, हिन्दी नाम, स्थानीय नाम"),
    ),
    Field(
        "sku",
        "SKU / item code",
        _headings(
            "sku, item code, product code, code, item no, part no, part number, article, article no, alias, short code, style code, "
            "कोड, आइटम कोड"
        ),
    ),
    Field(
        "codes",
        "Barcode",
        _headings("barcode, bar code, ean, ean13, ean 13, ean code, upc, gtin, barcode no, item barcode, isbn, बारकोड, बार कोड"),
    ),
    Field(
        "category",
        "Category",
        _headings("category, item category, product category, group, stock group, item group, department, section, वर्ग, श्रेणी, समूह"),
    ),
    Field(
        "brand",
        "Brand",
        _headings("brand, brand name, company, manufacturer, mfr, mfg, make, company name, ब्रांड, कंपनी, ब्रैंड"),
    ),
    Field(
        "price",
        "Selling price",
        _headings(
            "sale price, selling price, sales price, sp, price, rate, retail price, unit price, sale rate, selling rate, our price, "
            "salerate, बिक्री मूल्य, विक्रय मूल्य, दाम, भाव, मूल्य, कीमत, रेट"
        ),
    ),
    Field(
        "mrp",
        "MRP",
        _headings(
            "mrp, market price, max retail price, maximum retail price, m r p, list price, printed price, एमआरपी, अधिकतम खुदरा मूल्य, छपा मूल्य"
        ),
    ),
    Field(
        "includes_tax",
        "Price includes tax",
        _headings("price includes tax, includes tax, tax included, tax inclusive, inclusive of tax, inclusive, with tax, कर सहित"),
    ),
    Field(
        "tax",
        "GST %",
        _headings(
            "gst, gst rate, gst percent, tax, tax rate, tax percent, igst, igst rate, gst percentage, rate of tax, tax slab, tax "
            "class, vat, जीएसटी, कर, कर दर, जीएसटी दर"
        ),
    ),
    Field(
        "hsn",
        "HSN / SAC",
        _headings("hsn, hsn code, hsn sac, hsncode, hsn sac code, sac, hsn no, एचएसएन, एचएसएन कोड"),
    ),
    Field(
        "unit",
        "Unit",
        _headings("unit, uom, units, base unit, uqc, unit of measure, primary unit, packing unit, इकाई, यूनिट, माप"),
    ),
    Field(
        "opening_qty",
        "Opening stock",
        _headings(
            "opening stock, opening quantity, opening qty, stock, qty, quantity, closing stock, current stock, balance, on hand, in "
            "stock, stock quantity, प्रारंभिक स्टॉक, स्टॉक, मात्रा"
        ),
    ),
    Field(
        "cost",
        "Cost per unit",
        _headings(
            "purchase price, cost, cost price, cp, purchase rate, landing cost, buy price, unit cost, पर्चेज रेट, खरीद मूल्य, क्रय मूल्य, लागत"
        ),
    ),
    Field(
        "opening_value",
        "Value of opening stock",
        _headings("opening value, stock value, opening balance value, closing value, stock amount, स्टॉक मूल्य, प्रारंभिक मूल्य"),
    ),
    Field(
        "reorder_level",
        "Reorder level",
        _headings("reorder level, min stock, minimum stock, low stock, minimum quantity, min qty, reorder, पुनः आदेश स्तर, न्यूनतम स्टॉक"),
    ),
    Field(
        "valuation",
        "Valuation",
        _headings("valuation, valuation method, costing method, costing, stock valuation, inventory valuation, मूल्यांकन, मूल्यांकन विधि"),
    ),
    Field("family", "Family of variants", _headings("family, item family, variant of, parent, parent item, parent name, model, समूह उत्पाद")),
    Field("attribute_1", "First attribute (size)", _headings("size, attribute 1, option 1, variant 1, option1 value, साइज़, नाप")),
    Field("attribute_2", "Second attribute (colour)", _headings("colour, color, shade, attribute 2, option 2, option2 value, रंग")),
    Field("attribute_3", "Third attribute", _headings("fit, material, style, pattern, attribute 3, option 3, option3 value, कपड़ा")),
)
FIELD_NAMES = frozenset(field.name for field in FIELDS)


def guess(headings: Sequence[str]) -> dict[str, int]:
    """The column of each field, as far as the headings tell. The best heading of a field wins; a column is used once."""
    seen = [folded(heading) for heading in headings]
    found: dict[str, int] = {}
    candidates = sorted(
        (field.headings.index(heading), order, field.name, column)
        for order, field in enumerate(FIELDS)
        for column, heading in enumerate(seen)
        if heading in field.headings
    )
    for _rank, _order, name, column in candidates:
        if name not in found and column not in found.values():
            found[name] = column
    return found


def checked(mapping: Mapping[str, int], width: int) -> dict[str, str]:
    """What is wrong with a mapping, by field; empty when nothing is."""
    errors = {}
    if "name" not in mapping:
        errors["name"] = "Say which column holds the name of the item."
    if "price" not in mapping and "mrp" not in mapping:
        errors["price"] = "Say which column holds the selling price, or the MRP."
    taken: dict[int, str] = {}
    for name, column in mapping.items():
        if name not in FIELD_NAMES or not 0 <= column < width:
            errors[name] = "Choose a column of the sheet."
        elif column in taken:
            errors[name] = "This column is used for something else already."
        else:
            taken[column] = name
    return errors


def headings_hash(headings: Sequence[str]) -> str:
    """One name for sheets with these headings in this order, to remember their mapping by."""
    return hashlib.sha256("\x1f".join(folded(heading) for heading in headings).encode()).hexdigest()
