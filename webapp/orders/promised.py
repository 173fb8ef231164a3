"""What schemes took off the lines of a document before a bill: kept with it, so that what it becomes names them still."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.kernel.money import Paise, Qty
from webapp.orders.models import OrderDocument
from webapp.orders.queries import lines_of
from webapp.platform.tenancy import Books
from webapp.sales import LineOffer, Promised, SheetLine

KEPT = "offers"  # in the body of a document: by line, [scheme, name, paise], …


def kept_offers(lines: Sequence[SheetLine]) -> dict[str, list[list[Any]]]:
    """What schemes took off the rows of a sheet, as a document keeps it; rows without are absent."""
    return {
        str(place): [[str(one.scheme_id), one.name, one.off] for one in line.offers] for place, line in enumerate(lines, 1) if line.offers
    }


def offers_promised(books: Books, sources: Collection[tuple[UUID, int]]) -> Mapping[tuple[UUID, int], Promised]:
    """What schemes took off some lines, by document and line; lines without, and those of another company, are absent. Two statements.
    For `sales.offers_promised`."""
    ids = {document_id for document_id, _line_no in sources}
    query = select(OrderDocument.id, OrderDocument.body).where(OrderDocument.id.in_(ids))
    kept = {row.id: row.body[KEPT] for row in books.session.execute(query) if row.body.get(KEPT)}
    if not kept:
        return {}
    lines = [line for own in lines_of(books, kept).values() for line in own]
    return {
        (line.document_id, line.line_no): Promised(
            line.item_id,
            Qty(line.qty),
            Qty(line.qty - line.left),
            tuple(LineOffer(UUID(scheme), name, Paise(off)) for scheme, name, off in kept[line.document_id].get(str(line.line_no), ())),
        )
        for line in lines
        if (line.document_id, line.line_no) in sources
    }
