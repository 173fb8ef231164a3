"""What a financial year brought, month by month, from the ledger's kept totals, for lines of budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from webapp import ledger
from webapp.budgets.queries import Head
from webapp.budgets.rules import MONTHS, LineDraft, month_end, months_of, natural
from webapp.kernel.dates import FinancialYear, Period, month_of
from webapp.kernel.errors import keep_promise
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Actuals:
    """Net by account and month of a year, debit positive, in paise; by (centre, account) where a cost centre bears it."""

    accounts: Mapping[UUID, Sequence[int]]
    centres: Mapping[tuple[UUID, UUID], Sequence[int]]

    def months(self, account_id: UUID, centre_id: UUID | None) -> Sequence[int]:
        """Twelve months of one account, or of what a cost centre bears of it."""
        found = self.accounts.get(account_id) if centre_id is None else self.centres.get((centre_id, account_id))
        return found or (0,) * MONTHS

    def months_of_draft(self, draft: LineDraft, heads: Mapping[UUID, Head]) -> tuple[int, ...]:
        """Twelve months of what a line is for, on its natural side; a group's are those of all accounts beneath it."""
        head = heads[draft.account_id or draft.group_id or UUID(int=0)]
        return self.months_of_head(head, beneath(head, heads), draft.cost_centre_id)

    def months_of_head(self, head: Head, accounts: Sequence[UUID], centre_id: UUID | None) -> tuple[int, ...]:
        """Twelve months of these accounts together, on the natural side of `head`."""
        each = [self.months(account, centre_id) for account in accounts]
        return tuple(natural(head.nature, sum(months[place] for months in each)) for place in range(MONTHS))


def beneath(head: Head, heads: Mapping[UUID, Head]) -> list[UUID]:
    """The accounts of a head: itself, or all that stand beneath the group."""
    return [one.id for one in heads.values() if not one.is_group and head.id in one.path] if head.is_group else [head.id]


def read(books: Books, year: FinancialYear, store_id: UUID | None, as_at: date | None = None) -> Actuals:
    """The year up to `as_at` (its whole by default), of one store or of all. One statement for accounts, one for cost centres.

    Only the month that `as_at` cuts costs a look at lines, those after it.
    """
    last = as_at or year.last_day
    keep_promise(year.first_day <= last <= year.last_day, "the day lies in the financial year")
    months = [month for month in months_of(year) if month <= month_of(last)]
    days = [year.first_day - timedelta(days=1), *(min(month_end(month), last) for month in months)]
    rest = [0] * (MONTHS - len(months))
    accounts = {}
    for account, nets in ledger.balances_at(books, days, store_id=store_id).items():
        moved = [after - before for before, after in pairwise(nets)]
        if any(moved):
            accounts[account] = [*moved, *rest]
    places = {month: place for place, month in enumerate(months_of(year))}
    centres: dict[tuple[UUID, UUID], list[int]] = {}
    for (centre, account, month), net in ledger.centre_months(books, Period(year.first_day, last), store_id=store_id).items():
        centres.setdefault((centre, account), [0] * MONTHS)[places[month]] = net
    return Actuals(accounts, centres)
