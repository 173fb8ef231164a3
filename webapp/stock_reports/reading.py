"""A report read once: the rows of a page and the sums of all of it, from one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from webapp import company
from webapp.catalogue.models import Item
from webapp.company import StoreRow
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books
from webapp.stock_reports.declared import Col, Report, seen
from webapp.stock_reports.rules import Asked, Line, margin_bp

PAGE = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a report: its columns, its rows, how many rows there are in all, and the foot, a cell for each column."""

    columns: tuple[Col, ...]
    rows: tuple[Line, ...]
    count: int
    totals: tuple[Any, ...]


def read(books: Books, report: Report, asked: Asked, start: int = 0, most: int = PAGE) -> Found:
    """Rows from `start` on, and the sums of the whole list."""
    columns = report.columns(asked.by)
    places = seen(columns, asked.by)
    sums, rows, count = [0] * len(columns), [], 0
    for line in report.lines(books, asked):
        for place, column in enumerate(columns):
            if column.adds:
                sums[place] += line.cells[place]
        if start <= count < start + most:
            rows.append(Line(tuple(line.cells[place] for place in places), line.id, line.group, line.group_id))
        count += 1
    foot = _foot(columns, sums)
    return Found(tuple(columns[place] for place in places), tuple(rows), count, tuple(foot[place] for place in places))


def every_row(books: Books, report: Report, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """All rows, for a file: what is called something by its words, percentages in hundredths as quantities are."""
    columns = report.columns(asked.by)
    places = seen(columns, asked.by)
    for line in report.lines(books, asked):
        cells = tuple(in_file(line.cells[place], columns[place]) for place in places)
        yield (line.group, *cells) if report.group else cells


def in_file(cell: Any, column: Col) -> Any:
    """A cell as files hold it."""
    if column.kind == "percent" and cell is not None:
        return cell * 10  # written with three decimals: basis points are hundredths
    if column.words:
        return str(column.words.get(cell, cell))
    return (str(column.nothing) or None) if cell == "" else cell


def my_stores(books: Books) -> tuple[list[StoreRow], bool]:
    """The stores this actor may see, closed ones too, and whether there are others."""
    allowed = company.allowed_stores(books)
    return [one for one in company.stores(books, with_closed=True) if allowed is None or one.id in allowed], allowed is not None


def categories(books: Books) -> list[str]:
    """The categories in use."""
    query = select(Item.category).where(Item.archived_at.is_(None), Item.category != "").distinct().order_by(Item.category).limit(200)
    return list(books.session.scalars(query))


def _foot(columns: Sequence[Col], sums: Sequence[int]) -> list[Any]:
    found: list[Any] = []
    for place, column in enumerate(columns):
        if column.kind == "percent":
            found.append(margin_bp(sums[column.of[0]], sums[column.of[1]]))
        else:
            found.append(sums[place] if column.adds else None)
    return found
