"""Text from a browser → a family's draft, the variants that are wanted; or errors by field."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.catalogue import forms
from webapp.catalogue.families import FamilyView
from webapp.catalogue.family_rules import MOST_ATTRIBUTES, Attribute, Cell, FamilyDraft, Values, combinations
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MilliPaise, plain_decimal, read_millipaise

Form = MultiDict[str, str]
PLACES = range(1, MOST_ATTRIBUTES + 1)


def parse_family(form: Form) -> FamilyDraft:
    """The family form. InvalidInput for figures that cannot be read; all else is the rules' to say."""
    attributes = tuple(
        Attribute(form.get(f"attribute_{place}", ""), tuple(re.split(r"[,;\n]", form.get(f"values_{place}", "")))) for place in PLACES
    )
    return FamilyDraft(forms.parse_item(form), attributes, form.get("sku_prefix", ""))


def shown(view: FamilyView) -> dict[str, Any]:
    """A family as its form shows it."""
    values = {**forms.shown(view.draft.facts), "sku_prefix": view.draft.sku_prefix, "version": str(view.version)}
    for place, one in enumerate(view.draft.attributes, start=1):
        values |= {f"attribute_{place}": one.name, f"values_{place}": ", ".join(one.values)}
    return values


def parse_grid(form: Form, view: FamilyView) -> list[Cell]:
    """The variants that are ticked, each with its price: its own, else that of its row, else of its column, else the family's.

    InvalidInput by field for a price that cannot be read.
    """
    errors: dict[str, str] = {}
    wanted = []
    for number, values in enumerate(combinations(view.draft.attributes)):
        prices = [_price(form, name, errors) for name in (f"price-{number}", row_name(view, values), column_name(view, values))]
        if form.get(f"make-{number}") == "1":
            wanted.append(Cell(values, next((price for price in prices if price is not None), None)))
    if errors:
        raise InvalidInput(errors)
    return wanted


def grid(view: FamilyView, form: Form | None) -> dict[str, Any]:
    """The grid as its page draws it: a table for each value of the third attribute, a row for each of the first, a column for each of
    the second; in a cell the variant there is, or a box to tick and a price. `form` is what was typed, None at first."""
    attributes = view.draft.attributes
    columns: Values = attributes[1].values if len(attributes) > 1 else ("",)
    sheets: Values = attributes[2].values if len(attributes) > 2 else ("",)
    numbers = {values: number for number, values in enumerate(combinations(attributes))}
    prices = {cell.values: cell.price_millipaise for cell in _readable(form, view)}
    tables = []
    for sheet in sheets:
        rows = []
        for row in attributes[0].values:
            cells = []
            for column in columns:
                values = (row, column, sheet)[: len(attributes)]
                cells.append(_cell(view, form, values, numbers[values], prices))
            rows.append({"value": row, "name": row_name(view, (row,)), "cells": cells})
        tables.append({"value": sheet, "rows": rows})
    heads = [{"value": column, "name": column_name(view, ("", column))} for column in columns] if len(attributes) > 1 else []
    wanted = [values for values in prices if values not in view.variants]
    return {"tables": tables, "columns": heads, "wanted": len(wanted), "missing": len(view.missing), "there": len(view.variants)}


def row_name(view: FamilyView, values: Values) -> str:
    """The field of a row's price."""
    return f"row-{view.draft.attributes[0].values.index(values[0])}"


def column_name(view: FamilyView, values: Values) -> str:
    """The field of a column's price; a family of one attribute has none."""
    return f"column-{view.draft.attributes[1].values.index(values[1])}" if len(view.draft.attributes) > 1 else "column"


def _cell(view: FamilyView, form: Form | None, values: Values, number: int, prices: dict[Values, MilliPaise | None]) -> dict[str, Any]:
    price = prices.get(values)
    return {
        "number": number,
        "there": view.variants.get(values),
        "ticked": form is None or form.get(f"make-{number}") == "1",
        "typed": form.get(f"price-{number}", "") if form is not None else "",
        "price": plain_decimal(view.draft.facts.price_millipaise if price is None else price, 5),
        "words": " ".join(value for value in values if value),
    }


def _readable(form: Form | None, view: FamilyView) -> list[Cell]:
    if form is None:
        return [Cell(values) for values in view.missing]
    try:
        return parse_grid(form, view)
    except InvalidInput:
        return []


def _price(form: Form, name: str, errors: dict[str, str]) -> MilliPaise | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return read_millipaise(text)
    except ValueError as error:
        errors[name] = str(error)
        return None
