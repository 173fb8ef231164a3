"""Which goods tax is collected at source on: a mark on the item, so that a bill knows it without another read."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from webapp.catalogue.models import Item
from webapp.company import next_catalogue_rev
from webapp.kernel.errors import NotFound
from webapp.platform import audit
from webapp.platform.tenancy import Books


def mark_collected(books: Books, item_id: UUID, kind: str) -> None:
    """Mark an item as goods of a kind (webapp.tds), "" for none; tills are told. NotFound when there is none."""
    rev = next_catalogue_rev(books)
    item = books.session.scalars(select(Item).where(Item.id == item_id)).first()
    if item is None:
        raise NotFound("item")
    if item.tcs_kind != kind:
        audit.record(books, "change", "item", item_id, old={"tcs": item.tcs_kind}, new={"tcs": kind})
        item.tcs_kind, item.rev, item.version, item.updated_at = kind, rev, item.version + 1, books.now
    books.session.flush()


def collected_items(books: Books) -> list[tuple[UUID, str, str]]:
    """The items that are marked: id, name, kind; by name."""
    query = select(Item.id, Item.name, Item.tcs_kind).where(Item.tcs_kind != "").order_by(Item.name, Item.id)
    return [(row.id, row.name, row.tcs_kind) for row in books.session.execute(query)]
