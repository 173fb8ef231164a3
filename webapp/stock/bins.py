"""Bins: where in a store an item lies, in the shop's own words."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, delete, select

from webapp.company import require_store
from webapp.kernel.errors import InvalidInput
from webapp.kernel.text import clean_text
from webapp.platform import audit
from webapp.platform.rows import Lookup, put
from webapp.platform.tenancy import Books
from webapp.stock.models import ItemBin

MOST = 40

_OF_ITEM = Lookup(select(ItemBin.store_id, ItemBin.bin).where(ItemBin.item_id == bindparam("item")))
_IN_STORE = Lookup(select(ItemBin.item_id, ItemBin.bin).where(ItemBin.store_id == bindparam("store")))


def bins_of(books: Books, item_id: UUID) -> dict[UUID, str]:
    """The bin of an item in each store that has one for it."""
    return {row.store_id: row.bin for row in _OF_ITEM.rows(books, item=item_id)}


def bins_in(books: Books, store_id: UUID) -> list[str]:
    """The bins of a store that something lies in."""
    return sorted({row.bin for row in _IN_STORE.rows(books, store=store_id)})


def items_in_bin(books: Books, store_id: UUID, name: str) -> frozenset[UUID]:
    """The items that lie in one bin of a store."""
    return frozenset(row.item_id for row in _IN_STORE.rows(books, store=store_id) if row.bin == name)


def put_in_bin(books: Books, item_id: UUID, store_id: UUID, text: str) -> None:
    """Say in which bin of a store an item lies; nothing takes the word away. InvalidInput when it is too long."""
    require_store(books, store_id)
    words, before = clean_text(text), bins_of(books, item_id).get(store_id, "")
    if len(words) > MOST:
        raise InvalidInput({f"bin_{store_id}": f"Use at most {MOST} characters."})
    if not audit.record_change(
        books, "item_bin", item_id, {"store_id": str(store_id), "bin": before}, {"store_id": str(store_id), "bin": words}
    ):
        return
    if words:
        put(books, ItemBin, [{"item_id": item_id, "store_id": store_id, "bin": words}])
    else:
        books.session.execute(delete(ItemBin).where(ItemBin.item_id == item_id, ItemBin.store_id == store_id))
