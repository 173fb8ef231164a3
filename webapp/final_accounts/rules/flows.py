"""Where money came from and went: cash flow by the indirect and the direct method, and the flow of funds.

AS 3 sorts flows into operating, investing and financing. A chart by Tally's groups tells these apart by group; what it
cannot tell (interest paid, tax on income) stays with operating. Everything adds up to the change in cash and bank.
Figures are in paise by column, money coming in positive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from webapp.final_accounts.rules.statements import COST_ACCOUNTS, OPENING_DIFFERENCE, PROFIT_AND_LOSS
from webapp.final_accounts.rules.tree import Account, Chart, Figures, added, known_codes, less

CASH = frozenset({"cash-in-hand", "bank-accounts"})
# What is bought to stay. Income and expenses in vouchers that touch these (depreciation, profit on a sale) are no cash.
LASTING = ("fixed-assets", "investments")
_INVESTING = frozenset({*LASTING, "deposits"})
_FINANCING = frozenset({"capital-account", "reserves-surplus", "loans-liability", "bank-od", "secured-loans", "unsecured-loans"})
CURRENT_ASSETS = frozenset(
    {"current-assets", "bank-accounts", "cash-in-hand", "deposits", "loans-advances", "stock-in-hand", "sundry-debtors"}
)
CURRENT_LIABILITIES = frozenset({"current-liabilities", "duties-taxes", "provisions", "sundry-creditors"})
RESULTS = frozenset({"sales-accounts", "direct-incomes", "indirect-incomes", "purchase-accounts", "direct-expenses", "indirect-expenses"})
_KNOWN = frozenset(
    {*CASH, *_INVESTING, *_FINANCING, *CURRENT_ASSETS, *CURRENT_LIABILITIES, *RESULTS}
    | {"suspense", "branch-divisions", "misc-expenses-asset"}
)
# Heads of the direct method: a bill paid in part names sales and dues at once, and only together they are what was paid.
CUSTOMERS, SUPPLIERS = "customers", "suppliers"
_DIRECT = {
    "sales-accounts": CUSTOMERS,
    "sundry-debtors": CUSTOMERS,
    "purchase-accounts": SUPPLIERS,
    "sundry-creditors": SUPPLIERS,
    "stock-in-hand": SUPPLIERS,
}
# Lasting assets → accounts of income and expense they moved against → debit-positive figures.
NotCash = Mapping[str, Mapping[UUID, Figures]]


@dataclass(frozen=True, slots=True)
class Flow:
    """A line: what moved it (a group's or an account's code), its name in the chart, its figures."""

    code: str
    name: str
    figures: Figures
    account_id: UUID | None = None
    group_id: UUID | None = None


def places(chart: Chart) -> dict[UUID, str]:
    """Account → the code its flows are sorted by: the seeded group it stands under, or its own where it stands apart."""
    codes = known_codes(chart, _KNOWN)
    apart = (OPENING_DIFFERENCE, PROFIT_AND_LOSS)
    return {one.id: one.code if one.code in apart else codes[one.group_id] for one in chart.accounts}


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The indirect method: from profit to the change in cash and bank."""

    profit: Figures
    not_cash: tuple[Flow, ...]
    working_capital: tuple[Flow, ...]
    investing: tuple[Flow, ...]
    financing: tuple[Flow, ...]
    opening: Figures
    closing: Figures

    @property
    def from_operating(self) -> Figures:
        return added((self.profit, *(one.figures for one in self.not_cash + self.working_capital)))

    @property
    def from_investing(self) -> Figures:
        return added((one.figures for one in self.investing), len(self.profit))

    @property
    def from_financing(self) -> Figures:
        return added((one.figures for one in self.financing), len(self.profit))

    @property
    def change(self) -> Figures:
        """What the three parts come to: the same as closing less opening."""
        return added((self.from_operating, self.from_investing, self.from_financing))


def cash_flow(chart: Chart, opening: Mapping[UUID, Figures], closing: Mapping[UUID, Figures], not_cash: NotCash, width: int) -> CashFlow:
    """From each account's balance before and after each column's days."""
    nil, place = (0,) * width, places(chart)
    moved = {one.id: less(closing.get(one.id, nil), opening.get(one.id, nil)) for one in chart.accounts}
    by_code = _by_code(chart, place, moved, width)
    adjusted = {code: added((figures for figures in accounts.values()), width) for code, accounts in not_cash.items()}
    # An asset bought and sold at a profit leaves no balance, but its profit is money come back for it.
    by_code = {**{code: nil for code, figures in adjusted.items() if any(figures)}, **by_code}
    cash = [id_ for id_, code in place.items() if code in CASH]
    names = {one.id: one for one in chart.accounts}
    back = {id_: added(one[id_] for one in not_cash.values() if id_ in one) for accounts in not_cash.values() for id_ in accounts}
    flows = [
        _flow(chart, code, less(less(nil, figures), adjusted.get(code, nil)))
        for code, figures in by_code.items()
        if code not in CASH and code not in RESULTS
    ]
    return CashFlow(
        profit=less(nil, added((figures for code, figures in by_code.items() if code in RESULTS), width)),
        not_cash=tuple(
            Flow(names[id_].code or "", names[id_].name, figures, account_id=id_) for id_, figures in back.items() if any(figures)
        ),
        working_capital=_some(flows, lambda code: code not in _INVESTING and code not in _FINANCING and code != PROFIT_AND_LOSS),
        investing=_some(flows, lambda code: code in _INVESTING),
        financing=_some(flows, lambda code: code in _FINANCING or code == PROFIT_AND_LOSS),
        opening=added((opening.get(id_, nil) for id_ in cash), width),
        closing=added((closing.get(id_, nil) for id_ in cash), width),
    )


