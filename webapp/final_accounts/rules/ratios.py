"""The figures an accountant looks at first, as Tally's Ratio Analysis has them. Integers: no ratio is a float.

An amount is in paise, a ratio in hundredths (1.50 is 150), a percentage in basis points, days are whole. Where there is
nothing to divide by, there is no ratio.
"""

from __future__ import annotations

from collections.abc import Mapping

from webapp.final_accounts.rules.flows import CURRENT_ASSETS, CURRENT_LIABILITIES
from webapp.kernel.money import rounded
from webapp.kernel.records import dataclass

_LOANS = frozenset({"loans-liability", "bank-od", "secured-loans", "unsecured-loans"})
_CAPITAL = frozenset({"capital-account", "reserves-surplus"})


@dataclass(frozen=True, slots=True)
class Basis:
    """What ratios of one column are made of. `balances`: seeded group → balance, debit positive, at the last day."""

    balances: Mapping[str, int]
    profits: int  # of earlier years and of this one, as they stand in the balance sheet
    sales: int
    cost_of_goods: int
    gross_profit: int
    net_profit: int
    opening_stock: int
    days: int

    def of(self, codes: frozenset[str]) -> int:
        return sum(amount for code, amount in self.balances.items() if code in codes)

    @property
    def working_capital(self) -> int:
        return self.of(CURRENT_ASSETS) + self.of(CURRENT_LIABILITIES)

    @property
    def equity(self) -> int:
        return self.profits - self.of(_CAPITAL)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure by column, None where it cannot be said. `kind`: amount, ratio, percent, days."""

    code: str
    kind: str
    figures: tuple[int | None, ...]


def ratios(bases: tuple[Basis, ...]) -> tuple[tuple[Ratio, ...], tuple[Ratio, ...]]:
    """(the principal amounts, the ratios), each over all columns."""
    amounts = [_amounts(one) for one in bases]
    principal = [_principal(one) for one in bases]
    return (
        tuple(Ratio(code, "amount", tuple(one[code] for one in amounts)) for code in amounts[0]),
        tuple(Ratio(code, kind, tuple(one[code][1] for one in principal)) for code, (kind, _) in principal[0].items()),
    )


def _amounts(basis: Basis) -> dict[str, int]:
    def on_hand(code: str) -> int:
        return basis.balances.get(code, 0)

    return {
        "working-capital": basis.working_capital,
        "cash-in-hand": on_hand("cash-in-hand"),
        "bank-accounts": on_hand("bank-accounts"),
        "bank-od": -on_hand("bank-od"),
        "sundry-debtors": on_hand("sundry-debtors"),
        "sundry-creditors": -on_hand("sundry-creditors"),
        "sales-accounts": basis.sales,
        "cost-of-goods": basis.cost_of_goods,
        "stock-in-hand": on_hand("stock-in-hand"),
        "net-profit": basis.net_profit,
    }


def _principal(basis: Basis) -> dict[str, tuple[str, int | None]]:
    assets, owed = basis.of(CURRENT_ASSETS), -basis.of(CURRENT_LIABILITIES)
    stock, debtors = basis.balances.get("stock-in-hand", 0), basis.balances.get("sundry-debtors", 0)
    return {
        "current-ratio": ("ratio", _quotient(100 * assets, owed)),
        "quick-ratio": ("ratio", _quotient(100 * (assets - stock), owed)),
        "debt-equity": ("ratio", _quotient(100 * -basis.of(_LOANS), basis.equity)),
        "gross-profit": ("percent", _quotient(10_000 * basis.gross_profit, basis.sales)),
        "net-profit-share": ("percent", _quotient(10_000 * basis.net_profit, basis.sales)),
        "operating-cost": ("percent", _quotient(10_000 * (basis.sales - basis.net_profit), basis.sales)),
        "receivables-days": ("days", _quotient(debtors * basis.days, basis.sales)),
        "return-on-investment": ("percent", _quotient(10_000 * basis.net_profit, basis.equity)),
        "return-on-working-capital": ("percent", _quotient(10_000 * basis.net_profit, basis.working_capital)),
        "stock-turnover": ("ratio", _quotient(200 * basis.cost_of_goods, basis.opening_stock + stock)),
        "working-capital-turnover": ("ratio", _quotient(100 * basis.sales, basis.working_capital)),
    }


def _quotient(numerator: int, denominator: int) -> int | None:
    return rounded(numerator, denominator) if denominator > 0 else None
