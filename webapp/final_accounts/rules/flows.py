"""Where money came from and went: the cash flow statement by the indirect and the direct method (AS 3).

Both have three parts. Investing and financing are what moved against cash in both (AS 3, 21), so the two methods agree part
by part: vouchers without cash that touch them are left out (AS 3, 40). Interest paid is financing, interest and dividends
received investing, income tax operating (AS 3, 30 and 34), by the heads an accountant has put accounts under. Figures
are in paise by column, money coming in positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import NamedTuple
from uuid import UUID

from webapp.final_accounts.rules.schedule_iii import head_of
from webapp.final_accounts.rules.statements import COST_ACCOUNTS, OPENING_DIFFERENCE, PROFIT_AND_LOSS
from webapp.final_accounts.rules.tree import Account, Chart, Figures, added, known_codes, less
from webapp.kernel.records import dataclass

CASH = frozenset({"cash-in-hand", "bank-accounts"})
# What is bought to stay. Income and expenses in vouchers that touch these (depreciation, profit on a sale) are no cash.
LASTING = ("fixed-assets", "investments")
_FINANCING = frozenset({"capital-account", "reserves-surplus", "loans-liability", "bank-od", "secured-loans", "unsecured-loans"})
CURRENT_ASSETS = frozenset(
    {"current-assets", "bank-accounts", "cash-in-hand", "deposits", "loans-advances", "stock-in-hand", "sundry-debtors"}
)
CURRENT_LIABILITIES = frozenset({"current-liabilities", "duties-taxes", "provisions", "sundry-creditors"})
RESULTS = frozenset({"sales-accounts", "direct-incomes", "indirect-incomes", "purchase-accounts", "direct-expenses", "indirect-expenses"})
_KNOWN = frozenset(
    {*CASH, *LASTING, *_FINANCING, *CURRENT_ASSETS, *CURRENT_LIABILITIES, *RESULTS}
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
# Heads of the statement's own places → where they stand.
INTEREST_PAID, INTEREST_RECEIVED, DIVIDENDS, TAX_PAID = "interest-paid", "interest-received", "dividends-received", "tax-paid"
_BY_HEAD = {
    "finance-costs": INTEREST_PAID,
    "interest-accrued": INTEREST_PAID,
    "interest-income": INTEREST_RECEIVED,
    "dividend-income": DIVIDENDS,
    "current-tax": TAX_PAID,
    "provision-for-tax": TAX_PAID,
    "advance-tax": TAX_PAID,
}
INVESTING = (*LASTING, "deposits", INTEREST_RECEIVED, DIVIDENDS)
FINANCING = (*sorted(_FINANCING), PROFIT_AND_LOSS, INTEREST_PAID)


class Flow(NamedTuple):
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


def sorted_places(chart: Chart, heads: Mapping[UUID, str]) -> dict[UUID, str]:
    """Account → where the cash flow counts it: `places`, but interest, dividends and income tax by their heads."""
    own = places(chart)
    return {one.id: _BY_HEAD.get(_head(one, heads), own[one.id]) for one in chart.accounts}


def _head(account: Account, heads: Mapping[UUID, str]) -> str:
    return head_of(account, heads) or heads.get(account.id, "")


@dataclass(frozen=True, slots=True)
class Moved:
    """What accounts moved in each column (debit positive): in all; in vouchers that touch cash; in those of them that touch
    fixed assets, and those that touch investments and no fixed assets (what was earned or lost on a sale belongs to it);
    and in vouchers without cash that touch what is not operating."""

    whole: Mapping[UUID, Figures]
    cash: Mapping[UUID, Figures]
    of_sales: Mapping[str, Mapping[UUID, Figures]]
    without_cash: Mapping[UUID, Figures]
    opening: Figures
    closing: Figures


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The statement. Indirect: operating begins with the profit before tax, interest and dividends. Direct: with receipts."""

    profit: Figures
    own_places: tuple[Flow, ...]
    not_cash: tuple[Flow, ...]
    working_capital: tuple[Flow, ...]
    tax: Figures
    investing: tuple[Flow, ...]
    financing: tuple[Flow, ...]
    opening: Figures
    closing: Figures
    movements: Mapping[UUID, Figures] = field(default_factory=dict)  # all that each account and group moved, cash or not

    @property
    def before_tax(self) -> Figures:
        """Cash generated from operations, before income tax is paid."""
        return added((self.profit, *(one.figures for one in self.own_places + self.not_cash + self.working_capital)))

    @property
    def from_operating(self) -> Figures:
        return added((self.before_tax, self.tax))

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


