"""Bills chosen in the list: those that were ticked, or all that match its filter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp.platform.tenancy import Books
from webapp.sales import lists
from webapp.sales.models import Invoice, InvoiceCancellation


class Chosen(NamedTuple):
    """A bill for its paper. It has stood as it does since `changed_at`: when it was written, or when it was cancelled."""

    id: UUID
    number: str
    invoice_date: date
    party_name: str
    total_paise: int
    changed_at: datetime


def chosen(books: Books, wanted: lists.Wanted, ids: Sequence[UUID] | None, most: int) -> list[Chosen]:
    """Those of `ids` that are there and of a store the reader may see, or (None) all that match, newest first; at most so many."""
    cancelled_at = (
        select(InvoiceCancellation.cancelled_at)
        .where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)
        .scalar_subquery()
    )
    query = select(Invoice.id, Invoice.number, Invoice.invoice_date, Invoice.party, Invoice.total_paise, Invoice.received_at, cancelled_at)
    query = query.where(*lists.conditions(books, wanted if ids is None else lists.Wanted()))
    if ids is not None:
        query = query.where(Invoice.id.in_(ids))
    found = books.session.execute(query.order_by(Invoice.invoice_date.desc(), Invoice.id.desc()).limit(most))
    return [
        Chosen(id_, number, day, (party or {}).get("name") or "", total, cancelled or received)
        for id_, number, day, party, total, received, cancelled in found
    ]
