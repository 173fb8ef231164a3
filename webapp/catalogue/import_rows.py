"""One row of a sheet read as an item. Pure: text in, a draft or words by column out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from webapp.catalogue.barcodes import check_barcode
from webapp.catalogue.family_rules import MOST_ATTRIBUTES, MOST_VALUE, variant_name
from webapp.catalogue.rules import ItemDraft, check_hsn
from webapp.catalogue.units import unit_code
from webapp.kernel.errors import BooksError
from webapp.kernel.money import MilliPaise, Paise, Qty, read_basis_points, read_millipaise, read_paise, read_qty, rounded
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.tax.rules import DatedRate, TaxClass, Treatment, rate_on

_SHORTENED = re.compile(r"\d\.?\d*[eE]\+?\d+")
_UNTAXED_WORDS = {
    "nil": "nil",
    "nil rated": "nil",
    "zero": "nil",
    "exempt": "exempt",
    "exempted": "exempt",
    "tax free": "exempt",
    "non gst": "non-gst",
    "no gst": "non-gst",
}


class Options(NamedTuple):
    """What the person importing chose for the whole sheet."""

    tax_class_id: UUID  # for rows that name no tax and have no HSN we know
    price_includes_tax: bool
    splits_repeats: bool  # a name repeated with another brand or price is another item; else it is refused


class VariantOf(NamedTuple):
    """The family that a row names, and which one of it the item is: its values by place, "" where the sheet says nothing."""

    family: str
    values: tuple[str, ...]


class Parsed(NamedTuple):
    """A row that makes an item. `mapped` names what the sheet says of it; the rest is our default."""

    number: int
    key: str
    variant: str
    draft: ItemDraft
    mapped: frozenset[str]
    sha256: str
    variant_of: VariantOf | None = None


class Refused(NamedTuple):
    """A row that makes none, and why, by column."""

    number: int
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class TaxChoices:
    """How a sheet's words for tax become a tax class of the company."""

    by_name: Mapping[str, UUID]  # folded name or code
    by_rate_bp: Mapping[int, UUID]  # classes of one rate for every price, as of today
    laws: Mapping[UUID, TaxClass]
    usual_by_hsn: Mapping[str, UUID]
    today: date
    adds_tax: bool  # False where the seller collects none: then a price without tax is the price

    def class_of(self, text: str, hsn: str, default: UUID) -> UUID:
        """The class a row means: by its words, else by its HSN, else the default. ValueError for words we do not know."""
        usual = next((self.usual_by_hsn[hsn[:size]] for size in (8, 6, 4) if hsn[:size] in self.usual_by_hsn), None)
        words = folded(text)
        if not words:
            return usual or default
        if words in self.by_name:
            return self.by_name[words]
        if words in _UNTAXED_WORDS and _UNTAXED_WORDS[words] in self.by_name:
            return self.by_name[_UNTAXED_WORDS[words]]
        return self._class_of_rate(_rate_bp(text), usual)

    def _class_of_rate(self, rate_bp: int, usual: UUID | None) -> UUID:
        if usual is not None and any(rate.rate_bp == rate_bp for rate in self.laws[usual].rates):
            return usual
        if rate_bp in self.by_rate_bp:
            return self.by_rate_bp[rate_bp]
        known = ", ".join(f"{rate / 100:g}" for rate in sorted(self.by_rate_bp))
        raise ValueError(
            f"No tax class has {rate_bp / 100:g} % today. The rates are {known} %: correct it, or add an HSN that tells the rate."
        )

    def rate(self, draft: ItemDraft) -> DatedRate | None:
        """The tax that comes on top of a price without tax, or is taken of the MRP, today; None when nothing does."""
        law = self.laws[draft.tax_class_id]
        if not self.adds_tax or (draft.price_includes_tax and not law.has_retail_price):
            return None
        try:
            return rate_on(law, self.today, draft.price_millipaise)
        except BooksError:
            return None


