"""The sheet of a journal, drawn: blank, filled from a bill of materials, or again with what was refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from webapp import stock
from webapp.assembly import filling, forms
from webapp.assembly.accounts import cost_accounts
from webapp.assembly.finding import finder, there
from webapp.assembly.queries import JournalView
from webapp.company import store_bar
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal, read_qty
from webapp.platform.tenancy import Books

__all__ = ["asked_bom", "context", "costs_now", "filled", "finder"]

# So many rows stand on a blank sheet; one that is filled has one more than it needs.
LEAST_ROWS = {"used": 4, "made": 2, "by": 1}


def asked_bom() -> UUID | None:
    """The bill of materials that the sheet is to be filled from."""
    return read_id(request.args.get("bom", ""))


def filled(books: Books, bom_id: UUID) -> MultiDict[str, str]:
    """The sheet that makes, or takes apart, as much of a bill's item as the address says. InvalidInput for a quantity that is
    none."""
    try:
        qty = read_qty(request.args.get("qty", ""))
    except ValueError as words:
        raise InvalidInput({"qty": str(words)}) from None
    takes_apart, explodes = "apart" in request.args, "explode" in request.args
    found = filling.fill(books, bom_id, qty, books.today, takes_apart=takes_apart, explodes=explodes)
    typed: MultiDict[str, str] = MultiDict([("kind", found.kind), ("bom", str(bom_id)), ("share_by", found.share_by)])
    for part, rows in (("used", found.used), ("made", found.made)):
        for row in rows:
            typed.add(f"{part}_what", row.name)
            typed.add(f"{part}_item", str(row.item_id))
            typed.add(f"{part}_qty", plain_decimal(row.qty, 3))
            typed.add(f"{part}_share", plain_decimal(row.share, 2) if row.share and part == "made" else "")
    return typed


def context(books: Books, typed: MultiDict[str, str] | None) -> dict[str, Any]:
    """What the sheet shows, with what is there of each item that it uses."""
    form: MultiDict[str, str] = MultiDict() if typed is None else typed
    bar, rows = store_bar(books), forms.typed_rows(form)
    return {
        "bar": bar,
        "rows": rows,
        "blank": {part: dict.fromkeys(columns, "") for part, columns in forms.COLUMNS.items()},
        "blanks": LEAST_ROWS,
        "there": there(books, rows["used"], bar.chosen.id),
        "accounts": [(str(row.id), row.name) for row in cost_accounts(books)],
        "today": books.today,
        "id": form.get("id") or new_id(),
        "typed": form,
    }


def costs_now(books: Books, found: JournalView) -> dict[int, int]:
    """What each line costs as it stands: revaluations since have moved it."""
    return {one.line_no: abs(one.stands) for one in stock.movements_of(books, found.row.id)}
