"""Gathers balances from the ledger's month totals and hands them to the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from webapp import ledger
from webapp.final_accounts.rules import flows, periods, ratios, schedule_iii, statements
from webapp.final_accounts.rules.flows import CashFlow, DirectFlow, FundFlow
from webapp.final_accounts.rules.ratios import Basis, Ratio
from webapp.final_accounts.rules.schedule_iii import Results, Schedule
from webapp.final_accounts.rules.statements import PROFIT_AND_LOSS, BalanceSheet, ProfitAndLoss
from webapp.final_accounts.rules.tree import Figures, Head, added, heads_of, known_codes, less
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import Books

_DAY = timedelta(days=1)
_RESULTS = frozenset({"income", "expense"})


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Heads whose figures are (opening signed, debit, credit), and the sums of all accounts by side.

    `brought_forward` is the row of Profit & Loss A/c: its own lines, and income and expenses of earlier years.
    """

    heads: tuple[Head, ...]
    brought_forward: Head | None
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


def trial_balance(books: Books, period: Period, *, store_id: UUID | None = None) -> TrialBalance:
    """Every account that has a figure, by the year rule. All three pairs of sides agree, also for one store."""
    chart = ledger.chart_of_accounts(books)
    year = ledger.year_totals(books, period.first_day, period.last_day, store_id=store_id)
    figures = {id_: (one.opening, one.debit, one.credit) for id_, one in year.totals.items()}
    own = next((one for one in chart.accounts if one.code == PROFIT_AND_LOSS), None)
    posted = figures.pop(own.id, (0, 0, 0)) if own else (0, 0, 0)
    forward = (posted[0] + year.brought_forward, posted[1], posted[2])
    every = [*figures.values(), forward]
    closings = [opening + debit - credit for opening, debit, credit in every]
    name = own.name if own else "Profit & Loss A/c"
    return TrialBalance(
        heads=heads_of(chart, figures),
        brought_forward=Head(PROFIT_AND_LOSS, name, "liability", forward, account_id=own.id if own else None) if any(forward) else None,
        opening_debit=sum(max(one[0], 0) for one in every),
        opening_credit=sum(max(-one[0], 0) for one in every),
        debit=sum(one[1] for one in every),
        credit=sum(one[2] for one in every),
        closing_debit=sum(max(one, 0) for one in closings),
        closing_credit=sum(max(-one, 0) for one in closings),
    )


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One group of the chart: its name, the group above it, and what it holds (None when nothing moved)."""

    id: UUID
    name: str
    parent_id: UUID | None
    parent: str
    head: Head | None


def group_summary(books: Books, group_id: UUID, period: Period, *, store_id: UUID | None = None) -> GroupSummary:
    """A group's own part of the trial balance. NotFound when this company has none by that id."""
    groups = {one.id: one for one in ledger.chart_of_accounts(books).groups}
    if group_id not in groups:
        raise NotFound("group")
    one = groups[group_id]
    found = trial_balance(books, period, store_id=store_id)
    parent = groups[one.parent_id].name if one.parent_id else ""
    return GroupSummary(one.id, one.name, one.parent_id, parent, _found(found.heads, group_id))


def _found(heads: Sequence[Head], group_id: UUID) -> Head | None:
    for head in heads:
        if head.account_id is None and head.group_id == group_id:
            return head
        if below := _found(head.beneath, group_id):
            return below
    return None


def profit_and_loss(books: Books, columns: Sequence[Period], *, store_id: UUID | None = None) -> ProfitAndLoss:
    """Income and expenses over each of `columns`. One statement whatever their number, one more for each day that cuts a month."""
    return _profit_and_loss(ledger.chart_of_accounts(books), _balances(books, columns, store_id))


