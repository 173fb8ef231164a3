"""The accounts that wages and other costs of what is made are credited to."""

from __future__ import annotations

from webapp import ledger
from webapp.ledger import AccountRow
from webapp.platform.tenancy import Books

# Accounts that only the program posts to: what stands on them has a register or a return behind it.
_KEPT = frozenset(
    {"stock-in-hand", "goods-in-transit", "goods-delivered", "goods-received", "cost-of-goods", "price-differences", "stock-adjustment"}
)


def cost_accounts(books: Books) -> list[AccountRow]:
    """By name: expenses that are put on the goods, cash and bank that paid for them, wages and bills that are owed. Not sales, not
    what a party owes or is owed, and none that the program keeps itself."""
    chart = ledger.chart_of_accounts(books)
    natures = {row.id: row.nature for row in chart.groups}

    def fits(row: AccountRow) -> bool:
        return natures[row.group_id] != "income" and not row.wants_party and not row.is_archived and row.code not in _KEPT

    return sorted((row for row in chart.accounts if fits(row)), key=lambda row: row.name.casefold())
