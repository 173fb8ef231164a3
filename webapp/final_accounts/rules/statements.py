"""Profit and loss, and the balance sheet, from balances by account. Income, profit and what is owed are positive.

The year rule: there are no closing entries. Income and expenses begin each financial year at nil; what they had come to
before, and whatever was posted to the account "profit-loss" itself, is one head of the balance sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from uuid import UUID

from webapp.final_accounts.rules.tree import Chart, Figures, Head, added, heads_of, less
from webapp.kernel.records import dataclass

PROFIT_AND_LOSS = "profit-loss"
OPENING_DIFFERENCE = "opening-difference"
NOT_BORNE = "not-borne"  # the head that a cost centre's statement balances with
TRADING = ("sales-accounts", "direct-incomes", "purchase-accounts", "direct-expenses")
# What goods going out, or found missing, are booked to: stock is kept perpetually, so these are the cost of what was sold.
COST_ACCOUNTS = ("cost-of-goods", "stock-adjustment")
STOCK_GROUP = "stock-in-hand"


@dataclass(frozen=True, slots=True)
class Goods:
    """How the cost of goods came about: what lay in stock, what came in, what lies there still. In paise, by column."""

    opening: Figures
    come_in: Figures
    closing: Figures
    cost: Figures


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """Income and expenses over each column's days. `trading` are the parts above gross profit, `other` those below it."""

    sales: tuple[Head, ...]
    direct_incomes: tuple[Head, ...]
    purchases: tuple[Head, ...]
    direct_expenses: tuple[Head, ...]
    indirect_incomes: tuple[Head, ...]
    indirect_expenses: tuple[Head, ...]
    goods: Goods
    width: int

    @property
    def turnover(self) -> Figures:
        """Sales, returns taken away: what percentages are of."""
        return self._sum(self.sales)

    @property
    def income(self) -> Figures:
        """All income."""
        return self._sum(self.sales + self.direct_incomes + self.indirect_incomes)

    @property
    def expense(self) -> Figures:
        """All expenses, cost of goods among them."""
        return self._sum(self.purchases + self.direct_expenses + self.indirect_expenses)

    @property
    def gross_profit(self) -> Figures:
        return less(self._sum(self.sales + self.direct_incomes), self._sum(self.purchases + self.direct_expenses))

    @property
    def net_profit(self) -> Figures:
        return less(self.income, self.expense)

    def _sum(self, heads: tuple[Head, ...]) -> Figures:
        return added((one.figures for one in heads), self.width)


def profit_and_loss(chart: Chart, moved: Mapping[UUID, Figures], stock: tuple[Figures, Figures], width: int) -> ProfitAndLoss:
    """From what each account moved (debit positive) in each column; `stock` is stock-in-hand before and after."""
    parts: dict[str, list[Head]] = {}
    for head in heads_of(chart, moved):
        if head.nature not in ("income", "expense"):
            continue
        own = "indirect-incomes" if head.nature == "income" else "indirect-expenses"
        code = head.code if head.code in TRADING else own
        parts.setdefault(code, []).append(head.turned() if head.nature == "income" else head)
    cost_ids = {one.id for one in chart.accounts if one.code in COST_ACCOUNTS}
    cost = added((moved[one] for one in cost_ids if one in moved), width)
    opening, closing = stock
    return ProfitAndLoss(
        sales=tuple(parts.get("sales-accounts", ())),
        direct_incomes=tuple(parts.get("direct-incomes", ())),
        purchases=tuple(parts.get("purchase-accounts", ())),
        direct_expenses=tuple(parts.get("direct-expenses", ())),
        indirect_incomes=tuple(parts.get("indirect-incomes", ())),
        indirect_expenses=tuple(parts.get("indirect-expenses", ())),
        goods=Goods(opening, added((less(closing, opening), cost)), closing, cost),
        width=width,
    )


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """What is owed and owned at the end of each column's day.

    `brought_forward` is the profit of earlier years and what was posted to Profit & Loss A/c, `of_this_year` that of the
    financial year so far, `difference` what openings lack, `not_borne` what others bear besides a cost centre (nil without one): each
    credit positive.
    """

    liabilities: tuple[Head, ...]
    assets: tuple[Head, ...]
    brought_forward: Figures
    of_this_year: Figures
    difference: Figures
    width: int = field(default=1)
    own_account: UUID | None = field(default=None)
    not_borne: Figures = field(default=())

    @property
    def total_liabilities(self) -> Figures:
        """Everything on the side of what is owed: capital and profit among it, and what openings lack."""
        own = (self.brought_forward, self.of_this_year, self.difference, *([self.not_borne] if self.not_borne else []))
        return added((*(one.figures for one in self.liabilities), *own), self.width)

    @property
    def total_assets(self) -> Figures:
        return added((one.figures for one in self.assets), self.width)

    @property
    def agrees(self) -> bool:
        """Whether both sides are equal to the paisa. They always are, or the books are broken."""
        return self.total_assets == self.total_liabilities


def balance_sheet(chart: Chart, closing: Mapping[UUID, Figures], earlier: Figures, now: Figures) -> BalanceSheet:
    """From the balance of each account but income and expenses at each column's day (debit positive).

    `now` and `earlier` are what income and expenses have come to, up to that day and up to the end of the year before it.
    """
    apart = {one.id: one.code for one in chart.accounts if one.code in (PROFIT_AND_LOSS, OPENING_DIFFERENCE)}
    own = next((id_ for id_, code in apart.items() if code == PROFIT_AND_LOSS), None)
    nil = (0,) * len(now)
    heads = heads_of(chart, {id_: figures for id_, figures in closing.items() if id_ not in apart})
    posted = closing.get(own, nil) if own else nil
    lacking = next((closing.get(id_, nil) for id_, code in apart.items() if code == OPENING_DIFFERENCE), nil)
    return BalanceSheet(
        liabilities=tuple(one.turned() for one in heads if one.nature == "liability"),
        assets=tuple(one for one in heads if one.nature == "asset"),
        brought_forward=less(less(nil, earlier), posted),
        of_this_year=less(earlier, now),
        difference=less(nil, lacking),
        width=len(now),
        own_account=own if own and any(posted) else None,
    )


def balanced(sheet: BalanceSheet) -> BalanceSheet:
    """The sheet of a cost centre, which need not balance, with what others bear as a line of its own."""
    return replace(sheet, not_borne=less(sheet.total_assets, sheet.total_liabilities))


def with_other_sides(sheet: BalanceSheet, *, liabilities: list[Head], assets: list[Head]) -> BalanceSheet:
    """The sheet with what parties stand at on the other side than their account's, each as a head of its own."""
    return replace(sheet, liabilities=(*sheet.liabilities, *liabilities), assets=(*sheet.assets, *assets))
