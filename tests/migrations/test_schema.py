"""The schema that migrations make is the schema the program believes in, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, text

from tests.ground.databases import postgresql_server
from webapp import models
from webapp.catalogue.models import HsnCode
from webapp.platform import db
from webapp.platform.schema import is_newest, newest_revision


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return list(compare_metadata(context, models.metadata))


def test_migrations_make_what_the_models_say(real_engine: Engine) -> None:
    assert differences(real_engine) == []


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_each_check_and_key_is_there(real_engine: Engine) -> None:
    inspector = inspect(real_engine)
    for table in models.metadata.tables.values():
        checks = {one["name"] for one in inspector.get_check_constraints(table.name)}
        named = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
        assert named <= checks, table.name
        assert inspector.get_pk_constraint(table.name)["constrained_columns"] == [column.name for column in table.primary_key], table.name
        keys = {tuple(one["constrained_columns"]) for one in inspector.get_foreign_keys(table.name)}
        assert {tuple(one.column_keys) for one in table.foreign_key_constraints} == keys, table.name


def test_the_newest_schema_is_known_without_alembic(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'any.sqlite3'}")
    assert newest_revision() == db.schema_revision(engine)[1]
    url = str(engine.url)
    assert not is_newest(url), "nothing is there yet"
    db.migrate(url)
    assert is_newest(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0001'")
    assert not is_newest(url)
    engine.dispose()
    assert not is_newest("postgresql://nowhere/munim"), "Alembic is asked, and the role looked at"
    tmp_path.joinpath("text.sqlite3").write_text("no database at all, and yet long enough to look at")
    assert not is_newest(f"sqlite:///{tmp_path / 'text.sqlite3'}")


def test_two_newest_are_none(tmp_path: Path) -> None:
    for name in ("a", "b"):
        tmp_path.joinpath(f"{name}.py").write_text(f'revision = "{name}"\ndown_revision = "0"\n')
    assert newest_revision(tmp_path) is None


def test_migrating_twice_changes_nothing(fresh_database: Callable[[str], str]) -> None:
    url = fresh_database("twice")
    db.migrate(url)
    engine = db.make_engine(url)
    assert db.schema_revision(engine)[0] == db.schema_revision(engine)[1] != ""
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(HsnCode)) > 200
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(fresh_database: Callable[[str], str]) -> None:
    url = fresh_database("newer")
    engine = db.make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    for start in (db.migrate, db.require_known_schema):
        with pytest.raises(db.NewerDatabase, match="9999") as refusal:
            start(url)
        assert "backup" in refusal.value.fix
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "9999"
    engine.dispose()


def test_a_database_that_is_not_there_yet_may_be_started_on(tmp_path: Path) -> None:
    db.require_known_schema(f"sqlite:///{tmp_path}/none.sqlite3")
    assert not (tmp_path / "none.sqlite3").exists()


def test_a_role_that_no_policy_binds_is_refused(database_name: str) -> None:
    if database_name == "sqlite":
        pytest.skip("SQLite has no roles: there the session alone keeps companies apart")
    with postgresql_server() as superuser, pytest.raises(db.PowerfulRole, match="row-level security"):
        db.migrate(superuser)


def test_registers_are_clustered_by_their_key_on_sqlite(real_engine: Engine) -> None:
    if real_engine.dialect.name != "sqlite":
        assert real_engine.dialect.name == "postgresql"
        return
    wanted = {table.name for table in models.metadata.tables.values() if table.dialect_options["sqlite"].get("with_rowid") is False}
    with real_engine.connect() as connection:
        made = connection.exec_driver_sql("select name from sqlite_master where type = 'table' and sql like '%WITHOUT ROWID%'")
        assert {row.name for row in made} == wanted != set()
