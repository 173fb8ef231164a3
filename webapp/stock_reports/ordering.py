"""From the reorder report to a purchase order: a draft that the purchases room keeps."""

from __future__ import annotations

import hashlib
from uuid import UUID

from webapp import company, purchases
from webapp.kernel.errors import Conflict
from webapp.kernel.money import MilliPaise, Qty
from webapp.platform.tenancy import Books
from webapp.stock_reports import reorder
from webapp.stock_reports.rules import Asked


def draft_order(books: Books, asked: Asked, party_id: UUID, order_id: UUID) -> purchases.OrderRow:
    """What the report suggests from one supplier, as a draft order at the last rates, for the store asked or the usual one.

    The same again gives the first answer. Conflict when nothing is suggested from this supplier (any more), or the suggestion
    has changed since the order was made and it is no draft now.
    """
    wanted = [one for one in reorder.suggestions(books, asked) if one.party_id == party_id and one.qty > 0]
    if not wanted:
        raise Conflict(
            problem="Nothing is to be ordered from this supplier any more.", fix="Open the reorder report again to see what is wanted."
        )
    lines = tuple(purchases.OrderLine(item_id=one.item_id, qty=Qty(one.qty), rate=MilliPaise(one.rate)) for one in wanted)
    order = purchases.Order(
        id=order_id,
        party_id=party_id,
        order_date=asked.today,
        store_id=asked.store_id or company.default_store(books),
        lines=lines,
        body_sha256=hashlib.sha256(repr(lines).encode()).hexdigest(),
    )
    return purchases.save_order(books, order)
