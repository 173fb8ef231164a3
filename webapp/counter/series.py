"""The number series of tills: one per kind of document and financial year, owned by one till for ever."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from webapp.counter import rules
from webapp.counter.models import TillSeries
from webapp.counter.rules import SeriesKind, series_prefix, years_in_use
from webapp.kernel.dates import FinancialYear
from webapp.kernel.records import dataclass
from webapp.platform import numbering
from webapp.platform.rows import insert_missing
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A number series as a till is told of it."""

    prefix: str
    kind: str
    fy: int
    last: int


def open_series(books: Books, till_id: UUID, series: rules.OwnSeries) -> None:
    """Open a series of a till. Safe to repeat."""
    numbering.open_series(books, series.prefix, document_kind=series.kind, year=series.year)
    insert_missing(
        books,
        TillSeries,
        [
            {
                "prefix": series.prefix,
                "till_id": till_id,
                "document_kind": str(series.kind),
                "fy_start_year": series.year.start_year,
                "last_at": None,
            }
        ],
    )


def series_of(books: Books, till_id: UUID, code: str) -> list[SeriesRow]:
    """The series of a till with their newest numbers; from 15 March next year's too, also before its first bill."""
    query = (
        select(TillSeries.prefix, TillSeries.document_kind, TillSeries.fy_start_year, numbering.NumberSeries.last)
        .join(numbering.NumberSeries, numbering.NumberSeries.prefix == TillSeries.prefix)
        .where(TillSeries.till_id == till_id)
    )
    found = {row.prefix: SeriesRow(row.prefix, row.document_kind, row.fy_start_year, row.last) for row in books.session.execute(query)}
    for year in years_in_use(books.today):
        for kind in SeriesKind:
            prefix = series_prefix(code, kind, year)
            found.setdefault(prefix, SeriesRow(prefix, str(kind), year.start_year, 0))
    this_year = FinancialYear.of(books.today).start_year
    return sorted((row for row in found.values() if row.fy >= this_year - 1), key=lambda row: (-row.fy, row.prefix))
