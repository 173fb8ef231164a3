"""Bills and debit notes as a supplier would tell them to the portal: what the returns' rooms compare."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill, PurchaseCancellation
from webapp.purchases.queries import is_standing


class InwardBill(NamedTuple):
    """A bill or debit note that stands, as its supplier told it or should: numbers, day and figures in paise. `gstin` is the supplier's on
    that day, "" for none; a bill of entry has its number and day. `total` leaves out tax that we pay ourselves."""

    id: UUID
    kind: str  # bill, debit_note
    number: str
    supplier_number: str
    bill_date: date
    voucher_date: date
    party_id: UUID
    name: str
    gstin: str
    tax_by: str
    entry_number: str
    entry_date: date | None
    port_code: str
    taxable: int
    cgst: int
    sgst: int
    igst: int
    cess: int
    total: int


def inward_bills(books: Books, gstin: str, first_day: date, last_day: date) -> list[InwardBill]:
    """What stands of a registration's bills and debit notes dated in these days (a bill of entry by either of its days)."""
    b = PurchaseBill
    dated = or_(b.bill_date.between(first_day, last_day), b.entry_date.between(first_day, last_day))
    return _rows(books, _select().where(*_of(gstin), dated))


def inward_bills_by_id(books: Books, bill_ids: list[UUID]) -> dict[UUID, InwardBill]:
    """The same of certain bills, of those that stand."""
    query = _select().where(PurchaseBill.id.in_(bill_ids), is_standing(PurchaseBill.id))
    return {row.id: row for row in _rows(books, query)} if bill_ids else {}


def changed_since(books: Books, gstin: str, instant: datetime) -> int:
    """How many of a registration's bills and debit notes were entered or cancelled since."""
    b, c = PurchaseBill, PurchaseCancellation
    later = exists().where(c.company_id == b.company_id, c.document_id == b.id, c.cancelled_at > instant)
    query = select(func.count()).select_from(b).where(b.buyer["gstin"].as_string() == gstin, or_(b.recorded_at > instant, later))
    return books.session.scalar(query) or 0


def _of(gstin: str) -> list[ColumnElement[bool]]:
    return [PurchaseBill.buyer["gstin"].as_string() == gstin, is_standing(PurchaseBill.id)]


def _select() -> Select[Any]:
    b = PurchaseBill
    return select(
        *(b.id, b.kind, b.number, b.supplier_number, b.bill_date, b.voucher_date, b.party_id),
        *(b.party["name"].as_string(), b.party["gstin"].as_string()),
        *(b.tax_by, b.entry_number, b.entry_date, b.port_code),
        *(b.taxable_paise, b.cgst_paise, b.sgst_paise, b.igst_paise, b.cess_paise, b.total_paise),
    ).order_by(b.bill_date, b.id)


def _rows(books: Books, query: Select[Any]) -> list[InwardBill]:
    return [InwardBill(*(*row[:7], row[7] or "", row[8] or "", *row[9:])) for row in books.session.execute(query)]
