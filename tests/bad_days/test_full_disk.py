"""The disk fills up: clear words, 507, nothing half-written, and everything works again when there is room."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select
from sqlalchemy.pool import PoolProxiedConnection

from jobs.relay import relay
from jobs.scheduler import perform_here
from tests.counter.books import Shelf, stock_shelf
from tests.counter.device import Device, signed_in
from tests.ground.databases import sqlite_url
from tests.ground.shops import Shop, found_sharma
from webapp import printing
from webapp.app import create_app
from webapp.books_check import verify_books
from webapp.catalogue.models import ItemImport
from webapp.platform import clock, db
from webapp.platform.outbox import JobFailure, open_relay
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import Layout


@contextmanager
def no_room(engine: Engine, *, pages: int) -> Iterator[None]:
    """The database may grow by `pages` pages and no more: SQLite then says that the disk is full."""

    with engine.connect() as connection:
        most = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + pages
    limits = [most]

    def limit(connection: Any, _record: Any, _proxy: PoolProxiedConnection) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {limits[0]}")
        cursor.close()

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        limits[0] = 1_000_000


@pytest.fixture
def real_app(tmp_path: Path, var_dir: Path) -> Iterator[Flask]:
    """The program on a SQLite file of this test's own, whose commits are real: PostgreSQL's disk cannot be filled from here."""
    made = create_app(Settings(database_url=sqlite_url(tmp_path), var_dir=var_dir, secret_key="a secret", is_testing=True))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    db.engine().dispose()


@pytest.fixture
def shop(real_app: Flask) -> Shop:
    return found_sharma()


@pytest.fixture
def shelf(shop: Shop) -> Shelf:
    return stock_shelf(shop.actor)


@pytest.fixture
def owner(real_app: Flask, shop: Shop) -> FlaskClient:
    return signed_in(real_app, shop)


def are_true(shop: Shop) -> None:
    with open_books(shop.actor) as books:
        assert [str(breach) for breach in verify_books(books).breaches] == []


def test_bills_wait_on_the_till_and_are_taken_once_there_is_room(owner: FlaskClient, shop: Shop, shelf: Shelf) -> None:
    till = Device.enrol(owner)
    till.items = shelf.items
    for _ in range(20):
        till.sell(till.line("Dal"), till.line("Soap"), note="x" * 900)
    batch = list(till.outbox)
    answers = []
    with no_room(db.engine(), pages=6):
        for _ in range(3):
            answer = till.post(batch)
            answers.append((answer.status_code, answer.get_json().get("problem")))
    assert answers[-1] == (507, "The disk is full. Nothing was saved.")
    before = shelf.bills()
    assert before == [f"26A1/{number:06d}" for number in range(1, len(before) + 1)]
    assert len(before) < 20, "the disk was to be full in the middle"
    are_true(shop)

    statuses = till.statuses(batch)
    assert statuses == ["replayed"] * len(before) + ["ok"] * (20 - len(before))
    assert shelf.bills() == [f"26A1/{number:06d}" for number in range(1, 21)]
    are_true(shop)


@pytest.mark.parametrize("pages", range(6))
def test_however_far_a_bill_has_come_it_is_whole_or_not_there(owner: FlaskClient, shop: Shop, shelf: Shelf, pages: int) -> None:
    till = Device.enrol(owner)
    till.items = shelf.items
    bill = till.sell(*[till.line("Dal", 10)] * 60)
    with no_room(db.engine(), pages=pages):
        status = till.post([bill]).status_code
    assert status == (200 if shelf.bills() else 507)
    are_true(shop)
    assert till.statuses([bill]) == (["replayed"] if status == 200 else ["ok"])
    are_true(shop)


def test_a_form_is_refused_in_words_and_works_again(owner: FlaskClient, shop: Shop) -> None:
    typed = {"name": "Meera " + "x" * 150, "is_customer": "1", "address": "y" * 480}
    with no_room(db.engine(), pages=0):
        answers = [owner.post("/parties", data=typed | {"name": f"{typed['name']}{number}"}) for number in range(30)]
    refused = [answer for answer in answers if answer.status_code != 303]
    assert refused, "the disk was to be full"
    for answer in refused:
        assert answer.status_code == 507
        assert "The disk is full. Nothing was saved." in answer.text
        assert "Free some space" in answer.text
    are_true(shop)
    assert owner.post("/parties", data=typed).status_code == 303
    are_true(shop)


def test_reading_goes_on(owner: FlaskClient, shop: Shop, shelf: Shelf) -> None:
    with no_room(db.engine(), pages=0):
        for page in ("/items", "/bills", "/today", "/trial-balance", "/sync/ping", "/counter", "/healthz"):
            assert owner.get(page).status_code in {200, 204}, page


class FullDisk:
    """Files take so many bytes, then the disk is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        real_open = Path.open

        def open_(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
            file = real_open(path, mode, *rest, **more)
            return _Narrow(cast(BinaryIO, file), room) if "w" in mode and "b" in mode else file

        monkeypatch.setattr(Path, "open", open_)


class _Narrow:
    def __init__(self, file: BinaryIO, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: bytes) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Narrow:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def files_of(var_dir: Path, shop: Shop) -> list[str]:
    return sorted(path.name for path in (var_dir / "files" / str(shop.company_id)).rglob("*") if path.is_file())


def imports_of(shop: Shop) -> int:
    with read_books(shop.actor) as books:
        return int(books.session.scalar(select(func.count()).select_from(ItemImport)) or 0)


def test_a_sheet_that_does_not_fit_leaves_nothing(owner: FlaskClient, shop: Shop, var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def send() -> Any:
        sheet = b"Item Name,Sale Price\n" + b"".join(b"Item %d,5\n" % number for number in range(20_000))
        return owner.post("/items/imports", data={"file": (io.BytesIO(sheet), "list.csv")})

    before = files_of(var_dir, shop)
    with monkeypatch.context() as full:
        FullDisk(full, room=100_000)
        answer = send()
    assert answer.status_code == 507
    assert "The disk is full. Nothing was saved." in answer.text
    assert files_of(var_dir, shop) == before
    assert imports_of(shop) == 0
    assert send().status_code == 303
    assert imports_of(shop) == 1


def test_a_paper_that_does_not_fit_waits_and_is_made_later(
    owner: FlaskClient, shop: Shop, shelf: Shelf, var_dir: Path, monkeypatch: pytest.MonkeyPatch, sweep: Callable[[], None]
) -> None:
    till = Device.enrol(owner)
    till.items = shelf.items
    bill = till.sell(till.line("Dal"))
    assert till.statuses() == ["ok"]
    before = files_of(var_dir, shop)
    with open_books(shop.actor) as books:
        paper_id = printing.ask_paper(books, UUID(bill["id"]), Layout.THERMAL80)
    with monkeypatch.context() as full:
        FullDisk(full, room=500)
        relay(perform_here, clock.now())
    with open_relay() as session:
        assert "No space left" in session.scalars(select(JobFailure.error)).one()
    assert files_of(var_dir, shop) == before
    are_true(shop)

    sweep()
    with read_books(shop.actor) as books:
        paper = printing.paper(books, paper_id)
    assert (paper.state, files_of(var_dir, shop)) == ("ready", sorted([*before, str(paper.storage_key)]))
    with open_relay() as session:
        assert session.scalars(select(JobFailure)).all() == []