def parse_row(number: int, cells: Mapping[str, str], options: Options, choices: TaxChoices) -> Parsed | Refused:
    """Read a row, its cells by field. Whether its price, codes and name fit is decided with the whole sheet in view."""
    reader = _Reader(cells)
    hsn = reader.read("hsn", _hsn, "")
    price = reader.read("price", read_millipaise, None)
    mrp = reader.read("mrp", read_paise, None)
    includes = reader.read("includes_tax", _yes_or_no, options.price_includes_tax)
    if price is None and "price" not in reader.errors:
        if mrp:
            price, includes = MilliPaise(mrp * 1000), True  # an MRP includes all taxes
        elif "mrp" not in reader.errors:
            reader.errors["price"] = "There is no price."
    qty = reader.read("opening_qty", read_qty, Qty(0))
    variant_of = _variant_of(reader)
    draft = ItemDraft(
        name=_name(cells, variant_of),
        local_name=clean_text(cells.get("local_name", "")),
        sku=clean_text(cells.get("sku", "")) or None,
        price_millipaise=price or MilliPaise(0),
        price_includes_tax=includes,
        mrp_paise=mrp or None,  # an MRP of 0 is how many programs write "none"
        tax_class_id=reader.read("tax", lambda text: choices.class_of(text, hsn, options.tax_class_id), None)
        or choices.class_of("", hsn, options.tax_class_id),
        hsn=hsn,
        unit=reader.read("unit", unit_code, "NOS"),
        category=clean_text(cells.get("category", "")),
        brand=clean_text(cells.get("brand", "")),
        codes=reader.read("codes", _codes, ()),
        reorder_level_qty=reader.read("reorder_level", read_qty, None),
        valuation=reader.read("valuation", _valuation, "average"),
        opening_qty=qty,
        opening_value_paise=_opening_value(reader, qty),
    )
    if not draft.name:
        reader.errors["name"] = "There is no name."
    if reader.errors:
        return Refused(number, reader.errors)
    key, variant = identity(draft)
    mapped = frozenset(name for name, text in cells.items() if text)
    return Parsed(number, key, variant, draft, mapped, _sha256(draft, variant_of), variant_of)


def identity(draft: ItemDraft) -> tuple[str, str]:
    """How a sheet names an item, and what tells it from others called alike: the SKU; else the barcode; else name, brand
    and category, told apart by price, MRP and unit."""
    if draft.sku:
        return f"sku:{draft.sku.casefold()}", ""
    if draft.codes:
        return f"code:{draft.codes[0]}", ""
    called = "\x1f".join(part.casefold() for part in (draft.name, draft.brand, draft.category))
    return f"name:{called}", f"{draft.price_millipaise}/{draft.mrp_paise or ''}/{draft.unit}"


