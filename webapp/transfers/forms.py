"""What pages send, as the commands of this room. Items are named as typed: a name, an SKU or a barcode."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Qty, read_millipaise, read_qty
from webapp.kernel.text import clean_text
from webapp.stock import NotEnoughStock, serial_names
from webapp.transfers.queries import STATES, LineRow, Wanted
from webapp.transfers.rules import Receive, ReceivedLine, Send, SendLine

ROWS = 12  # lines that an empty form offers
MOST_ROWS = 100


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """The filters of the list. What cannot be read is as if it had not been asked."""
    state = args.get("state", "")
    return Wanted(clean_text(args.get("q", ""))[:40], state if state in STATES else "", read_id(args.get("store", "")))


def typed_rows(form: MultiDict[str, str]) -> list[dict[str, str]]:
    """The rows of the form as typed, and a few empty ones after them."""
    names = ("what", "qty", "batch", "serials", "price")
    columns = [form.getlist(name)[:MOST_ROWS] for name in names]
    longest = max((len(column) for column in columns), default=0)
    rows = [
        {name: column[place] if place < len(column) else "" for name, column in zip(names, columns, strict=True)}
        for place in range(longest)
    ]
    while rows and not any(rows[-1].values()):
        rows.pop()
    empty = dict.fromkeys(names, "")
    return rows + [dict(empty) for _ in range(max(ROWS - len(rows), 3))]


@contextmanager
def beside(field: str) -> Iterator[None]:
    """Too little in stock is said beside a field, so that the form stays as it was typed."""
    try:
        yield
    except NotEnoughStock as short:
        raise InvalidInput({field: f"{short.problem} {short.fix}"}) from None


def parse_send(form: MultiDict[str, str], find: Callable[[str], UUID | None]) -> Send:
    """The form that sends. `find` gives the item of a name, an SKU or a barcode. InvalidInput by field, `qty_2` for row 2."""
    errors: dict[str, str] = {}
    lines = []
    for number, row in enumerate(typed_rows(form), start=1):
        if any(row.values()) and (line := _line(number, row, find, errors)):
            lines.append(line)
    id_, to_store, from_store = (read_id(form.get(name, "")) for name in ("id", "to_store", "store"))
    if to_store is None or from_store is None:
        errors["to_store"] = "Choose the store it goes to."
    day = read_day(form.get("sent_on", ""))
    if day is None:
        errors["sent_on"] = "Choose a day, today or earlier."
    if not lines and not errors:
        errors["lines"] = "Add at least one item."
    if errors or to_store is None or from_store is None or day is None:
        raise InvalidInput(errors)
    texts = {name: clean_text(form.get(name, "")) for name in ("vehicle", "note")}
    return Send(id_ or new_id(), from_store, to_store, day, tuple(lines), _sha256(form), **texts)


def parse_receive(form: Mapping[str, str], transfer_id: UUID, lines: Sequence[LineRow]) -> Receive:
    """The form that receives: how much of each line arrived."""
    errors: dict[str, str] = {}
    arrived = []
    for line in lines:
        try:
            qty = read_qty(form.get(f"qty_{line.line_no}", ""))
            serials = serial_names(form.get(f"serials_{line.line_no}", ""))
            arrived.append(ReceivedLine(line.line_no, qty, serials))
        except ValueError as refusal:
            errors[f"qty_{line.line_no}"] = str(refusal)
        except InvalidInput as refusal:
            errors[f"serials_{line.line_no}"] = refusal.errors["serials"]
    day = read_day(form.get("received_on", ""))
    if day is None:
        errors["received_on"] = "Choose a day, today or earlier."
    if errors or day is None:
        raise InvalidInput(errors)
    reason = clean_text(form.get("reason", ""))
    return Receive(transfer_id, read_id(form.get("id", "")) or new_id(), day, tuple(arrived), _sha256(form), reason)


def _line(number: int, row: Mapping[str, str], find: Callable[[str], UUID | None], errors: dict[str, str]) -> SendLine | None:
    item_id = find(clean_text(row["what"]))
    if item_id is None:
        errors[f"what_{number}"] = "No single item of that name or code. Type more of it, or scan it."
    qty = _read(f"qty_{number}", row["qty"], read_qty, errors)
    price = _read(f"price_{number}", row["price"], read_millipaise, errors) if row["price"].strip() else None
    serials: tuple[str, ...] = ()
    try:
        serials = serial_names(row["serials"])
    except InvalidInput as refusal:
        errors[f"serials_{number}"] = refusal.errors["serials"]
    if item_id is None or qty is None:
        return None
    return SendLine(item_id, Qty(qty), clean_text(row["batch"])[:40].upper(), serials, price)


def _read(field: str, text: str, read: Callable[[str], Any], errors: dict[str, str]) -> Any:
    try:
        return read(text)
    except ValueError as refusal:
        errors[field] = str(refusal)
        return None


def _sha256(form: Mapping[str, str]) -> str:
    kept = {name: form.getlist(name) if isinstance(form, MultiDict) else form[name] for name in sorted(form) if name != "csrf_token"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
