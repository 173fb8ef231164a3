"""What the pages of price lists send, as commands; or errors by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from webapp.catalogue.price_lists import ANY_QTY, ListDraft, PriceDraft
from webapp.catalogue.price_moves import Move
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.money import BasisPoints, MilliPaise, Qty, read_basis_points, read_millipaise, read_qty
from webapp.kernel.text import clean_text, folded

Form = Mapping[str, str]


def parse_version(form: Form) -> int:
    """The version the form was opened at; 0, which is none, when it is unreadable."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def parse_list(form: Form) -> ListDraft:
    """A price list's form."""
    return ListDraft(clean_text(form.get("name", "")), form.get("whom") != "named", read_id(form.get("store_id", "")))


def parse_price(form: Form, items_named: Callable[[str], Mapping[str, list[UUID]]]) -> PriceDraft:
    """One price: the item by SKU, barcode or whole name. InvalidInput by field."""
    errors: dict[str, str] = {}
    text = clean_text(form.get("item", ""))
    ids = items_named(text).get(folded(text), []) if text else []
    if len(ids) != 1:
        errors["item"] = (
            "Several items are called so. Give the SKU or scan the barcode."
            if ids
            else "There is no such item in use. Type its whole name or SKU, or scan its barcode."
        )
    price, qty = MilliPaise(0), ANY_QTY
    try:
        price = read_millipaise(form.get("price", ""))
    except ValueError as refusal:
        errors["price"] = str(refusal)
    try:
        qty = read_qty(form["min_qty"]) if form.get("min_qty", "").strip() else ANY_QTY
    except ValueError as refusal:
        errors["min_qty"] = str(refusal)
    first, last = _day(form, "starts_on", errors), _day(form, "ends_on", errors)
    if first is None and "starts_on" not in errors:
        errors["starts_on"] = "Choose the first day of this price."
    if errors or first is None:
        raise InvalidInput(errors)
    return PriceDraft(ids[0], price, first, qty, last)


def parse_key(form: Form) -> tuple[UUID, Qty, date]:
    """Which price of a list is meant. NotFound when it cannot be one."""
    item_id, starts_on, qty = read_id(form.get("item_id", "")), read_day(form.get("starts_on", "")), form.get("min_qty", "")
    if item_id is None or starts_on is None or not (qty.isascii() and qty.isdigit() and len(qty) < 12):
        raise NotFound("price")
    return item_id, Qty(int(qty)), starts_on


def parse_move(form: Form) -> Move:
    """A change of many prices. InvalidInput by field."""
    errors: dict[str, str] = {}
    percent = BasisPoints(0)
    try:
        percent = read_basis_points(form["percent"]) if form.get("percent", "").strip() else percent
    except ValueError as refusal:
        errors["percent"] = str(refusal)
    first = _day(form, "move_from", errors)
    if first is None and "move_from" not in errors:
        errors["move_from"] = "Choose the first day of the new prices."
    step = form.get("step", "")
    if errors or first is None:
        raise InvalidInput(errors)
    whole = int(step) if step.isascii() and step.isdigit() and len(step) < 5 else 0
    return Move(form.get("base", ""), percent, whole, first, form.get("category", "").strip(), form.get("brand", "").strip())


def _day(form: Form, field: str, errors: dict[str, str]) -> date | None:
    text = form.get(field, "").strip()
    found = read_day(text)
    if text and found is None:
        errors[field] = "Choose the day from the calendar, or write it as 2026-11-20."
    return found
