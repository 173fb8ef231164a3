"""What the pages of a stock count send, as its commands."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import Qty, read_qty
from webapp.kernel.text import clean_text
from webapp.stocktaking.count_rules import MOST_CODE, Entry, Start


def parse_start(form: Mapping[str, str], store_id: UUID, default_name: str) -> Start:
    """The form that starts a count."""
    scope = form.get("scope", "")
    return Start(
        id=read_id(form.get("id", "")) or new_id(),
        name=clean_text(form.get("name", "")) or default_name,
        store_id=store_id,
        scope=scope,
        scope_name=form.get(scope, "").strip() if scope in ("category", "bin") else "",
        basis=form.get("basis", ""),
    )


def parse_entry(form: Mapping[str, str], count_id: UUID) -> Entry:
    """One scan, or one typed quantity. InvalidInput by field."""
    errors: dict[str, str] = {}
    code, item_id = clean_text(form.get("code", "")), read_id(form.get("item_id", ""))
    says_what = any(form.get(name, "").strip() for name in ("qty", "batch", "settles"))
    if not code and not (item_id and says_what):
        errors["code"] = "Scan a code, or type a barcode, a SKU or a name."
    elif len(code) > MOST_CODE:
        errors["code"] = f"Use at most {MOST_CODE} characters."
    qty: Qty | None = None
    if form.get("qty", "").strip():
        try:
            qty = Qty(read_qty(form["qty"]))
        except ValueError as refusal:
            errors["qty"] = str(refusal)
        else:
            if qty < 0:
                errors["qty"] = "Type how much there is altogether, nought or more."
    settles = form.get("settles", "")
    if errors:
        raise InvalidInput(errors)
    return Entry(
        id=read_id(form.get("id", "")) or new_id(),
        count_id=count_id,
        code=code,
        qty=qty,
        item_id=item_id,
        batch=clean_text(form.get("batch", "")),
        settles=int(settles) if settles.isascii() and settles.isdigit() and len(settles) < 10 else None,
    )


def parse_show(text: str) -> str:
    """Which lines of a variance are shown; "" for all."""
    return text if text in ("differing", "uncounted") else ""
