"""Schedule III of the Companies Act 2013, Division I: where each head of the chart stands in a company's statements.

Division I is for companies that keep to the Accounting Standards of 2021 (not Ind AS). The layout in force since
1 April 2021 is that of notification G.S.R. 207(E) of 24 March 2021, which among others moved security deposits to other
non-current assets and renamed fixed assets; before, that of 2014. The mapping is dated accordingly, and pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from webapp.final_accounts.rules.statements import COST_ACCOUNTS, OPENING_DIFFERENCE, PROFIT_AND_LOSS, BalanceSheet, ProfitAndLoss
from webapp.final_accounts.rules.tree import Chart, Figures, added, known_codes, less

AMENDED_ON = date(2021, 4, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the balance sheet: its part, its code, and the words the Schedule prints. `code` is ours and stable."""

    part: str
    code: str
    label: str


# Part I of Division I, in the order of the Schedule. What a chart by Tally's groups cannot fill (deferred tax, share
# application money, intangible assets …) is not printed: General Instruction 6 lets a line without an amount be left out.
LINES: tuple[Line, ...] = (
    Line("shareholders-funds", "share-capital", "Share capital"),
    Line("shareholders-funds", "reserves", "Reserves and surplus"),
    Line("non-current-liabilities", "long-term-borrowings", "Long-term borrowings"),
    Line("current-liabilities", "short-term-borrowings", "Short-term borrowings"),
    Line("current-liabilities", "trade-payables", "Trade payables"),
    Line("current-liabilities", "other-current-liabilities", "Other current liabilities"),
    Line("current-liabilities", "short-term-provisions", "Short-term provisions"),
    Line("difference", "opening-difference", "Difference in opening balances"),
    Line("non-current-assets", "fixed-assets", "Property, Plant and Equipment and Intangible assets"),
    Line("non-current-assets", "non-current-investments", "Non-current investments"),
    Line("non-current-assets", "long-term-loans", "Long-term loans and advances"),
    Line("non-current-assets", "other-non-current-assets", "Other non-current assets"),
    Line("current-assets", "inventories", "Inventories"),
    Line("current-assets", "trade-receivables", "Trade receivables"),
    Line("current-assets", "cash", "Cash and cash equivalents"),
    Line("current-assets", "short-term-loans", "Short-term loans and advances"),
    Line("current-assets", "other-current-assets", "Other current assets"),
)
LIABILITY_PARTS = ("shareholders-funds", "non-current-liabilities", "current-liabilities", "difference")
ASSET_PARTS = ("non-current-assets", "current-assets")

# Seeded group → (line for a debit balance, line for a credit balance). What is owed and owned may not be set off
# against each other (General Instructions, and AS 1), so an account stands by the side its balance is on.
_SINCE_2021: Mapping[str, tuple[str, str]] = {
    "capital-account": ("share-capital", "share-capital"),
    "reserves-surplus": ("reserves", "reserves"),
    "loans-liability": ("long-term-borrowings", "long-term-borrowings"),
    "bank-od": ("cash", "short-term-borrowings"),
    "secured-loans": ("long-term-borrowings", "long-term-borrowings"),
    "unsecured-loans": ("long-term-borrowings", "long-term-borrowings"),
    "current-liabilities": ("other-current-assets", "other-current-liabilities"),
    "duties-taxes": ("other-current-assets", "other-current-liabilities"),
    "provisions": ("short-term-provisions", "short-term-provisions"),
    "sundry-creditors": ("short-term-loans", "trade-payables"),
    "suspense": ("other-current-assets", "other-current-liabilities"),
    "branch-divisions": ("other-current-assets", "other-current-liabilities"),
    "fixed-assets": ("fixed-assets", "fixed-assets"),
    "investments": ("non-current-investments", "non-current-investments"),
    "current-assets": ("other-current-assets", "other-current-liabilities"),
    "bank-accounts": ("cash", "short-term-borrowings"),
    "cash-in-hand": ("cash", "cash"),
    "deposits": ("other-non-current-assets", "other-non-current-assets"),
    "loans-advances": ("short-term-loans", "other-current-liabilities"),
    "stock-in-hand": ("inventories", "inventories"),
    "sundry-debtors": ("trade-receivables", "other-current-liabilities"),
    "misc-expenses-asset": ("other-non-current-assets", "other-non-current-assets"),
}
_BEFORE_2021: Mapping[str, tuple[str, str]] = {**_SINCE_2021, "deposits": ("long-term-loans", "long-term-loans")}
# Input tax is paid with output tax: what is due to the government is one net figure (CGST Act, section 49).
_SET_OFF = frozenset({"duties-taxes"})


