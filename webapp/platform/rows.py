"""The quick roads to a company's rows, for what runs with every bill. As narrow as the session, at a fifth of its price.

A read through the session is narrowed while it runs, which costs about 0.1 ms. A `Lookup` is narrowed once, when the
program starts: every table in it is held to the company of the books it is asked through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Alias, BindParameter, CursorResult, Dialect, Join, Select, Table, Update, bindparam
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import SelectBase

from webapp.kernel.errors import keep_promise
from webapp.platform.db import Base, insert_of
from webapp.platform.prepared import PreparedRead, insert_prepared
from webapp.platform.reach import store_tables
from webapp.platform.tenancy import Books, CompanyScoped

_OWN = "own_company"
_MOST_PREPARED = 50  # values in a list: the lines of a long bill, the rows of a page


class Lookup:
    """A read of plain columns prepared once: inner joins yes, outer ones, subqueries and aliases no (the session narrows those).
    Where the books are narrowed to some stores (webapp.platform.reach), so is this."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._tables = [table.name for table in _tables_of(statement)]
        for table in _tables_of(statement):
            statement = statement.where(table.c.company_id == bindparam(_OWN))
        self._statement = statement
        asked = [part for part in visitors.iterate(statement) if isinstance(part, BindParameter) and part.required]
        self._lists = tuple({part.key: None for part in asked if part.expanding})
        self._prepared: dict[tuple[Dialect, tuple[int, ...]], PreparedRead] = {}

    def rows(self, books: Books, **values: Any) -> Sequence[Any]:
        """Every row, with `values` for the statement's own bindparams."""
        if books.own_stores:
            return self._narrowed(books, values).all()
        prepared = self._of(books.connection.dialect, values)
        if prepared is None:
            return books.connection.execute(self._statement, {**values, _OWN: books.company_id}).all()
        return prepared.rows(prepared.send(books.connection, {**values, _OWN: books.company_id}).fetchall())

    def first(self, books: Books, **values: Any) -> Any:
        """The first row, or None."""
        if books.own_stores:
            return self._narrowed(books, values).first()
        prepared = self._of(books.connection.dialect, values)
        if prepared is None:
            return books.connection.execute(self._statement, {**values, _OWN: books.company_id}).first()
        sent = prepared.send(books.connection, {**values, _OWN: books.company_id})
        cells = sent.fetchone()
        sent.close()
        return prepared.rows([cells])[0] if cells is not None else None

    def _narrowed(self, books: Books, values: Mapping[str, Any]) -> CursorResult[Any]:
        """The same of the stores that the books are narrowed to: made each time, for few are held to stores."""
        statement, known = self._statement, store_tables()
        for model in (known[name] for name in self._tables if name in known):
            statement = statement if model.is_read_whole else statement.where(model.of_stores(sorted(books.own_stores)))
        return books.connection.execute(statement, {**values, _OWN: books.company_id})

    def _of(self, dialect: Dialect, values: Mapping[str, Any]) -> PreparedRead | None:
        """The statement for lists as long as these, or None when they are so long that no other will be."""
        sizes = tuple([len(values[name]) for name in self._lists])
        found = self._prepared.get((dialect, sizes))
        if found is None and max(sizes, default=0) <= _MOST_PREPARED:
            found = PreparedRead(self._statement, tuple(zip(self._lists, sizes, strict=True)), dialect)
            self._prepared[dialect, sizes] = found
        return found


def insert_once(books: Books, model: type[Base], row: Mapping[str, Any]) -> bool:
    """Write one row unless its key, or anything else that must be unique, is taken; say whether it was written."""
    connection = books.connection
    return insert_prepared(connection, [row], books.company_id, _insert_or_nothing, model, connection.dialect.name).rowcount == 1


def put(books: Books, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows whole: each is inserted, or takes the place of the one with its key. The caller holds their locks."""
    if rows:
        insert_prepared(books.connection, rows, books.company_id, _replacing_insert, model, books.connection.dialect.name)


def insert_missing(books: Books, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write those rows whose keys are not there yet."""
    if rows:
        insert_prepared(books.connection, rows, books.company_id, _insert_or_nothing, model, books.connection.dialect.name)


def update_count(books: Books, statement: Update) -> int:
    """Change this company's rows and say how many there were: an update whose WHERE names what must still hold."""
    return cast("CursorResult[Any]", books.session.execute(statement)).rowcount


def _tables_of(statement: Select[*tuple[Any, ...]]) -> list[Table]:
    tables: dict[str, Table] = {}
    for part in visitors.iterate(statement):
        keep_promise(part is statement or not isinstance(part, SelectBase | Alias), "a lookup has no subquery and no alias")
        # The condition on the company stands in WHERE, where it would take away the rows an outer join keeps.
        is_outer = isinstance(part, Join) and (part.isouter or part.full)
        joins = getattr(part, "_setup_joins", ())  # where a select keeps its joins until it is compiled
        keep_promise(not is_outer and not any(flags["isouter"] or flags["full"] for *_, flags in joins), "a lookup has no outer join")
        if isinstance(part, Table):
            tables[part.name] = part
    keep_promise(bool(tables) and set(tables) <= _company_tables(), "a lookup reads a company's tables")
    return list(tables.values())


def _company_tables() -> frozenset[str]:
    return frozenset(cast("Table", mapper.local_table).name for mapper in Base.registry.mappers if issubclass(mapper.class_, CompanyScoped))


def _insert(model: Any, dialect: str) -> Any:
    return insert_of(dialect)(model.__table__)


def _insert_or_nothing(model: type[Base], dialect: str) -> Any:
    return _insert(model, dialect).on_conflict_do_nothing()


def _replacing_insert(model: type[Base], dialect: str) -> Any:
    statement, key = _insert(model, dialect), list(model.__table__.primary_key)
    changed = {column.name: statement.excluded[column.name] for column in model.__table__.columns if column not in key}
    return statement.on_conflict_do_update(index_elements=[column.name for column in key], set_=changed)
