"""Engines, column types and the base of every table. SQLite by default, PostgreSQL when a business outgrows one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

from webapp.kernel.errors import BooksError, keep_promise
from webapp.platform.schema import is_newest


@lru_cache(maxsize=16_384)
def _uuid(raw: bytes | None) -> UUID | None:
    # The same accounts, items and stores are read with every bill: making their UUIDs anew would cost more than the query.
    return UUID(bytes=raw) if raw is not None else None


class Id(TypeDecorator[UUID]):
    """A UUID in 16 bytes on both databases."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def bind_processor(self, dialect: Dialect) -> Callable[[UUID | None], Any] | None:
        # In one step, not through process_bind_param, here and below: fifty ids are written with a bill, thousands read for a report.
        if dialect.name == "postgresql":
            return None
        return lambda value: value.int.to_bytes(16, "big") if value is not None else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        if dialect.name == "postgresql":
            return None
        return _uuid


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    keep_promise(value.tzinfo is not None, "an instant carries its time zone")
    return value.astimezone(UTC)


@lru_cache(maxsize=256)
def _utc_text(value: datetime | None) -> str | None:
    # As SQLAlchemy writes it into SQLite. One transaction has one clock reading, and writes it into half of its rows.
    instant = _in_utc(value)
    return instant.replace(tzinfo=None).isoformat(" ", "microseconds") if instant else None


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. Naive datetimes are refused: they do not say which instant they mean."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _in_utc if dialect.name == "postgresql" else _utc_text

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """Values as JSON: parsed on PostgreSQL (jsonb), as text in SQLite."""

    impl = JSON
    cache_ok = True
    should_evaluate_none = True  # as JSON has it: None is written as JSON's null

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB  # here: no process loads the dialect of a database that it does not use

        return dialect.type_descriptor(JSONB())


def insert_of(dialect: str) -> Callable[..., Any]:
    """The `insert` of a database, which knows `on_conflict`. Loaded when it is asked for, as above."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert


class Base(DeclarativeBase):
    """Every table. Integers are 64 bits wide, for paise; text has no length but what a check gives it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        int: BigInteger().with_variant(Integer(), "sqlite"),
        str: Text(),
        UUID: Id(),
        datetime: Instant(),
        date: Date(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }


# In __table_args__ of a register. On SQLite its rows then lie in the order of their key, in one tree instead of two: less to
# write with each bill, and a range of keys is read without a jump for each row.
CLUSTERED = {"sqlite_with_rowid": False}


def rows_where(condition: str) -> dict[str, Any]:
    """Arguments of an `Index` over those rows alone. The migration that makes the index says it for both databases; said here for
    PostgreSQL too, it would load that dialect into every process of a shop that has none: five megabytes at rest."""
    return {"sqlite_where": text(condition)}


_engine: Engine | None = None


def use(engine: Engine) -> None:
    """Make `engine` the one this process works with."""
    global _engine
    _engine = engine


def engine() -> Engine:
    """The engine this process works with."""
    if _engine is None:
        raise RuntimeError("no database yet: call webapp.platform.db.use(make_engine(...)) first")
    return _engine


def make_engine(database_url: str) -> Engine:
    """An engine for `database_url` (sqlite:///… or postgresql+psycopg://…), set up as both databases need."""
    if database_url.startswith(("postgres://", "postgresql://")):
        database_url = "postgresql+psycopg://" + database_url.split("://", 1)[1]
    if database_url.startswith("sqlite"):
        made = create_engine(database_url, connect_args={"timeout": 15, "check_same_thread": False}, hide_parameters=True)
        _prepare_sqlite(made)
        return made
    made = create_engine(database_url, pool_size=5, max_overflow=10, pool_pre_ping=True, hide_parameters=True)
    _prepare_postgresql(made)
    return made


