"""What pages send, as the commands of this room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import read_id
from webapp.kernel.money import Paise, Qty, read_paise, read_qty
from webapp.kernel.text import clean_text
from webapp.stock import BatchFacts, NotEnoughStock, batch_name, serial_names
from webapp.stocktaking.rules import REASONS, Adjustment, Change

KINDS = ("opening", "adjustment", "revaluation")
MOST_NOTE = 300
DIRECTIONS = ("less", "waste", "more", "opening")


def parse_adjustment(form: Mapping[str, str], store_id: UUID, today: date) -> Adjustment:
    """The adjustment form: an item, more or less of it, the reason. InvalidInput by field."""
    errors: dict[str, str] = {}
    id_, item_id = read_id(form.get("id", "")), read_id(form.get("item_id", ""))
    if id_ is None or item_id is None:
        errors["item_id"] = "Choose the item again."
    day = read_day(form.get("adjusted_on", ""))
    if day is None or day > today:
        errors["adjusted_on"] = "Choose a day, today or earlier."
    qty = _quantity(form, errors)
    value = _value(form, errors)
    reason, note = form.get("reason", ""), clean_text(form.get("note", ""))
    if form.get("direction") == "opening":
        note = ""
    elif reason not in REASONS:
        errors["reason"] = "Choose a reason."
    elif reason == "other" and not note:
        errors["note"] = "Say in a few words why stock differs."
    elif len(note) > MOST_NOTE:
        errors["note"] = f"Use at most {MOST_NOTE} characters."
    label, serials = _label(form, errors), _serials(form, errors)
    if errors or id_ is None or item_id is None or day is None:
        raise InvalidInput(errors)
    direction = form.get("direction")
    is_less = direction in ("less", "waste")
    change = Change(item_id, Qty(-qty if is_less else qty), None if is_less else value, label, serials)
    kind = {"waste": "wastage", "opening": "opening"}.get(direction or "", "adjustment")
    words = "Opening stock" if kind == "opening" else f"{reason}: {note}" if note else reason
    return Adjustment(id_, day, store_id, words, (change,), kind)


@contextmanager
def beside(field: str) -> Iterator[None]:
    """Too little in stock is said beside a field, so that the form stays as it was typed."""
    try:
        yield
    except NotEnoughStock as short:
        raise InvalidInput({field: f"{short.problem} {short.fix}"}) from None


def parse_kind(text: str) -> str:
    """A kind of document, or "" for all."""
    return text if text in KINDS else ""


def _label(form: Mapping[str, str], errors: dict[str, str]) -> BatchFacts | None:
    """What is typed of a batch; None where the form does not ask for one."""
    if "batch" not in form:
        return None
    days = {}
    for name in ("expires_on", "made_on"):
        days[name] = read_day(form.get(name, ""))
        if form.get(name, "").strip() and days[name] is None:
            errors[name] = "Choose a day."
    mrp = None
    if form.get("batch_mrp", "").strip():
        try:
            mrp = read_paise(form["batch_mrp"])
        except ValueError as refusal:
            errors["batch_mrp"] = str(refusal)
    try:
        return BatchFacts(batch_name(form["batch"]), days["expires_on"], days["made_on"], mrp)
    except InvalidInput as refusal:
        errors.update(refusal.errors)
        return None


def _serials(form: Mapping[str, str], errors: dict[str, str]) -> tuple[str, ...]:
    try:
        return serial_names(form.get("serials", ""))
    except InvalidInput as refusal:
        errors.update(refusal.errors)
        return ()


def _quantity(form: Mapping[str, str], errors: dict[str, str]) -> int:
    try:
        qty = read_qty(form.get("qty", ""))
    except ValueError as refusal:
        errors["qty"] = str(refusal)
        return 0
    if qty <= 0:
        errors["qty"] = "Type how much more or less there is, above nought."
    if form.get("direction") not in DIRECTIONS:
        errors["direction"] = "Say whether there is more or less."
    return qty


def _value(form: Mapping[str, str], errors: dict[str, str]) -> Paise | None:
    typed = form.get("value", "").strip()
    if not typed or form.get("direction") in {"less", "waste"}:
        return None
    try:
        value = read_paise(typed)
    except ValueError as refusal:
        errors["value"] = str(refusal)
        return None
    if value < 0:
        errors["value"] = "A cost is not below nought."
    return value
