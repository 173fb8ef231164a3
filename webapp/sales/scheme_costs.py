"""What schemes cost: what each took off the bills of some days, less what of it came back."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, func, select

from webapp.company import allowed_stores
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceOffer
from webapp.tax.rules import DocumentKind


class SchemeCost(NamedTuple):
    """One scheme over some days: on how many bills, what it took off them, and what of that came back, in paise."""

    scheme_id: UUID
    name: str
    bills: int
    given: int
    back: int

    @property
    def cost(self) -> int:
        return self.given - self.back


def scheme_costs(books: Books, first_day: date, last_day: date) -> list[SchemeCost]:
    """By scheme, the dearest first, of bills and credit notes of those days that stand, in the member's own stores. One statement."""
    is_note = Invoice.kind == DocumentKind.CREDIT_NOTE.value
    query = (
        select(
            InvoiceOffer.scheme_id,
            func.max(InvoiceOffer.name),
            func.count(func.distinct(case((is_note, None), else_=Invoice.id))),
            func.sum(case((is_note, 0), else_=InvoiceOffer.off_paise)),
            func.sum(case((is_note, InvoiceOffer.off_paise), else_=0)),
        )
        .join(Invoice, and_(Invoice.company_id == InvoiceOffer.company_id, Invoice.id == InvoiceOffer.invoice_id))
        .outerjoin(
            InvoiceCancellation,
            and_(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id),
        )
        .where(Invoice.invoice_date.between(first_day, last_day), InvoiceCancellation.invoice_id.is_(None))
        .group_by(InvoiceOffer.scheme_id)
    )
    if (own := allowed_stores(books)) is not None:
        query = query.where(Invoice.store_id.in_(own))
    found = [SchemeCost(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in books.session.execute(query)]
    return sorted(found, key=lambda one: (-one.cost, one.name))
