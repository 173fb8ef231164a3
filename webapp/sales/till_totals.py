"""What a shift sold, gave back and took, added up from its bills: for the counter's X and Z reports."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select

from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceTender
from webapp.tax.rules import DocumentKind

_FIGURES = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess", "round_off", "total", "cost")


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """Documents of one kind in a shift: how many, their figures (paise) by name, their tenders by mode, their numbers."""

    count: int
    figures: dict[str, int]
    tenders: dict[str, int]
    numbers: tuple[tuple[str, int, int], ...]  # series, first, last


@dataclass(frozen=True, slots=True)
class ShiftTotals:
    """A shift's bills (cancelled ones too), returns, and what cancelling gave back. `cancelled_cash` is what went out of
    the drawer for bills of these tills that were cancelled within the shift's hours, less what came in for notes."""

    bills: DocumentTotals
    returns: DocumentTotals
    cancelled_count: int
    cancelled_total: int
    cancelled_cash: int


def shift_totals(books: Books, shift_id: UUID, till_ids: Collection[UUID], begun_at: datetime, until: datetime) -> ShiftTotals:
    """Add a shift up from its documents. Five statements, whatever the shift holds."""
    is_return = Invoice.kind == DocumentKind.CREDIT_NOTE
    way = case((is_return, 1), else_=0)
    sums = [func.coalesce(func.sum(getattr(Invoice, f"{name}_paise")), 0) for name in _FIGURES]
    heads = {
        row[0]: row for row in books.session.execute(select(way, func.count(), *sums).where(Invoice.shift_id == shift_id).group_by(way))
    }
    tenders: dict[int, dict[str, int]] = {0: {}, 1: {}}
    for kind, mode, amount in books.session.execute(
        select(way, InvoiceTender.mode, func.sum(InvoiceTender.amount_paise))
        .join(Invoice, Invoice.id == InvoiceTender.invoice_id)
        .where(Invoice.shift_id == shift_id)
        .group_by(way, InvoiceTender.mode)
    ):
        tenders[kind][mode] = int(amount)
    numbers: dict[int, list[tuple[str, int, int]]] = {0: [], 1: []}
    for kind, series, first, last in books.session.execute(
        select(way, Invoice.series, func.min(Invoice.seq), func.max(Invoice.seq))
        .where(Invoice.shift_id == shift_id)
        .group_by(way, Invoice.series)
    ):
        numbers[kind].append((series, first, last))
    cancelled = books.session.execute(
        select(func.count(), func.coalesce(func.sum(Invoice.total_paise), 0))
        .join(InvoiceCancellation, InvoiceCancellation.invoice_id == Invoice.id)
        .where(Invoice.shift_id == shift_id, ~is_return)
    ).one()
    cash_back = books.session.scalar(
        select(func.coalesce(func.sum(case((is_return, -InvoiceTender.amount_paise), else_=InvoiceTender.amount_paise)), 0))
        .join(Invoice, Invoice.id == InvoiceTender.invoice_id)
        .join(InvoiceCancellation, InvoiceCancellation.invoice_id == Invoice.id)
        .where(
            Invoice.till_id.in_(list(till_ids)),
            InvoiceTender.mode == "cash",
            InvoiceCancellation.cancelled_at >= begun_at,
            InvoiceCancellation.cancelled_at <= until,
        )
    )
    found = [
        DocumentTotals(
            count=int(heads[kind][1]) if kind in heads else 0,
            figures={name: int(heads[kind][place + 2]) if kind in heads else 0 for place, name in enumerate(_FIGURES)},
            tenders=tenders[kind],
            numbers=tuple(sorted(numbers[kind])),
        )
        for kind in (0, 1)
    ]
    return ShiftTotals(found[0], found[1], int(cancelled[0]), int(cancelled[1]), int(cash_back or 0))
