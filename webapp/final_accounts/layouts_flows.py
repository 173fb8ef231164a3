"""Cash flow, fund flow and ratios laid out in rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_babel import gettext as _

from webapp.final_accounts.forms import Choice
from webapp.final_accounts.rows import Row, part, url_of
from webapp.final_accounts.rules.flows import CUSTOMERS, SUPPLIERS, CashFlow, DirectFlow, DirectHead, Flow
from webapp.final_accounts.rules.funds import CapitalRow, FundFlow
from webapp.final_accounts.rules.ratios import Ratio
from webapp.final_accounts.rules.tree import Figures, added
from webapp.kernel.money import plain_decimal, rupees
from webapp.platform.templating import account_name

Movements = Mapping[UUID, Figures]  # an account or a group → what it moved in each column, in paise


def cash_flow_rows(found: CashFlow, choice: Choice) -> list[Row]:
    """AS 3, indirect method."""
    rows = [part(_("Operating activities")), Row("account", _("Net profit"), found.profit)]
    words = own_place_words()
    rows += [Row("account", words[f"back-{one.code}"], one.figures, 1) for one in found.own_places]
    rows += [
        Row("account", _("Not paid in cash: %(name)s", name=account_name(one.name)), one.figures, 1, _url(one, choice, found.movements))
        for one in found.not_cash
    ]
    rows += _flows(found.working_capital, choice, found.movements)
    return rows + _parts_below(found, choice)


def direct_flow_rows(found: DirectFlow, choice: Choice, *, every: bool = False) -> list[Row]:
    """AS 3, direct method: receipts and payments by head."""
    rows = [part(_("Operating activities"))]
    for title, heads, total in (
        (_("Receipts"), found.receipts, _("Total of receipts")),
        (_("Payments"), found.payments, _("Total of payments")),
    ):
        rows.append(part(title))
        for head in heads:
            is_open = every or choice.is_open(head.code)
            rows.append(Row("group", _head_words(head), head.figures, code=head.code, is_open=is_open))
            if is_open:
                rows += [Row("account", account_name(one.name), one.figures, 1, _url(one, choice, found.movements)) for one in head.rows]
        rows.append(Row("sum", total, added((one.figures for one in heads), len(found.opening))))
    return rows + _parts_below(found, choice)


def _parts_below(found: CashFlow | DirectFlow, choice: Choice) -> list[Row]:
    """What both methods end with: tax, investing, financing, the change in cash."""
    rows: list[Row] = []
    if any(found.tax):
        rows.append(Row("sum", _("Cash from operations before tax"), found.before_tax))
        rows.append(Row("account", own_place_words()["tax-paid"], found.tax, 1))
    rows.append(Row("sum", _("Cash from operating activities"), found.from_operating))
    if found.investing:
        rows += [part(_("Investing activities")), *_flows(found.investing, choice, found.movements)]
        rows.append(Row("sum", _("Cash from investing activities"), found.from_investing))
    if found.financing:
        rows += [part(_("Financing activities")), *_flows(found.financing, choice, found.movements)]
        rows.append(Row("sum", _("Cash from financing activities"), found.from_financing))
    rows.append(Row("result", _("Change in cash and bank"), found.change))
    rows.append(Row("account", _("Cash and bank at the beginning"), found.opening))
    rows.append(Row("total", _("Cash and bank at the end"), found.closing))
    return rows


def own_place_words() -> dict[str, str]:
    """Lines of the cash flow that are no group's; "back-…": what is taken out of the profit for them."""
    return {
        "interest-paid": _("Interest paid"),
        "interest-received": _("Interest received"),
        "dividends-received": _("Dividends received"),
        "tax-paid": _("Income tax paid"),
        "back-interest-paid": _("Finance costs, paid under financing"),
        "back-interest-received": _("Interest income, received under investing"),
        "back-dividends-received": _("Dividend income, received under investing"),
        "back-tax-paid": _("Income tax, paid below"),
    }


def fund_flow_rows(found: FundFlow, choice: Choice) -> list[Row]:
    """Where long-term funds came from and went, and what was left for working capital."""
    rows = [part(_("Sources of funds")), *(_fund(one, choice, is_source=True) for one in found.sources)]
    rows.append(Row("sum", _("Total of sources"), found.total_sources))
    rows += [part(_("Application of funds")), *(_fund(one, choice, is_source=False) for one in found.applications)]
    rows.append(Row("sum", _("Total of applications"), found.total_applications))
    words = _("Increase in working capital") if found.increase[choice.main] >= 0 else _("Decrease in working capital")
    rows.append(Row("total", _("Change in working capital") if found.width > 1 else words, found.increase))
    return rows


