"""The labels of the shop's own scale: EAN-13 from 20 to 29 = prefix, item, weight in grams or price, check digit. The till reads them by
the same rules (static/counter/scan.js; one set of vectors runs through both)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from webapp.catalogue.counted import CountedItem, item_of_code
from webapp.catalogue.models import Item
from webapp.company import profile, scale_for_till
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

_LABEL = re.compile("2[0-9]{12}")


@dataclass(frozen=True, slots=True)
class ScaleLabel:
    """What a label says: the names its item may go by, in order, and a weight in grams or a price in paise."""

    names: tuple[str, ...]
    kind: str  # weight, price
    value: int

    def qty(self, unit: str, price_millipaise: int) -> int | None:
        """The quantity in thousandths of the item's unit; None for a price label of an item that has no price."""
        if self.kind == "weight":
            # Quantities are thousandths of the base unit: a gram is one of a kilogram's, and a thousand of a gram's.
            return self.value * 1000 if unit == "GMS" else self.value
        return rounded(self.value * 1_000_000, price_millipaise) if price_millipaise > 0 else None


def read_scale_label(code: str, scale: Mapping[str, Any]) -> ScaleLabel | None:
    """A label by what the shop says of its scale (`company.scale_for_till`); None for any other code, and for a wrong check digit."""
    kind = scale["holds"].get(code[:2])
    if not _LABEL.fullmatch(code) or kind is None or not _fits_check_digit(code):
        return None
    item = code[2 : 2 + scale["item_digits"]]
    value = int(code[12 - scale["value_digits"] : 12])
    return ScaleLabel((code[:2] + item, item, item.lstrip("0")), kind, value if kind == "weight" else value * scale["paise"])


def item_of_label(books: Books, code: str) -> tuple[CountedItem, int] | None:
    """The item on a label of the shop's scale, and how many thousandths of its unit the label stands for; None for no such label or
    item. A code of the shop's own goes before: ask `item_of_code` first."""
    label = read_scale_label(code.strip(), scale_for_till(profile(books)))
    for name in label.names if label else ():
        if name and label and (found := item_of_code(books, name)):
            price = books.session.scalar(select(Item.price_millipaise).where(Item.id == found[0].id)) or 0
            qty = label.qty(found[0].unit, price)
            return None if qty is None else (found[0], qty)
    return None


def _fits_check_digit(code: str) -> bool:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code))) % 10 == 0
