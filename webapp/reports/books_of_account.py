"""The chart with its balances, and an account line by line and month by month.

By the year rule: income and expenses begin at nil on 1 April, and what they had come to before is one row of the chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select

from webapp import ledger
from webapp.kernel.dates import FinancialYear, Period, month_of
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.ledger import Asked, RegisterPage, RegisterRow
from webapp.ledger.models import Account, AccountBalance, AccountGroup, JournalLine, PartyBalance, Voucher
from webapp.platform.tenancy import Books

_DAY = timedelta(days=1)


class Figures(NamedTuple):
    """Opening and closing signed, debit positive; what moved on both sides; in paise."""

    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit

    def plus(self, other: Figures) -> Figures:
        return Figures(self.opening + other.opening, self.debit + other.debit, self.credit + other.credit)


NIL = Figures(0, 0, 0)
_RESULTS = ("income", "expense")


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A line of the chart: a group (`account_id` is None) with all beneath it, or an account."""

    account_id: UUID | None
    name: str
    depth: int
    group: str
    figures: Figures
    group_id: UUID | None = None
    number: str = ""
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Balances:
    """The chart with figures. `openings_debit` and the like add up the accounts by side, which agree."""

    rows: tuple[ChartRow, ...]
    opening_debit: int
    opening_credit: int
    debit: int
    credit: int
    closing_debit: int
    closing_credit: int

    @property
    def agrees(self) -> bool:
        """Whether each pair of sides is equal to the paisa. It always is, or the books are broken."""
        return self.opening_debit == self.opening_credit and self.debit == self.credit and self.closing_debit == self.closing_credit


def balances(books: Books, period: Period, *, words: str = "", with_nil: bool = False, state: str = "") -> Balances:
    """Every account with its figures, under its groups. `with_nil` shows accounts that never moved, and empty groups.

    `words` narrows what is shown, by account, number or group, and `state` ("archived", "all") by whether it is in use; the
    sums are of all accounts regardless.
    """
    chart = ledger.chart_of_accounts(books)
    numbers = ledger.account_numbers(books) if with_nil else {}
    year = ledger.year_totals(books, period.first_day, period.last_day)
    figures = {id_: Figures(one.opening, one.debit, one.credit) for id_, one in year.totals.items()}
    shown = [one for one in chart.accounts if _is_shown(one, state, moved=one.id in figures, with_nil=with_nil)]
    names = {group.id: group.name for group in chart.groups}
    wanted = folded(words).split()
    if wanted:
        of_bank = ledger.accounts_of_number(books, words)
        shown = [
            one
            for one in shown
            if one.id in of_bank or all(word in folded(f"{one.name} {numbers.get(one.id, '')} {names[one.group_id]}") for word in wanted)
        ]
    rows = _grouped(chart, shown, figures, numbers, with_empty=with_nil and not wanted and state != "archived")
    every = list(figures.values())
    if year.brought_forward:
        earlier = Figures(year.brought_forward, 0, 0)
        every.append(earlier)
        if not wanted and state != "archived":
            rows += (ChartRow(None, "Profit & Loss A/c", 0, "", earlier),)
    return Balances(
        rows=rows,
        opening_debit=sum(max(one.opening, 0) for one in every),
        opening_credit=sum(max(-one.opening, 0) for one in every),
        debit=sum(one.debit for one in every),
        credit=sum(one.credit for one in every),
        closing_debit=sum(max(one.closing, 0) for one in every),
        closing_credit=sum(max(-one.closing, 0) for one in every),
    )


def _is_shown(account: ledger.AccountRow, state: str, *, moved: bool, with_nil: bool) -> bool:
    if state == "archived":
        return account.is_archived
    return moved or (with_nil and (state == "all" or not account.is_archived))


