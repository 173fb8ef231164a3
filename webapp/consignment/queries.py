"""What of consignors' goods came, was sold, billed, sent back and is here: item by item, and line by line of one consignor."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from webapp import catalogue, orders, parties, purchases, transfers
from webapp.company import allowed_stores
from webapp.kernel.errors import Forbidden
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.platform.tenancy import Books
from webapp.purchases import Holding, ReceiptLineRow, ReceiptRow

PAGE = 50


class Place(NamedTuple):
    """Where a page goes on: by name, then id."""

    name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class HeldRow:
    """An item of a consignor and what became of it."""

    item_id: UUID
    name: str
    unit: str
    party_id: UUID
    party: str
    holding: Holding


@dataclass(frozen=True, slots=True)
class LineOfConsignor:
    """A line of a receipt on consignment: thousandths; `to_bill` is proposed for his next bill, worth `value_paise` at the agreed rate."""

    receipt: ReceiptRow
    line: ReceiptLineRow
    billed: int
    back: int
    to_bill: int
    value_paise: int


def held_elsewhere(books: Books, item_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Item → how much of it lies in no store and is not sold: on its way between stores, or with others on a challan."""
    out, on_the_way = orders.standing_of_items(books, item_ids), transfers.on_the_way(books, item_ids)
    return {id_: out.get(id_, 0) + on_the_way.get(id_, 0) for id_ in item_ids}


def require_all_stores(books: Books) -> None:
    """Forbidden to a member who is held to some stores: what was sold of a consignor's goods is counted over all of them."""
    if allowed_stores(books) is not None:
        raise Forbidden(
            problem="What consignors' goods came to is counted over every store, and you work in some.",
            fix="Open the goods receipt of your store, or ask the owner.",
        )


def held(books: Books, text: str = "", *, after: Place | None = None, most: int = PAGE) -> tuple[list[HeldRow], Place | None]:
    """A page of consignors' items by name, and where the next one begins. Names are read of all of them: a shop has some hundreds."""
    owners = purchases.consigned_items(books)
    items, people = catalogue.counted_items(books, ids=owners), parties.parties_by_id(books, set(owners.values()))
    named = sorted(((Place(items[id_].name, id_), people[party_id]) for id_, party_id in owners.items()), key=itemgetter(0))
    words = folded(text)
    wanted = [
        (place, owner)
        for place, owner in named
        if (after is None or place > after) and (words in folded(place.name) or words in folded(owner.name))
    ]
    shown = wanted[:most]
    stands = purchases.holdings(books, [place.id for place, _owner in shown])
    rows = [HeldRow(place.id, place.name, items[place.id].unit, owner.id, owner.name, stands[place.id]) for place, owner in shown]
    return rows, shown[-1][0] if len(wanted) > most else None


def all_held(books: Books, text: str = "") -> Iterator[HeldRow]:
    """Every row, read in pages so that memory stays flat."""
    place: Place | None = None
    while True:
        rows, place = held(books, text, after=place, most=500)
        yield from rows
        if place is None:
            return


def lines_of_consignor(books: Books, party_id: UUID) -> list[LineOfConsignor]:
    """What came from a consignor, the oldest first, and what of each line is to be billed now: what came first is billed first."""
    found = purchases.lines_of_consignor(books, party_id)
    left = purchases.unbilled(books, {line.item_id for _receipt, line, _billed, _back in found})
    rows = []
    for receipt, line, billed, back in found:
        to_bill = max(min(line.qty - billed - back, left[line.item_id]), 0)
        left[line.item_id] -= to_bill
        value = rounded(to_bill * line.rate_millipaise, 1_000_000) - line.discount_paise * to_bill // line.qty
        rows.append(LineOfConsignor(receipt, line, billed, back, to_bill, value))
    return rows
