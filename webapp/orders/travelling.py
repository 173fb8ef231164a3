"""Challans whose goods may need an e-way bill: found by their worth, or, for job work, whatever they are worth."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select, tuple_

from webapp.kernel.places import Cursor
from webapp.orders.models import OrderDocument
from webapp.platform.tenancy import Books


def challans_worth_more_than(
    books: Books, first_day: date, above_paise: int, *, newer_than: Cursor | None = None, most: int = 200
) -> list[Cursor]:
    """Delivery challans and goods back on them that stand and are worth more, and every one for job work (CGST Rule 138(1), third proviso),
    from a day on: the places of the oldest."""
    query = select(OrderDocument.document_date, OrderDocument.id).where(
        OrderDocument.kind.in_(("challan", "return")),
        OrderDocument.state != "cancelled",
        OrderDocument.document_date >= first_day,
        or_(OrderDocument.total_paise > above_paise, OrderDocument.purpose == "job_work"),
    )
    place = (OrderDocument.document_date, OrderDocument.id)
    if newer_than is not None:
        query = query.where(tuple_(*place) > tuple_(*newer_than, types=[column.type for column in place]))
    return [Cursor(*row) for row in books.session.execute(query.order_by(*place).limit(most))]
