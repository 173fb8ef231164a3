"""Items as they are counted on a shelf: found by what is scanned, and listed by category."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select

from webapp.catalogue.models import Item, ItemCode, ItemUnit
from webapp.platform.tenancy import Books


class CountedItem(NamedTuple):
    """An item as it is counted."""

    id: UUID
    name: str
    local_name: str
    sku: str | None
    unit: str
    category: str
    tracking: str
    is_stocked: bool


_COLUMNS = tuple(getattr(Item, name) for name in CountedItem._fields)
_AT_ONCE = 10_000


def counted_items(books: Books, *, ids: Collection[UUID] | None = None, category: str = "") -> dict[UUID, CountedItem]:
    """Every item, those with these ids, or those of one category; archived ones are given, for their goods lie on shelves too."""
    query = select(*_COLUMNS)
    if category:
        query = query.where(Item.category == category)
    if ids is None:
        return _by_id(books.session.execute(query))
    wanted = list(ids)
    found: dict[UUID, CountedItem] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _by_id(books.session.execute(query.where(Item.id.in_(wanted[start : start + _AT_ONCE]))))
    return found


def item_of_code(books: Books, text: str) -> tuple[CountedItem, int] | None:
    """The one item that a barcode, a SKU or a whole name names, and how many thousandths of its unit one of that is: a pack's
    barcode stands for all that is in the pack. UPC-A is an EAN-13 with a nought before it. None when there is no such item."""
    typed = text.strip()
    if not typed:
        return None
    code = "".join(typed.split()).upper()
    spellings = {typed, code} | ({f"0{code}"} if len(code) == 12 else set()) | ({code[1:]} if len(code) == 13 and code[0] == "0" else set())
    on_pack = (ItemUnit.company_id == ItemCode.company_id) & (ItemUnit.item_id == ItemCode.item_id) & (ItemUnit.unit == ItemCode.unit)
    scanned = books.session.execute(
        select(*_COLUMNS, ItemUnit.factor_thousandths)
        .join(ItemCode, (ItemCode.company_id == Item.company_id) & (ItemCode.item_id == Item.id))
        .outerjoin(ItemUnit, on_pack)
        .where(ItemCode.code.in_(spellings))
    ).first()
    if scanned is not None:
        return CountedItem(*scanned[:-1]), scanned[-1] or 1000
    is_named = or_(Item.sku.in_({typed, code}), func.lower(Item.name) == typed.lower(), Item.name == typed)
    named = [CountedItem(*row) for row in books.session.execute(select(*_COLUMNS).where(is_named, Item.archived_at.is_(None)).limit(3))]
    by_sku = [one for one in named if one.sku in (typed, code)]
    meant = by_sku or named
    return (meant[0], 1000) if len(meant) == 1 else None


def item_categories(books: Books) -> list[str]:
    """The categories there are."""
    return list(books.session.scalars(select(Item.category).where(Item.category != "").distinct().order_by(Item.category).limit(500)))


def _by_id(rows: Any) -> dict[UUID, CountedItem]:
    return {row.id: CountedItem(*row) for row in rows}