def special(place: Mapping[UUID, str]) -> list[UUID]:
    """The accounts that are not operating, or have places of their own."""
    return [id_ for id_, code in place.items() if code in INVESTING or code in FINANCING or code == TAX_PAID]


def cash_flow(chart: Chart, place: Mapping[UUID, str], moved: Moved) -> CashFlow:
    """The indirect method: from profit to cash. `place` is `sorted_places`."""
    nil, own, result_ids = (0,) * len(moved.opening), places(chart), _result_ids(chart)
    profit = less(nil, added((figures for id_, figures in moved.whole.items() if id_ in result_ids), len(nil)))
    own_places = [
        _own(code, added((moved.whole[id_] for id_ in result_ids if id_ in moved.whole and place[id_] == code), len(nil)))
        for code in (TAX_PAID, INTEREST_PAID, INTEREST_RECEIVED, DIVIDENDS)
    ]
    sold = added_maps(*moved.of_sales.values())
    not_cash, operating = [], dict[str, Figures]()
    for one in in_order(chart):
        apart = moved.without_cash.get(one.id, nil)
        if place[one.id] in _OWN_PLACES or place[one.id] in CASH:
            continue
        if one.id in result_ids:
            back = added((apart, sold.get(one.id, nil)))
            if any(back):
                not_cash.append(Flow(one.code or "", one.name, back, account_id=one.id))
        elif place[one.id] not in INVESTING and place[one.id] not in FINANCING:
            flow = less(apart, moved.whole.get(one.id, nil))
            operating[own[one.id]] = added((operating.get(own[one.id], nil), flow))
    investing, financing = _not_operating(chart, place, moved)
    return CashFlow(
        profit=profit,
        own_places=tuple(one for one in own_places if any(one.figures)),
        not_cash=tuple(not_cash),
        working_capital=tuple(flow_of(chart, code, figures) for code, figures in operating.items() if any(figures)),
        tax=_tax(place, moved, nil),
        investing=investing,
        financing=financing,
        opening=moved.opening,
        closing=moved.closing,
    )


def _not_operating(chart: Chart, place: Mapping[UUID, str], moved: Moved) -> tuple[tuple[Flow, ...], tuple[Flow, ...]]:
    """Investing and financing, the same in both methods: what moved against cash."""
    nil, found, result_ids = (0,) * len(moved.opening), dict[str, Figures](), _result_ids(chart)
    sold = added_maps(*moved.of_sales.values())
    for one in in_order(chart):
        code, figures = place[one.id], moved.cash.get(one.id, nil)
        if code in INVESTING or code in FINANCING:
            own = less(sold.get(one.id, nil) if one.id in result_ids else nil, figures)
            found[code] = added((found.get(code, nil), own))
    for code, accounts in moved.of_sales.items():
        results = added((figures for id_, figures in accounts.items() if id_ in result_ids and place[id_] != TAX_PAID), len(nil))
        found[code] = less(found.get(code, nil), results)
    flows = [
        _own(code, figures) if code in _OWN_PLACES else flow_of(chart, code, figures) for code, figures in found.items() if any(figures)
    ]
    return tuple(one for one in flows if one.code in INVESTING), tuple(one for one in flows if one.code in FINANCING)


def _tax(place: Mapping[UUID, str], moved: Moved, nil: Figures) -> Figures:
    return less(nil, added((figures for id_, figures in moved.cash.items() if place[id_] == TAX_PAID), len(nil)))


