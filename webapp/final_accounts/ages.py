"""How old what customers owe and what is owed to suppliers is, as Schedule III asks: by age, and by what is said of the dues."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from webapp import ledger, outstandings
from webapp.final_accounts import doubts
from webapp.final_accounts.doubts import GOOD, Marked, Standing
from webapp.final_accounts.rules import schedule_iii
from webapp.final_accounts.rules.schedule_iii import ALLOWANCE, PAYABLES, RECEIVABLES, Facts, Schedule
from webapp.final_accounts.rules.tree import Figures, added
from webapp.kernel.periods import days_since
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

# Months past the due date that part the columns (General Instructions, 6.R.b and 6.FB as of 24 March 2021).
RECEIVABLE_MONTHS, PAYABLE_MONTHS = (6, 12, 24, 36), (12, 24, 36)


@dataclass(frozen=True, slots=True)
class Age:
    """A row of a table of ages, in paise: unbilled, not due, then by how long past due, the youngest first."""

    code: str
    figures: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.figures)


@dataclass(frozen=True, slots=True)
class Ages:
    """How old what is receivable and payable was on a day."""

    day: date
    receivables: tuple[Age, ...]
    payables: tuple[Age, ...]
    allowance: int = 0  # for doubtful debts: what receivables are less by


ByStanding = dict[Standing, dict[UUID, tuple[int, ...]]]
# The rows of both tables in the order of the Schedule. A payable is disputed or not; whether it is good is its creditor's question.
_RECEIVABLES = (
    ("considered-good", GOOD),
    ("doubtful", Standing(is_doubtful=True)),
    ("disputed-good", Standing(is_disputed=True)),
    ("disputed-doubtful", Standing(is_disputed=True, is_doubtful=True)),
)


def ages_of(
    books: Books, chart: ledger.Chart, days: Sequence[date], schedule: Schedule, facts: Facts, small: set[UUID], store_id: UUID | None
) -> tuple[Ages, ...]:
    """One table for each side and day. What stands on those lines without a party is unbilled; rows of disputed and doubtful
    dues without an amount are left out."""
    on_lines = {row.account_id for one in schedule.lines if one.line.code in (*RECEIVABLES, *PAYABLES) for row in one.rows}
    natures = {one.id: one.nature for one in chart.groups}
    kept = [one for one in chart.accounts if one.id in on_lines and one.wants_party]
    owed = [one.id for one in kept if natures[one.group_id] == "asset"]
    owing = [one.id for one in kept if natures[one.group_id] == "liability"]
    allowances = {id_ for id_, head in facts.heads.items() if head == ALLOWANCE}
    known = {*facts.parties, *allowances}
    of_customers = schedule_iii.unbilled(schedule, RECEIVABLES, known)
    of_suppliers = schedule_iii.unbilled(schedule, PAYABLES, known)
    provided = schedule_iii.allowance(schedule, allowances)
    found = []
    for column, (day, marked) in enumerate(zip(days, doubts.marked_on(books, days), strict=True)):
        good = _by_standing(books, owed, day, outstandings.RECEIVABLE, RECEIVABLE_MONTHS, store_id, marked)
        due = _by_standing(books, owing, day, outstandings.PAYABLE, PAYABLE_MONTHS, store_id, marked)
        receivables, payables = _receivables(good, of_customers[column]), _payables(due, small, of_suppliers[column])
        found.append(Ages(day, receivables, payables, provided[column]))
    return tuple(found)


def _receivables(found: ByStanding, unbilled: int) -> tuple[Age, ...]:
    width = len(RECEIVABLE_MONTHS) + 2
    rows = [
        Age(code, (unbilled if standing == GOOD else 0, *added(found.get(standing, {}).values(), width))) for code, standing in _RECEIVABLES
    ]
    return tuple(row for row in rows if row.code == "considered-good" or row.total)


def _payables(found: ByStanding, small: set[UUID], unbilled: int) -> tuple[Age, ...]:
    undisputed = [own for standing, own in found.items() if not standing.is_disputed]
    disputed = [own for standing, own in found.items() if standing.is_disputed]
    rows = (
        Age("small", (0, *_parted(undisputed, small, is_small=True))),
        Age("others", (unbilled, *_parted(undisputed, small, is_small=False))),
        Age("disputed-small", (0, *_parted(disputed, small, is_small=True))),
        Age("disputed-others", (0, *_parted(disputed, small, is_small=False))),
    )
    return tuple(row for row in rows if row.code in ("small", "others") or row.total)


def _parted(found: Sequence[Mapping[UUID, Figures]], small: Collection[UUID], *, is_small: bool) -> Figures:
    return added((one for own in found for id_, one in own.items() if (id_ in small) is is_small), len(PAYABLE_MONTHS) + 2)


# long: one reading of a side, the marked parties out of the sum of all
def _by_standing(
    books: Books,
    accounts: Sequence[UUID],
    day: date,
    side: str,
    months: tuple[int, ...],
    store_id: UUID | None,
    marked: Mapping[UUID, Marked],
) -> ByStanding:
    """What is open of each party by age from the due date and by what is said of it, money on account having paid the oldest
    first. Bill by bill only for parties of whom some bill is marked."""
    edges = [days_since(day, one) for one in months]
    found: ByStanding = {}

    def add(standing: Standing, party_id: UUID, buckets: Figures) -> None:
        own = found.setdefault(standing, {})
        own[party_id] = added((own[party_id], buckets)) if party_id in own else buckets

    for account in accounts:
        asked = outstandings.Asked(day, side, store_id=store_id, account_id=account)
        for row in outstandings.ageing(books, asked, edges=edges, netted=True).rows:
            mark = marked.get(row.party_id, Marked())
            if not mark.bills:
                add(mark.whole, row.party_id, row.buckets)
                continue
            items = outstandings.open_items(books, row.party_id, on=day, side=side)
            own = [one for one in items if one.account_id == account and store_id in (None, one.store_id)]
            bills = [one for one in outstandings.netted_items(own, side) if one.open * asked.sign > 0]
            for standing, buckets in doubts.parted(bills, mark, day, edges).items():
                add(standing, row.party_id, buckets)
    return found