@dataclass(frozen=True, slots=True)
class DirectHead:
    """A head of receipts and payments with the accounts behind it. `code` is CUSTOMERS, SUPPLIERS or a group's."""

    code: str
    name: str
    figures: Figures
    rows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class DirectFlow:
    """Receipts and payments by head."""

    receipts: tuple[DirectHead, ...]
    payments: tuple[DirectHead, ...]
    opening: Figures
    closing: Figures

    @property
    def change(self) -> Figures:
        return added((one.figures for one in self.receipts + self.payments), len(self.opening))


def direct_flow(chart: Chart, against: Mapping[UUID, Figures], opening: Figures, closing: Figures, main: int) -> DirectFlow:
    """From what each account moved against cash and bank (credit positive). `main` is the column that sorts a head."""
    place, width, heads = places(chart), len(opening), dict[str, list[Flow]]()
    for one in chart.accounts:
        if one.id in against and any(against[one.id]):
            code = SUPPLIERS if one.code in COST_ACCOUNTS else _DIRECT.get(place[one.id], place[one.id])
            heads.setdefault(code, []).append(Flow(one.code or "", one.name, against[one.id], account_id=one.id))
    found = [
        DirectHead(code, _flow(chart, code, ()).name, added((row.figures for row in rows), width), tuple(rows))
        for code, rows in heads.items()
    ]
    found = [one for one in found if any(one.figures)]
    coming_in = [one for one in found if (one.figures[main] or sum(one.figures)) > 0]
    return DirectFlow(
        receipts=tuple(sorted(coming_in, key=lambda one: -one.figures[main])),
        payments=tuple(sorted((one for one in found if one not in coming_in), key=lambda one: one.figures[main])),
        opening=opening,
        closing=closing,
    )


@dataclass(frozen=True, slots=True)
class CapitalRow:
    """A head of working capital: before, after (debit positive), and what it adds to it."""

    code: str
    name: str
    opening: int
    closing: int
    group_id: UUID | None = None

    @property
    def change(self) -> int:
        return self.closing - self.opening


@dataclass(frozen=True, slots=True)
class FundFlow:
    """Sources of long-term funds, what they were applied to, and the working capital they changed. In paise."""

    sources: tuple[Flow, ...]
    applications: tuple[Flow, ...]
    current_assets: tuple[CapitalRow, ...]
    current_liabilities: tuple[CapitalRow, ...]

    @property
    def total_sources(self) -> int:
        return sum(one.figures[0] for one in self.sources)

    @property
    def total_applications(self) -> int:
        return sum(one.figures[0] for one in self.applications)

    @property
    def increase(self) -> int:
        """By how much working capital grew: by what sources exceed applications."""
        return sum(one.change for one in self.current_assets + self.current_liabilities)


def fund_flow(chart: Chart, opening: Mapping[UUID, Figures], closing: Mapping[UUID, Figures], not_cash: NotCash) -> FundFlow:
    """From each account's balance before and after, in one column."""
    found = cash_flow(chart, opening, closing, not_cash, 1)
    from_operations = Flow("operations", "", added((found.profit, *(one.figures for one in found.not_cash))))
    current = CURRENT_ASSETS | CURRENT_LIABILITIES
    flows = [from_operations, *(one for one in found.working_capital + found.investing + found.financing if one.code not in current)]
    place = places(chart)
    before, after = (_by_code(chart, place, side, 1) for side in (opening, closing))

    def rows(codes: Iterable[str]) -> tuple[CapitalRow, ...]:
        wanted = frozenset(codes)
        both = [code for code in {**before, **after} if code in wanted]
        made = [(_flow(chart, code, ()), before.get(code, (0,))[0], after.get(code, (0,))[0]) for code in both]
        return tuple(CapitalRow(flow.code, flow.name, first, last, flow.group_id) for flow, first, last in made if first or last)

    return FundFlow(
        sources=tuple(one for one in flows if one.figures[0] > 0),
        applications=tuple(Flow(one.code, one.name, (-one.figures[0],), group_id=one.group_id) for one in flows if one.figures[0] < 0),
        current_assets=rows(CURRENT_ASSETS),
        current_liabilities=rows(CURRENT_LIABILITIES),
    )


def _by_code(chart: Chart, place: Mapping[UUID, str], figures: Mapping[UUID, Figures], width: int) -> dict[str, Figures]:
    """Sums by code, in the order of the chart's groups."""
    order = [group.id for group in chart.groups]
    accounts: dict[UUID, list[Account]] = {}
    for one in chart.accounts:
        accounts.setdefault(one.group_id, []).append(one)
    found: dict[str, Figures] = {}
    for one in (one for group in order for one in accounts.get(group, ())):
        if any(figures.get(one.id, ())):
            found[place[one.id]] = added((found.get(place[one.id], (0,) * width), figures[one.id]))
    return found


def _flow(chart: Chart, code: str, figures: Figures) -> Flow:
    group = next((one for one in chart.groups if one.code == code), None)
    account = next((one for one in chart.accounts if one.code == code), None) if group is None else None
    return Flow(
        code,
        group.name if group else account.name if account else "",
        figures,
        account.id if account else None,
        group.id if group else None,
    )


def _some(flows: Iterable[Flow], wanted: Callable[[str], bool]) -> tuple[Flow, ...]:
    return tuple(one for one in flows if wanted(one.code) and any(one.figures))
