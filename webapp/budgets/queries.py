"""Reads of budgets: the list of them, one with its lines, and the heads a line may stand for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from webapp import company, ledger
from webapp.budgets.models import Budget, BudgetAmount, BudgetLine
from webapp.budgets.rules import Difference, Place, differences, months_of
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class BudgetCard:
    """A budget as a list shows it."""

    id: UUID
    name: str
    year: FinancialYear
    store_id: UUID | None
    store: str
    is_archived: bool
    version: int
    lines: int


@dataclass(frozen=True, slots=True)
class LineCard:
    """A line with its words and its twelve months, in paise on the natural side. `path` leads from its head upwards."""

    id: UUID
    account_id: UUID | None
    group_id: UUID | None
    cost_centre_id: UUID | None
    head: str
    centre: str
    nature: str
    path: tuple[UUID, ...]
    months: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.months)

    @property
    def place(self) -> Place:
        return Place(self.head, self.path, self.cost_centre_id)


@dataclass(frozen=True, slots=True)
class Head:
    """An account or a group that a line may stand for."""

    id: UUID
    name: str
    nature: str
    is_group: bool
    path: tuple[UUID, ...]
    is_archived: bool = False


def budgets(books: Books, *, words: str = "", state: str = "", after: int = 0, most: int = PAGE) -> tuple[list[BudgetCard], bool]:
    """Budgets, the newest year first, then by name; whether there are more. `state` as the list's tabs: "", archived, all."""
    stores = {one.id: one.name for one in company.stores(books)}
    counts = {id_: count for id_, count in books.session.execute(select(BudgetLine.budget_id, func.count()).group_by(BudgetLine.budget_id))}  # noqa: C416 - rows are not pairs to a type checker
    rows = books.session.scalars(select(Budget).order_by(Budget.start_year.desc(), Budget.name, Budget.id))
    wanted = folded(words).split()
    found = [
        _card(row, stores, counts.get(row.id, 0))
        for row in rows
        if (state == "all" or (row.archived_at is not None) == (state == "archived"))
        and all(word in folded(f"{row.name} {FinancialYear(row.start_year)}") for word in wanted)
    ]
    return found[after : after + most], len(found) > after + most


def budget_card(books: Books, budget_id: UUID) -> BudgetCard:
    """One budget. NotFound when this company has none by that id."""
    row = books.session.scalars(select(Budget).where(Budget.id == budget_id)).first()
    if row is None:
        raise NotFound("budget")
    stores = {one.id: one.name for one in company.stores(books)} if row.store_id else {}
    count = books.session.scalar(select(func.count()).select_from(BudgetLine).where(BudgetLine.budget_id == budget_id)) or 0
    return _card(row, stores, count)


def _card(row: Budget, stores: dict[UUID, str], lines: int) -> BudgetCard:
    store = stores.get(row.store_id, "") if row.store_id else ""
    return BudgetCard(row.id, row.name, FinancialYear(row.start_year), row.store_id, store, row.archived_at is not None, row.version, lines)


def lines_of(books: Books, card: BudgetCard) -> list[LineCard]:
    """The lines of a budget: incomes, expenses, then the rest, by name and cost centre."""
    places = {month: place for place, month in enumerate(months_of(card.year))}
    own = BudgetLine.budget_id == card.id
    amounts: dict[UUID, list[int]] = {}
    query = select(BudgetAmount.line_id, BudgetAmount.month, BudgetAmount.amount_paise).join(
        BudgetLine, (BudgetLine.company_id == BudgetAmount.company_id) & (BudgetLine.id == BudgetAmount.line_id)
    )
    for line_id, month, amount in books.session.execute(query.where(own)):
        amounts.setdefault(line_id, [0] * len(places))[places[month]] = amount
    heads = {one.id: one for one in every_head(books)}
    centres = {one.id: one.name for one in ledger.cost_centres(books)}
    found = []
    for row in books.session.scalars(select(BudgetLine).where(own)):
        head = heads.get(row.account_id or row.group_id or row.id) or _removed(row)
        months = tuple(amounts.get(row.id, [0] * len(places)))
        centre = centres.get(row.cost_centre_id, "") if row.cost_centre_id else ""
        found.append(LineCard(row.id, row.account_id, row.group_id, row.cost_centre_id, head.name, centre, head.nature, head.path, months))
    order = ("income", "expense", "asset", "liability")
    return sorted(found, key=lambda one: (order.index(one.nature), folded(one.head), folded(one.centre), one.id))


def _removed(row: BudgetLine) -> Head:
    """A group may be taken out of the chart when it is empty; what was budgeted for it is still told."""
    own = row.group_id or row.id
    return Head(own, "?", "expense", is_group=True, path=(own,))


def line_card(books: Books, card: BudgetCard, line_id: UUID) -> LineCard:
    """One line of a budget. NotFound when it has none by that id."""
    found = next((one for one in lines_of(books, card) if one.id == line_id), None)
    if found is None:
        raise NotFound("line of the budget")
    return found


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One act on a budget, from the edit log."""

    seq: int
    at: datetime
    who: str
    action: str
    changes: tuple[Difference, ...]


def history(books: Books, budget_id: UUID, *, before: int | None = None, most: int = PAGE) -> tuple[list[HistoryRow], int | None]:
    """What was done to a budget, the newest act first; and the number to go on before, where there is more."""
    query = select(EditLogEntry).where(EditLogEntry.entity == "budget", EditLogEntry.entity_id == str(budget_id))
    if before is not None:
        query = query.where(EditLogEntry.seq < before)
    found = [
        HistoryRow(one.seq, one.at, one.user_name, one.action, tuple(differences(one.old or {}, one.new or {})))
        for one in books.session.scalars(query.order_by(EditLogEntry.seq.desc()).limit(most + 1))
    ]
    return found[:most], found[most - 1].seq if len(found) > most else None


def every_head(books: Books) -> list[Head]:
    """Every account and group, accounts by name, groups in the chart's order."""
    chart = ledger.chart_of_accounts(books)
    groups = {one.id: one for one in chart.groups}
    found = []
    for group in chart.groups:
        path = [group.id]
        while (above := groups[path[-1]].parent_id) is not None and above not in path:
            path.append(above)
        found.append(Head(group.id, group.name, group.nature, is_group=True, path=tuple(path)))
    paths = {one.id: one for one in found}
    for account in chart.accounts:
        under = paths[account.group_id]
        head = Head(account.id, account.name, under.nature, is_group=False, path=(account.id, *under.path))
        found.append(replace(head, is_archived=account.is_archived))
    return found
