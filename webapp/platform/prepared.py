"""Statements made into the database's own words once. What runs with every bill would otherwise be prepared anew each time.

SQLAlchemy writes the SQL, and each column's type turns its values, exactly as it would for a statement; only the work of
doing both again for every execution is spared, which is more than the statement itself.
"""

from __future__ import annotations

import sqlite3
import time
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, Protocol, cast

from sqlalchemy import BindParameter, Column, Connection, Dialect, Insert, Select, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from webapp.kernel.errors import keep_promise
from webapp.platform import slow_queries

_Turn = Callable[[Any], Any]
_Turns = list[tuple[int, _Turn]]
_row_type: Callable[..., Any] = namedtuple  # of names that only the statement knows


class Sent(Protocol):
    """What a statement answers: both the driver's cursor and SQLAlchemy's result."""

    @property
    def rowcount(self) -> int: ...
    def fetchall(self) -> Sequence[Any]: ...
    def fetchone(self) -> Any: ...
    def close(self) -> object: ...


def send(connection: Connection, sql: str, parameters: Any, *, many: bool = False) -> Sent:
    """Send SQL in the driver's own words within the connection's transaction. Errors are SQLAlchemy's, as from any statement.

    SQLite is asked directly: at some twenty statements a bill, what stands between is as much work as they are. Whoever
    listens to the statements hears each of them.
    """
    if connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
        # On PostgreSQL the count is not kept unless asked for.
        return connection.exec_driver_sql(sql, parameters, {"preserve_rowcount": True})
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    began = time.perf_counter()
    try:
        sent = driver.executemany(sql, parameters) if many else driver.execute(sql, parameters)
    except (sqlite3.Error, OverflowError) as trouble:
        said = DBAPIError.instance(sql, parameters, trouble, sqlite3.Error, dialect=connection.dialect, ismulti=many)
        raise cast("Exception", said) from trouble
    if (took := time.perf_counter() - began) >= slow_queries.most_seconds:
        slow_queries.tell(sql, took)
    return sent


class PreparedInsert:
    """One INSERT into `table` with the columns `keys`; left-out columns get their plain defaults."""

    def __init__(self, statement: Insert, keys: tuple[str, ...], dialect: Dialect) -> None:
        columns = cast("Table", statement.table).columns
        unknown = [key for key in keys if key not in columns]
        keep_promise(not unknown, f"a row names columns of its table, not {', '.join(unknown)}")
        self._same = {column.key: _plain_default(column) for column in columns if column.default is not None and column.key not in keys}
        compiled = statement.compile(dialect=dialect, column_keys=[*keys, *self._same])
        self._sql = str(compiled)
        self._is_positional = compiled.positiontup is not None
        self._names = tuple(compiled.positiontup) if compiled.positiontup is not None else (*keys, *self._same)
        self._cells = itemgetter(*self._names)
        self._turns = _turns(columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self._names)

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]], company_id: int) -> Sent:
        """Insert `rows`, all of one company."""
        same = {**self._same, "company_id": company_id}
        many = [self._turned({**row, **same}) for row in rows]
        return send(connection, self._sql, many, many=True) if len(many) > 1 else send(connection, self._sql, many[0])

    def _turned(self, row: Mapping[str, Any]) -> Any:
        cells = list(self._cells(row))
        for place, turn in self._turns:
            cells[place] = turn(cells[place])
        return tuple(cells) if self._is_positional else dict(zip(self._names, cells, strict=True))


class PreparedRead:
    """One SELECT whose lists of values (`IN`) have the lengths `sizes`. Its rows are named tuples."""

    def __init__(self, statement: Select[*tuple[Any, ...]], sizes: tuple[tuple[str, int], ...], dialect: Dialect) -> None:
        asked = {part.key: None for part in visitors.iterate(statement) if isinstance(part, BindParameter) and part.required}
        filled = statement.params({**asked, **{name: [None] * size for name, size in sizes}})
        compiled = filled.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self._sql = str(compiled)
        self._lists = {name for name, _ in sizes}
        self._names = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._given = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        # A LIMIT, kinds that the statement itself names: the same each time, in the driver's form already.
        self._own: dict[str, Any] = {}
        for name, bind in compiled.binds.items():
            if name not in asked:
                self._put(self._own, name, bind.value, is_list=bind.expanding)
        columns = list(statement.selected_columns)
        row = _row_type("Row", [column.key or "" for column in columns], rename=True)
        self._make: Callable[[Iterable[Any]], Any] = partial(tuple.__new__, row)
        self._turns = _turns(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)

    def send(self, connection: Connection, values: Mapping[str, Any]) -> Sent:
        """Ask, with a value for each of the statement's names; a list for each of `sizes`."""
        parameters = dict(self._own)
        for name, value in values.items():
            self._put(parameters, name, value, is_list=name in self._lists)
        return send(connection, self._sql, parameters if self._names is None else tuple([parameters[name] for name in self._names]))

    def _put(self, parameters: dict[str, Any], name: str, value: Any, *, is_list: bool) -> None:
        turn = self._given[name]
        if is_list:
            # SQLAlchemy has numbered the places of a list.
            parameters.update((f"{name}_{place}", turn(one) if turn else one) for place, one in enumerate(value, start=1))
        else:
            parameters[name] = turn(value) if turn else value

    def rows(self, cells: Sequence[Sequence[Any]]) -> list[Any]:
        """What the driver gave, as the program's values."""
        if not self._turns or not cells:
            return list(map(self._make, cells))
        # Column by column: a statement of accounts has a thousand rows of the same three columns to turn.
        columns: list[Iterable[Any]] = list(zip(*cells, strict=True))
        for place, turn in self._turns:
            columns[place] = map(turn, columns[place])
        return list(map(self._make, zip(*columns, strict=True)))


def _turns(processors: Any) -> _Turns:
    return [(place, turn) for place, turn in enumerate(processors) if turn is not None]


def _plain_default(column: Column[Any]) -> Any:
    default = column.default
    keep_promise(isinstance(default, ScalarElementColumnDefault), "a prepared insert has plain defaults")
    return cast("ScalarElementColumnDefault", default).arg


@lru_cache(maxsize=1024)
def _prepared(make: Callable[..., Insert], given: tuple[Any, ...], keys: tuple[str, ...], dialect: Dialect) -> PreparedInsert:
    return PreparedInsert(make(*given), keys, dialect)


def insert_prepared(
    connection: Connection, rows: Sequence[Mapping[str, Any]], company_id: int, make: Callable[..., Insert], *given: Any
) -> Sent:
    """Insert a company's `rows` by the statement that `make(*given)` builds. The rows name the same columns, and there is one at least."""
    keys = (*rows[0], "company_id") if "company_id" not in rows[0] else tuple(rows[0])
    return _prepared(make, given, keys, connection.dialect).run(connection, rows, company_id)