def _profit_and_loss(chart: ledger.Chart, found: _Balances) -> ProfitAndLoss:
    """From balances before and after. Read straight down and once, for a company may have thousands of accounts."""
    natures = {one.id: one.nature for one in chart.groups}
    codes = known_codes(chart, {*statements.TRADING, statements.STOCK_GROUP})
    moved: dict[UUID, Figures] = {}
    stock_before = stock_after = (0,) * found.width
    for one in chart.accounts:
        nets = found.nets.get(one.id)
        if nets is None:
            continue
        group = one.group_id
        if natures[group] in _RESULTS:
            figures = tuple([nets[last] - nets[first] for first, last in found.columns])
            if any(figures):
                moved[one.id] = figures
        elif codes[group] == statements.STOCK_GROUP:
            stock_before = added((stock_before, tuple([nets[first] for first, _ in found.columns])))
            stock_after = added((stock_after, tuple([nets[last] for _, last in found.columns])))
    return statements.profit_and_loss(chart, moved, (stock_before, stock_after), found.width)


def balance_sheet(books: Books, days: Sequence[date], *, store_id: UUID | None = None) -> BalanceSheet:
    """What is owed and owned at the end of each of `days`, which are in any order."""
    return _balance_sheet(ledger.chart_of_accounts(books), _balances(books, [_year_of(day) for day in days], store_id))[0]


def _balance_sheet(chart: ledger.Chart, found: _Balances) -> tuple[BalanceSheet, dict[UUID, Figures]]:
    """The sheet, and the balances it is made of. `found` is by financial year: each column begins with its year."""
    natures = {one.id: one.nature for one in chart.groups}
    closing: dict[UUID, Figures] = {}
    earlier, now = [0] * found.width, [0] * found.width
    for one in chart.accounts:
        nets = found.nets.get(one.id)
        if nets is None:
            continue
        if natures[one.group_id] in _RESULTS:
            for column, (first, last) in enumerate(found.columns):
                earlier[column] += nets[first]
                now[column] += nets[last]
        else:
            closing[one.id] = tuple([nets[last] for _, last in found.columns])
    return statements.balance_sheet(chart, closing, tuple(earlier), tuple(now)), closing


@dataclass(frozen=True, slots=True)
class ScheduleIII:
    """Both parts of Division I."""

    schedule: Schedule
    results: Results


def schedule_of(books: Books, days: Sequence[date], *, store_id: UUID | None = None) -> ScheduleIII:
    """The balance sheet and the statement of profit and loss of the year so far, in the form of Schedule III."""
    chart = ledger.chart_of_accounts(books)
    found = _balances(books, [_year_of(day) for day in days], store_id)
    sheet, closing = _balance_sheet(chart, found)
    return ScheduleIII(schedule_iii.schedule(chart, closing, sheet, days[0]), schedule_iii.results(_profit_and_loss(chart, found)))


def cash_flow(books: Books, columns: Sequence[Period], *, store_id: UUID | None = None) -> CashFlow:
    """The indirect method. Reads, besides balances, the lines of vouchers that touch fixed assets or investments."""
    chart = ledger.chart_of_accounts(books)
    opening, closing = _around(books, columns, store_id)
    return flows.cash_flow(chart, opening, closing, _not_cash(books, chart, columns, store_id), len(columns))


def direct_flow(books: Books, columns: Sequence[Period], *, main: int = 0, store_id: UUID | None = None) -> DirectFlow:
    """The direct method, from the lines of all vouchers that touch cash or bank: one statement for each column."""
    chart = ledger.chart_of_accounts(books)
    opening, closing = _around(books, columns, store_id)
    cash = [id_ for id_, code in flows.places(chart).items() if code in flows.CASH]
    nil = (0,) * len(columns)
    against = {id_: less(nil, figures) for id_, figures in _against(books, cash, columns, store_id).items()}
    before, after = (added((side.get(id_, nil) for id_ in cash), len(columns)) for side in (opening, closing))
    return flows.direct_flow(chart, against, before, after, main)


def fund_flow(books: Books, period: Period, *, store_id: UUID | None = None) -> FundFlow:
    """Sources and applications of funds, and what they did to working capital."""
    chart = ledger.chart_of_accounts(books)
    opening, closing = _around(books, [period], store_id)
    return flows.fund_flow(chart, opening, closing, _not_cash(books, chart, [period], store_id))


