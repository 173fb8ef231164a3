"""Whose figures a statement shows: all stores together, or one; to a member who is held to stores, one of these at a time."""

from __future__ import annotations

from uuid import UUID

from webapp.company.godowns import NotYourStore, StoreRow, allowed_stores, stores
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Shown:
    """The stores there are to choose from, and the one that was chosen (None: all of them together)."""

    stores: tuple[StoreRow, ...]
    store_id: UUID | None
    is_held: bool

    @property
    def name(self) -> str:
        """The store that was chosen; "" for all."""
        return next((one.name for one in self.stores if one.id == self.store_id), "")

    def choices(self, every: str) -> list[tuple[str, str]]:
        """Values and labels for the field; nothing where there is no choice to make. `every` says all stores."""
        rows = [(str(one.id), one.name) for one in self.stores]
        if len(rows) < 2:
            return []
        return rows if self.is_held else [("", every), *rows]


def shown_store(books: Books, asked: UUID | None) -> Shown:
    """The store a statement is of, where `asked` is what its address says. A closed one keeps its figures, so that all of them
    together are the whole. A member who is held to stores sees the first of these when none is asked for. NotFound for a store
    that is not this company's, NotYourStore for one that is not the member's."""
    every, allowed = stores(books, with_closed=True), allowed_stores(books)
    if asked is not None and asked not in {one.id for one in every}:
        raise NotFound("store")
    if allowed is None:
        return Shown(tuple(every), asked, is_held=False)
    mine = [one for one in every if one.id in allowed]
    if asked is not None and asked not in allowed:
        raise NotYourStore(next(one.name for one in every if one.id == asked))
    first = next((one.id for one in mine if not one.is_closed), mine[0].id)
    return Shown(tuple(mine), asked or first, is_held=True)
