"""Part II of Schedule III, Division I: the statement of profit and loss, and earnings per share.

Stock is kept perpetually here, so what was bought is worked back: cost of goods, plus what stock grew by. An account
stands under the head the accountant has put it, else under that of its group.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from webapp.final_accounts.rules.statements import COST_ACCOUNTS, ProfitAndLoss
from webapp.final_accounts.rules.tree import Figures, added, less
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass
from webapp.kernel.schedule_iii import HEADS

# Sub-heads of the notes → the line they are printed on (General Instructions for Part II, 4: other income).
_LINE_OF = {"interest-income": "other-income", "dividend-income": "other-income"}
EXPENSE_LINES = ("employee-benefits", "finance-costs", "depreciation", "other-expenses")


@dataclass(frozen=True, slots=True)
class Results:
    """Part II by line, in paise by column. `profit` is after tax: that of the profit and loss account."""

    lines: Mapping[str, Figures]
    purchases: Figures
    change_in_stock: Figures
    profit: Figures

    def line(self, code: str) -> Figures:
        """A line by its head; nil where nothing stands on it."""
        return self.lines.get(code, (0,) * len(self.profit))

    @property
    def total_income(self) -> Figures:
        return added((self.line("revenue"), self.line("other-income")))

    @property
    def total_expenses(self) -> Figures:
        return added((self.purchases, self.change_in_stock, *(self.line(code) for code in EXPENSE_LINES)))

    @property
    def before_exceptional(self) -> Figures:
        return less(self.total_income, self.total_expenses)

    @property
    def before_tax(self) -> Figures:
        return less(self.before_exceptional, self.line("exceptional"))

    @property
    def tax(self) -> Figures:
        return added((self.line("current-tax"), self.line("deferred-tax")))


def results(found: ProfitAndLoss, heads: Mapping[UUID, str]) -> Results:
    """Part II from the profit and loss account."""
    lines: dict[str, Figures] = {}
    parts = (
        (found.sales + found.direct_incomes, "revenue", "income"),
        (found.indirect_incomes, "other-income", "income"),
        (found.purchases, "purchases", "expense"),
        (found.direct_expenses + found.indirect_expenses, "other-expenses", "expense"),
    )
    for many, usual, nature in parts:
        for one in (one for head in many for one in head.accounts()):
            if one.code in COST_ACCOUNTS or one.account_id is None:
                continue
            chosen = heads.get(one.account_id, "")
            line = _LINE_OF.get(chosen, chosen) if chosen in HEADS[nature] else usual
            lines[line] = added((lines[line], one.figures)) if line in lines else one.figures
    bought = lines.pop("purchases", (0,) * found.width)
    return Results(
        lines=lines,
        purchases=added((bought, found.goods.come_in)),
        change_in_stock=less(found.goods.opening, found.goods.closing),
        profit=found.net_profit,
    )


def diluted_per_share(basic: tuple[int | None, ...], earnings: Figures, shares: tuple[int, ...]) -> tuple[int | None, ...]:
    """Diluted earnings per share in paise: `earnings` and `shares` as they would be had all that can become shares done so.

    AS 20, paragraph 41: what would raise the figure (or lessen a loss) does not dilute, and the basic figure stands.
    """
    return tuple(
        min(own, rounded(amount, count)) if own is not None and count else own
        for own, amount, count in zip(basic, earnings, shares, strict=True)
    )


def earnings_per_share(profit: Figures, shares: tuple[int, ...]) -> tuple[int | None, ...]:
    """Basic earnings per equity share in paise (AS 20); None in a year whose shares are not given."""
    return tuple(rounded(amount, count) if count else None for amount, count in zip(profit, shares, strict=True))