def _grouped(
    chart: ledger.Chart,
    shown: Sequence[ledger.AccountRow],
    figures: Mapping[UUID, Figures],
    numbers: Mapping[UUID, str],
    *,
    with_empty: bool,
) -> tuple[ChartRow, ...]:
    """Accounts beneath their groups, groups beneath theirs; each group adds up what is beneath it."""
    beneath: dict[UUID | None, list[ledger.GroupRow]] = {}
    for group in chart.groups:
        beneath.setdefault(group.parent_id, []).append(group)
    accounts: dict[UUID, list[ledger.AccountRow]] = {}
    for account in shown:
        accounts.setdefault(account.group_id, []).append(account)

    def rows_of(group: ledger.GroupRow, depth: int) -> list[ChartRow]:
        rows = [
            ChartRow(one.id, one.name, depth + 1, group.name, figures.get(one.id, NIL), None, numbers.get(one.id, ""), one.is_archived)
            for one in accounts.get(group.id, ())
        ]
        sums = [row.figures for row in rows]
        for child in beneath.get(group.id, ()):
            below = rows_of(child, depth + 1)
            if below:
                sums.append(below[0].figures)
                rows += below
        if not rows and not with_empty:
            return []
        whole = NIL
        for one in sums:
            whole = whole.plus(one)
        return [ChartRow(None, group.name, depth, group.name, whole, group.id), *rows]

    return tuple(row for group in beneath.get(None, ()) for row in rows_of(group, 0))


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What moved on an account in a month, and the balance after it, in paise."""

    month: int
    debit: int
    credit: int
    closing: int


@dataclass(frozen=True, slots=True)
class AccountHead:
    """An account, the group it stands in, and its figures over the days asked for.

    `earlier` is what an income or expense had come to before the financial year in which they begin: it stands under Profit
    & Loss A/c, and is no part of the account's balance. `part`: the figures are of cost centres alone.
    `results` is what income and expenses moved in each month, of Profit & Loss A/c alone: those of earlier years stand in it.
    `is_party`: a customer's or supplier's ledger, whichever account its lines stand in; `id` is the party's.
    """

    id: UUID
    name: str
    group: str
    wants_party: bool
    figures: Figures
    months: tuple[MonthTotal, ...]
    earlier: int = 0
    store_id: UUID | None = None
    part: ledger.CentrePart | None = None
    begins_anew: bool = False
    results: tuple[tuple[int, int], ...] = ()
    is_party: bool = False


def account_head(
    books: Books, account_id: UUID, period: Period, *, store_id: UUID | None = None, centre_id: UUID | None = None
) -> AccountHead:
    """What stands above an account's ledger, of one store when it is given, and as far as a cost centre with those beneath it is
    concerned (see ledger.CentrePart). NotFound when this company has none by that id."""
    found = books.session.execute(
        select(Account.id, Account.name, AccountGroup.name, Account.wants_party, AccountGroup.nature, Account.code)
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(Account.id == account_id)
    ).first()
    if found is None:
        raise NotFound("account")
    part = None
    if centre_id is not None:
        centres = tuple(one.id for one in ledger.centres_beneath(books, centre_id))
        part = ledger.CentrePart(account_id, centres, ledger.is_money(books, account_id), store_id)
    begins_anew = found[4] in _RESULTS
    months = _months(books, account_id, begins_anew=begins_anew, store_id=store_id, part=part)
    head = AccountHead(*found[:4], NIL, months, 0, store_id, part, begins_anew)
    if found[5] == "profit-loss" and part is None:
        head = _with_results(books, head)
    head = replace(head, earlier=_earlier(head, period))
    return replace(head, figures=figures_of(books, head, period))


def _with_results(books: Books, head: AccountHead) -> AccountHead:
    """Profit & Loss A/c with what income and expenses of earlier years brought forward to it, as statements have it."""
    query = (
        select(AccountBalance.month, func.sum(AccountBalance.debit_paise - AccountBalance.credit_paise))
        .join(Account, (Account.company_id == AccountBalance.company_id) & (Account.id == AccountBalance.account_id))
        .join(AccountGroup, (AccountGroup.company_id == Account.company_id) & (AccountGroup.id == Account.group_id))
        .where(AccountGroup.nature.in_(_RESULTS))
        .group_by(AccountBalance.month)
    )
    if head.store_id is not None:
        query = query.where(AccountBalance.store_id == head.store_id)
    results = tuple((int(month), int(net)) for month, net in books.session.execute(query))
    whole = replace(head, results=results)
    months = tuple(replace(one, closing=one.closing - _brought(whole, one.month)) for one in head.months)
    return replace(whole, months=months)


def figures_of(books: Books, head: AccountHead, period: Period) -> Figures:
    """An account over any days, by the year rule: whole months from those of `head`, the days of a cut month from its lines."""
    figures = _figures(books, head, period)
    return figures._replace(opening=figures.opening - _earlier(head, period))


def _earlier(head: AccountHead, period: Period) -> int:
    """What of all that was posted to an account before the year of these days is no part of its balance; for Profit & Loss A/c, what
    is, though it was posted elsewhere, with the other sign."""
    first = FinancialYear.of(period.first_day).first_month
    if head.begins_anew:
        return sum(one.debit - one.credit for one in head.months if one.month < first)
    return _brought(head, first)


def _brought(head: AccountHead, month: int) -> int:
    year = month // 100 - (month % 100 < 4)
    return -sum(net for one, net in head.results if one < FinancialYear(year).first_month)


def account_page(books: Books, head: AccountHead, asked: Asked) -> RegisterPage:
    """A page of an account's ledger, its balances by the year rule of the days that `head` was asked for."""
    moved = {one.month: one.debit - one.credit for one in head.months}
    if head.part:
        page = ledger.centre_account_page(books, head.part, asked, moved)
    else:
        page = ledger.account_page(books, head.id, replace(asked, store_id=head.store_id), moved=moved)
    if not head.earlier:
        return page
    rows = tuple(replace(row, balance=row.balance - head.earlier) for row in page.rows)
    return replace(page, opening=page.opening - head.earlier, rows=rows)


