"""The end of a company's rows: what is removed when it is closed, and every row of it when the law has them kept no longer.

Registers are append-only, and triggers of the database itself hold that (migrations/triggers.py). `erase_table` is the one place that
lifts such a guard: for one table, within one transaction, for the rows of one company that is closed and whose time is over. It puts the
guard back and counts before it commits: no row of the company is left, and of every other company as many rows as before, with the same
sums of money. What differs is taken back whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, Table, and_, delete, exists, func, select, text, update

from webapp.kernel.errors import keep_promise
from webapp.platform import db, kept_secrets, reach, sealed_rows
from webapp.platform.company_rows import speak_for
from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped

_Figures = dict[int, tuple[int, ...]]


def company_tables() -> list[Table]:
    """Every table with rows of a company, those first whose rows name others: in this order they can be emptied. Places and roles are not
    among them: they say whose the company was until the last (webapp.identity)."""
    reach.load_all()
    found = [table for table in reversed(Base.metadata.sorted_tables) if "company_id" in table.columns]
    return [table for table in found if table.name not in {"membership", "member_role"}]


def remove_rows(connection: Connection, company_id: int, names: Collection[str]) -> None:
    """Remove a company's rows of tables that no guard holds, but for those that rows of other tables name."""
    speak_for(connection, company_id)
    for table in company_tables():
        if table.name in names:
            _delete_beneath(connection, table, company_id)
            named = [exists().where(_is_named(table, other)) for other in _naming(table) if "company_id" in other.columns]
            connection.execute(delete(table).where(table.c.company_id == company_id, *(~one for one in named)))


def blank_secrets(connection: Connection, company_id: int) -> None:
    """Empty the sealed columns of a company's rows, but for what is the business's own and part of its books."""
    speak_for(connection, company_id)
    for table, column, _purpose in kept_secrets.columns():
        if "company_id" in table.columns and not sealed_rows.is_own(column):
            connection.execute(update(table).where(table.c.company_id == company_id).values({column.name: None if column.nullable else ""}))


def erase_table(table: Table, company_id: int, company_ids: Collection[int]) -> int:
    """Delete a company's rows of one table, guarded or not, and prove it; how many there were. `company_ids` are all companies there are.
    Safe to repeat, and to be killed: a transaction is whole or nothing. BrokenPromise when a figure of another company would change."""
    with db.engine().connect() as plain:
        connection = plain.execution_options(sqlite_begin="IMMEDIATE")
        if connection.dialect.name == "postgresql":
            # One view for both counts: other companies trade meanwhile, and that is no difference.
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            before = _figures(connection, table, company_ids)
            own = before.pop(company_id, (0,))[0]
            if own:
                with _unguarded(connection, table):
                    speak_for(connection, company_id)
                    _delete_beneath(connection, table, company_id)
                    connection.execute(delete(table).where(table.c.company_id == company_id))
            after = _figures(connection, table, company_ids)
            keep_promise(company_id not in after, f"no row of company {company_id} is left in {table.name}")
            keep_promise(after == before, f"{table.name} of other companies is as it was")
    return own


def _figures(connection: Connection, table: Table, company_ids: Collection[int]) -> _Figures:
    """Of each company that has rows in a table, how many and the sum of each column of money. On PostgreSQL a row policy shows one company
    at a time."""
    money = [column for column in table.columns if column.name.endswith("_paise") and isinstance(column.type, BigInteger | Integer)]
    query = select(table.c.company_id, func.count(), *(func.coalesce(func.sum(column), 0) for column in money)).group_by(table.c.company_id)
    if connection.dialect.name != "postgresql" or not _is_scoped(table):
        return {row[0]: tuple(map(int, row[1:])) for row in connection.execute(query)}
    found: _Figures = {}
    for one in company_ids:
        speak_for(connection, one)
        found |= {row[0]: tuple(map(int, row[1:])) for row in connection.execute(query.where(table.c.company_id == one))}
    return found


@contextmanager
def _unguarded(connection: Connection, table: Table) -> Iterator[None]:
    """Without the triggers of one table, until they are put back. On PostgreSQL nobody else writes that table meanwhile; on SQLite nobody
    else writes at all."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'alter table "{table.name}" disable trigger user'))
        yield
        # What is deferred is decided now: PostgreSQL alters no table that still has a question open.
        connection.execute(text("set constraints all immediate"))
        connection.execute(text(f'alter table "{table.name}" enable trigger user'))
        return
    asked = text("select name, sql from sqlite_master where type = 'trigger' and tbl_name = :table")
    guards = connection.execute(asked, {"table": table.name}).all()
    for name, _sql in guards:
        connection.execute(text(f'drop trigger "{name}"'))
    yield
    for _name, sql in guards:
        connection.exec_driver_sql(sql)


def _is_scoped(table: Table) -> bool:
    return any(mapper.local_table is table and issubclass(mapper.class_, CompanyScoped) for mapper in Base.registry.mappers)


def _naming(table: Table) -> list[Table]:
    """The other tables whose rows name rows of this one."""
    return [
        other
        for other in Base.metadata.sorted_tables
        if other is not table and any(key.referred_table is table for key in other.foreign_key_constraints)
    ]


def _delete_beneath(connection: Connection, table: Table, company_id: int) -> None:
    """Rows that are a company's only by naming a row of this table (what was given for a token)."""
    for other in _naming(table):
        if "company_id" not in other.columns:
            theirs = exists().where(_is_named(table, other), table.c.company_id == company_id)
            connection.execute(delete(other).where(theirs))


def _is_named(table: Table, other: Table) -> ColumnElement[bool]:
    key = next(key for key in other.foreign_key_constraints if key.referred_table is table)
    return and_(*(element.parent == element.column for element in key.elements))