def ratio_summary(books: Books, columns: Sequence[Period], *, store_id: UUID | None = None) -> tuple[tuple[Ratio, ...], tuple[Ratio, ...]]:
    """Principal amounts and ratios over each of `columns`; balances are those at its last day."""
    chart = ledger.chart_of_accounts(books)
    around = _balances(books, columns, store_id)
    closing = around.closing()
    found = _profit_and_loss(chart, around)
    sheet, _ = _balance_sheet(chart, _balances(books, [_year_of(one.last_day) for one in columns], store_id))
    place, balances = flows.places(chart), [dict[str, int]() for _ in columns]
    for id_, figures in closing.items():
        for column, amount in enumerate(figures):
            balances[column][place[id_]] = balances[column].get(place[id_], 0) + amount
    return ratios.ratios(
        tuple(
            Basis(
                balances=balances[column],
                profits=sheet.brought_forward[column] + sheet.of_this_year[column],
                sales=found.turnover[column],
                cost_of_goods=found.goods.cost[column] + sum(one.figures[column] for one in found.purchases),
                gross_profit=found.gross_profit[column],
                net_profit=found.net_profit[column],
                opening_stock=found.goods.opening[column],
                days=(span.last_day - span.first_day).days + 1,
            )
            for column, span in enumerate(columns)
        )
    )


def by_month(books: Books, day: date, *, store_id: UUID | None = None) -> tuple[tuple[Period, int, int], ...]:
    """(month, income, expense) of the financial year up to `day`: what the chart of a profit and loss account shows."""
    months = periods.months_of(Period(FinancialYear.of(day).first_day, day))
    found = profit_and_loss(books, months, store_id=store_id)
    return tuple(zip(months, found.income, found.expense, strict=True))


def _year_of(day: date) -> Period:
    return Period(FinancialYear.of(day).first_day, day)


@dataclass(frozen=True, slots=True)
class _Balances:
    """Each account's balance at the ends of some days, and for each column which of them is before it and which ends it."""

    nets: Mapping[UUID, Figures]
    columns: tuple[tuple[int, int], ...]

    @property
    def width(self) -> int:
        return len(self.columns)

    def opening(self) -> dict[UUID, Figures]:
        return {id_: tuple([nets[first] for first, _ in self.columns]) for id_, nets in self.nets.items()}

    def closing(self) -> dict[UUID, Figures]:
        return {id_: tuple([nets[last] for _, last in self.columns]) for id_, nets in self.nets.items()}


def _balances(books: Books, columns: Sequence[Period], store_id: UUID | None) -> _Balances:
    days = sorted({day for one in columns for day in (one.first_day - _DAY, one.last_day)})
    place = {day: number for number, day in enumerate(days)}
    around = tuple((place[one.first_day - _DAY], place[one.last_day]) for one in columns)
    return _Balances(ledger.balances_at(books, days, store_id=store_id), around)


def _around(books: Books, columns: Sequence[Period], store_id: UUID | None) -> tuple[dict[UUID, Figures], dict[UUID, Figures]]:
    """Each account's balance before, and at the end of, each of `columns`."""
    found = _balances(books, columns, store_id)
    return found.opening(), found.closing()


def _against(books: Books, accounts: Sequence[UUID], columns: Sequence[Period], store_id: UUID | None) -> dict[UUID, Figures]:
    """What moved against `accounts` in each column, debit positive."""
    found: dict[UUID, list[int]] = {}
    for column, span in enumerate(columns):
        totals = ledger.counter_totals(books, accounts, span.first_day, span.last_day, store_id=store_id)
        for id_, (debit, credit) in totals.items():
            found.setdefault(id_, [0] * len(columns))[column] = debit - credit
    return {id_: tuple(figures) for id_, figures in found.items()}


def _not_cash(books: Books, chart: ledger.Chart, columns: Sequence[Period], store_id: UUID | None) -> flows.NotCash:
    """Income and expenses against fixed assets and investments: depreciation, profit and loss on a sale."""
    place = flows.places(chart)
    found: dict[str, dict[UUID, Figures]] = {}
    for code in flows.LASTING:
        accounts = [id_ for id_, own in place.items() if own == code]
        if accounts:
            against = _against(books, accounts, columns, store_id)
            found[code] = {id_: figures for id_, figures in against.items() if place[id_] in flows.RESULTS}
    return found
