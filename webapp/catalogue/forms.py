"""Text from a browser → an item's draft, a list's filters, an import's columns; or errors by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.catalogue.columns import FIELDS
from webapp.catalogue.import_rows import Options
from webapp.catalogue.lists import SORTS, Filters
from webapp.catalogue.rules import MOST_CODES, MOST_PACKS, ItemDraft, Pack
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import MilliPaise, Paise, Qty, plain_decimal, read_basis_points, read_millipaise, read_paise, read_qty
from webapp.tax.rules import DatedRate, Treatment

Form = MultiDict[str, str]
NO_CLASS = UUID(int=0)  # no tax class has this id, so the service asks for one


def parse_item(form: Form) -> ItemDraft:
    """The item form. InvalidInput for figures that cannot be read; all else is the rules' to say."""
    reader = _Reader(form)
    kind = form.get("kind", "goods")
    draft = ItemDraft(
        name=form.get("name", ""),
        local_name=form.get("local_name", ""),
        price_millipaise=reader.read("price", read_millipaise, None, required="Type the selling price.") or MilliPaise(0),
        price_includes_tax=form.get("price_includes_tax", "1") == "1",
        mrp_paise=reader.read("mrp", read_paise, None),
        tax_class_id=read_id(form.get("tax_class")) or NO_CLASS,
        kind=kind,
        unit=form.get("unit", "NOS"),
        hsn=form.get("hsn", ""),
        category=form.get("category", ""),
        brand=form.get("brand", ""),
        sku=form.get("sku", "") or None,
        codes=tuple(form.get("codes", "").replace(",", " ").split())[: MOST_CODES + 1],
        packs=_packs(form, reader),
        is_stocked=form.get("is_stocked") == "1",
        sold_by_weight=form.get("sold_by_weight") == "1",
        tracking=form.get("tracking", "none"),
        valuation=form.get("valuation", "average"),
        supply_nature=form.get("supply_nature", ""),
        reorder_level_qty=reader.read("reorder_level", read_qty, None),
        opening_qty=reader.read("opening_qty", read_qty, Qty(0)),
        opening_value_paise=reader.read("opening_value", read_paise, Paise(0)),
    )
    if reader.errors:
        raise InvalidInput(reader.errors)
    return draft


def parse_prices(form: Form) -> tuple[MilliPaise, Paise | None]:
    """The two figures that are edited in the list: price and MRP."""
    reader = _Reader(form)
    price = reader.read("price", read_millipaise, None, required="Type the selling price.")
    mrp = reader.read("mrp", read_paise, None)
    if reader.errors:
        raise InvalidInput(reader.errors)
    return price, mrp


def parse_version(form: Form) -> int:
    """The version of the item that the form was made of; one that is none is stale."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_filters(args: Form) -> Filters:
    """What a list's address asks for. What cannot be read is left out."""
    sort = args.get("sort", "name")
    state, code = args.get("state", ""), args.get("code", "")
    return Filters(
        text=args.get("q", "")[:200],
        category=args.get("category", "")[:200],
        brand=args.get("brand", "")[:200],
        tax_class_id=read_id(args.get("tax_class")),
        state=state if state in {"", "archived", "all"} else "",
        sort=sort if sort in SORTS else "name",
        family_id=read_id(args.get("family")),
        code=code if code in {"missing", "short", "unknown"} else "",
    )


def parse_ids(form: Form) -> list[UUID]:
    """The items ticked in a list."""
    return [item_id for item_id in map(read_id, form.getlist("item")[:1000]) if item_id]


def parse_columns(form: Form) -> tuple[dict[str, int], Options]:
    """The column of each field, and the choices for the whole sheet."""
    chosen = {field.name: form.get(f"column_{field.name}", "") for field in FIELDS}
    mapping = {name: int(text) for name, text in chosen.items() if text.isascii() and text.isdigit() and len(text) < 4}
    return mapping, Options(
        tax_class_id=read_id(form.get("tax_class")) or NO_CLASS,
        price_includes_tax=form.get("price_includes_tax", "1") == "1",
        splits_repeats=form.get("splits_repeats", "1") == "1",
    )


