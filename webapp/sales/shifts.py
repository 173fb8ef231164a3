"""What was sold, returned and cancelled in a till's shift: the figures of its X and Z report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceTender
from webapp.tax.rules import DocumentKind

_SUMMED = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess", "round_off", "total", "cost")


@dataclass(frozen=True, slots=True)
class KindTotals:
    """Bills, or returns, added up in paise. `tenders` by mode; `numbers`: (series, first, last) used in the shift."""

    count: int
    figures: Mapping[str, int]
    tenders: Mapping[str, int]
    numbers: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class ShiftTotals:
    """A shift's documents. Cancelled ones are counted where they were issued, and again under `cancelled_…` in the shift
    in which they were cancelled. `cancelled_cash` is what the drawer gave back for them, less what it got back for notes."""

    bills: KindTotals
    returns: KindTotals
    cancelled_count: int
    cancelled_total: int
    cancelled_cash: int


def shift_totals(books: Books, shift_id: UUID, till_ids: Collection[UUID], since: datetime, until: datetime) -> ShiftTotals:
    """The documents of a shift, and what was cancelled on its till (or the tills it took over from) in that time."""
    is_note = Invoice.kind == DocumentKind.CREDIT_NOTE.value
    gone = _cancelled(books, till_ids, since, until)
    return ShiftTotals(
        bills=_totals(books, Invoice.shift_id == shift_id, ~is_note),
        returns=_totals(books, Invoice.shift_id == shift_id, is_note),
        cancelled_count=len(gone),
        cancelled_total=sum(total for total, _ in gone),
        cancelled_cash=sum(cash for _, cash in gone),
    )


def _totals(books: Books, *which: ColumnElement[bool]) -> KindTotals:
    sums = [func.coalesce(func.sum(getattr(Invoice, f"{name}_paise")), 0) for name in _SUMMED]
    count, *figures = books.session.execute(select(func.count(), *sums).select_from(Invoice).where(*which)).one()
    runs = books.session.execute(
        select(Invoice.series, func.min(Invoice.seq), func.max(Invoice.seq)).where(*which).group_by(Invoice.series).order_by(Invoice.series)
    )
    tenders = books.session.execute(
        select(InvoiceTender.mode, func.sum(InvoiceTender.amount_paise))
        .join(Invoice, (Invoice.company_id == InvoiceTender.company_id) & (Invoice.id == InvoiceTender.invoice_id))
        .where(*which)
        .group_by(InvoiceTender.mode)
    )
    return KindTotals(
        count=int(count),
        figures={name: int(value) for name, value in zip(_SUMMED, figures, strict=True)},
        tenders={mode: int(amount) for mode, amount in tenders},
        numbers=tuple((series, first, last) for series, first, last in runs),
    )


def _cancelled(books: Books, till_ids: Collection[UUID], since: datetime, until: datetime) -> list[tuple[int, int]]:
    """(total, cash) of each document cancelled, signed: what was cancelled of a bill counts up, of a note down."""
    query: Any = (
        select(Invoice.id, Invoice.kind, Invoice.total_paise)
        .join(InvoiceCancellation, (InvoiceCancellation.company_id == Invoice.company_id) & (InvoiceCancellation.invoice_id == Invoice.id))
        .where(Invoice.till_id.in_(list(till_ids)), InvoiceCancellation.cancelled_at >= since, InvoiceCancellation.cancelled_at <= until)
    )
    rows = books.session.execute(query).all()
    cash = dict(
        books.session.execute(
            select(InvoiceTender.invoice_id, func.sum(InvoiceTender.amount_paise))
            .where(InvoiceTender.invoice_id.in_([row.id for row in rows]), InvoiceTender.mode == "cash")
            .group_by(InvoiceTender.invoice_id)
        )
        .tuples()
        .all()
    )
    signed = [(-1 if row.kind == DocumentKind.CREDIT_NOTE else 1, row) for row in rows]
    return [(sign * row.total_paise, sign * int(cash.get(row.id, 0))) for sign, row in signed]