def whole_account(books: Books, head: AccountHead, period: Period) -> Iterator[RegisterRow]:
    """Every line of an account in these days, in pieces so that memory stays flat."""
    after = None
    while True:
        page = account_page(books, head, Asked(period.first_day, period.last_day, after=after, most=1000))
        yield from page.rows
        if page.later is None:
            return
        after = page.later


def party_head(books: Books, party_id: UUID, name: str, *, store_id: UUID | None = None) -> AccountHead:
    """What stands above a party's ledger, of one store when it is given. Its figures are those of no days: ask `figures_of`."""
    query = (
        select(PartyBalance.month, func.sum(PartyBalance.debit_paise), func.sum(PartyBalance.credit_paise))
        .where(PartyBalance.party_id == party_id)
        .group_by(PartyBalance.month)
        .order_by(PartyBalance.month)
    )
    if store_id is not None:
        query = query.where(PartyBalance.store_id == store_id)
    months = _running(books.session.execute(query), begins_anew=False)
    return AccountHead(party_id, name, "", True, NIL, months, store_id=store_id, is_party=True)  # noqa: FBT003


def _months(
    books: Books, account_id: UUID, *, begins_anew: bool, store_id: UUID | None, part: ledger.CentrePart | None
) -> tuple[MonthTotal, ...]:
    """Month by month; the balance of an account that `begins_anew` starts from nil each financial year."""
    query = (
        select(AccountBalance.month, func.sum(AccountBalance.debit_paise), func.sum(AccountBalance.credit_paise))
        .where(AccountBalance.account_id == account_id)
        .group_by(AccountBalance.month)
        .order_by(AccountBalance.month)
    )
    if store_id is not None:
        query = query.where(AccountBalance.store_id == store_id)
    return _running(ledger.centre_account_months(books, part) if part else books.session.execute(query), begins_anew=begins_anew)


def _running(found: Iterable[Any], *, begins_anew: bool) -> tuple[MonthTotal, ...]:
    """Months with the balance after each."""
    rows, closing, year = [], 0, 0
    for month, debit, credit in found:
        started = month // 100 - (month % 100 < 4)
        if begins_anew and started != year:
            closing, year = 0, started
        closing += int(debit) - int(credit)
        rows.append(MonthTotal(month, int(debit), int(credit), closing))
    return tuple(rows)


def _figures(books: Books, head: AccountHead, period: Period) -> Figures:
    """An account over any days, without the year rule."""
    months, first, last = head.months, month_of(period.first_day), month_of(period.last_day)
    opening = sum(one.debit - one.credit for one in months if one.month < first)
    inside = [one for one in months if first < one.month < last]
    debit, credit = sum(one.debit for one in inside), sum(one.credit for one in inside)
    ends = [one for one in months if one.month in (first, last)]
    for whole in (one for one in ends if _is_whole(one.month, period)):
        debit, credit = debit + whole.debit, credit + whole.credit
    cut = [date(one.month // 100, one.month % 100, 1) for one in ends if not _is_whole(one.month, period)]
    if not cut:
        return Figures(opening, debit, credit)
    for on, debits, credits_ in _days(books, head, [(start, _next_month(start) - _DAY) for start in cut]):
        if on < period.first_day:
            opening += debits - credits_
        elif on <= period.last_day:
            debit, credit = debit + debits, credit + credits_
    return Figures(opening, debit, credit)


def _days(books: Books, head: AccountHead, spans: Sequence[tuple[date, date]]) -> list[tuple[date, int, int]]:
    """(day, debits, credits) of each day with a line that is within one of `spans`."""
    if head.part:
        return ledger.centre_account_days(books, head.part, spans)
    day = JournalLine.voucher_date
    amount = JournalLine.amount_paise
    owner = JournalLine.party_id if head.is_party else JournalLine.account_id
    query = select(day, func.sum(amount), func.sum(func.abs(amount))).where(owner == head.id).group_by(day)
    if head.store_id is not None:
        whose = (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id)
        query = query.join(Voucher, whose).where(Voucher.store_id == head.store_id)
    found = books.session.execute(query.where(or_(*(day.between(first, last) for first, last in spans))))
    return [(on, (int(size) + int(net)) // 2, (int(size) - int(net)) // 2) for on, net, size in found]


def _is_whole(month: int, period: Period) -> bool:
    start = date(month // 100, month % 100, 1)
    return period.first_day <= start and _next_month(start) - _DAY <= period.last_day


def _next_month(start: date) -> date:
    return date(start.year + start.month // 12, start.month % 12 + 1, 1)