class _Reader:
    """Reads cells, and keeps the words of those that cannot be read."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.errors: dict[str, str] = {}

    def read(self, name: str, read: Callable[[str], Any], empty: Any) -> Any:
        text = self.cells.get(name, "")
        if not text:
            return empty
        try:
            return read(text)
        except ValueError as error:
            self.errors[name] = str(error)
            return empty


def _variant_of(reader: _Reader) -> VariantOf | None:
    family = clean_text(reader.cells.get("family", ""))
    if not family:
        return None
    values = [clean_text(reader.cells.get(f"attribute_{place}", "")) for place in range(1, MOST_ATTRIBUTES + 1)]
    while values and not values[-1]:
        values.pop()
    if not values or not values[0]:
        reader.errors["attribute_1"] = "Say which one of its family it is, such as its size."
    for place, value in enumerate(values, start=1):
        if len(value) > MOST_VALUE:
            reader.errors[f"attribute_{place}"] = f"A value has at most {MOST_VALUE} signs."
    return VariantOf(family, tuple(values))


def _name(cells: Mapping[str, str], variant_of: VariantOf | None) -> str:
    """The name of the row; where that is the family's own, or missing, the family's with its values."""
    name = clean_text(cells.get("name", ""))
    if variant_of and name.casefold() in {"", variant_of.family.casefold()}:
        return variant_name(variant_of.family, variant_of.values)
    return name


def _opening_value(reader: _Reader, qty: Qty) -> Paise:
    value = reader.read("opening_value", read_paise, None)
    cost = reader.read("cost", read_millipaise, None)
    if not qty:
        return Paise(0)  # many programs write a value of nought, or a cost, beside no stock
    if value is None and cost is not None:
        return Paise(rounded(qty * cost, 1_000_000))
    return value or Paise(0)


def _yes_or_no(text: str) -> bool:
    word = folded(text)
    if word in {"yes", "y", "true", "1", "inclusive", "incl", "included", "हाँ", "हां"}:
        return True
    if word in {"no", "n", "false", "0", "exclusive", "excl", "excluded", "नहीं"}:
        return False
    raise ValueError("Write yes or no.")


def _valuation(text: str) -> str:
    word = folded(text)
    if word in {"average", "avg", "weighted average", "avg cost", "average cost", "wac", "moving average", "औसत", "भारित औसत"}:
        return "average"
    if word in {"fifo", "first in first out", "पहले आए पहले जाए", "फीफो"}:
        return "fifo"
    raise ValueError("Write average or FIFO.")


def _hsn(text: str) -> str:
    digits = text.replace(" ", "").replace(".", "")
    # A spreadsheet that took it for a number has lost its first nought: 0401 became 401.
    if digits.isascii() and digits.isdigit() and len(digits) in {1, 3, 5, 7}:
        digits = "0" + digits
    return check_hsn(digits)


def _codes(text: str) -> tuple[str, ...]:
    if _SHORTENED.fullmatch(text.strip()):
        raise ValueError("The spreadsheet has shortened this barcode and lost its digits. Make the column text there, and send it again.")
    return tuple(dict.fromkeys(check_barcode(code) for code in re.split(r"[,;|\s]+", text) if code))


def _rate_bp(text: str) -> int:
    figures = re.sub(r"(?i)\b[cis]?gst\b|\btax\b|@|%", " ", text).strip()
    rate_bp = read_basis_points(figures)
    # A cell formatted as a percentage holds a fraction: 18 % is 0.18. (0.25 % is a rate of its own, for rough stones.)
    if 0 < rate_bp < 100 and rate_bp != 25:
        return rate_bp * 100
    return rate_bp


def _sha256(draft: ItemDraft, variant_of: VariantOf | None) -> str:
    return hashlib.sha256(repr((draft, variant_of) if variant_of else draft).encode()).hexdigest()


def tax_choices(
    classes: Mapping[UUID, tuple[str, str, TaxClass]], usual_by_hsn: Mapping[str, str], today: date, *, adds_tax: bool
) -> TaxChoices:
    """Made of the company's classes (id → code, name, law) and the usual class of each HSN by code."""
    by_name: dict[str, UUID] = {}
    by_rate: dict[int, UUID] = {}
    for class_id, (code, name, law) in classes.items():
        by_name[folded(name)] = by_name[code] = by_name[folded(code)] = class_id
        if law.treatment is not Treatment.TAXABLE or any(rate.price_over or rate.cess_bp or rate.on_retail_price for rate in law.rates):
            continue
        in_force = [rate for rate in law.rates if rate.effective_from <= today]
        if in_force and len(law.rates) == 1:
            by_rate[in_force[-1].rate_bp] = class_id
    if "gst-40" in by_name:
        by_rate.setdefault(4000, by_name["gst-40"])
    if "nil" in by_name:
        by_rate.setdefault(0, by_name["nil"])
    return TaxChoices(
        by_name=by_name,
        by_rate_bp=by_rate,
        laws={class_id: law for class_id, (_code, _name, law) in classes.items()},
        usual_by_hsn={hsn: by_name[code] for hsn, code in usual_by_hsn.items() if code in by_name},
        today=today,
        adds_tax=adds_tax,
    )
