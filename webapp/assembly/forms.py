"""What pages send, as the commands of this room. Items are named as typed: a name, an SKU or a barcode; the key that a filled row
carries counts only while it names what stands in the field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.assembly.bom_queries import STATES, WantedBoms
from webapp.assembly.queries import Wanted
from webapp.assembly.rules import KINDS, SHARES, BomDraft, BomLine, Cost, Journal, MakeLine, UseLine
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import BasisPoints, Paise, Qty, read_basis_points, read_paise, read_qty
from webapp.kernel.text import clean_text
from webapp.stock import MOST_BATCH, serial_names

COLUMNS = {
    "used": ("what", "item", "qty", "batch", "serials"),
    "made": ("what", "item", "qty", "batch", "expires", "serials", "share"),
    "by": ("what", "item", "qty", "batch", "expires", "serials", "value"),
    "cost": ("account", "amount"),
}
BOM_COLUMNS = ("what", "item", "qty", "wastage", "share")
MOST_ROWS = 300
ROUTE_STATES = ("", "standing", "cancelled")

Find = Callable[[str, UUID | None], UUID | None]
Rows = list[dict[str, str]]


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    kind, state = args.get("kind", ""), args.get("state", "")
    return Wanted(
        text=clean_text(args.get("q", ""))[:100],
        kind=kind if kind in KINDS else "",
        state=state if state in ROUTE_STATES else "",
        store_id=read_id(args.get("store", "")),
        first_day=read_day(args.get("from", "")),
        last_day=read_day(args.get("to", "")),
    )


def parse_wanted_boms(args: Mapping[str, str]) -> WantedBoms:
    """The filters of the list of bills of materials."""
    state = args.get("state", "")
    return WantedBoms(clean_text(args.get("q", ""))[:100], state if state in STATES else "")


def rows_of(form: MultiDict[str, str], columns: tuple[str, ...], prefix: str = "") -> Rows:
    """The rows of a part of the form in which anything was typed."""
    typed = [form.getlist(f"{prefix}{name}")[:MOST_ROWS] for name in columns]
    longest = max((len(column) for column in typed), default=0)
    rows = [
        {name: column[place].strip() if place < len(column) else "" for name, column in zip(columns, typed, strict=True)}
        for place in range(longest)
    ]
    return [row for row in rows if any(text for name, text in row.items() if name != "item")]


def typed_rows(form: MultiDict[str, str]) -> dict[str, Rows]:
    """Every row of a journal's form, by its part."""
    return {part: rows_of(form, columns, f"{part}_") for part, columns in COLUMNS.items()}


def parse_journal(form: MultiDict[str, str], find: Find) -> Journal:
    """A journal's form. `find` gives the item of a name or a code. InvalidInput by field, `used_qty_2` of the second row used."""
    errors: dict[str, str] = {}
    rows = typed_rows(form)
    used = [_use_line(f"used_{{}}_{n}", row, find, errors) for n, row in enumerate(rows["used"], 1)]
    made = [_make_line(f"made_{{}}_{n}", row, find, errors) for n, row in enumerate(rows["made"], 1)]
    left = [_make_line(f"by_{{}}_{n}", row, find, errors, has_value=True) for n, row in enumerate(rows["by"], 1)]
    costs = [_cost(f"cost_{{}}_{n}", row, errors) for n, row in enumerate(rows["cost"], 1)]
    day, store_id = read_day(form.get("made_on", "")), read_id(form.get("store", ""))
    if day is None:
        errors["made_on"] = "Choose a day, today or earlier."
    if store_id is None:
        errors["store"] = "Choose the store."
    kind, share_by = form.get("kind", "journal"), form.get("share_by", "value")
    if errors or day is None or store_id is None:
        raise InvalidInput(errors)
    return Journal(
        id=read_id(form.get("id", "")) or new_id(),
        store_id=store_id,
        made_on=day,
        used=tuple(line for line in used if line),
        made=tuple(line for line in made if line),
        by_products=tuple(line for line in left if line),
        costs=tuple(cost for cost in costs if cost),
        body_sha256=_sha256(form),
        kind=kind if kind in KINDS else "journal",
        share_by=share_by if share_by in SHARES else "value",
        bom_id=read_id(form.get("bom", "")),
        note=clean_text(form.get("note", "")),
    )


