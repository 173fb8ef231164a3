"""The variance report: budget, actual and what is between them, by line, over a month, the year so far, or the year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from webapp import ledger
from webapp.budgets import actuals, queries, rules
from webapp.budgets.queries import BudgetCard, Head, LineCard
from webapp.kernel import periods
from webapp.kernel.dates import FinancialYear, Period
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

SPANS = ("to-date", "month", "year")


@dataclass(frozen=True, slots=True)
class VarianceAsked:
    """What the report is asked: up to which day, over which span, whose figures, and whether beside the same days a year before."""

    as_at: date
    span: str = "to-date"
    store_id: UUID | None = None
    centre_id: UUID | None = None
    by_account: bool = False
    with_year_before: bool = False


@dataclass(frozen=True, slots=True)
class VarianceRow:
    """A line beside what happened, paise on the natural side. `budget` is None for an account that only its group budgets,
    `before` the actual of the same days a year before where it was asked for."""

    line_id: UUID
    head: str
    centre: str
    nature: str
    account_id: UUID | None
    group_id: UUID | None
    centre_id: UUID | None
    budget: int | None
    actual: int
    run_rate: int | None = None
    forecast: int | None = None
    year_budget: int | None = None
    before: int | None = None

    @property
    def variance(self) -> int | None:
        return None if self.budget is None else self.actual - self.budget

    @property
    def percent_bp(self) -> int | None:
        return None if self.budget is None else rules.percent_bp(self.actual - self.budget, self.budget)

    @property
    def tone(self) -> str:
        return rules.tone(self.nature, self.variance or 0)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one nature and their sums. An account beneath a group is not added again."""

    nature: str
    rows: tuple[VarianceRow, ...]
    total: VarianceRow

    @property
    def shown(self) -> tuple[VarianceRow, ...]:
        return (*self.rows, self.total)


@dataclass(frozen=True, slots=True)
class Variance:
    """The report. `months` are the sums of each nature by month: (budget, actual)."""

    card: BudgetCard
    asked: VarianceAsked
    period: Period
    sections: tuple[Section, ...]
    months: dict[str, tuple[tuple[int, int], ...]]


def variance(books: Books, budget_id: UUID, asked: VarianceAsked) -> Variance:
    """The report of a budget. NotFound when this company has none by that id."""
    card = queries.budget_card(books, budget_id)
    centres = {one.id for one in ledger.centres_beneath(books, asked.centre_id)} if asked.centre_id else set()
    lines = [one for one in queries.lines_of(books, card) if asked.centre_id is None or one.cost_centre_id in centres]
    heads = {one.id: one for one in queries.every_head(books)}
    found = actuals.read(books, card.year, card.store_id or asked.store_id, asked.as_at)
    gone = rules.elapsed(card.year, asked.as_at)
    before = _year_before(books, card, asked) if asked.with_year_before else None
    sections, months = [], {}
    for nature in ("income", "expense", "asset", "liability"):
        own = [one for one in lines if one.nature == nature]
        if own:
            drawn = [(line, _months(found, line, heads)) for line in own]
            rows = [row for line, actual in drawn for row in _rows(line, actual, asked, gone, (found, before), heads)]
            sections.append(Section(nature, tuple(rows), _total(nature, [row for row in rows if row.budget is not None])))
            months[nature] = tuple(
                (sum(line.months[place] for line in own), sum(actual[place] for _line, actual in drawn)) for place in range(rules.MONTHS)
            )
    return Variance(card, asked, period_of(card, asked), tuple(sections), months)


def period_of(card: BudgetCard, asked: VarianceAsked) -> Period:
    """The days whose actuals stand in the report: the way down to them asks for the same."""
    return Period(asked.as_at.replace(day=1) if asked.span == "month" else card.year.first_day, asked.as_at)


def period_before(card: BudgetCard, asked: VarianceAsked) -> Period:
    """The same days a year before."""
    return periods.a_year_before(period_of(card, asked))


def _year_before(books: Books, card: BudgetCard, asked: VarianceAsked) -> actuals.Actuals:
    year = FinancialYear(card.year.start_year - 1)
    return actuals.read(books, year, card.store_id or asked.store_id, period_before(card, asked).last_day)


def _months(found: actuals.Actuals, line: LineCard, heads: dict[UUID, Head]) -> tuple[int, ...]:
    head = heads.get(line.path[0])
    return found.months_of_head(head, actuals.beneath(head, heads), line.cost_centre_id) if head else (0,) * rules.MONTHS


def _rows(
    line: LineCard,
    actual: Sequence[int],
    asked: VarianceAsked,
    gone: rules.Elapsed,
    years: tuple[actuals.Actuals, actuals.Actuals | None],
    heads: dict[UUID, Head],
) -> list[VarianceRow]:
    earlier, so_far = years[1], sum(actual)
    row = VarianceRow(
        line_id=line.id,
        head=line.head,
        centre=line.centre,
        nature=line.nature,
        account_id=line.account_id,
        group_id=line.group_id,
        centre_id=line.cost_centre_id,
        budget=_of_span(line.months, asked, gone),
        actual=_actual_of_span(actual, asked, gone),
        run_rate=rules.run_rate(so_far, gone),
        forecast=rules.forecast(so_far, line.months, gone),
        year_budget=line.total,
        before=_actual_of_span(_months(earlier, line, heads), asked, gone) if earlier else None,
    )
    if not asked.by_account or line.group_id is None or line.group_id not in heads:
        return [row]
    rows = [row]
    for account in actuals.beneath(heads[line.group_id], heads):
        each = [one.months_of_head(heads[account], [account], line.cost_centre_id) for one in years if one]
        if any(map(any, each)):
            figure, *before = (_actual_of_span(months, asked, gone) for months in each)
            rows.append(_account_row(line, account, heads[account].name, figure, before[0] if before else None))
    return rows


def _account_row(line: LineCard, account: UUID, name: str, actual: int, before: int | None) -> VarianceRow:
    return VarianceRow(line.id, name, line.centre, line.nature, account, None, line.cost_centre_id, None, actual, before=before)


def _place(gone: rules.Elapsed) -> int:
    """The month at hand among the twelve."""
    return gone.whole_months if gone.days else gone.whole_months - 1


def _of_span(months: Sequence[int], asked: VarianceAsked, gone: rules.Elapsed) -> int:
    """The budget of the span: of a month begun its share by days, of a year all of it."""
    if asked.span == "year":
        return sum(months)
    so_far = rules.to_date(months, gone)
    return so_far - sum(months[: _place(gone)]) if asked.span == "month" else so_far


def _actual_of_span(actual: Sequence[int], asked: VarianceAsked, gone: rules.Elapsed) -> int:
    return actual[_place(gone)] if asked.span == "month" else sum(actual)


def _total(nature: str, rows: Sequence[VarianceRow]) -> VarianceRow:
    return VarianceRow(
        line_id=UUID(int=0),
        head="",
        centre="",
        nature=nature,
        account_id=None,
        group_id=None,
        centre_id=None,
        budget=sum(row.budget or 0 for row in rows),
        actual=sum(row.actual for row in rows),
        run_rate=sum(row.run_rate or 0 for row in rows),
        forecast=sum(row.forecast or 0 for row in rows),
        year_budget=sum(row.year_budget or 0 for row in rows),
        before=sum(row.before or 0 for row in rows) if any(row.before is not None for row in rows) else None,
    )
