"""What the owners have in the business, and what changed it in a year: each account of capital and reserves, and the profit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from webapp import company, ledger
from webapp.final_accounts.rules.schedule_iii import head_of
from webapp.final_accounts.rules.statements import PROFIT_AND_LOSS
from webapp.final_accounts.rules.tree import known_codes
from webapp.kernel.dates import Period
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

# Seeded group, or head an account was put under → the part of equity it is.
_PARTS: Mapping[str, str] = {
    "capital-account": "capital",
    "reserves-surplus": "reserves",
    "share-capital": "capital",
    "reserves": "reserves",
}
# The fourth letter of a PAN says whose it is (a GSTIN begins with the state's two digits, then the PAN).
_OWNERS: Mapping[str, str] = {"C": "company", "F": "firm"}


@dataclass(frozen=True, slots=True)
class EquityRow:
    """An account of capital or reserves over a year, in paise, credit positive. `part` is capital, reserves or surplus: the
    surplus is what earlier years brought forward, what was posted to Profit & Loss A/c, and the year's profit."""

    part: str
    name: str
    account_id: UUID | None
    opening: int
    added: int
    taken: int
    profit: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.added - self.taken + self.profit


@dataclass(frozen=True, slots=True)
class Equity:
    """Equity over one span of days. Its closing is that of the balance sheet on the last of them."""

    period: Period
    rows: tuple[EquityRow, ...]

    @property
    def total(self) -> EquityRow:
        sums = (sum(getattr(row, name) for row in self.rows) for name in ("opening", "added", "taken", "profit"))
        return EquityRow("total", "", None, *sums)


def equity(books: Books, spans: Sequence[Period], *, store_id: UUID | None = None) -> tuple[Equity, ...]:
    """Each of `spans`. Accounts without a figure are left out."""
    chart, heads = ledger.chart_of_accounts(books), ledger.schedule_heads(books)
    return tuple(_over(books, chart, heads, span, store_id) for span in spans)


def owners(books: Books, *, has_shares: bool) -> str:
    """Whose equity it is: "company", "firm" or "owner". The PAN in the GSTIN says it; without one, whether shares are noted."""
    gstin = company.profile(books).gstin
    return _OWNERS.get(gstin[5], "owner") if gstin else ("company" if has_shares else "owner")


def _over(books: Books, chart: ledger.Chart, heads: Mapping[UUID, str], span: Period, store_id: UUID | None) -> Equity:
    found = ledger.year_totals(books, span.first_day, span.last_day, store_id=store_id)
    codes = known_codes(chart, {*_PARTS})
    results = {one.id for one in chart.groups if one.nature in ("income", "expense")}
    rows, earlier, profit, own = [], 0, 0, (0, 0, 0)
    surplus = next((one for one in chart.accounts if one.code == PROFIT_AND_LOSS), None)
    for one in chart.accounts:
        total = found.totals.get(one.id)
        if total is None:
            continue
        if one.group_id in results:
            earlier -= total.opening  # of the same year, before these days
            profit += total.credit - total.debit
        elif surplus is not None and one.id == surplus.id:
            own = (-total.opening, total.credit, total.debit)
        elif part := _PARTS.get(head_of(one, heads) or codes[one.group_id]):
            rows.append(EquityRow(part, one.name, one.id, -total.opening, total.credit, total.debit))
    rows.sort(key=lambda row: row.part)
    kept = [row for row in rows if row.opening or row.added or row.taken]
    last = EquityRow("surplus", "", surplus.id if surplus else None, own[0] + earlier - found.brought_forward, own[1], own[2], profit)
    if any((last.opening, last.added, last.taken, last.profit)):
        kept.append(last)
    return Equity(span, tuple(kept))
