"""Schedule III gathered: both parts, the age of what customers owe and what is owed to suppliers, and the year's notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from uuid import UUID

from sqlalchemy import select

from webapp import ledger, parties
from webapp.final_accounts.ages import Ages, ages_of
from webapp.final_accounts.models import LoanMaturity, YearNote
from webapp.final_accounts.queries import balance_sheet_of, balances_around, party_sides, profit_and_loss_of, year_of
from webapp.final_accounts.rules import schedule_iii, schedule_results
from webapp.final_accounts.rules.schedule_iii import Facts, Schedule
from webapp.final_accounts.rules.schedule_results import Results
from webapp.final_accounts.rules.tree import Figures, added, less
from webapp.kernel.dates import FinancialYear
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Notes:
    """What was said for a year: shares (0: none), their face value, what of each loan falls due within twelve months, and `words` by
    subject."""

    start_year: int
    shares: int
    face_value_paise: int
    maturities: Mapping[UUID, int]
    version: int
    preference_paise: int = 0
    potential_shares: int = 0
    dilution_paise: int = 0
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScheduleIII:
    """Both parts of Division I with their notes. `per_share` and
    `diluted_per_share` are earnings per equity share, in paise, by column."""

    schedule: Schedule
    results: Results
    ages: tuple[Ages, ...]
    notes: tuple[Notes, ...]

    @property
    def earnings(self) -> Figures:
        """The profit that is the equity shareholders': what preference shares take is off it (AS 20, paragraph 11)."""
        return less(self.results.profit, tuple(one.preference_paise for one in self.notes))

    @property
    def per_share(self) -> tuple[int | None, ...]:
        return schedule_results.earnings_per_share(self.earnings, tuple(one.shares for one in self.notes))

    @property
    def diluted_per_share(self) -> tuple[int | None, ...]:
        earnings = added((self.earnings, tuple(one.dilution_paise for one in self.notes)))
        shares = tuple(one.shares + one.potential_shares if one.potential_shares else 0 for one in self.notes)
        return schedule_results.diluted_per_share(self.per_share, earnings, shares)


def schedule_of(books: Books, days: Sequence[date], *, store_id: UUID | None = None) -> ScheduleIII:
    """The balance sheet and the statement of profit and loss of the year so far, in the form of Schedule III."""
    chart, heads = ledger.chart_of_accounts(books), ledger.schedule_heads(books)
    found = balances_around(books, [year_of(day) for day in days], store_id)
    small = parties.small_enterprises(books)
    sides = party_sides(books, chart, days, store_id=store_id, small=small)
    notes = notes_of_years(books, [FinancialYear.of(day).start_year for day in days])
    loans = {id_ for one in notes for id_ in one.maturities}
    facts = Facts(heads, sides, {id_: tuple(one.maturities.get(id_, 0) for one in notes) for id_ in loans})
    sheet, closing = balance_sheet_of(chart, found)
    schedule = schedule_iii.schedule(chart, closing, sheet, days[0], facts)
    results = schedule_results.results(profit_and_loss_of(chart, found), heads)
    ages = ages_of(books, chart, days, schedule, facts, small, store_id) if schedule.lines else ()
    return ScheduleIII(schedule, results, ages, notes)


def notes_of(books: Books, start_year: int) -> Notes:
    """What was said for a year; nothing, when nothing was."""
    return notes_of_years(books, [start_year])[0]


def notes_of_years(books: Books, years: Sequence[int]) -> tuple[Notes, ...]:
    """What was said for each of these years, in two statements."""
    kept = {one.start_year: one for one in books.session.scalars(select(YearNote).where(YearNote.start_year.in_(years)))}
    loans = books.session.scalars(select(LoanMaturity).where(LoanMaturity.start_year.in_(years))).all()
    return tuple(_notes(year, kept.get(year), [one for one in loans if one.start_year == year]) for year in years)


def _notes(start_year: int, own: YearNote | None, loans: Sequence[LoanMaturity]) -> Notes:
    maturities = {one.account_id: one.amount_paise for one in loans}
    if own is None:
        return Notes(start_year, 0, 0, maturities, 0)
    more = (own.preference_paise, own.potential_shares, own.dilution_paise, own.words)
    return Notes(start_year, own.shares, own.face_value_paise, maturities, own.version, *more)


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
