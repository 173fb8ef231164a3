"""Totals by account from which statements are drawn: over a period, at the end of any number of days, and against cash.

Whole months come from the kept totals; only the days of a month that a date cuts are taken from the lines. A store's
totals balance by themselves, for a voucher belongs to one store.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, SQLColumnExpression, bindparam, case, cast, func, select

from webapp.kernel.dates import FinancialYear, month_of
from webapp.kernel.errors import keep_promise
from webapp.kernel.records import dataclass
from webapp.ledger.models import Account, AccountBalance, AccountGroup, JournalLine, Voucher
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """An account over a period, in paise. `opening` and `closing` are signed, debit positive."""

    account_id: UUID
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


class _Either:
    """One read prepared twice: for all stores, and for one of them."""

    def __init__(self, statement: Select[*tuple[Any, ...]], store: Any) -> None:
        self._all = Lookup(statement)
        self._one = Lookup(statement.where(store == bindparam("store", type_=store.type)))

    def rows(self, books: Books, store_id: UUID | None, **values: Any) -> Sequence[Any]:
        return self._all.rows(books, **values) if store_id is None else self._one.rows(books, store=store_id, **values)


_first, _last = bindparam("first", type_=AccountBalance.month.type), bindparam("last", type_=AccountBalance.month.type)
_net = AccountBalance.debit_paise - AccountBalance.credit_paise


def _sum_where(condition: ColumnElement[bool], figure: SQLColumnExpression[int]) -> ColumnElement[int]:
    # Twelve thousand rows are summed for a year of a thousand accounts; a CASE in each sum costs a tenth more than FILTER.
    return func.coalesce(func.sum(figure).filter(condition), 0)


_TOTALS = _Either(
    select(
        AccountBalance.account_id,
        _sum_where(AccountBalance.month < _first, _net),
        _sum_where(AccountBalance.month >= _first, AccountBalance.debit_paise),
        _sum_where(AccountBalance.month >= _first, AccountBalance.credit_paise),
    )
    .where(AccountBalance.month <= _last)
    .group_by(AccountBalance.account_id),
    AccountBalance.store_id,
)
_BETWEEN = _Either(
    select(
        JournalLine.account_id,
        func.sum(case((JournalLine.amount_paise > 0, JournalLine.amount_paise), else_=0)),
        func.sum(case((JournalLine.amount_paise < 0, -JournalLine.amount_paise), else_=0)),
    )
    .join(Voucher, (Voucher.id == JournalLine.voucher_id) & (Voucher.company_id == JournalLine.company_id))
    .where(Voucher.voucher_date.between(bindparam("from_day"), bindparam("to_day")))
    .group_by(JournalLine.account_id),
    Voucher.store_id,
)
_OF_A_YEAR = Lookup(
    select(Account.id)
    .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
    .where(AccountGroup.nature.in_(("income", "expense")))
)


def account_totals(books: Books, first_day: date, last_day: date, *, store_id: UUID | None = None) -> dict[UUID, AccountTotal]:
    """Every account that ever moved: its opening before `first_day`, what moved up to `last_day`.

    Both days may be any; a period of whole months reads no lines at all.
    """
    return {account: AccountTotal(account, *figures) for account, figures in figures_of(books, first_day, last_day, store_id).items()}


@dataclass(frozen=True, slots=True)
class YearTotals:
    """Totals by the year rule. `brought_forward` is what stands under Profit & Loss A/c besides its own lines: signed paise."""

    totals: Mapping[UUID, AccountTotal]
    brought_forward: int


def year_totals(books: Books, first_day: date, last_day: date, *, store_id: UUID | None = None) -> YearTotals:
    """`account_totals` by the year rule: income and expenses begin at nil on 1 April before `first_day`.

    What they had come to before is one figure, brought forward under Profit & Loss A/c, so that all openings still add up
    to nil. A period over several years is read as one: its figures begin with the year it begins in.
    """
    totals = account_totals(books, first_day, last_day, store_id=store_id)
    year_end = FinancialYear.of(first_day).first_day - timedelta(days=1)
    earlier = balances_at(books, (year_end,), store_id=store_id)
    if not earlier:
        return YearTotals(totals, 0)
    brought_forward = 0
    for (account,) in _OF_A_YEAR.rows(books):
        net = earlier.get(account, (0,))[0]
        if net and (found := totals.get(account)):
            brought_forward += net
            now = AccountTotal(account, found.opening - net, found.debit, found.credit)
            totals[account] = now
            if not (now.opening or now.debit or now.credit):
                del totals[account]
    return YearTotals(totals, brought_forward)


def balances_at(books: Books, days: Sequence[date], *, store_id: UUID | None = None) -> dict[UUID, tuple[int, ...]]:
    """The balance of each account at the end of each of `days`, which are in order; signed, debit positive.

    One statement for whatever number of days; one more for each day that cuts a month. What moved in a period is the
    difference of two of them. The year rule is not applied: a balance is all that was ever posted up to that day.
    """
    keep_promise(len(days) > 0 and list(days) == sorted(days), "days are in order")
    months = {f"month_{place}": month_of(day) for place, day in enumerate(days)}
    rows = _balances(len(days)).rows(books, store_id, **months)
    cut = [day for day in sorted(set(days)) if day != _month_end(day)]
    if not cut:
        return {row[0]: nets for row in rows if any(nets := row[1:])}
    found: dict[UUID, tuple[int, ...]] = {row[0]: row[1:] for row in rows}
    for day in cut:
        for account, (debit, credit) in _between(books, day + timedelta(days=1), _month_end(day), store_id).items():
            found[account] = tuple(net - (debit - credit if at == day else 0) for net, at in zip(found[account], days, strict=True))
    return {account: nets for account, nets in found.items() if any(nets)}


@cache
def _balances(count: int) -> _Either:
    months = [bindparam(f"month_{place}", type_=AccountBalance.month.type) for place in range(count)]
    nets = [_sum_where(AccountBalance.month <= month, _net) for month in months[:-1]]
    # Cast, for PostgreSQL adds big integers up to a decimal.
    every = [cast(net, BigInteger) for net in (*nets, func.sum(_net))]
    statement = select(AccountBalance.account_id, *every).where(AccountBalance.month <= months[-1])
    return _Either(statement.group_by(AccountBalance.account_id), AccountBalance.store_id)


def counter_totals(
    books: Books, accounts: Collection[UUID], first_day: date, last_day: date, *, store_id: UUID | None = None
) -> dict[UUID, tuple[int, int]]:
    """Against what these accounts moved: debit and credit of the other accounts in the vouchers that touch any of `accounts`.

    Σ (debit - credit) is what the accounts themselves moved, with the other sign. Reads the lines of those vouchers, in one
    statement. A voucher that is cash in part only counts with all its other lines.
    """
    day, amount = JournalLine.voucher_date, JournalLine.amount_paise
    touching = select(JournalLine.voucher_id).where(JournalLine.account_id.in_(accounts), day.between(first_day, last_day))
    query = (
        select(
            JournalLine.account_id,
            func.sum(case((amount > 0, amount), else_=0)),
            func.sum(case((amount < 0, -amount), else_=0)),
        )
        .where(JournalLine.voucher_id.in_(touching), JournalLine.account_id.not_in(accounts))
        .group_by(JournalLine.account_id)
    )
    if store_id is not None:
        query = query.join(Voucher, (Voucher.id == JournalLine.voucher_id) & (Voucher.company_id == JournalLine.company_id)).where(
            Voucher.store_id == store_id
        )
    return {account: (int(debit), int(credit)) for account, debit, credit in books.session.execute(query)}


def figures_of(books: Books, first_day: date, last_day: date, store_id: UUID | None = None) -> dict[UUID, tuple[int, int, int]]:
    """Opening, debit and credit of each account that has any of them."""
    rows = _TOTALS.rows(books, store_id, first=month_of(first_day), last=month_of(last_day))
    month_end = _month_end(last_day)
    if first_day.day == 1 and last_day == month_end:
        # Sums of whole numbers are whole on both databases (webapp.platform.db sees to it on PostgreSQL).
        return {account: (opening, debit, credit) for account, opening, debit, credit in rows if opening or debit or credit}
    totals = {account: (opening, debit, credit) for account, opening, debit, credit in rows}
    if first_day.day > 1:
        early = _between(books, first_day.replace(day=1), first_day - timedelta(days=1), store_id)
        for account, (debit, credit) in early.items():
            opening, period_debit, period_credit = totals[account]
            totals[account] = (opening + debit - credit, period_debit - debit, period_credit - credit)
    if last_day < month_end:
        for account, (debit, credit) in _between(books, last_day + timedelta(days=1), month_end, store_id).items():
            opening, period_debit, period_credit = totals[account]
            totals[account] = (opening, period_debit - debit, period_credit - credit)
    return {account: figures for account, figures in totals.items() if any(figures)}


def _between(books: Books, from_day: date, to_day: date, store_id: UUID | None) -> dict[UUID, tuple[int, int]]:
    """Debit and credit of each account on these days, from the lines."""
    rows = _BETWEEN.rows(books, store_id, from_day=from_day, to_day=to_day)
    return {account: (int(debit), int(credit)) for account, debit, credit in rows}


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
