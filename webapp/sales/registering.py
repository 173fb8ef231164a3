"""Documents that the e-invoice portal may want: told when they are issued, and found again where a job has missed them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select, tuple_

from webapp.kernel.places import Cursor
from webapp.platform.outbox import announce
from webapp.platform.tenancy import Books
from webapp.sales.events import InvoiceToRegister
from webapp.sales.models import Invoice, InvoiceCancellation
from webapp.tax.rules import DocumentKind
from webapp.tax.states import OTHER_COUNTRY

_KINDS = (DocumentKind.TAX_INVOICE, DocumentKind.CREDIT_NOTE)


def say_to_register(books: Books, invoice_id: UUID, kind: DocumentKind, party: Mapping[str, Any] | None, place: str) -> None:
    """Told from what is at hand, so that no bill costs a read more; what the portal truly wants is found out afterwards, by a job."""
    if kind in _KINDS and ((party or {}).get("gstin") or place == OTHER_COUNTRY):
        announce(books, InvoiceToRegister(invoice_id=invoice_id))


def to_registered_buyers(books: Books, first_day: date, *, newer_than: Cursor | None = None, most: int = 200) -> list[Cursor]:
    """Tax invoices and credit notes that stand, to registered buyers or out of the country, from a day on: the places of the oldest."""
    is_cancelled = exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)
    query = select(Invoice.invoice_date, Invoice.id).where(
        Invoice.kind.in_([kind.value for kind in _KINDS]),
        Invoice.invoice_date >= first_day,
        or_(Invoice.party["gstin"].as_string() != "", Invoice.place_of_supply == OTHER_COUNTRY),
        ~is_cancelled,
    )
    if newer_than is not None:
        place = (Invoice.invoice_date, Invoice.id)
        query = query.where(tuple_(*place) > tuple_(*newer_than, types=[column.type for column in place]))
    return [Cursor(*row) for row in books.session.execute(query.order_by(Invoice.invoice_date, Invoice.id).limit(most))]


def worth_more_than(books: Books, first_day: date, above_paise: int, *, newer_than: Cursor | None = None, most: int = 200) -> list[Cursor]:
    """Bills and credit notes of a registered seller that stand and are worth more, from a day on: the places of the oldest."""
    is_cancelled = exists().where(InvoiceCancellation.company_id == Invoice.company_id, InvoiceCancellation.invoice_id == Invoice.id)
    query = select(Invoice.invoice_date, Invoice.id).where(
        Invoice.kind != DocumentKind.BILL.value, Invoice.invoice_date >= first_day, Invoice.total_paise > above_paise, ~is_cancelled
    )
    if newer_than is not None:
        place = (Invoice.invoice_date, Invoice.id)
        query = query.where(tuple_(*place) > tuple_(*newer_than, types=[column.type for column in place]))
    return [Cursor(*row) for row in books.session.execute(query.order_by(Invoice.invoice_date, Invoice.id).limit(most))]
