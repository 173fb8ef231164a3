"""What each party stands at in each account at the ends of days: what statements split by side are drawn from.

Whole months come from the kept totals; the days of a month that a date cuts, from its lines. For one store the lines of
parties are added up.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import case, func, select

from webapp.kernel.dates import month_of
from webapp.ledger.models import JournalLine, PartyBalance, Voucher
from webapp.platform.tenancy import Books


def party_balances_at(books: Books, days: Sequence[date], *, store_id: UUID | None = None) -> dict[tuple[UUID, UUID], tuple[int, ...]]:
    """(account, party) → its balance at the end of each of `days`, in any order; signed paise, debit positive.

    One statement, and one more for each day that cuts a month. Those at nil on every day are left out.
    """
    if store_id is not None:
        return _of_store(books, days, store_id)
    net = PartyBalance.debit_paise - PartyBalance.credit_paise
    sums = [func.sum(case((PartyBalance.month <= month_of(day), net), else_=0)) for day in days]
    query = (
        select(PartyBalance.account_id, PartyBalance.party_id, *sums)
        .where(PartyBalance.month <= month_of(max(days)))
        .group_by(PartyBalance.account_id, PartyBalance.party_id)
    )
    found = {(account, party): tuple(int(one) for one in nets) for account, party, *nets in books.session.execute(query)}
    for day in sorted({day for day in days if day != _month_end(day)}):
        for key, amount in _after(books, day).items():
            kept = found.get(key, (0,) * len(days))
            found[key] = tuple(one - (amount if at == day else 0) for one, at in zip(kept, days, strict=True))
    return {key: nets for key, nets in found.items() if any(nets)}


def _after(books: Books, day: date) -> dict[tuple[UUID, UUID], int]:
    """What was posted to parties between a day and the end of its month."""
    query = (
        select(JournalLine.account_id, JournalLine.party_id, func.sum(JournalLine.amount_paise))
        .where(JournalLine.party_id.is_not(None), JournalLine.voucher_date.between(day + timedelta(days=1), _month_end(day)))
        .group_by(JournalLine.account_id, JournalLine.party_id)
    )
    return {(account, party): int(amount) for account, party, amount in books.session.execute(query) if party is not None}


def _of_store(books: Books, days: Sequence[date], store_id: UUID) -> dict[tuple[UUID, UUID], tuple[int, ...]]:
    amount, posted_on = JournalLine.amount_paise, JournalLine.voucher_date
    query = (
        select(JournalLine.account_id, JournalLine.party_id, *(func.sum(case((posted_on <= day, amount), else_=0)) for day in days))
        .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
        .where(JournalLine.party_id.is_not(None), posted_on <= max(days), Voucher.store_id == store_id)
        .group_by(JournalLine.account_id, JournalLine.party_id)
    )
    rows = ((account, party, tuple(int(one) for one in nets)) for account, party, *nets in books.session.execute(query))
    return {(account, party): nets for account, party, nets in rows if any(nets) and party is not None}


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
