"""Many prices at once: by a percentage, seen before they are written; and as a CSV file, which is read in as it was written out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select

from webapp.catalogue import price_lists, price_reads
from webapp.catalogue.models import Item, ListPrice
from webapp.catalogue.price_lists import PriceDraft
from webapp.catalogue.price_rules import moved_price
from webapp.kernel.dates import read_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import BasisPoints, MilliPaise, Qty, plain_decimal, read_millipaise, read_qty
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text, folded
from webapp.platform.tenancy import Books

BASES = ("items", "list")
STEPS = (1, 5, 10, 50, 100, 500)  # paise that a price is rounded to
LEAST_BP, MOST_BP = -90_00, 1_000_00
MOST_AT_ONCE = 5000
MOST_BYTES = 2_000_000
_MOST_ERRORS = 20
# English, for they are read in again.
HEADINGS = ("Item", "SKU", "From quantity", "From day", "Until day", "Price")


@dataclass(frozen=True, slots=True)
class Move:
    """Prices made of others: of the items' own or of the list's that stand (an offer that ends is none), `percent` more or less,
    rounded to `step_paise`."""

    base: str
    percent: BasisPoints
    step_paise: int
    starts_on: date
    category: str = ""
    brand: str = ""


class Moved(NamedTuple):
    """A price before and after, and why it cannot be, if it cannot."""

    name: str
    old_millipaise: int
    draft: PriceDraft
    refused: str


def moved(books: Books, list_id: UUID, move: Move) -> list[Moved]:
    """What a move would write, by item. Writes nothing. InvalidInput when it finds nothing to move or too much."""
    errors = {}
    if move.base not in BASES:
        errors["base"] = "Choose what the new prices are made of."
    if not LEAST_BP <= move.percent <= MOST_BP:
        errors["percent"] = "Give a change between -90 and 1000 percent."
    if move.step_paise not in STEPS:
        errors["step"] = "Choose from the list what prices are rounded to."
    if errors:
        raise InvalidInput(errors)
    rows = _bases(books, list_id, move)
    if not rows:
        raise InvalidInput({"base": "No item in use fits this choice. Choose another category or brand, or the items' own prices."})
    if len(rows) > MOST_AT_ONCE:
        raise InvalidInput({"category": f"A change takes at most {MOST_AT_ONCE} prices. Choose a category or a brand."})
    drafts = [
        PriceDraft(item_id, moved_price(MilliPaise(price), move.percent, move.step_paise), move.starts_on, Qty(min_qty), ends_on)
        for item_id, _name, price, min_qty, ends_on in rows
    ]
    refused = {**_over_offers(books, list_id, drafts), **price_lists.unfit_prices(books, drafts)}
    return [
        Moved(name, price, draft, refused.get(place, ""))
        for place, ((_id, name, price, _qty, _ends), draft) in enumerate(zip(rows, drafts, strict=True))
    ]


def move_prices(books: Books, list_id: UUID, move: Move, version: int) -> int:
    """Write what `moved` showed; how many prices changed. All or nothing; Conflict when the list was changed since it was shown."""
    found = moved(books, list_id, move)
    if errors := {f"price_{place}": one.refused for place, one in enumerate(found) if one.refused}:
        raise InvalidInput(errors)
    return price_lists.set_prices(books, list_id, [one.draft for one in found], version)


def file_rows(books: Books, list_id: UUID) -> Iterator[tuple[Any, ...]]:
    """The prices of a list under `HEADINGS`."""
    start, has_more = 0, True
    while has_more:
        found, has_more = price_reads.prices(books, list_id, start=start, most=500)
        start += len(found)
        for row in found:
            until = row.ends_on.isoformat() if row.ends_on else ""
            quantity, price = plain_decimal(row.min_qty, 3), plain_decimal(row.price_millipaise, 5)
            yield row.name, row.sku or "", quantity, row.starts_on.isoformat(), until, price


def read_file(books: Books, content: bytes) -> list[PriceDraft]:
    """The prices of a file; nothing in it is believed. InvalidInput names each row that cannot be used."""
    if len(content) > MOST_BYTES:
        raise InvalidInput({"file": f"The file is larger than {MOST_BYTES // 1_000_000} MB. Send it in parts."})
    try:
        table = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        raise InvalidInput({"file": "This is not a CSV file in UTF-8. Save the sheet as CSV UTF-8 and send it again."}) from None
    if len(table) < 2:
        raise InvalidInput({"file": "The file has no rows below its headings."})
    columns = {folded(name): place for place, name in enumerate(table[0])}
    if missing := [name for name in ("Price", "From day") if folded(name) not in columns]:
        raise InvalidInput({"file": f"The heading {missing[0]} is missing. Download the list to see how its file begins."})
    if len(table) - 1 > MOST_AT_ONCE:
        raise InvalidInput({"file": f"A file has at most {MOST_AT_ONCE} prices. Send it in parts."})
    rows = [{name: row[place].strip() if place < len(row) else "" for name, place in columns.items()} for row in table[1:]]
    return _drafts(books, rows)


def _drafts(books: Books, rows: list[dict[str, str]]) -> list[PriceDraft]:
    # An export puts an apostrophe before a text that begins like a formula.
    named = [clean_text(row.get("sku") or row.get("item", "")).removeprefix("'") for row in rows]
    known = price_reads.items_named(books, set(named))
    errors: dict[str, str] = {}
    drafts = []
    for number, (row, name) in enumerate(zip(rows, named, strict=True), 2):
        try:
            drafts.append(_draft(row, name, known))
        except ValueError as refusal:
            errors[f"row_{number}"] = f"Row {number}: {refusal}"
        if len(errors) >= _MOST_ERRORS:
            break
    if not errors:
        errors = {f"row_{place + 2}": f"Row {place + 2}: {words}" for place, words in price_lists.unfit_prices(books, drafts).items()}
    if errors:
        raise InvalidInput(errors)
    return drafts


def _draft(row: Mapping[str, str], name: str, known: Mapping[str, list[UUID]]) -> PriceDraft:
    ids = known.get(folded(name), [])
    if len(ids) != 1:
        told = "is borne by several items: give the SKU" if ids else "is no item in use"
        raise ValueError(f"“{name[:60]}” {told}.")
    first, last = read_day(row.get("from day", "")), read_day(row.get("until day", ""))
    if first is None or (row.get("until day") and last is None):
        raise ValueError("Write days as 2026-11-20.")
    quantity = read_qty(row["from quantity"]) if row.get("from quantity") else price_lists.ANY_QTY
    return PriceDraft(ids[0], read_millipaise(row["price"]), first, quantity, last)


def _over_offers(books: Books, list_id: UUID, drafts: list[PriceDraft]) -> dict[int, str]:
    """Why prices cannot be written, by their place: they would take the place of an offer that begins on their day."""
    days = {one.starts_on for one in drafts}
    query = select(ListPrice.item_id, ListPrice.min_qty, ListPrice.starts_on).where(
        ListPrice.price_list_id == list_id, ListPrice.starts_on.in_(days), ListPrice.ends_on.is_not(None)
    )
    offers = {(item_id, min_qty, day) for item_id, min_qty, day in books.session.execute(query)}
    words = "An offer of this list begins on that day. Choose another first day, so that it stays."
    return {place: words for place, one in enumerate(drafts) if (one.item_id, one.min_qty, one.starts_on) in offers}


def _bases(books: Books, list_id: UUID, move: Move) -> list[tuple[UUID, str, int, int, date | None]]:
    """(item, name, price, from quantity, until) of what is moved, by name."""
    wanted: list[ColumnElement[bool]] = [Item.archived_at.is_(None)]
    wanted += [Item.category == move.category] if move.category else []
    wanted += [Item.brand == move.brand] if move.brand else []
    if move.base == "items":
        own = select(Item.id, Item.name, Item.price_millipaise).where(*wanted).order_by(Item.name, Item.id).limit(MOST_AT_ONCE + 1)
        return [(id_, name, price, 0, None) for id_, name, price in books.session.execute(own)]
    query = (
        select(Item.id, Item.name, ListPrice.price_millipaise, ListPrice.min_qty, ListPrice.ends_on)
        .join(ListPrice, (ListPrice.company_id == Item.company_id) & (ListPrice.item_id == Item.id))
        .where(
            ListPrice.price_list_id == list_id,
            ListPrice.starts_on <= move.starts_on,
            ListPrice.ends_on.is_(None),
            *wanted,
        )
        .order_by(Item.name, Item.id, ListPrice.min_qty, ListPrice.starts_on)
    )
    # Of several the one that began last stands. An offer goes on as it is and ends by itself.
    standing = {(id_, min_qty): (id_, name, price, min_qty, ends) for id_, name, price, min_qty, ends in books.session.execute(query)}
    return list(standing.values())
