"""What an item may be: names, prices, codes, packs. Pure decisions on frozen values; refusals are words by field."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from webapp.catalogue.barcodes import check_barcode
from webapp.catalogue.units import UNITS
from webapp.kernel.money import MOST_PAISE, MilliPaise, Paise, Qty, rounded, rupees
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.tax.place import NATURES
from webapp.tax.rules import DatedRate

MOST_NAME = 200
MOST_SHORT = 100  # category, brand, SKU
MOST_CODES = 20
MOST_PACKS = 10
KINDS = ("goods", "service")
TRACKINGS = ("none", "batch", "serial")
VALUATIONS = ("average", "fifo")
NO_QTY, NO_MONEY = Qty(0), Paise(0)
ONE = 10_000  # 100 % in basis points


class Pack(NamedTuple):
    """A unit an item is also sold in: `factor_thousandths` base units make one (a box of 12 is 12000)."""

    unit: str
    factor_thousandths: Qty
    price_millipaise: MilliPaise | None = None  # None: the base price times the factor
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """All that an item is told to be. Price in thousandths of a paisa per base unit, MRP in paise.

    `opening_*` is what is in the shop when the item is made; it is not looked at when an item is changed.
    """

    name: str
    price_millipaise: MilliPaise
    tax_class_id: UUID
    local_name: str = ""
    sku: str | None = None
    kind: str = "goods"
    unit: str = "NOS"
    hsn: str = ""
    price_includes_tax: bool = True
    mrp_paise: Paise | None = None
    category: str = ""
    brand: str = ""
    is_stocked: bool = True
    sold_by_weight: bool = False
    tracking: str = "none"
    valuation: str = "average"
    supply_nature: str = ""
    reorder_level_qty: Qty | None = None
    codes: tuple[str, ...] = ()
    packs: tuple[Pack, ...] = ()
    opening_qty: Qty = NO_QTY
    opening_value_paise: Paise = NO_MONEY


def search_text(draft: ItemDraft) -> str:
    """What a search looks through: names, brand, SKU, codes and HSN, folded."""
    codes = [*draft.codes, *(code for pack in draft.packs for code in pack.codes)]
    return " ".join(folded(part) for part in (draft.name, draft.local_name, draft.brand, draft.sku or "", *codes, draft.hsn) if part)


def item_errors(draft: ItemDraft, rate: DatedRate | None) -> dict[str, str]:
    """What is wrong with a draft, by field; empty when nothing is. `rate` is that of today, or None where no tax is added."""
    errors = {
        **_text_errors(draft),
        **_code_errors(draft),
        **_pack_errors(draft),
        **_figure_errors(draft),
        **_tracking_errors(draft),
        **_valuation_errors(draft),
    }
    if rate is not None and rate.on_retail_price and draft.mrp_paise is None:
        errors["mrp"] = "Type the MRP of the pack: the tax of these goods is taken of it (CGST Rule 31D)."
    if "price" not in errors and "mrp" not in errors and (words := price_above_mrp(draft, rate)):
        errors["price"] = words
    return errors


def price_above_mrp(draft: ItemDraft, rate: DatedRate | None) -> str | None:
    """Words with both figures when the price is above the MRP, else None.

    Legal Metrology (Packaged Commodities) Rules 2011, rule 18(2): nobody sells a package above its retail sale price,
    which includes all taxes. So a price without tax is compared with its tax on top.
    """
    if draft.mrp_paise is None:
        return None
    asked = draft.price_millipaise
    if not draft.price_includes_tax and rate is not None and rate.on_retail_price:
        asked = MilliPaise(asked + rounded(draft.mrp_paise * 1000 * (rate.rate_bp + rate.cess_bp), ONE + rate.rate_bp + rate.cess_bp))
    elif not draft.price_includes_tax and rate is not None:
        asked = MilliPaise(rounded(asked * (ONE + rate.rate_bp + rate.cess_bp), ONE))
    if asked <= draft.mrp_paise * 1000:
        return None
    shown = rupees(-(-asked // 1000))  # rounded up, so that it never reads as equal to the MRP
    with_tax = "" if draft.price_includes_tax else " with tax"
    mrp = rupees(draft.mrp_paise)
    return f"The price of {shown}{with_tax} is above the MRP of {mrp}. The law forbids it: lower the price or correct the MRP."


def check_hsn(text: str) -> str:
    """An HSN or SAC of 2, 4, 6 or 8 digits, or nothing. ValueError with words otherwise."""
    code = "".join(text.split()).replace(".", "")
    if not code:
        return ""
    if not (code.isascii() and code.isdigit()) or len(code) not in {2, 4, 6, 8}:
        raise ValueError("An HSN code has 4, 6 or 8 digits, for example 1006 for rice. Search it by the name of the goods.")
    return code


def _text_errors(draft: ItemDraft) -> dict[str, str]:
    errors = {}
    if not draft.name:
        errors["name"] = "Give the item a name."
    for field, label, value, most in (
        ("name", "name", draft.name, MOST_NAME),
        ("local_name", "name in Hindi", draft.local_name, MOST_NAME),
        ("category", "category", draft.category, MOST_SHORT),
        ("brand", "brand", draft.brand, MOST_SHORT),
        ("sku", "SKU", draft.sku or "", MOST_SHORT),
    ):
        if len(value) > most:
            errors[field] = f"The {label} has {len(value):,} characters; at most {most} fit on a bill."
    if draft.unit not in UNITS:
        errors["unit"] = "Choose the unit from the list."
    if draft.kind not in KINDS:
        errors["kind"] = "Choose goods or service."
    if draft.supply_nature and draft.supply_nature not in NATURES:
        errors["supply_nature"] = "Choose the nature of the service from the list."
    try:
        check_hsn(draft.hsn)
    except ValueError as error:
        errors["hsn"] = str(error)
    return errors


def _code_errors(draft: ItemDraft) -> dict[str, str]:
    if len(draft.codes) > MOST_CODES:
        return {"codes": f"An item has at most {MOST_CODES} barcodes."}
    seen: set[str] = set()
    for code in (*draft.codes, *(code for pack in draft.packs for code in pack.codes)):
        try:
            kept = check_barcode(code)
        except ValueError as error:
            return {"codes": str(error)}
        if kept in seen:
            return {"codes": f"The barcode {kept} stands here twice."}
        seen.add(kept)
    return {}


def _pack_errors(draft: ItemDraft) -> dict[str, str]:
    if len(draft.packs) > MOST_PACKS:
        return {"packs": f"An item has at most {MOST_PACKS} other units."}
    units = [pack.unit for pack in draft.packs]
    if any(unit not in UNITS for unit in units):
        return {"packs": "Choose each unit from the list."}
    if draft.unit in units or len(set(units)) != len(units):
        return {"packs": "Each unit stands once, and the item's own unit is not a pack of itself."}
    if any(pack.factor_thousandths <= 0 for pack in draft.packs):
        return {"packs": "Say how many of the item's unit make one pack: more than 0."}
    if any(pack.price_millipaise is not None and pack.price_millipaise < 0 for pack in draft.packs):
        return {"packs": "A price cannot be less than 0."}
    return {}


def _tracking_errors(draft: ItemDraft) -> dict[str, str]:
    if draft.tracking not in TRACKINGS:
        return {"tracking": "Choose how its stock is told apart."}
    if draft.tracking != "none" and not draft.is_stocked:
        return {"tracking": "Only goods that are counted are kept by batch or serial number."}
    if draft.tracking == "serial" and draft.sold_by_weight:
        return {"tracking": "What is sold by weight has no serial number for each piece."}
    if draft.tracking != "none" and draft.opening_qty:
        return {"opening_qty": "Save the item first; then enter its opening stock by batch or serial number under Adjustments."}
    return {}


def _valuation_errors(draft: ItemDraft) -> dict[str, str]:
    return {} if draft.valuation in VALUATIONS else {"valuation": "Choose weighted average, or first in, first out."}


def _figure_errors(draft: ItemDraft) -> dict[str, str]:
    errors = {}
    if draft.price_millipaise < 0:
        errors["price"] = "A price cannot be less than 0."
    elif draft.price_millipaise > MOST_PAISE * 1_000:  # no form lets one through; a price raised again and again gets there
        errors["price"] = "This is larger than the books can hold. Check the figure."
    if draft.mrp_paise is not None and draft.mrp_paise <= 0:
        errors["mrp"] = "An MRP is more than 0. Leave it empty when there is none."
    if draft.reorder_level_qty is not None and draft.reorder_level_qty < 0:
        errors["reorder_level"] = "A reorder level cannot be less than 0."
    if draft.opening_qty < 0:
        errors["opening_qty"] = "Opening stock cannot be less than 0."
    if draft.opening_value_paise < 0:
        errors["opening_value"] = "The value of the opening stock cannot be less than 0."
    if draft.opening_value_paise and not draft.opening_qty:
        errors["opening_qty"] = "Say how much there is for this value."
    if draft.opening_qty and not draft.is_stocked:
        errors["opening_qty"] = "This item is not kept in stock, so it has no opening stock."
    return errors