def parse_bom(form: MultiDict[str, str], find: Find, bom_id: UUID | None) -> BomDraft:
    """The form of a bill of materials, of `bom_id` where one is changed. InvalidInput by field."""
    errors: dict[str, str] = {}
    item_id = find(clean_text(form.get("name", "")), read_id(form.get("item_id", "")))
    if item_id is None:
        errors["item"] = "No single item of that name or code. Type more of it, or scan it."
    output = _read("output_qty", form.get("output_qty", ""), read_qty, errors)
    day = read_day(form.get("valid_from", ""))
    if day is None:
        errors["valid_from"] = "Choose the day from which it is made so."
    lines = [_bom_line(f"{{}}_{n}", row, find, errors) for n, row in enumerate(rows_of(form, BOM_COLUMNS), 1)]
    if errors or item_id is None or day is None or output is None:
        raise InvalidInput(errors)
    version = form.get("version", "")
    return BomDraft(
        id=bom_id or read_id(form.get("id", "")) or new_id(),
        item_id=item_id,
        valid_from=day,
        output_qty=Qty(output),
        lines=tuple(line for line in lines if line),
        note=clean_text(form.get("note", "")),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
    )


def _item(field: str, row: Mapping[str, str], find: Find, errors: dict[str, str]) -> UUID | None:
    found = find(clean_text(row["what"]), read_id(row["item"]))
    if found is None:
        errors[field.format("what")] = "No single item of that name or code. Type more of it, or scan it."
    return found


def _use_line(field: str, row: Mapping[str, str], find: Find, errors: dict[str, str]) -> UseLine | None:
    item_id, qty = _item(field, row, find, errors), _read(field.format("qty"), row["qty"], read_qty, errors)
    serials = _serials(field, row, errors)
    if item_id is None or qty is None:
        return None
    return UseLine(item_id, Qty(qty), clean_text(row["batch"])[:MOST_BATCH].upper(), serials)


def _make_line(field: str, row: Mapping[str, str], find: Find, errors: dict[str, str], *, has_value: bool = False) -> MakeLine | None:
    item_id, qty = _item(field, row, find, errors), _read(field.format("qty"), row["qty"], read_qty, errors)
    serials = _serials(field, row, errors)
    expires_on = read_day(row["expires"]) if row["expires"] else None
    if row["expires"] and expires_on is None:
        errors[field.format("expires")] = "Choose a day, or leave it empty."
    value = _read(field.format("value"), row["value"] or "0", read_paise, errors) if has_value else None
    share = 0 if has_value or not row["share"] else _read(field.format("share"), row["share"], read_basis_points, errors)
    if item_id is None or qty is None:
        return None
    batch = clean_text(row["batch"])[: MOST_BATCH + 1]
    worth = Paise(value) if has_value and value is not None else None
    return MakeLine(item_id, Qty(qty), batch, expires_on, serials, BasisPoints(share or 0), worth)


def _cost(field: str, row: Mapping[str, str], errors: dict[str, str]) -> Cost | None:
    account_id, amount = read_id(row["account"]), _read(field.format("amount"), row["amount"], read_paise, errors)
    if account_id is None:
        errors[field.format("account")] = "Choose an account from the list."
    return Cost(account_id, Paise(amount)) if account_id is not None and amount is not None else None


def _bom_line(field: str, row: Mapping[str, str], find: Find, errors: dict[str, str]) -> BomLine | None:
    item_id, qty = _item(field, row, find, errors), _read(field.format("qty"), row["qty"], read_qty, errors)
    wastage = _read(field.format("wastage"), row["wastage"] or "0", read_basis_points, errors)
    share = _read(field.format("share"), row["share"] or "0", read_basis_points, errors)
    if item_id is None or qty is None or wastage is None or share is None:
        return None
    return BomLine(item_id, Qty(qty), BasisPoints(wastage), BasisPoints(share))


def _serials(field: str, row: Mapping[str, str], errors: dict[str, str]) -> tuple[str, ...]:
    try:
        return serial_names(row["serials"])
    except InvalidInput as refusal:
        errors[field.format("serials")] = refusal.errors["serials"]
        return ()


def _read(field: str, text: str, read: Callable[[str], Any], errors: dict[str, str]) -> int | None:
    try:
        return int(read(text))
    except ValueError as refusal:
        errors[field] = str(refusal)
        return None


def _sha256(form: MultiDict[str, str]) -> str:
    kept = {name: form.getlist(name) for name in sorted(form) if name != "csrf_token"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
