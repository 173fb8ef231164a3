"""Reads of the years: where each stands, its closing figures now, and what a close has kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from webapp import company, ledger
from webapp.closing.models import YearClose, YearFinalLock, YearReopening
from webapp.closing.rules import Difference, Figure, compared, from_kept, hash_of
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.ledger.models import Voucher
from webapp.platform.tenancy import Books

BROUGHT_FORWARD = "profit-loss-brought-forward"


@dataclass(frozen=True, slots=True)
class CloseRow:
    """A close of a year: who closed it, who opened it again, whether it is final."""

    id: UUID
    start_year: int
    round: int
    sha256: str
    findings: tuple[str, ...]
    reason: str
    closed_by: str
    closed_at: datetime
    reopened_by: str | None
    reopened_at: datetime | None
    reopen_reason: str
    final_by: str | None
    final_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether the year is closed by it now."""
        return self.reopened_at is None


@dataclass(frozen=True, slots=True)
class YearRow:
    """A financial year and the close that stands for it, if one does. `is_over`: its last day has passed."""

    year: FinancialYear
    is_over: bool
    close: CloseRow | None


def year_rows(books: Books) -> list[YearRow]:
    """Every year of the books, the newest first: from the one in which the books begin, or the first voucher's."""
    first = company.profile(books).books_begin
    earliest = books.session.scalar(select(Voucher.voucher_date).order_by(Voucher.voucher_date).limit(1))
    start = FinancialYear.of(min(first, earliest) if earliest else first).start_year
    standing = {row.start_year: row for row in close_rows(books) if row.stands}
    start = min(start, *standing) if standing else start
    years = [FinancialYear(number) for number in range(start, FinancialYear.of(books.today).start_year + 1)]
    return [YearRow(year, books.today > year.last_day, standing.get(year.start_year)) for year in reversed(years)]


def close_rows(books: Books, start_year: int | None = None) -> list[CloseRow]:
    """Every close, of one year or of all, the newest first."""
    query = select(YearClose).order_by(YearClose.start_year.desc(), YearClose.round.desc())
    if start_year is not None:
        query = query.where(YearClose.start_year == start_year)
    reopened = {row.close_id: row for row in books.session.scalars(select(YearReopening))}
    final = {row.close_id: row for row in books.session.scalars(select(YearFinalLock))}
    return [_row(close, reopened.get(close.id), final.get(close.id)) for close in books.session.scalars(query)]


def close_row(books: Books, close_id: UUID) -> CloseRow:
    """One close. NotFound when this company has none by that id."""
    found = next((row for row in close_rows(books) if row.id == close_id), None)
    if found is None:
        raise NotFound("year close")
    return found


def _row(close: YearClose, reopened: YearReopening | None, final: YearFinalLock | None) -> CloseRow:
    return CloseRow(
        id=close.id,
        start_year=close.start_year,
        round=close.round,
        sha256=close.sha256,
        findings=tuple(close.findings),
        reason=close.reason,
        closed_by=close.closed_by,
        closed_at=close.closed_at,
        reopened_by=reopened.reopened_by if reopened else None,
        reopened_at=reopened.reopened_at if reopened else None,
        reopen_reason=reopened.reason if reopened else "",
        final_by=final.locked_by if final else None,
        final_at=final.locked_at if final else None,
    )


def closing_figures(books: Books, year: FinancialYear) -> list[Figure]:
    """The trial balance of a year by the year rule, as it stands now; Σ closing = 0."""
    chart = ledger.chart_of_accounts(books)
    groups = {one.id: one.name for one in chart.groups}
    found = ledger.year_totals(books, year.first_day, year.last_day)
    figures = [
        Figure(str(one.id), one.code or "", one.name, groups[one.group_id], total.opening, total.debit, total.credit)
        for one in chart.accounts
        if (total := found.totals.get(one.id))
    ]
    if found.brought_forward:
        figures.append(Figure("", BROUGHT_FORWARD, "Profit & Loss A/c, brought forward", "", found.brought_forward, 0, 0))
    return figures


def frozen(books: Books, close_id: UUID) -> tuple[list[Figure], bool]:
    """The figures that a close has kept, and whether their hash says that they are as they were."""
    row = books.session.scalars(select(YearClose).where(YearClose.id == close_id)).first()
    if row is None:
        raise NotFound("year close")
    return from_kept(row.figures), hash_of(row.figures) == row.sha256


def differences(books: Books, close_id: UUID) -> list[Difference]:
    """What has moved since a close: its frozen figures against the year as it stands now."""
    close = close_row(books, close_id)
    return compared(frozen(books, close_id)[0], closing_figures(books, FinancialYear(close.start_year)))


def differences_between(books: Books, earlier: UUID, later: UUID) -> list[Difference]:
    """What has moved between two closes of a year."""
    return compared(frozen(books, earlier)[0], frozen(books, later)[0])


def year_of(number: int) -> FinancialYear:
    """A year by the calendar year it starts in. NotFound outside 1990 to 2098."""
    if not 1990 <= number < 2099:
        raise NotFound("financial year")
    return FinancialYear(number)
