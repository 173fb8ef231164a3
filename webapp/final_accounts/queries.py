"""Gathers balances from the ledger's month totals and hands them to the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from webapp import ledger
from webapp.final_accounts.rules import flows, ratios, statements
from webapp.final_accounts.rules.ratios import Basis, Ratio
from webapp.final_accounts.rules.schedule_iii import PartySides
from webapp.final_accounts.rules.statements import NOT_BORNE, PROFIT_AND_LOSS, BalanceSheet, ProfitAndLoss
from webapp.final_accounts.rules.tree import Figures, Head, added, heads_of, known_codes, less
from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

_DAY = timedelta(days=1)
_RESULTS = frozenset({"income", "expense"})


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Heads whose figures are (opening signed, debit, credit), and the sums of all accounts by side.

    `brought_forward` is the row of Profit & Loss A/c: its own lines, and income and expenses of earlier years. `not_borne`: of a cost
    centre, what the other lines of the books come to, so that the sides agree; it is among the sums.
    """

    heads: tuple[Head, ...]
    brought_forward: Head | None
    opening_debit: int
    opening_credit: int
    debit: int
    credit: int
    closing_debit: int
    closing_credit: int
    not_borne: Head | None = None

    @property
    def agrees(self) -> bool:
        """Whether each pair of sides is equal to the paisa. It always is, or the books are broken."""
        return self.opening_debit == self.opening_credit and self.debit == self.credit and self.closing_debit == self.closing_credit


def trial_balance(books: Books, period: Period, *, store_id: UUID | None = None, centre_id: UUID | None = None) -> TrialBalance:
    """Every account that has a figure, by the year rule. All three pairs of sides agree, also for one store.

    Of a cost centre with those beneath it: what it bears of each account, and one row for what it does not (`not_borne`).
    """
    chart = ledger.chart_of_accounts(books)
    if centre_id is None:
        year = ledger.year_totals(books, period.first_day, period.last_day, store_id=store_id)
    else:
        year = ledger.centre_year_totals(books, centre_id, period.first_day, period.last_day, store_id=store_id)
    figures = {id_: (one.opening, one.debit, one.credit) for id_, one in year.totals.items()}
    own = next((one for one in chart.accounts if one.code == PROFIT_AND_LOSS), None)
    posted = figures.pop(own.id, (0, 0, 0)) if own else (0, 0, 0)
    forward = (posted[0] + year.brought_forward, posted[1], posted[2])
    every = [*figures.values(), forward]
    unborne = _not_borne(every) if centre_id else None
    every += [unborne] if unborne else []
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
        not_borne=Head(NOT_BORNE, "", "", unborne) if unborne and any(unborne) else None,
    )


