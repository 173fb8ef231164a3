"""What each cost centre bears of each account, month by month: the figures a budget by cost centre is held against."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import extract, func, select

from webapp.kernel.dates import Period
from webapp.ledger.models import CostAllocation, Voucher
from webapp.platform.tenancy import Books


def centre_months(books: Books, period: Period, *, store_id: UUID | None = None) -> dict[tuple[UUID, UUID, int], int]:
    """By (cost centre, account, month as 202611): what the centre bears in these days, in paise, debit positive."""
    day = CostAllocation.voucher_date
    year, month = extract("year", day), extract("month", day)
    query = (
        select(CostAllocation.cost_centre_id, CostAllocation.account_id, year, month, func.sum(CostAllocation.amount_paise))
        .where(day.between(period.first_day, period.last_day))
        .group_by(CostAllocation.cost_centre_id, CostAllocation.account_id, year, month)
    )
    if store_id is not None:
        query = query.join(Voucher, (Voucher.company_id == CostAllocation.company_id) & (Voucher.id == CostAllocation.voucher_id))
        query = query.where(Voucher.store_id == store_id)
    rows = books.session.execute(query)
    return {(centre, account, int(year) * 100 + int(month)): int(amount) for centre, account, year, month, amount in rows}
