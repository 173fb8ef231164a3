"""A machine of this test's own with two shops in it, and its backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.ground.shops import Shop, found_iyer, found_sharma
from tests.support import Trade, make_items
from webapp.backups.keys import backup_key
from webapp.backups.places import Chosen, chosen
from webapp.backups.restoring import Target
from webapp.backups.rules import Kind
from webapp.backups.service import make_backup
from webapp.platform import copies, db, storage
from webapp.platform.tenancy import open_books


@dataclass
class Machine:
    """Two shops with goods bought and sold, and a kept file each."""

    choice: Chosen
    sharma: Shop
    iyer: Shop
    env: dict[str, str]

    @property
    def key(self) -> bytes:
        return backup_key(self.choice.var_dir)

    def trade(self, shop: Shop) -> None:
        with open_books(shop.actor) as books:
            own = Trade.of(books)
            [item] = make_items(books, 1)
            own.receive(item, 5000, 45_000, books.today)
            own.sell(item, 2000, books.today, price=30_000)


@pytest.fixture(scope="module")
def machine(
    request: pytest.FixtureRequest, fresh_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    from webapp.app import connect_rooms

    var_dir = tmp_path_factory.mktemp("machine")
    url = fresh_database(request.module.__name__.rpartition(".")[2])
    if url.startswith("sqlite"):
        own = var_dir / "munim.sqlite3"
        own.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
        url = f"sqlite:///{own}"
    engine: Engine = db.make_engine(url)
    db.use(engine)
    storage.use(var_dir)
    connect_rooms()
    (var_dir / "secret_key").write_text("s" * 64)
    made = Machine(chosen(var_dir, url, {}), found_sharma(), found_iyer(), {"VAR_DIR": str(var_dir), "DATABASE_URL": url})
    for shop in (made.sharma, made.iyer):
        made.trade(shop)
        storage.put(shop.company_id, [b"picture of a bill " * 5000], name=f"bill{shop.company_id}.jpg")
    yield made
    engine.dispose()


@pytest.fixture
def this_machine(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    engine = db.make_engine(machine.choice.database_url)
    db.use(engine)
    storage.use(machine.choice.var_dir)
    for name, value in machine.env.items():
        monkeypatch.setenv(name, value)
    yield
    engine.dispose()


@pytest.fixture(scope="module")
def made(machine: Machine) -> str:
    """A backup that no test changes for good; nor does the policy take it away for the next."""
    return make_backup(machine.choice, Kind.ASKED).name.id


def is_sqlite(machine: Machine) -> bool:
    return machine.choice.database_file is not None


def figures_now(machine: Machine) -> dict[str, Any]:
    engine = db.make_engine(machine.choice.database_url)
    with copies.steady_view(engine) as connection:
        found = copies.figures(connection)
    engine.dispose()
    return found


@pytest.fixture
def beside(machine: Machine, tmp_path: Path) -> Iterator[Target]:
    """An empty place to restore into."""
    if is_sqlite(machine):
        yield Target(tmp_path / "new", f"sqlite:///{tmp_path / 'new' / 'munim.sqlite3'}")
        return
    import psycopg
    from sqlalchemy import make_url

    url = make_url(machine.choice.database_url)
    server = url.set(drivername="postgresql", username="postgres", password=None, database="postgres")
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as superuser:
        superuser.execute("drop database if exists restored with (force)")
        superuser.execute("create database restored owner munim_test")
    yield Target(tmp_path / "new", url.set(database="restored").render_as_string(hide_password=False))
