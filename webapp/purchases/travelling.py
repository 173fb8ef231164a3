"""Suppliers' bills and debit notes whose goods may need an e-way bill of ours."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select, tuple_

from webapp.kernel.places import Cursor
from webapp.platform.tenancy import Books
from webapp.purchases.models import PurchaseBill
from webapp.purchases.queries import is_standing


def worth_more_than(books: Books, first_day: date, above_paise: int, *, newer_than: Cursor | None = None, most: int = 200) -> list[Cursor]:
    """Debit notes, imports, and bills of suppliers without a GSTIN that stand and are worth more, from a day on: the places of the oldest.
    A registered supplier tells the portal himself of what he sends."""
    bill = PurchaseBill
    worth = bill.total_paise + bill.duty_paise + bill.cgst_paise + bill.sgst_paise + bill.igst_paise + bill.cess_paise
    query = select(bill.voucher_date, bill.id).where(
        bill.voucher_date >= first_day,
        worth > above_paise,
        or_(bill.kind == "debit_note", bill.tax_by == "import", func.coalesce(bill.party["gstin"].as_string(), "") == ""),
        is_standing(bill.id),
    )
    place = (bill.voucher_date, bill.id)
    if newer_than is not None:
        query = query.where(tuple_(*place) > tuple_(*newer_than, types=[column.type for column in place]))
    return [Cursor(*row) for row in books.session.execute(query.order_by(*place).limit(most))]
