"""A whole database copied while it is used, told in figures, and filled again: the one place that reads all companies' rows at once.

SQLite is copied page by page by its own backup interface, in one read transaction: writers go on. PostgreSQL is read by COPY in one
repeatable-read snapshot, company by company: `pg_dump` signs in as the role that owns the tables, finds it bound by their row policies
(FORCE ROW LEVEL SECURITY), and refuses. Ours is the same text as pg_dump's, and asks for no second, more powerful role.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, inspect, text

from webapp.platform import db
from webapp.platform.schema import newest_revision

_END = b"\\.\n"
_SECTION = b"-- "


class Unsound(Exception):
    """A database that is not whole by its own check."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite file that may be in use to `target`, and check the copy. Unsound when the database itself is damaged."""
    with closing(sqlite3.connect(source, timeout=15)) as live, closing(sqlite3.connect(target)) as copy:
        try:
            live.backup(copy)
            copy.execute("pragma journal_mode = delete")
        except sqlite3.DatabaseError as trouble:
            if "full" in str(trouble) or isinstance(trouble, sqlite3.OperationalError):
                raise OSError(str(trouble)) from trouble
            raise Unsound(str(trouble)) from trouble
    check_sqlite(target)


def check_sqlite(path: Path) -> None:
    """Unsound when the file is no whole SQLite database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            said = [row[0] for row in connection.execute("pragma integrity_check(5)")]
            strays = connection.execute("pragma foreign_key_check").fetchmany(5)
    except sqlite3.Error as trouble:
        raise Unsound(str(trouble)) from trouble
    if said != ["ok"] or strays:
        raise Unsound("; ".join([*said, *(f"a row of {row[0]} names a row of {row[2]} that is not there" for row in strays)]))


@contextmanager
def steady_view(engine: Engine) -> Iterator[Connection]:
    """One snapshot of everything, for reading."""
    steady = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**steady) as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def figures(connection: Connection) -> dict[str, Any]:
    """What the database holds, to be compared after it was brought back: the schema's revision, rows of each table, and for each company
    a digest of its trial balance (of every account's balance, by account) and the end of its edit log's chain."""
    tables = _tables(connection)
    if "alembic_version" not in tables:
        return {"revision": None, "rows": {}, "companies": {}}
    rows: dict[str, int] = {}
    companies: dict[str, Any] = {}
    own = {name for name in tables if _is_scoped(connection, name)}
    for table in sorted(tables - own):
        rows[table] = _count(connection, table)
    for company_id in _company_ids(connection):
        for table in sorted(own):
            rows[table] = rows.get(table, 0) + _count(connection, table, company_id)
        companies[str(company_id)] = figures_of_company(connection, company_id)
    revision = connection.execute(text("select version_num from alembic_version")).scalar()
    return {"revision": revision, "rows": rows, "companies": companies}


def figures_of_company(connection: Connection, company_id: int, was: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The same of one company. `was`: the former ids of accounts that got others, in 32 signs."""
    _speak_for(connection, company_id)
    own = {"own": company_id}
    balances = "select account_id, sum(amount_paise) from journal_line where company_id = :own group by account_id"
    lines = sorted(
        f"{(was or {}).get(_hex(account), _hex(account))} {int(amount)}"
        for account, amount in connection.execute(text(balances), own)
        if amount
    )
    last = connection.execute(text("select seq, hash from edit_log where company_id = :own order by seq desc limit 1"), own).first()
    vouchers = connection.execute(text("select count(*) from voucher where company_id = :own"), own).scalar()
    return {
        "trial_balance": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        "vouchers": int(vouchers or 0),
        "edit_log_entries": int(last[0]) if last else 0,
        "edit_log_head": str(last[1]) if last else "",
    }


def dump(connection: Connection) -> Iterator[bytes]:
    """All rows of a PostgreSQL database as COPY text: before each part a line of JSON that says whose it is, after it `\\.`.

    Tables come in an order in which each finds the rows that it names."""
    tables = _tables(connection)
    raw = connection.connection.dbapi_connection
    companies = _company_ids(connection)
    for table in _in_order(connection):
        if table not in tables or table == "alembic_version":
            continue
        names = [column["name"] for column in inspect(connection).get_columns(table) if "computed" not in column]
        quoted = ", ".join(f'"{name}"' for name in names)
        for company_id in companies if _is_scoped(connection, table) else [None]:
            yield _SECTION + json.dumps({"table": table, "columns": names, "company": company_id}).encode() + b"\n"
            where = ""
            if company_id is not None:
                _speak_for(connection, company_id)
                where = f" where company_id = {int(company_id)}"
            query = f'copy (select {quoted} from "{table}"{where}) to stdout'  # noqa: S608 - names from the catalogue, a whole number
            with cast("Any", raw).cursor() as cursor, cursor.copy(query.encode()) as copy:
                for piece in copy:
                    yield bytes(piece)
            yield _END


def load(database_url: str, revision: str, dumped: Iterable[bytes]) -> None:
    """Fill an empty PostgreSQL database from a dump: first the schema as it was then, then its rows, all or nothing."""
    from alembic import command

    with db.one_migrator(database_url) as engine:
        command.upgrade(db.alembic_config(database_url), revision)
        with engine.connect() as connection, connection.begin():
            tables = sorted(_tables(connection) - {"alembic_version"})
            forced = [table for table in tables if _is_scoped(connection, table)]
            _loosen(connection, tables, forced)
            for table in reversed(_in_order(connection)):
                if table in tables:
                    connection.execute(text(f'delete from "{table}"'))  # noqa: S608 - what a migration puts there comes with the dump
            _fill(connection, dumped)
            _tighten(connection, tables, forced)
            _set_counters(connection, tables)


def _loosen(connection: Connection, tables: list[str], forced: list[str]) -> None:
    # Guards keep the program from changing the past; here its past comes back, checked against the manifest afterwards.
    for table in tables:
        connection.execute(text(f'alter table "{table}" disable trigger user'))
    for table in forced:
        connection.execute(text(f'alter table "{table}" no force row level security'))


def _tighten(connection: Connection, tables: list[str], forced: list[str]) -> None:
    for table in forced:
        connection.execute(text(f'alter table "{table}" force row level security'))
    for table in tables:
        connection.execute(text(f'alter table "{table}" enable trigger user'))


def _fill(connection: Connection, dumped: Iterable[bytes]) -> None:
    raw = cast("Any", connection.connection.dbapi_connection)
    lines = _lines(dumped)
    for line in lines:
        if not line.startswith(_SECTION):
            raise Unsound("the dump has a line where a part should begin")
        part = json.loads(line[len(_SECTION) :])
        quoted = ", ".join(f'"{name}"' for name in part["columns"])
        with raw.cursor() as cursor, cursor.copy(f'copy "{part["table"]}" ({quoted}) from stdin'.encode()) as copy:
            for row in lines:
                if row == _END:
                    break
                copy.write(row)


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        raise Unsound("the dump ends within a line")


def _set_counters(connection: Connection, tables: list[str]) -> None:
    for table in tables:
        for column in inspect(connection).get_columns(table):
            if not column.get("autoincrement"):
                continue
            asked = {"table": f'"{table}"', "column": column["name"]}
            sequence = connection.execute(text("select pg_get_serial_sequence(:table, :column)"), asked).scalar()
            if sequence:
                highest = connection.execute(text(f'select max("{column["name"]}") from "{table}"')).scalar()  # noqa: S608 - the catalogue's names
                next_one = {"sequence": sequence, "value": (highest or 0) + 1}
                connection.execute(text("select setval(cast(:sequence as regclass), :value, false)"), next_one)


def is_empty(database_url: str) -> bool:
    """Whether a database has no table yet."""
    engine = db.make_engine(database_url)
    try:
        with engine.connect() as connection:
            return not _tables(connection)
    finally:
        engine.dispose()


def will_migrate(database_url: str) -> bool:
    """Whether a database holds something and has not the newest schema, so that a migration would change it."""
    engine = db.make_engine(database_url)
    try:
        with engine.connect() as connection:
            if "alembic_version" not in _tables(connection):
                return False
            kept = connection.execute(text("select version_num from alembic_version")).scalar()
            return kept != newest_revision() and bool(_company_ids(connection))
    finally:
        engine.dispose()


def _tables(connection: Connection) -> set[str]:
    return {name for name in inspect(connection).get_table_names() if not name.startswith("sqlite_")}


def _in_order(connection: Connection) -> list[str]:
    return [name for name, _keys in inspect(connection).get_sorted_table_and_fkc_names() if name]


def _is_scoped(connection: Connection, table: str) -> bool:
    """Whether each row of it is one company's: on PostgreSQL a row policy says so, and hides all rows from who speaks for none."""
    if connection.dialect.name == "postgresql":
        asked = text("select relrowsecurity from pg_class where oid = cast(:table as regclass)")
        return bool(connection.execute(asked, {"table": f'"{table}"'}).scalar())
    return False


def _company_ids(connection: Connection) -> list[int]:
    if "company" not in _tables(connection):
        return []
    return [int(row[0]) for row in connection.execute(text("select id from company order by id"))]


def _speak_for(connection: Connection, company_id: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select set_config('app.company', :own, true)"), {"own": str(company_id)})


def _count(connection: Connection, table: str, company_id: int | None = None) -> int:
    where = ""
    if company_id is not None:
        _speak_for(connection, company_id)
        where = f" where company_id = {int(company_id)}"
    return int(connection.execute(text(f'select count(*) from "{table}"{where}')).scalar() or 0)  # noqa: S608 - the catalogue's names


def _hex(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else value.hex


def settle_sqlite(path: Path) -> None:
    """Put what stands in the log beside a SQLite file into the file, so that it can be moved alone. Nobody else may have it open."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("pragma journal_mode = delete")


@contextmanager
def passing_database(database_url: str, name: str) -> Iterator[str | None]:
    """An empty PostgreSQL database beside ours, gone at the end of the block; None when our role may make none (CREATEDB)."""
    engine = db.make_engine(database_url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(text("select rolcreatedb from pg_roles where rolname = current_user")).scalar():
                yield None
                return
            connection.execute(text(f'drop database if exists "{name}"'))
            connection.execute(text(f'create database "{name}"'))
            try:
                yield engine.url.set(database=name).render_as_string(hide_password=False)
            finally:
                connection.execute(text(f'drop database "{name}" with (force)'))
    finally:
        engine.dispose()