def _prepare_sqlite(made: Engine) -> None:
    @event.listens_for(made, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        # Python's sqlite3 would begin transactions at its own moments; the begin event below does it instead.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            # FULL: a bill that was answered is on the disk, also after a power cut. NORMAL may lose the last commits.
            "synchronous = FULL",
            "foreign_keys = ON",
            "busy_timeout = 15000",
            "temp_store = MEMORY",
            "cache_size = -16000",
            "recursive_triggers = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its lock at once, so that two tills queue; upgrading a read lock later would fail instead.
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")


def _prepare_postgresql(made: Engine) -> None:
    from psycopg.adapt import Loader

    class WholeNumber(Loader):
        """A sum of whole numbers is a whole number: PostgreSQL calls it numeric, and psycopg would make a Decimal of it."""

        def load(self, data: bytes | bytearray | memoryview) -> Any:
            figure = bytes(data).decode()
            return int(figure) if figure.lstrip("-").isdigit() else Decimal(figure)

    @event.listens_for(made, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.adapters.register_loader("numeric", WholeNumber)


@lru_cache(maxsize=4)
def for_writing(made: Engine) -> Engine:
    """The same engine, its transactions beginning with the write lock on SQLite."""
    return made.execution_options(sqlite_begin="IMMEDIATE") if made.dialect.name == "sqlite" else made


class PowerfulRole(BooksError):
    """PostgreSQL would not keep companies apart for the role we sign in as."""


def refuse_powerful_role(made: Engine) -> None:
    """Stop when PostgreSQL would not apply row-level security to us: a superuser, or a role with BYPASSRLS."""
    if made.dialect.name != "postgresql":
        return
    with made.connect() as connection:
        powerful = connection.execute(text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")).scalar()
    if powerful:
        raise PowerfulRole(
            problem="DATABASE_URL signs in as a role that row-level security does not bind (superuser or BYPASSRLS).",
            fix="Make a plain role that owns the database and use it instead: CREATE ROLE munim LOGIN PASSWORD '…'; "
            "ALTER DATABASE munim OWNER TO munim.",
        )


class NewerDatabase(BooksError):
    """The database has been with a newer program than this one. Nothing was touched."""

    def __init__(self, found: str, newest: str) -> None:
        super().__init__(
            problem=f"This database belongs to a newer Munim: its schema is {found}, the newest known here is {newest}.",
            fix="Start that newer version again, or restore the backup made before the update. Nothing was changed.",
        )


def migrate(database_url: str) -> None:
    """Bring the database to the newest schema. Safe to run twice.

    Refuses a PostgreSQL role that no row policy binds (PowerfulRole), and a database newer than the program (NewerDatabase).
    """
    if is_newest(database_url):
        return
    from alembic import command

    if database_url.startswith("sqlite:///"):
        Path(database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    with one_migrator(database_url) as made:
        _refuse_newer(made)
        command.upgrade(alembic_config(database_url), "head")


def alembic_config(database_url: str) -> Any:
    """Alembic's configuration for our migrations folder."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "migrations"))
    config.attributes["database_url"] = database_url
    return config


def require_known_schema(database_url: str) -> None:
    """NewerDatabase when the program must not be started on it. A database that is not there yet, or away, is let pass."""
    if is_newest(database_url) or (database_url.startswith("sqlite:///") and not Path(database_url.removeprefix("sqlite:///")).exists()):
        return
    made = make_engine(database_url)
    try:
        with suppress(OperationalError):
            _refuse_newer(made)
    finally:
        made.dispose()


def _refuse_newer(made: Engine) -> None:
    from alembic.script import ScriptDirectory

    found, newest = schema_revision(made)
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config(str(made.url))).walk_revisions()}
    if found is not None and found not in known:
        raise NewerDatabase(found, newest)


@contextmanager
def one_migrator(database_url: str) -> Iterator[Engine]:
    """Two processes started at once must not both migrate: the second waits for the first."""
    made = make_engine(database_url)
    try:
        if made.dialect.name == "postgresql":
            refuse_powerful_role(made)
            with made.connect() as connection:
                connection.execute(text("select pg_advisory_lock(7236001)"))
                yield made
                connection.execute(text("select pg_advisory_unlock(7236001)"))
        else:
            yield made
    finally:
        made.dispose()


def schema_revision(made: Engine) -> tuple[str | None, str]:
    """(the revision the database is at, the newest this program knows)."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with made.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(alembic_config(str(made.url))).get_current_head()
    return current, head or ""
