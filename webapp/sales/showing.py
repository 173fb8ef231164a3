"""A sheet as its template shows it: what was typed, what may be chosen, and what it comes to as it stands."""

from __future__ import annotations

from typing import Any

from webapp import catalogue
from webapp.company import my_stores
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id, read_id
from webapp.platform.refusals import told
from webapp.platform.tenancy import Books
from webapp.sales import office
from webapp.sales.typed import TypedSheet
from webapp.tax.rules import STATES


def sheet_values(books: Books, typed: TypedSheet) -> dict[str, Any]:
    """What the template of a sheet needs besides what was typed. For the rooms above as well."""
    try:
        draft, problem = office.preview(books, typed), ""
    except BooksError as refusal:
        draft, problem = None, f"{told(refusal.problem)} {told(refusal.fix)}"
    return {
        "shown": typed,
        "stores": my_stores(books),
        "states_of_india": sorted(STATES.items(), key=lambda pair: pair[1]),
        "draft": draft,
        "problem": problem,
        "party_id": new_id(),
        "units": units_of(books, typed),
        "amounts": amounts_of(draft),
    }


def amounts_of(draft: office.Draft | None) -> dict[int, int]:
    """What each row comes to with its tax, by the number it was typed under."""
    if draft is None or draft.worked is None:
        return {}
    rows = zip(draft.understood.sheet.lines, draft.worked.figures.lines, strict=True)
    return {line.number: figures.total for line, figures in rows}


def units_of(books: Books, typed: TypedSheet) -> dict[int, list[str]]:
    """The units that the item of each row is sold in."""
    found = catalogue.sold_items(books, [id_ for line in typed.lines if (id_ := read_id(line.item_id))])
    return {
        line.number: [pack.unit for pack in found[id_].packs] for line in typed.lines if (id_ := read_id(line.item_id)) and id_ in found
    }
