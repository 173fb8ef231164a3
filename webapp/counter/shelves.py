"""What a till picks from: batches and pieces in its store, for goods that are kept by them. Never a cost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from webapp import stock
from webapp.counter.feed import till_of
from webapp.platform.tenancy import Books


def shelves_for_till(books: Books, till_id: UUID, item_id: UUID | None) -> dict[str, Any]:
    """The answer to `/sync/shelves` (docs/sync-protocol.md, section 4): of every tracked item, or of one."""
    till = till_of(books, till_id)
    held = stock.shelves_in(books, till.store_id, item_id)
    pieces: dict[str, list[str]] = {}
    for owner, serial in held.pieces:
        pieces.setdefault(str(owner), []).append(serial)
    return {
        "item": str(item_id) if item_id else None,
        "whole": held.is_whole,
        "batches": [
            [str(one.item_id), one.batch, one.expires_on.isoformat() if one.expires_on else None, one.mrp_paise, one.qty]
            for one in held.batches
        ],
        "serials": list(pieces.items()),
        "time": books.now.isoformat(),
    }