def capital_rows(found: FundFlow, choice: Choice) -> list[Row]:
    """Working capital and what changed it: before, after and the change; side by side, the change of each column.

    Liabilities are written below nil.
    """
    rows: list[Row] = []
    compares = found.width > 1
    nil = (0,) * (found.width if compares else 3)
    for title, lines in ((_("Current assets"), found.current_assets), (_("Current liabilities"), found.current_liabilities)):
        rows.append(Row("group", title, added((_capital(one, compares=compares) for one in lines), len(nil))))
        rows += [Row("account", account_name(one.name), _capital(one, compares=compares), 1, _capital_url(one, choice)) for one in lines]
    every = found.current_assets + found.current_liabilities
    rows.append(Row("total", _("Working capital"), added((_capital(one, compares=compares) for one in every), len(nil))))
    return rows


def _capital(one: CapitalRow, *, compares: bool) -> Figures:
    return one.change if compares else (one.opening[0], one.closing[0], one.change[0])


def ratio_words() -> dict[str, tuple[str, str]]:
    """What each figure is called, and how it is worked out."""
    return {
        "working-capital": (_("Working capital"), _("Current assets less current liabilities")),
        "cash-in-hand": (_("Cash in hand"), ""),
        "bank-accounts": (_("Bank accounts"), ""),
        "bank-od": (_("Bank overdraft"), ""),
        "sundry-debtors": (_("Customers owe"), _("Due at the end of the period")),
        "sundry-creditors": (_("Owed to suppliers"), _("Due at the end of the period")),
        "sales-accounts": (_("Sales"), _("Returns taken away")),
        "cost-of-goods": (_("Cost of goods sold"), _("Stock adjustments and purchase accounts among it")),
        "stock-in-hand": (_("Stock in hand"), ""),
        "net-profit": (_("Net profit"), ""),
        "current-ratio": (_("Current ratio"), _("Current assets : current liabilities")),
        "quick-ratio": (_("Quick ratio"), _("Current assets without stock : current liabilities")),
        "debt-equity": (_("Debt to equity"), _("Loans : capital, reserves and profit")),
        "gross-profit": (_("Gross profit margin"), _("Gross profit in sales")),
        "net-profit-share": (_("Net profit margin"), _("Net profit in sales")),
        "operating-cost": (_("Share of operating cost"), _("Sales less net profit, in sales")),
        "receivables-days": (_("Customers pay in days"), _("What customers owe : sales of a day")),
        "return-on-investment": (_("Return on investment"), _("Net profit : capital, reserves and profit")),
        "return-on-working-capital": (_("Return on working capital"), _("Net profit : working capital")),
        "stock-turnover": (_("Stock turnover"), _("Cost of goods sold : average stock")),
        "working-capital-turnover": (_("Working capital turnover"), _("Sales : working capital")),
    }


def ratio_figure(figure: int | None, kind: str) -> str:
    """A ratio as it is written; a dash where there is nothing to divide by."""
    if figure is None:
        return "–"
    if kind == "amount":
        return rupees(figure)
    if kind == "percent":
        return f"{plain_decimal(figure, 2)}%"
    if kind == "days":
        return str(_("%(days)s days", days=figure))
    return f"{plain_decimal(figure, 2)} : 1"


def written_ratios(found: Iterable[Ratio]) -> list[tuple[str, str, tuple[str, ...], str]]:
    """(name, how it is worked out, its figure in each column, its code)."""
    words = ratio_words()
    return [(*words[one.code], tuple(ratio_figure(figure, one.kind) for figure in one.figures), one.code) for one in found]


def _flows(flows: Iterable[Flow], choice: Choice, moved: Movements) -> list[Row]:
    words = own_place_words()
    return [Row("account", words.get(one.code) or account_name(one.name), one.figures, 1, _url(one, choice, moved)) for one in flows]


def _fund(one: Flow, choice: Choice, *, is_source: bool) -> Row:
    of_operations = _("Funds from operations") if is_source else _("Funds lost in operations")
    name = of_operations if one.code == "operations" else account_name(one.name)
    return Row("account", name, one.figures, 1, _url(one, choice))


def _url(one: Flow, choice: Choice, moved: Movements | None = None) -> str | None:
    """Where what moved a flow stands. With `moved`, nowhere when that came to something else: what moved without cash is no flow."""
    own = one.account_id or one.group_id
    if moved is not None and own is not None and abs(_main(moved.get(own), choice)) != abs(one.figures[choice.main]):
        return None
    return url_of(one, choice.period, choice)


def _main(figures: Figures | None, choice: Choice) -> int:
    return figures[choice.main] if figures else 0


def _capital_url(one: CapitalRow, choice: Choice) -> str | None:
    return url_of(Flow(one.code, one.name, (), group_id=one.group_id), choice.period, choice)


def _head_words(head: DirectHead) -> str:
    return {CUSTOMERS: _("Customers: sales and dues"), SUPPLIERS: _("Suppliers and goods")}.get(head.code) or account_name(head.name)
