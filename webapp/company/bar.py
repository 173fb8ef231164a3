"""The store that a screen works in: asked for by its address, else the one chosen last, else the default."""

from __future__ import annotations

from flask import request, session

from webapp.company.godowns import StoreRow, default_store, my_stores, store
from webapp.kernel.ids import read_id
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class StoreBar:
    """What a bar shows: the store that is meant, and the open ones that this person may work in."""

    chosen: StoreRow
    stores: tuple[StoreRow, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(one.id), one.name) for one in self.stores]


def store_bar(books: Books) -> StoreBar:
    """The bar of this request; what it asks for is remembered for the next screen. A store that is closed, another's or none
    is passed over."""
    mine = my_stores(books)
    by_id = {one.id: one for one in mine}
    asked = read_id(request.values.get("store", ""))
    if asked in by_id:
        session["store"] = str(asked)
    chosen = asked if asked in by_id else read_id(session.get("store", ""))
    if chosen is None or chosen not in by_id:
        chosen = default_store(books)
    return StoreBar(by_id.get(chosen) or store(books, chosen), tuple(mine))
