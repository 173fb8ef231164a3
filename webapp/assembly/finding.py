"""Items as somebody names them on a sheet, and what of them is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from webapp import catalogue, stock
from webapp.assembly.forms import Find
from webapp.kernel.money import read_qty
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class There:
    """What is there of an item that a row uses: thousandths, and how much of what all rows want is short."""

    unit: str
    qty: int
    short: int


def finder(books: Books) -> Find:
    """Finds the item of a row: by its key while that is what stands there, by its whole name or code, or the only one like it."""

    def find(text: str, key: UUID | None) -> UUID | None:
        if key is not None:
            known = catalogue.sold_items(books, [key]).get(key)
            if known is not None and text in ("", known.name):
                return key
        if not text:
            return None
        found = catalogue.find_sold_items(books, text[:100], most=10)
        if found and found[0].named_unit:
            return found[0].id
        exact = [one for one in found if text.casefold() in (one.name.casefold(), (one.sku or "").casefold())]
        meant = exact or found
        return meant[0].id if len(meant) == 1 else None

    return find


def there(books: Books, rows: Iterable[Mapping[str, str]], store_id: UUID) -> dict[int, There]:
    """What is there of each row's item in a store, by the number of the row; rows that name none are absent. Of an item that
    stands in several rows each says what all of them lack."""
    find = finder(books)
    named = {number: id_ for number, row in enumerate(rows, 1) if (id_ := find(row["what"], _key(row)))}
    kept = stock.on_hand(books, set(named.values()), store_id)
    units = {id_: item.unit for id_, item in catalogue.items_for_bill(books, named.values()).items()}
    wanted: dict[UUID, int] = {}
    for number, row in enumerate(rows, 1):
        if number in named:
            wanted[named[number]] = wanted.get(named[number], 0) + _qty(row["qty"])
    return {number: There(units[id_], kept[id_].qty, max(wanted[id_] - kept[id_].qty, 0)) for number, id_ in named.items()}


def _key(row: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(row["item"])
    except ValueError:
        return None


def _qty(text: str) -> int:
    try:
        return max(read_qty(text), 0)
    except ValueError:
        return 0
