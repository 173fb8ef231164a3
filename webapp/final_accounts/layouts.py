"""Profit and loss, balance sheet and Schedule III laid out in rows: one below the other, or in two sides as on paper."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.final_accounts.forms import Choice
from webapp.final_accounts.rows import Row, part, rows_of, url_of
from webapp.final_accounts.rules.schedule_iii import ASSET_PARTS, LIABILITY_PARTS, Printed, Results, Schedule
from webapp.final_accounts.rules.statements import PROFIT_AND_LOSS, BalanceSheet, ProfitAndLoss
from webapp.final_accounts.rules.tree import Figures, Head, added


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
    rows += [part(_("Uses: assets")), *rows_of(found.assets, choice, every=every)]
    rows.append(Row("total", _("Total of assets"), found.total_assets))
    return rows


def balance_sheet_sides(found: BalanceSheet, choice: Choice) -> Sides:
    """The T form, of the first column."""
    return Sides(
        _("Balance sheet"),
        _("Liabilities"),
        _("Assets"),
        tuple(_liabilities(found, choice)),
        tuple(rows_of(found.assets, choice)),
        found.total_assets[0],
    )


def _liabilities(found: BalanceSheet, choice: Choice, *, every: bool = False) -> list[Row]:
    rows = list(rows_of(found.liabilities, choice, every=every))
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
    return rows


def schedule_rows(found: Schedule) -> list[Row]:
    """Part I of Schedule III, each line with the number of its note."""
    rows: list[Row] = []
    for title, parts, total in (
        (_("Equity and liabilities"), LIABILITY_PARTS, _("Total of equity and liabilities")),
        (_("Assets"), ASSET_PARTS, _("Total of assets")),
    ):
        rows.append(part(title))
        for name in parts:
            lines = found.part(name)
            if not lines:
                continue
            if name != "difference":
                rows.append(Row("group", part_words()[name], added(one.figures for one in lines)))
            rows += [_printed(one) for one in lines]
        rows.append(Row("total", total, found.total(parts)))
    return rows


def _printed(one: Printed) -> Row:
    is_lacking = one.line.part == "difference"
    return Row(
        "lacking" if is_lacking else "account",
        line_words(one.line.code),
        one.figures,
        depth=0 if is_lacking else 1,
        note=str(one.note),
        url=f"#note-{one.note}",
    )


def results_rows(found: Results) -> list[Row]:
    """Part II of Schedule III."""
    return [
        Row("account", _("Revenue from operations"), found.revenue),
        Row("account", _("Other income"), found.other_income),
        Row("sum", _("Total income"), found.total_income),
        Row("account", _("Purchases of stock-in-trade"), found.purchases),
        Row("account", _("Changes in inventories of stock-in-trade"), found.change_in_stock),
        Row("account", _("Other expenses"), found.other_expenses),
        Row("sum", _("Total expenses"), found.total_expenses),
        Row("total", _("Profit before tax"), found.profit),
    ]


def part_words() -> dict[str, str]:
    """The parts of Schedule III."""
    return {
        "shareholders-funds": _("Shareholders' funds"),
        "non-current-liabilities": _("Non-current liabilities"),
        "current-liabilities": _("Current liabilities"),
        "non-current-assets": _("Non-current assets"),
        "current-assets": _("Current assets"),
    }


def line_words(code: str) -> str:
    """A line of Schedule III in the reader's language."""
    words: dict[str, str] = {
        "share-capital": _("Share capital (owner's capital)"),
        "reserves": _("Reserves and surplus"),
        "long-term-borrowings": _("Long-term borrowings"),
        "short-term-borrowings": _("Short-term borrowings"),
        "trade-payables": _("Trade payables"),
        "other-current-liabilities": _("Other current liabilities"),
        "short-term-provisions": _("Short-term provisions"),
        "opening-difference": _("Difference in opening balances"),
        "fixed-assets": _("Property, plant and equipment and intangible assets"),
        "non-current-investments": _("Non-current investments"),
        "long-term-loans": _("Long-term loans and advances"),
        "other-non-current-assets": _("Other non-current assets"),
        "inventories": _("Inventories"),
        "trade-receivables": _("Trade receivables"),
        "cash": _("Cash and cash equivalents"),
        "short-term-loans": _("Short-term loans and advances"),
        "other-current-assets": _("Other current assets"),
    }
    return words[code]


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
