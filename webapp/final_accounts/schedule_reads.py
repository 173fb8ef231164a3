"""Schedule III gathered: both parts, the age of what customers owe and what is owed to suppliers, and the year's notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from webapp import ledger, outstandings, parties
from webapp.final_accounts.models import LoanMaturity, YearNote
from webapp.final_accounts.queries import balance_sheet_of, balances_around, party_sides, profit_and_loss_of, year_of
from webapp.final_accounts.rules import schedule_iii, schedule_results
from webapp.final_accounts.rules.periods import days_since
from webapp.final_accounts.rules.schedule_iii import PAYABLES, RECEIVABLES, Facts, PartySides, Schedule
from webapp.final_accounts.rules.schedule_results import Results
from webapp.final_accounts.rules.tree import Figures, added
from webapp.kernel.dates import FinancialYear
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


@dataclass(frozen=True, slots=True)
class Notes:
    """What was said for a year: shares (0: none), their face value, and what of each loan falls due within twelve months."""

    start_year: int
    shares: int
    face_value_paise: int
    maturities: Mapping[UUID, int]
    version: int


@dataclass(frozen=True, slots=True)
class ScheduleIII:
    """Both parts of Division I with their notes. `per_share` is basic earnings per share, in paise, by column."""

    schedule: Schedule
    results: Results
    ages: tuple[Ages, ...]
    notes: tuple[Notes, ...]

    @property
    def per_share(self) -> tuple[int | None, ...]:
        return schedule_results.earnings_per_share(self.results.profit, tuple(one.shares for one in self.notes))


def schedule_of(books: Books, days: Sequence[date], *, store_id: UUID | None = None) -> ScheduleIII:
    """The balance sheet and the statement of profit and loss of the year so far, in the form of Schedule III."""
    chart, heads = ledger.chart_of_accounts(books), ledger.schedule_heads(books)
    found = balances_around(books, [year_of(day) for day in days], store_id)
    small = parties.small_enterprises(books)
    sides = party_sides(books, chart, days, store_id=store_id, small=small)
    notes = tuple(notes_of(books, FinancialYear.of(day).start_year) for day in days)
    loans = {id_ for one in notes for id_ in one.maturities}
    facts = Facts(heads, sides, {id_: tuple(one.maturities.get(id_, 0) for one in notes) for id_ in loans})
    sheet, closing = balance_sheet_of(chart, found)
    schedule = schedule_iii.schedule(chart, closing, sheet, days[0], facts)
    results = schedule_results.results(profit_and_loss_of(chart, found), heads)
    ages = _ages(books, chart, days, schedule, sides, small, store_id) if schedule.lines else ()
    return ScheduleIII(schedule, results, ages, notes)


def notes_of(books: Books, start_year: int) -> Notes:
    """What was said for a year; nothing, when nothing was."""
    own = books.session.scalars(select(YearNote).where(YearNote.start_year == start_year)).first()
    query = select(LoanMaturity.account_id, LoanMaturity.amount_paise).where(LoanMaturity.start_year == start_year)
    maturities = {row.account_id: row.amount_paise for row in books.session.execute(query)}
    if own is None:
        return Notes(start_year, 0, 0, maturities, 0)
    return Notes(start_year, own.shares, own.face_value_paise, maturities, own.version)


def long_term_loans(books: Books, day: date) -> list[tuple[UUID, str, int]]:
    """The accounts on long-term borrowings: id, name, what is owed at a day. What the form of the notes asks about."""
    chart = ledger.chart_of_accounts(books)
    facts = Facts(ledger.schedule_heads(books))
    sheet, closing = balance_sheet_of(chart, balances_around(books, [year_of(day)], None))
    found = schedule_iii.schedule(chart, closing, sheet, day, facts)
    rows = (row for one in found.lines if one.line.code == "long-term-borrowings" for row in one.rows)
    return [(row.account_id, row.name, row.figures[0]) for row in rows if row.account_id]


def other_maturities(books: Books, notes: Notes) -> list[tuple[UUID, str, int]]:
    """The accounts that notes name, as `long_term_loans` shows them: one may stand on another line by now."""
    names = {one.id: one.name for one in ledger.chart_of_accounts(books).accounts}
    return [(id_, names[id_], 0) for id_ in notes.maturities]


def _ages(
    books: Books,
    chart: ledger.Chart,
    days: Sequence[date],
    schedule: Schedule,
    sides: Mapping[UUID, PartySides],
    small: set[UUID],
    store_id: UUID | None,
) -> tuple[Ages, ...]:
    """One table for each side and day. What stands on those lines without a party is unbilled."""
    on_lines = {row.account_id for one in schedule.lines if one.line.code in (*RECEIVABLES, *PAYABLES) for row in one.rows}
    natures = {one.id: one.nature for one in chart.groups}
    kept = [one for one in chart.accounts if one.id in on_lines and one.wants_party]
    owed = [one.id for one in kept if natures[one.group_id] == "asset"]
    owing = [one.id for one in kept if natures[one.group_id] == "liability"]
    of_customers = schedule_iii.unbilled(schedule, RECEIVABLES, sides)
    of_suppliers = schedule_iii.unbilled(schedule, PAYABLES, sides)
    found = []
    for column, day in enumerate(days):
        good = _aged(books, owed, day, outstandings.RECEIVABLE, RECEIVABLE_MONTHS, store_id)
        due = _aged(books, owing, day, outstandings.PAYABLE, PAYABLE_MONTHS, store_id)
        found.append(
            Ages(
                day,
                (Age("considered-good", (of_customers[column], *added(good.values(), len(RECEIVABLE_MONTHS) + 2))),),
                (
                    Age("small", (0, *_parted(due, small, PAYABLE_MONTHS, is_small=True))),
                    Age("others", (of_suppliers[column], *_parted(due, small, PAYABLE_MONTHS, is_small=False))),
                ),
            )
        )
    return tuple(found)


def _aged(
    books: Books, accounts: Sequence[UUID], day: date, side: str, months: tuple[int, ...], store_id: UUID | None
) -> dict[UUID, tuple[int, ...]]:
    """Party → what is open of it by age from the due date, money on account having paid the oldest first."""
    edges, found = [days_since(day, one) for one in months], dict[UUID, tuple[int, ...]]()
    for account in accounts:
        asked = outstandings.Asked(day, side, store_id=store_id, account_id=account)
        for row in outstandings.ageing(books, asked, edges=edges, netted=True).rows:
            found[row.party_id] = added((found[row.party_id], row.buckets)) if row.party_id in found else row.buckets
    return found


def _parted(found: Mapping[UUID, Figures], small: set[UUID], months: Sequence[int], *, is_small: bool) -> Figures:
    return added((one for id_, one in found.items() if (id_ in small) is is_small), len(months) + 2)