def mapping(on: date) -> Mapping[str, tuple[str, str]]:
    """Seeded group → lines for a debit and for a credit balance, as the Schedule stood on this day."""
    return _SINCE_2021 if on >= AMENDED_ON else _BEFORE_2021


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What a line is made of: an account, or the surplus (then without an id). In the direction of its line."""

    name: str
    figures: Figures
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A line with its note's number, its figures and its rows."""

    line: Line
    note: int
    figures: Figures
    rows: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The balance sheet of Division I, lines without an amount left out."""

    lines: tuple[Printed, ...]
    width: int

    def part(self, name: str) -> tuple[Printed, ...]:
        return tuple(one for one in self.lines if one.line.part == name)

    def total(self, parts: tuple[str, ...]) -> Figures:
        return added((one.figures for one in self.lines if one.line.part in parts), self.width)


def schedule(chart: Chart, closing: Mapping[UUID, Figures], sheet: BalanceSheet, on: date) -> Schedule:
    """Each account by the line its newest balance belongs to; both columns of an account stand on the same line."""
    places, codes = mapping(on), known_codes(chart, _SINCE_2021)
    netted: dict[str, Figures] = {}
    for account in chart.accounts:
        if account.id in closing and codes[account.group_id] in _SET_OFF:
            code = codes[account.group_id]
            netted[code] = added((netted.get(code, (0,) * sheet.width), closing[account.id]))
    results = {group.id for group in chart.groups if group.nature in ("income", "expense")}
    rows: dict[str, list[NoteRow]] = {}
    for account in chart.accounts:
        if account.id not in closing or account.group_id in results or account.code in (PROFIT_AND_LOSS, OPENING_DIFFERENCE):
            continue
        code, figures = codes[account.group_id], closing[account.id]
        side = next((one for one in netted.get(code, figures) if one), 0)
        line = places[code][0 if side > 0 else 1]
        rows.setdefault(line, []).append(NoteRow(account.name, _directed(line, figures), account.id))
    surplus = added((sheet.brought_forward, sheet.of_this_year))
    rows.setdefault("reserves", []).append(NoteRow("Surplus in the Statement of Profit and Loss", surplus))
    rows["opening-difference"] = [NoteRow("Difference in opening balances", sheet.difference)]
    printed: list[Printed] = []
    for one in LINES:
        own = tuple(row for row in rows.get(one.code, ()) if any(row.figures))
        if own:
            printed.append(Printed(one, len(printed) + 1, added(row.figures for row in own), own))
    return Schedule(tuple(printed), sheet.width)


_OWNED = frozenset(one.code for one in LINES if one.part in ASSET_PARTS)


def _directed(line: str, figures: Figures) -> Figures:
    return figures if line in _OWNED else tuple(-one for one in figures)


@dataclass(frozen=True, slots=True)
class Results:
    """Part II, the Statement of Profit and Loss: what the program's heads can fill of it. Profit is before tax.

    Stock is kept perpetually here, so what was bought is worked back: cost of goods, plus what stock grew by.
    """

    revenue: Figures
    other_income: Figures
    purchases: Figures
    change_in_stock: Figures
    other_expenses: Figures
    profit: Figures

    @property
    def total_income(self) -> Figures:
        return added((self.revenue, self.other_income))

    @property
    def total_expenses(self) -> Figures:
        return added((self.purchases, self.change_in_stock, self.other_expenses))


def results(found: ProfitAndLoss) -> Results:
    """Part II of Division I from the profit and loss account."""
    width = found.width
    revenue = added((one.figures for one in found.sales + found.direct_incomes), width)
    other_income = added((one.figures for one in found.indirect_incomes), width)
    bought = added((one.figures for one in found.purchases), width)
    every = found.direct_expenses + found.indirect_expenses
    cost = added((one.figures for head in every for one in head.accounts() if one.code in COST_ACCOUNTS), width)
    return Results(
        revenue=revenue,
        other_income=other_income,
        purchases=added((bought, found.goods.come_in)),
        change_in_stock=less(found.goods.opening, found.goods.closing),
        other_expenses=less(added((one.figures for one in every), width), cost),
        profit=found.net_profit,
    )