def _not_borne(every: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    """The row that makes both sides of each column come to the same: (opening signed, debit, credit)."""
    moved = sum(one[1] - one[2] for one in every)
    return -sum(one[0] for one in every), max(-moved, 0), max(moved, 0)


@dataclass(frozen=True, slots=True)
class ComparedBalances:
    """Closing balances side by side: heads whose figures are signed, one for each column, and what all accounts come to by side.

    `not_borne` as in `TrialBalance`.
    """

    heads: tuple[Head, ...]
    brought_forward: Head | None
    debit: Figures
    credit: Figures
    not_borne: Head | None = None

    @property
    def agrees(self) -> bool:
        """Whether both sides of each column are equal to the paisa."""
        return self.debit == self.credit


def compared_balances(
    books: Books, columns: Sequence[Period], *, store_id: UUID | None = None, centre_id: UUID | None = None
) -> ComparedBalances:
    """The closing column of the trial balance for each of `columns`, by the year rule of the year each begins in."""
    chart = ledger.chart_of_accounts(books)
    natures = {one.id: one.nature for one in chart.groups}
    found = balances_around(books, [Period(year_of(one.first_day).first_day, one.last_day) for one in columns], store_id, centre_id)
    closing: dict[UUID, Figures] = {}
    forward = [0] * found.width
    own = next((one for one in chart.accounts if one.code == PROFIT_AND_LOSS), None)
    for one in chart.accounts:
        nets = found.nets.get(one.id)
        if nets is None:
            continue
        begins_anew = natures[one.group_id] in _RESULTS
        figures = tuple([nets[last] - (nets[first] if begins_anew else 0) for first, last in found.columns])
        if own and one.id == own.id:
            forward = [all_ + amount for all_, amount in zip(forward, figures, strict=True)]
        elif any(figures):
            closing[one.id] = figures
        if begins_anew:
            forward = [all_ + nets[first] for all_, (first, _) in zip(forward, found.columns, strict=True)]
    every = [*closing.values(), tuple(forward)]
    rest = Head(NOT_BORNE, "", "", less((0,) * found.width, added(every))) if centre_id else None
    every += [rest.figures] if rest else []
    head = Head(PROFIT_AND_LOSS, own.name if own else "Profit & Loss A/c", "liability", tuple(forward), account_id=own.id if own else None)
    return ComparedBalances(
        heads=heads_of(chart, closing),
        brought_forward=head if any(forward) else None,
        debit=added((tuple([max(one, 0) for one in figures]) for figures in every), found.width),
        credit=added((tuple([max(-one, 0) for one in figures]) for figures in every), found.width),
        not_borne=rest if rest and any(rest.figures) else None,
    )


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One group of the chart: its name, the group above it, and what it holds (None when nothing moved)."""

    id: UUID
    name: str
    parent_id: UUID | None
    parent: str
    head: Head | None


def group_summary(
    books: Books, group_id: UUID, period: Period, *, store_id: UUID | None = None, centre_id: UUID | None = None
) -> GroupSummary:
    """A group's own part of the trial balance, or of what a cost centre bears. NotFound when this company has none by that id."""
    groups = {one.id: one for one in ledger.chart_of_accounts(books).groups}
    if group_id not in groups:
        raise NotFound("group")
    one = groups[group_id]
    heads = trial_balance(books, period, store_id=store_id, centre_id=centre_id).heads
    parent = groups[one.parent_id].name if one.parent_id else ""
    return GroupSummary(one.id, one.name, one.parent_id, parent, _found(heads, group_id))


def _found(heads: Sequence[Head], group_id: UUID) -> Head | None:
    for head in heads:
        if head.account_id is None and head.group_id == group_id:
            return head
        if below := _found(head.beneath, group_id):
            return below
    return None


def profit_and_loss(
    books: Books, columns: Sequence[Period], *, store_id: UUID | None = None, centre_id: UUID | None = None
) -> ProfitAndLoss:
    """Income and expenses over each of `columns`. One statement whatever their number, one more for each day that cuts a month.

    For a cost centre it is what was allocated to it and to those beneath it alone, so stock is no part of it.
    """
    chart = ledger.chart_of_accounts(books)
    if centre_id is None:
        return profit_and_loss_of(chart, balances_around(books, columns, store_id))
    natures, nil = {one.id: one.nature for one in chart.groups}, (0,) * len(columns)
    of_results = {one.id for one in chart.accounts if natures[one.group_id] in _RESULTS}
    borne = ledger.centre_spans(books, centre_id, columns, store_id=store_id)
    moved = {id_: figures for id_, figures in borne.items() if id_ in of_results}
    return statements.profit_and_loss(chart, moved, (nil, nil), len(columns))


def profit_and_loss_of(chart: ledger.Chart, found: Balances) -> ProfitAndLoss:
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


def balance_sheet(
    books: Books,
    days: Sequence[date],
    *,
    store_id: UUID | None = None,
    splits_parties: bool = False,
    centre_id: UUID | None = None,
) -> BalanceSheet:
    """What is owed and owned at the end of each of `days`, which are in any order.

    `splits_parties`: customers in credit stand among liabilities and suppliers in debit among assets, not set off. Of a cost centre
    with those beneath it: what it bears of each, never by party, and `not_borne` balances the sheet.
    """
    chart = ledger.chart_of_accounts(books)
    found = balances_around(books, [year_of(day) for day in days], store_id, centre_id)
    if centre_id is not None:
        return statements.balanced(balance_sheet_of(chart, found)[0])
    if not splits_parties:
        return balance_sheet_of(chart, found)[0]
    natures = {one.id: one.nature for one in chart.groups}
    of_assets = {one.id: natures[one.group_id] == "asset" for one in chart.accounts}
    own: dict[UUID, Figures] = {}
    others: dict[bool, list[Head]] = {True: [], False: []}
    names = {one.id: one.name for one in chart.accounts}
    for id_, sides in party_sides(books, chart, days, store_id=store_id).items():
        own[id_] = sides.debit if of_assets[id_] else less((0,) * len(days), sides.credit)
        other = sides.credit if of_assets[id_] else sides.debit
        if any(other):
            others[of_assets[id_]].append(Head("", names[id_], "", other))
    return statements.with_other_sides(balance_sheet_of(chart, found, own)[0], liabilities=others[True], assets=others[False])


def party_sides(
    books: Books,
    chart: ledger.Chart,
    days: Sequence[date],
    *,
    store_id: UUID | None = None,
    small: Collection[UUID] = (),
) -> dict[UUID, PartySides]:
    """Each account that is kept by party: its debit and its credit balances apart; `small` are micro and small enterprises."""
    by_party = {one.id for one in chart.accounts if one.wants_party}
    sums: dict[UUID, list[list[int]]] = {}
    for (account, party), nets in ledger.party_balances_at(books, days, store_id=store_id).items():
        if account not in by_party:
            continue
        debit, credit, of_small = sums.setdefault(account, [[0] * len(days) for _ in range(3)])
        for column, net in enumerate(nets):
            (debit if net > 0 else credit)[column] += abs(net)
            if net < 0 and party in small:
                of_small[column] -= net
    return {id_: PartySides(*(tuple(one) for one in sides)) for id_, sides in sums.items()}


def balance_sheet_of(
    chart: ledger.Chart, found: Balances, own: Mapping[UUID, Figures] | None = None
) -> tuple[BalanceSheet, dict[UUID, Figures]]:
    """The sheet, and the balances it is made of. `found` is by financial year: each column begins with its year.

    `own` are accounts that show other figures than their balance: parties on one side.
    """
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
    return statements.balance_sheet(chart, {**closing, **(own or {})}, tuple(earlier), tuple(now)), closing


def ratio_summary(
    books: Books, columns: Sequence[Period], *, store_id: UUID | None = None, naming: Collection[UUID] = ()
) -> tuple[tuple[Ratio, ...], tuple[Ratio, ...]]:
    """Principal amounts and ratios over each of `columns`; balances are those at its last day. `naming` cost centres: of the
    vouchers that name them alone."""
    chart = ledger.chart_of_accounts(books)
    around = balances_around(books, columns, store_id, naming=naming)
    closing = around.closing()
    found = profit_and_loss_of(chart, around)
    sheet, _ = balance_sheet_of(chart, balances_around(books, [year_of(one.last_day) for one in columns], store_id, naming=naming))
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


def by_month(
    books: Books, day: date, *, store_id: UUID | None = None, centre_id: UUID | None = None
) -> tuple[tuple[Period, int, int], ...]:
    """(month, income, expense) of the financial year up to `day`: what the chart of a profit and loss account shows."""
    months = periods.months_of(Period(FinancialYear.of(day).first_day, day))
    found = profit_and_loss(books, months, store_id=store_id, centre_id=centre_id)
    return tuple(zip(months, found.income, found.expense, strict=True))


def year_of(day: date) -> Period:
    """The financial year up to a day."""
    return Period(FinancialYear.of(day).first_day, day)


@dataclass(frozen=True, slots=True)
class Balances:
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


def balances_around(
    books: Books, columns: Sequence[Period], store_id: UUID | None, centre_id: UUID | None = None, *, naming: Collection[UUID] = ()
) -> Balances:
    """Balances before and at the end of each of `columns`; of a cost centre what it bears of them, `naming` cost centres what the
    vouchers that name them come to, whole."""
    days = sorted({day for one in columns for day in (one.first_day - _DAY, one.last_day)})
    place = {day: number for number, day in enumerate(days)}
    around = tuple((place[one.first_day - _DAY], place[one.last_day]) for one in columns)
    if naming:
        spans = [Period(date.min, day) for day in days]
        return Balances(ledger.voucher_spans(books, spans, naming=naming, store_id=store_id), around)
    if centre_id is None:
        return Balances(ledger.balances_at(books, days, store_id=store_id), around)
    return Balances(ledger.centre_balances_at(books, centre_id, days, store_id=store_id), around)


def around(
    books: Books, columns: Sequence[Period], store_id: UUID | None, naming: Collection[UUID] = ()
) -> tuple[dict[UUID, Figures], dict[UUID, Figures]]:
    """Each account's balance before, and at the end of, each of `columns`; `naming` cost centres, of the vouchers that name them."""
    found = balances_around(books, columns, store_id, naming=naming)
    return found.opening(), found.closing()
