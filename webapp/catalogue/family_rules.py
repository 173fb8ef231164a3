"""What a family may be and what its variants are called. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from webapp.catalogue.rules import MOST_NAME, ItemDraft
from webapp.kernel.money import MilliPaise
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded

MOST_ATTRIBUTES = 3
MOST_VALUES = 50
MOST_VALUE = 40  # signs
MOST_VARIANTS = 400
MOST_PREFIX = 30

Values = tuple[str, ...]


class Attribute(NamedTuple):
    """Size, with S, M and L in this order."""

    name: str
    values: Values


@dataclass(frozen=True, slots=True)
class FamilyDraft:
    """What a family is told to be. `facts` is what a new variant starts with; its name is the family's."""

    facts: ItemDraft
    attributes: tuple[Attribute, ...]
    sku_prefix: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.facts.name


class Cell(NamedTuple):
    """A variant that is wanted, and its price in thousandths of a paisa; None: the family's."""

    values: Values
    price_millipaise: MilliPaise | None = None


def combinations(attributes: Sequence[Attribute]) -> list[Values]:
    """Every variant there could be, in the order of the attributes' values."""
    return list(product(*(one.values for one in attributes)))


def tidied(draft: FamilyDraft) -> FamilyDraft:
    """As it would be kept: blanks gone, attributes without name and values left out."""
    kept = [Attribute(clean_text(one.name), tuple(v for v in map(clean_text, one.values) if v)) for one in draft.attributes]
    facts = replace(draft.facts, name=clean_text(draft.facts.name), sku=None, codes=(), packs=(), kind="goods", tracking="none")
    return FamilyDraft(facts, tuple(one for one in kept if one.name or one.values), clean_text(draft.sku_prefix))


def family_errors(draft: FamilyDraft, used: Sequence[Values]) -> dict[str, str]:
    """What is wrong with a family, by field. `used`: the values of its variants so far, which may not go."""
    errors: dict[str, str] = {}
    if not draft.attributes:
        errors["attribute_1"] = "Give at least one attribute, such as Size, and its values."
    for number, one in enumerate(draft.attributes, start=1):
        if words := _attribute_error(one):
            errors[f"values_{number}" if one.name else f"attribute_{number}"] = words
    names = [folded(one.name) for one in draft.attributes]
    for number, name in enumerate(names, start=1):
        if name in names[: number - 1]:
            errors[f"attribute_{number}"] = "Two attributes have this name. Give each its own."
    count = 1
    for one in draft.attributes:
        count *= len(one.values)
    if not errors and count > MOST_VARIANTS:
        errors["values_1"] = f"These values make {count:,} variants; at most {MOST_VARIANTS} are one family. Make two families."
    if not errors and (words := _lost(draft.attributes, used)):
        errors["values_1"] = words
    if len(draft.sku_prefix) > MOST_PREFIX:
        errors["sku_prefix"] = f"The beginning of the SKU has at most {MOST_PREFIX} signs."
    longest = max((len(variant_name(draft.name, values)) for values in combinations(draft.attributes)), default=0) if not errors else 0
    if longest > MOST_NAME:
        errors["name"] = f"The longest variant's name would have {longest} characters; at most {MOST_NAME} fit on a bill."
    return errors


def variant_name(family: str, values: Values) -> str:
    """T-shirt, Red, L → T-shirt Red L: what is printed, and what a search at the counter finds."""
    return " ".join((family, *(value for value in values if value)))


def skus(draft: FamilyDraft) -> Mapping[Values, str]:
    """The SKU of each variant there could be: the family's beginning and a few signs of each value. Empty without a beginning."""
    if not draft.sku_prefix:
        return {}
    marks = [_marks(one.values) for one in draft.attributes]
    return {
        values: "-".join((draft.sku_prefix, *(marks[place][value] for place, value in enumerate(values))))
        for values in combinations(draft.attributes)
    }


def variant_draft(draft: FamilyDraft, cell: Cell, sku: str | None) -> ItemDraft:
    """The item that a wanted variant becomes."""
    price = draft.facts.price_millipaise if cell.price_millipaise is None else cell.price_millipaise
    return replace(draft.facts, name=variant_name(draft.name, cell.values), price_millipaise=price, sku=sku)


def padded(values: Values) -> tuple[str, str, str]:
    """The values as the table holds them."""
    one, two, three = (*values, "", "", "")[:MOST_ATTRIBUTES]
    return one, two, three


def _attribute_error(one: Attribute) -> str | None:
    if not one.name:
        return "Say what these values are, such as Size."
    if not one.values:
        return "Give its values, apart by commas: S, M, L."
    if len(one.values) > MOST_VALUES:
        return f"An attribute has at most {MOST_VALUES} values."
    if len({folded(value) or value for value in one.values}) != len(one.values):
        return "One of the values stands here twice."
    if max(len(part) for part in (one.name, *one.values)) > MOST_VALUE:
        return f"A name or value has at most {MOST_VALUE} signs."
    return None


def _lost(attributes: Sequence[Attribute], used: Sequence[Values]) -> str | None:
    for values in used:
        for place, value in enumerate(values):
            if not value:
                continue
            if place >= len(attributes):
                return "There are variants with this attribute: it cannot be taken away."
            if value not in attributes[place].values:
                return f"There is a variant “{value}”: the value cannot be taken away or renamed. Archive the item instead."
    return None


def _marks(values: Values) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, value in enumerate(values, start=1):
        mark = "".join(sign for sign in value.upper() if sign.isascii() and sign.isalnum())[:8] or str(number)
        found[value] = f"{mark}{number}" if mark in found.values() else mark
    return found