@dataclass(frozen=True, slots=True)
class DirectHead:
    """A head of receipts and payments with the accounts behind it. `code` is CUSTOMERS, SUPPLIERS or a group's."""

    code: str
    name: str
    figures: Figures
    rows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class DirectFlow:
    """The direct method: receipts and payments of operating activities by head; the rest as in the indirect one."""

    receipts: tuple[DirectHead, ...]
    payments: tuple[DirectHead, ...]
    tax: Figures
    investing: tuple[Flow, ...]
    financing: tuple[Flow, ...]
    opening: Figures
    closing: Figures
    movements: Mapping[UUID, Figures] = field(default_factory=dict)  # all that each account and group moved, cash or not

    @property
    def before_tax(self) -> Figures:
        return added((one.figures for one in self.receipts + self.payments), len(self.opening))

    @property
    def from_operating(self) -> Figures:
        return added((self.before_tax, self.tax))

    @property
    def from_investing(self) -> Figures:
        return added((one.figures for one in self.investing), len(self.opening))

    @property
    def from_financing(self) -> Figures:
        return added((one.figures for one in self.financing), len(self.opening))

    @property
    def change(self) -> Figures:
        return added((self.from_operating, self.from_investing, self.from_financing))


def direct_flow(chart: Chart, place: Mapping[UUID, str], moved: Moved, main: int) -> DirectFlow:
    """From what each account moved against cash and bank. `main` is the column that sorts a head."""
    nil, own, heads = (0,) * len(moved.opening), places(chart), dict[str, list[Flow]]()
    result_ids, sold = _result_ids(chart), added_maps(*moved.of_sales.values())
    for one in chart.accounts:
        code, figures = place[one.id], moved.cash.get(one.id, nil)
        if code in CASH or code in INVESTING or code in FINANCING or code == TAX_PAID:
            continue
        flow = less(sold.get(one.id, nil) if one.id in result_ids else nil, figures)
        if any(flow):
            code = SUPPLIERS if one.code in COST_ACCOUNTS else _DIRECT.get(own[one.id], own[one.id])
            heads.setdefault(code, []).append(Flow(one.code or "", one.name, flow, account_id=one.id))
    found = [
        DirectHead(code, flow_of(chart, code, ()).name, added((row.figures for row in rows), len(nil)), tuple(rows))
        for code, rows in heads.items()
    ]
    found = [one for one in found if any(one.figures)]
    coming_in = [one for one in found if (one.figures[main] or sum(one.figures)) > 0]
    investing, financing = _not_operating(chart, place, moved)
    return DirectFlow(
        receipts=tuple(sorted(coming_in, key=lambda one: -one.figures[main])),
        payments=tuple(sorted((one for one in found if one not in coming_in), key=lambda one: one.figures[main])),
        tax=_tax(place, moved, nil),
        investing=investing,
        financing=financing,
        opening=moved.opening,
        closing=moved.closing,
    )


_OWN_PLACES = frozenset(_BY_HEAD.values())


def added_maps(*many: Mapping[UUID, Figures]) -> dict[UUID, Figures]:
    """Figures by account, added up."""
    found: dict[UUID, Figures] = {}
    for one in many:
        for id_, figures in one.items():
            found[id_] = added((found[id_], figures)) if id_ in found else figures
    return found


def _result_ids(chart: Chart) -> set[UUID]:
    natures = {one.id: one.nature for one in chart.groups}
    return {one.id for one in chart.accounts if natures[one.group_id] in ("income", "expense")}


def _own(code: str, figures: Figures) -> Flow:
    """A line of the statement's own, that is no group's."""
    return Flow(code, "", figures)


def in_order(chart: Chart) -> list[Account]:
    """Accounts in the order of the chart's groups."""
    order = {group.id: number for number, group in enumerate(chart.groups)}
    return sorted(chart.accounts, key=lambda one: order[one.group_id])


def flow_of(chart: Chart, code: str, figures: Figures) -> Flow:
    """A line that is a group of the chart, or an account that stands apart."""
    group = next((one for one in chart.groups if one.code == code), None)
    account = next((one for one in chart.accounts if one.code == code), None) if group is None else None
    return Flow(
        code,
        group.name if group else account.name if account else "",
        figures,
        account.id if account else None,
        group.id if group else None,
    )