def parse_rate(form: Form, day: Callable[[str], Any]) -> DatedRate:
    """A dated rate of a tax class: from a day, above a price, so much."""
    reader = _Reader(form)
    began = reader.read("effective_from", day, None, required="Choose the day from which the rate is in force.")
    over = reader.read("price_over", read_millipaise, MilliPaise(0))
    rate = reader.read("rate", read_basis_points, None, required="Type the whole GST rate, such as 18.")
    cess = reader.read("cess", read_basis_points, 0)
    if reader.errors:
        raise InvalidInput(reader.errors)
    return DatedRate(began, over, rate, cess, on_retail_price=form.get("on_retail_price") == "1")


def parse_treatment(form: Form) -> Treatment:
    """What the law says of a class. InvalidInput when it is none of the four."""
    try:
        return Treatment(form.get("treatment", ""))
    except ValueError:
        raise InvalidInput({"treatment": "Choose how these goods are treated."}) from None


def shown(draft: ItemDraft) -> dict[str, Any]:
    """A draft as its form shows it: text by field, packs as rows of text."""
    return {
        "name": draft.name,
        "local_name": draft.local_name,
        "price": plain_decimal(draft.price_millipaise, 5),
        "price_includes_tax": "1" if draft.price_includes_tax else "0",
        "mrp": "" if draft.mrp_paise is None else plain_decimal(draft.mrp_paise, 2),
        "tax_class": str(draft.tax_class_id),
        "kind": draft.kind,
        "unit": draft.unit,
        "hsn": draft.hsn,
        "category": draft.category,
        "brand": draft.brand,
        "sku": draft.sku or "",
        "codes": "\n".join(draft.codes),
        "is_stocked": "1" if draft.is_stocked else "",
        "sold_by_weight": "1" if draft.sold_by_weight else "",
        "tracking": draft.tracking,
        "valuation": draft.valuation,
        "supply_nature": draft.supply_nature,
        "reorder_level": "" if draft.reorder_level_qty is None else plain_decimal(draft.reorder_level_qty, 3),
        "packs": [
            {
                "unit": pack.unit,
                "factor": plain_decimal(pack.factor_thousandths, 3),
                "price": "" if pack.price_millipaise is None else plain_decimal(pack.price_millipaise, 5),
                "codes": " ".join(pack.codes),
            }
            for pack in draft.packs
        ],
    }


def typed_again(form: Form) -> dict[str, Any]:
    """A form as it was typed, in the shape of `shown`."""
    packs = [dict(zip(_PACK_FIELDS, row, strict=True)) for row in _pack_rows(form)]
    return {**{name: form.get(name, "") for name in form}, "packs": [pack for pack in packs if any(pack.values())]}


_PACK_FIELDS = ("unit", "factor", "price", "codes")


def _pack_rows(form: Form) -> list[tuple[str, ...]]:
    return list(zip_longest(*(form.getlist(f"pack_{name}") for name in _PACK_FIELDS), fillvalue=""))


def _packs(form: Form, reader: _Reader) -> tuple[Pack, ...]:
    packs = []
    for unit, factor, price, codes in _pack_rows(form)[: MOST_PACKS + 1]:
        if not any((unit, factor, price, codes)):
            continue
        packs.append(
            Pack(
                unit=unit,
                factor_thousandths=reader.read_text("packs", factor, read_qty, Qty(0)),
                price_millipaise=reader.read_text("packs", price, read_millipaise, None),
                codes=tuple(codes.replace(",", " ").split()),
            )
        )
    return tuple(packs)


class _Reader:
    """Reads fields, and keeps the words of those that cannot be read."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = form
        self.errors: dict[str, str] = {}

    def read(self, name: str, read: Callable[[str], Any], empty: Any, required: str = "") -> Any:
        text = self.form.get(name, "").strip()
        if not text and required:
            self.errors[name] = required
        return self.read_text(name, text, read, empty)

    def read_text(self, name: str, text: str, read: Callable[[str], Any], empty: Any) -> Any:
        if not text.strip():
            return empty
        try:
            return read(text)
        except ValueError as error:
            self.errors[name] = str(error)
            return empty
