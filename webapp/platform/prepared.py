"""Inserts made into the database's own words once. What runs with every bill would otherwise be prepared anew each time.

SQLAlchemy writes the SQL and each column's type turns its values, exactly as it would for a statement; only the work of
doing both again for every execution is spared, which is as much again as the insert itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, Connection, CursorResult, Dialect, Insert, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from webapp.kernel.errors import keep_promise


class PreparedInsert:
    """One INSERT into `table` with the columns `keys`; left-out columns get their plain defaults."""

    def __init__(self, statement: Insert, keys: tuple[str, ...], dialect: Dialect) -> None:
        columns = cast("Table", statement.table).columns
        defaults = {column.key: _plain_default(column) for column in columns if column.default is not None and column.key not in keys}
        compiled = statement.compile(dialect=dialect, column_keys=[*keys, *defaults])
        self._sql = str(compiled)
        self._names = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._defaults = defaults
        wanted = self._names if self._names is not None else (*keys, *defaults)
        self._turns: list[tuple[str, Callable[[Any], Any] | None]] = [
            (name, columns[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in wanted
        ]

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]], **same: Any) -> CursorResult[Any]:
        """Insert `rows`, each with the values of `same` as well."""
        same = {**self._defaults, **same}
        many = [self._turned({**row, **same}) for row in rows]
        # On PostgreSQL the count is not kept unless asked for.
        return connection.exec_driver_sql(self._sql, many if len(many) > 1 else many[0], {"preserve_rowcount": True})

    def _turned(self, row: Mapping[str, Any]) -> Any:
        if self._names is not None:
            return tuple([turn(row[name]) if turn else row[name] for name, turn in self._turns])
        return {name: turn(row[name]) if turn else row[name] for name, turn in self._turns}


def _plain_default(column: Column[Any]) -> Any:
    default = column.default
    keep_promise(isinstance(default, ScalarElementColumnDefault), "a prepared insert has plain defaults")
    return cast("ScalarElementColumnDefault", default).arg


@lru_cache(maxsize=1024)
def _prepared(make: Callable[..., Insert], given: tuple[Any, ...], keys: tuple[str, ...], dialect: Dialect) -> PreparedInsert:
    return PreparedInsert(make(*given), keys, dialect)


def insert_prepared(
    connection: Connection, rows: Sequence[Mapping[str, Any]], company_id: int, make: Callable[..., Insert], *given: Any
) -> CursorResult[Any]:
    """Insert a company's `rows` by the statement that `make(*given)` builds. The rows name the same columns, and there is one at least."""
    keys = (*rows[0], "company_id") if "company_id" not in rows[0] else tuple(rows[0])
    return _prepared(make, given, keys, connection.dialect).run(connection, rows, company_id=company_id)
