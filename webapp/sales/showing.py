"""A sheet as its template shows it: what was typed, what may be chosen, and what it comes to as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from webapp import catalogue, stock
from webapp.company import my_stores
from webapp.kernel.errors import BooksError, InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal
from webapp.kernel.movement import BatchFacts
from webapp.kernel.records import dataclass
from webapp.platform.refusals import told
from webapp.platform.tenancy import Books
from webapp.sales import office
from webapp.sales.commands import LineOffer
from webapp.sales.sheet import SheetLine
from webapp.sales.typed import TypedSheet
from webapp.stock import BatchRow, Part
from webapp.tax.rules import STATES

MOST_PIECES = 24  # shown beside a row; others are scanned or typed


def sheet_values(books: Books, typed: TypedSheet) -> dict[str, Any]:
    """What the template of a sheet needs besides what was typed. For the rooms above as well."""
    try:
        draft, problem = office.preview(books, typed), ""
    except InvalidInput as refusal:
        draft, problem = None, " ".join(told(words) for words in refusal.errors.values())
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
        "offers": offers_of(books, draft),
    }


def amounts_of(draft: office.Draft | None) -> dict[int, int]:
    """What each row comes to with its tax, by the number it was typed under."""
    if draft is None or draft.worked is None:
        return {}
    rows = zip(draft.understood.sheet.lines, draft.worked.figures.lines, strict=True)
    return {line.number: figures.total for line, figures in rows}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a row is offered: the price of one of its units and the list it is from; what is on hand, and what would be taken of it.
    `named` is the batch that was typed, as it lies in the store; None where none was typed, or none of it is there."""

    rate: str
    list_name: str
    tracking: str
    batches: tuple[BatchRow, ...] = ()
    parts: tuple[Part, ...] = ()
    serials: tuple[str, ...] = ()
    schemes: tuple[LineOffer, ...] = ()
    is_named: bool = False
    named: BatchRow | None = None
    today: date | None = None


def offers_of(books: Books, draft: office.Draft | None) -> dict[int, Offer]:
    """What each row is offered, by the number it was typed under; the statements do not grow with the rows."""
    lines = draft.understood.sheet.lines if draft else ()
    if draft is None or not lines:
        return {}
    sheet = draft.understood.sheet
    by_batch = {line.item_id for line in lines if line.tracking == "batch"}
    by_serial = {line.item_id for line in lines if line.tracking == "serial"}
    held: dict[UUID, list[BatchRow]] = {}
    for row in stock.batches_of(books, by_batch, sheet.store_id) if by_batch else ():
        if row.qty > 0:
            held.setdefault(row.item_id, []).append(row)
    here = stock.serials_here(books, by_serial, sheet.store_id) if by_serial else {}
    return {line.number: _offer(line, held.get(line.item_id, []), here.get(line.item_id, []), sheet.day) for line in lines}


def _offer(line: SheetLine, batches: list[BatchRow], serials: list[str], day: date) -> Offer:
    facts = {row.batch: BatchFacts(row.batch, row.expires_on) for row in batches}
    parts = stock.first_to_expire(facts, {row.batch: row.qty for row in batches}, line.qty, day) if batches and not line.batch else []
    rate = plain_decimal(line.rate, 5)
    offer = Offer(rate, line.list_name, line.tracking, tuple(batches), tuple(parts), tuple(serials[:MOST_PIECES]), line.offers)
    named = next((row for row in batches if row.batch == line.batch), None)
    return replace(offer, is_named=bool(line.batch), named=named, today=day)


def units_of(books: Books, typed: TypedSheet) -> dict[int, list[str]]:
    """The units that the item of each row is sold in."""
    found = catalogue.sold_items(books, [id_ for line in typed.lines if (id_ := read_id(line.item_id))])
    return {
        line.number: [pack.unit for pack in found[id_].packs] for line in typed.lines if (id_ := read_id(line.item_id)) and id_ in found
    }
