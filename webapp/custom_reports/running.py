"""A definition becomes rows: one statement of declared expressions, read by a cursor, sub-totals made while it is read."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, select

from webapp.custom_reports import rules
from webapp.custom_reports.rules import Condition, Definition
from webapp.custom_reports.sources import SOURCES, Field, Source
from webapp.kernel.dates import Period
from webapp.kernel.errors import Conflict, Forbidden, InvalidInput
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Actor, Books

PAGE = 100
# As far as a screen leafs. What lies beyond is in the file, which a job writes row by row.
MOST_SHOWN = 5000
_AT_ONCE = 1000


class TooFar(Conflict):
    """A page beyond what a screen shows."""

    def __init__(self) -> None:
        super().__init__(
            problem=f"A screen shows the first {MOST_SHOWN} rows of a report.",
            fix="Choose fewer days or another filter, or press “Prepare a file” for all of it.",
        )


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of a report: "row", "sub" (of a group, `label` says which) or "total". A cell of a sum where nothing adds up is None."""

    kind: str
    cells: tuple[Any, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a definition a reader may see: it with his columns alone, and their kinds."""

    definition: Definition
    source: Source
    columns: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(self.source.fields[code] for code in self.columns)


def check(asked: Definition) -> None:
    """InvalidInput when a definition asks what is not declared."""
    source = SOURCES.get(asked.source)
    if source is None:
        raise InvalidInput({"source": "Choose what the report is about from the list."})
    if errors := rules.errors_of(asked, {code: field.kind for code, field in source.fields.items()}):
        raise InvalidInput(errors)


def shape(asked: Definition, reader: Actor) -> Shape:
    """The definition as this reader may see it. Forbidden: a source that is not his, or an order, filter or group by a column
    that is not, for that would tell what it holds. Columns alone are left out."""
    check(asked)
    source = SOURCES[asked.source]
    hidden = {code for code, field in source.fields.items() if field.needs is not None and not reader.may(field.needs)}
    told = {one.column for one in asked.conditions} | {column for column, _ in asked.sorts} | set(asked.groups)
    columns = tuple(code for code in asked.columns if code not in hidden)
    if not reader.may(source.needs) or told & hidden or not columns:
        raise Forbidden(problem="Your role does not allow this report.", fix="Ask the owner, or make a report of what you may see.")
    return Shape(replace(asked, columns=columns), source, columns, tuple(code for code in asked.columns if code in hidden))


def rows(books: Books, shaped: Shape, period: Period | None, most: int | None = None) -> Generator[ReportRow, None, None]:
    """Every row, each group followed by its sub-total, all followed by the total: one statement, read by a cursor.

    With `most` the statement asks for so many rows and no more; where it was cut, what the last groups and the whole come to
    is not known and not told.
    """
    asked, fields = shaped.definition, shaped.fields
    statement = shaped.source.select(*(field.expression.label(f"c{place}") for place, field in enumerate(fields)))
    statement = statement.where(*_conditions(shaped, period)).order_by(*_order(shaped)).limit(most)
    places = [shaped.columns.index(code) for code in asked.groups]
    open_groups: list[_Sums] = []
    total = _Sums(fields)
    with books.session.execute(statement, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found:
            key = tuple(row[place] for place in places)
            same = next((depth for depth, group in enumerate(open_groups) if group.key != key[: depth + 1]), len(open_groups))
            yield from _closed(open_groups, same)
            open_groups += [_Sums(fields, key[: depth + 1]) for depth in range(len(open_groups), len(key))]
            for sums in (*open_groups, total):
                sums.add(row)
            yield ReportRow("row", tuple(row))
    if most is not None and total.count >= most:
        return
    yield from _closed(open_groups, 0)
    if total.count and any(total.is_summed):
        yield ReportRow("total", total.cells())


def page_of(books: Books, shaped: Shape, period: Period | None, start: int, size: int = PAGE) -> tuple[list[ReportRow], bool]:
    """So many rows from a place on, and whether there are more. TooFar beyond MOST_SHOWN: a screen is no way through a register."""
    if start + size > MOST_SHOWN:
        raise TooFar
    # Sub-totals stand between the rows, so this many rows are enough for the page and for knowing that it is the last.
    with closing(rows(books, shaped, period, start + size + 1)) as some_rows:
        found = list(islice(some_rows, start, start + size + 1))
    return found[:size], len(found) > size


def has_next(start: int, size: int = PAGE) -> bool:
    """Whether the page after the one at `start` may still be asked for."""
    return start + 2 * size <= MOST_SHOWN


def count(books: Books, shaped: Shape, period: Period | None, most: int) -> int:
    """How many rows the report has before sub-totals; counting stops at `most`."""
    some = shaped.source.select(shaped.source.key[-1]).where(*_conditions(shaped, period)).limit(most).subquery()
    return books.session.scalar(select(func.count()).select_from(some)) or 0


class _Sums:
    """A running sum of the columns that add up."""

    def __init__(self, fields: Sequence[Field], key: tuple[Any, ...] = ()) -> None:
        self.key = key
        self.count = 0
        self.is_summed = [field.kind in rules.SUMMED and field.is_summed for field in fields]
        self.figures = [0] * len(fields)

    def add(self, row: Sequence[Any]) -> None:
        self.count += 1
        for place, is_summed in enumerate(self.is_summed):
            if is_summed:
                self.figures[place] += int(row[place] or 0)

    def cells(self) -> tuple[Any, ...]:
        return tuple(figure if is_summed else None for figure, is_summed in zip(self.figures, self.is_summed, strict=True))


def _closed(groups: list[_Sums], depth: int) -> Iterator[ReportRow]:
    """The sub-totals of the groups that end, the innermost first."""
    while len(groups) > depth:
        ended = groups.pop()
        yield ReportRow("sub", ended.cells(), str(ended.key[-1]))


def _order(shaped: Shape) -> list[Any]:
    falling = dict(shaped.definition.sorts)
    codes = dict.fromkeys((*shaped.definition.groups, *(code for code, _ in shaped.definition.sorts)))
    expressions = [(shaped.source.fields[code].expression, falling.get(code, False)) for code in codes]
    return [*(one.desc() if down else one.asc() for one, down in expressions), *shaped.source.key]


def _conditions(shaped: Shape, period: Period | None) -> list[ColumnElement[bool]]:
    fields = shaped.source.fields
    found = [_condition(fields[one.column], one) for one in shaped.definition.conditions]
    if period is not None and shaped.source.day:
        found.append(fields[shaped.source.day].expression.between(period.first_day, period.last_day))
    return found


def _condition(field: Field, one: Condition) -> ColumnElement[bool]:
    value, column = rules.read_value(one, field.kind), field.expression
    compared: dict[str, Any] = {
        "is": lambda: column == value,
        "is-not": lambda: column != value,
        "over": lambda: column > value,
        "under": lambda: column < value,
        "from": lambda: column >= value,
        "to": lambda: column <= value,
        "contains": lambda: column.icontains(value, autoescape=True),
        "begins": lambda: column.istartswith(value, autoescape=True),
    }
    condition: ColumnElement[bool] = compared[one.operator]()
    return condition
