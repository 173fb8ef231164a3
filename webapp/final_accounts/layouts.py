"""Profit and loss and balance sheet laid out in rows: one below the other, or in two sides as on paper."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.final_accounts.forms import Choice
from webapp.final_accounts.rows import Row, part, rows_of, url_of
from webapp.final_accounts.rules.statements import PROFIT_AND_LOSS, BalanceSheet, ProfitAndLoss
from webapp.final_accounts.rules.tree import Figures, Head, added
from webapp.kernel.records import dataclass
from webapp.platform.templating import account_name


@dataclass(frozen=True, slots=True)
class Sides:
    """A statement in T form: what stands on the left and on the right, and what each comes to (the same)."""

    caption: str
    left_title: str
    right_title: str
    left: tuple[Row, ...]
    right: tuple[Row, ...]
    total: int


def profit_and_loss_rows(found: ProfitAndLoss, choice: Choice, *, every: bool = False) -> list[Row]:
    """The vertical form: trading part down to gross profit, the rest down to net profit."""
    income = added((one.figures for one in found.sales + found.direct_incomes), found.width)
    cost = added((one.figures for one in found.purchases + found.direct_expenses), found.width)
    rows = [part(_("Trading account"))]
    rows += rows_of(found.sales + found.direct_incomes, choice, every=every)
    rows.append(Row("sum", _("Income from trading"), income))
    rows += rows_of(found.purchases + found.direct_expenses, choice, every=every)
    rows.append(Row("sum", _("Cost of trading"), cost))
    rows.append(Row("result", _gross(found.gross_profit, choice), found.gross_profit))
    if found.indirect_incomes or found.indirect_expenses:
        rows.append(part(_("Other income and expenses")))
        rows += rows_of(found.indirect_incomes, choice, every=every)
        rows += rows_of(found.indirect_expenses, choice, every=every)
    rows.append(Row("total", _net(found.net_profit, choice), found.net_profit))
    return rows


def profit_and_loss_sides(found: ProfitAndLoss, choice: Choice) -> tuple[Sides, Sides]:
    """The T form: the trading account, which carries gross profit down, and the profit and loss account."""
    main = choice.main
    gross, net = found.gross_profit[main], found.net_profit[main]
    left = list(rows_of(found.purchases + found.direct_expenses, choice))
    right = list(rows_of(found.sales + found.direct_incomes, choice))
    (left if gross >= 0 else right).append(_carried(_("Gross profit carried down"), _("Gross loss carried down"), gross, found.width))
    lower_left = list(rows_of(found.indirect_expenses, choice))
    lower_right = list(rows_of(found.indirect_incomes, choice))
    brought = _carried(_("Gross profit brought down"), _("Gross loss brought down"), gross, found.width)
    (lower_right if gross >= 0 else lower_left).insert(0, brought)
    (lower_left if net >= 0 else lower_right).append(_carried(_("Net profit"), _("Net loss"), net, found.width))
    return (
        Sides(_("Trading account"), _("Expenses"), _("Income"), tuple(left), tuple(right), _top(right, main)),
        Sides(_("Profit and loss account"), _("Expenses"), _("Income"), tuple(lower_left), tuple(lower_right), _top(lower_right, main)),
    )


def balance_sheet_rows(found: BalanceSheet, choice: Choice, *, every: bool = False) -> list[Row]:
    """The vertical form: where the money comes from, then what it was put into."""
    rows = [part(_("Sources: capital and liabilities")), *_liabilities(found, choice, every=every)]
    rows.append(Row("total", _("Total of liabilities"), found.total_liabilities))
    rows += [part(_("Uses: assets")), *_assets(found, choice, every=every)]
    rows.append(Row("total", _("Total of assets"), found.total_assets))
    return rows


def balance_sheet_sides(found: BalanceSheet, choice: Choice) -> Sides:
    """The T form, of the first column."""
    return Sides(
        _("Balance sheet"),
        _("Liabilities"),
        _("Assets"),
        tuple(_liabilities(found, choice)),
        tuple(_assets(found, choice)),
        found.total_assets[0],
    )


def _assets(found: BalanceSheet, choice: Choice, *, every: bool = False) -> list[Row]:
    return _heads(found.assets, choice, _("%(name)s: debit balances"), every=every)


def _heads(heads: tuple[Head, ...], choice: Choice, other_side: str, *, every: bool) -> list[Row]:
    """Groups with what is beneath them; a head that is none of them is what parties stand at on this side."""
    rows = list(rows_of((one for one in heads if one.group_id), choice, every=every))
    rows += [Row("group", other_side % {"name": account_name(one.name)}, one.figures) for one in heads if not one.group_id]
    return rows


def _liabilities(found: BalanceSheet, choice: Choice, *, every: bool = False) -> list[Row]:
    rows = _heads(found.liabilities, choice, _("%(name)s: credit balances"), every=every)
    profit = added((found.brought_forward, found.of_this_year))
    if any(profit) or any(found.brought_forward):
        own = Head(PROFIT_AND_LOSS, "", "liability", profit, account_id=found.own_account)
        is_open = every or choice.is_open(PROFIT_AND_LOSS)
        name = _("Profit & Loss A/c")
        rows.append(Row("group", name, profit, url=url_of(own, choice.period, choice), code=PROFIT_AND_LOSS, is_open=is_open))
        if is_open:
            rows.append(Row("account", _("Brought forward from earlier years"), found.brought_forward, depth=1))
            rows.append(Row("account", _("Profit of this year so far"), found.of_this_year, depth=1))
    if any(found.difference):
        rows.append(
            Row("lacking", _("Difference in opening balances"), found.difference, note=_("Enter the opening balances that are missing."))
        )
    if any(found.not_borne):
        rows.append(Row("group", _("Not borne by this centre"), found.not_borne, note=_("What other lines of the books bear.")))
    return rows


def _carried(profit: str, loss: str, amount: int, width: int) -> Row:
    return Row("sum", profit if amount >= 0 else loss, (abs(amount),) * width)


def _gross(figures: Figures, choice: Choice) -> str:
    words: str = _("Gross profit") if figures[choice.main] >= 0 else _("Gross loss")
    return words


def _net(figures: Figures, choice: Choice) -> str:
    words: str = _("Net profit") if figures[choice.main] >= 0 else _("Net loss")
    return words


def _top(rows: list[Row], main: int) -> int:
    return sum(row.figures[main] or 0 for row in rows if row.depth == 0)
