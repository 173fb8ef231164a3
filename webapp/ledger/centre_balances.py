"""What a cost centre, with those beneath it, bears of every account: its balances at some days, and its totals over a period.

Sums over the lines that name the centre, read by their index. They need not balance: a voucher may name a centre on one line alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from webapp.kernel.dates import FinancialYear, Period
from webapp.ledger import masters
from webapp.ledger.models import Account, AccountGroup, CostAllocation, Voucher
from webapp.ledger.spans import centre_spans
from webapp.ledger.totals import AccountTotal, YearTotals
from webapp.platform.tenancy import Books

_DAY = timedelta(days=1)
_RESULTS = frozenset({"income", "expense"})


def centre_balances_at(books: Books, centre_id: UUID, days: Sequence[date], *, store_id: UUID | None = None) -> dict[UUID, tuple[int, ...]]:
    """What it has borne of each account by the end of each of `days`; signed paise, debit positive. The year rule is not applied."""
    return centre_spans(books, centre_id, [Period(date.min, day) for day in days], store_id=store_id)


def centre_year_totals(books: Books, centre_id: UUID, first_day: date, last_day: date, *, store_id: UUID | None = None) -> YearTotals:
    """What it bears of each account, as `year_totals` has it: opening, debit, credit, by the year rule."""
    day, amount = CostAllocation.voucher_date, CostAllocation.amount_paise
    within = day >= first_day

    def total(condition: Any, figure: Any) -> Any:
        return func.sum(case((condition, figure), else_=0))

    query = (
        select(
            CostAllocation.account_id,
            AccountGroup.nature,
            total(day < first_day, amount),
            total(within & (amount > 0), amount),
            total(within & (amount < 0), -amount),
            total(day <= FinancialYear.of(first_day).first_day - _DAY, amount),
        )
        .join(Account, (Account.company_id == CostAllocation.company_id) & (Account.id == CostAllocation.account_id))
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(CostAllocation.cost_centre_id.in_([one.id for one in masters.centres_beneath(books, centre_id)]), day <= last_day)
        .group_by(CostAllocation.account_id, AccountGroup.nature)
    )
    if store_id is not None:
        query = query.join(Voucher, (Voucher.company_id == CostAllocation.company_id) & (Voucher.id == CostAllocation.voucher_id))
        query = query.where(Voucher.store_id == store_id)
    totals, brought_forward = {}, 0
    for account, nature, opening, debit, credit, earlier in books.session.execute(query):
        before = int(earlier) if nature in _RESULTS else 0
        brought_forward += before
        own = AccountTotal(account, int(opening) - before, int(debit), int(credit))
        if own.opening or own.debit or own.credit:
            totals[account] = own
    return YearTotals(totals, brought_forward)
