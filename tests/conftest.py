"""Every test: warnings are errors, sockets reach this machine only, the clock is given, and the database forgets."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import Engine, event

from tests.ground.browser import Reading, make_unhurried
from tests.ground.databases import patient, postgresql_server, postgresql_url, sqlite_url, undone_afterwards
from tests.ground.server import LiveServer, web_process
from tests.ground.shops import Shop, found_iyer, found_sharma
from webapp.identity import service as passwords
from webapp.notifications import bell
from webapp.platform import clock as clock_of_the_program
from webapp.platform import db, machine, outside, sealing, storage
from webapp.platform.settings import Settings

# A quarter past two in the afternoon, in India.
NOON = datetime(2026, 11, 20, 8, 45, tzinfo=UTC)
SECRET = "a secret of the tests alone"

expect.set_options(timeout=30_000)  # test machines are shared and slow; what is asked is whether, not when

# How fast examples are drawn is a matter of the machine, and no fault of what is tested.
SPEED = (hypothesis.HealthCheck.too_slow,)

# By itself pytest looks for new examples each time. `bin/test` tries the same ones each time, so that what it says of a commit stays said;
# HYPOTHESIS_PROFILE=deep looks long.
hypothesis.settings.register_profile("here", deadline=None, suppress_health_check=SPEED, max_examples=50, print_blob=True)
MOST = 200 if os.environ.get("CI") else 50
hypothesis.settings.register_profile(
    "same", deadline=None, suppress_health_check=SPEED, max_examples=MOST, print_blob=True, derandomize=True
)
hypothesis.settings.register_profile("deep", deadline=None, suppress_health_check=SPEED, max_examples=1_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "here"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="which database the `database` tests talk to")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a database, a shop or a browser is marked so, without having to say it."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & {"engine", "real_engine"}:
            item.add_marker("database")
        if asked & {"browser", "live"}:
            item.add_marker("browser")


def pytest_collection_finish() -> None:
    """What is imported stays: looked through again and again for what nobody holds any more, it costs a sixth of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _sockets_reach_this_machine_only() -> Iterator[None]:
    """A test that asks the internet fails, whatever the answer would have been."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_here(address[0]):
            raise PermissionError(f"a test tried to reach {address[0]}: sockets are shut, but for this machine")
        connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture(autouse=True)
def _told(var_dir: Path) -> None:
    """What a process is told at its start, told anew before each test: none hears what another one said."""
    machine.use(Settings(database_url="sqlite://", var_dir=var_dir, secret_key=SECRET, is_testing=True))
    sealing.use(SECRET)
    outside.use(())


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """What passwords are kept with in a shop. The tests' own take no time: they sign people up by the hundred."""
    real = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords._hasher = real


def is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass
class Clock:
    """The time of the program, which moves when a test says so."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_far: float) -> None:
        """Go on by a timedelta: `clock.advance(days=1)`."""
        self.now += timedelta(**how_far)


@pytest.fixture
def clock() -> Iterator[Clock]:
    given = Clock()
    clock_of_the_program.use(given)
    yield given
    clock_of_the_program.use(None)


@pytest.fixture(scope="session")
def database_name(request: pytest.FixtureRequest) -> str:
    """sqlite or postgresql."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """VAR_DIR of this run, where stored files go."""
    folder = tmp_path_factory.mktemp("var")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def fresh_database(database_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Makes a migrated database of its own by name; returns its address. For tests that need real commits or several connections."""
    if database_name == "sqlite":
        yield lambda name: sqlite_url(tmp_path_factory.mktemp(name))
        return
    with postgresql_server() as superuser:
        yield lambda name: postgresql_url(superuser, name)


@dataclass(frozen=True, slots=True)
class Ground:
    """The session's database, with the two shops in it."""

    engine: Engine
    sharma: Shop
    iyer: Shop


@pytest.fixture(scope="session")
def _ground(fresh_database: Callable[[str], str], var_dir: Path) -> Iterator[Ground]:
    from webapp.app import connect_rooms

    real = db.make_engine(fresh_database("shared"))
    db.use(real)
    storage.use(var_dir)
    connect_rooms()
    clock_of_the_program.use(lambda: NOON)
    ground = Ground(real, found_sharma(), found_iyer())
    clock_of_the_program.use(None)
    yield ground
    real.dispose()


@pytest.fixture
def engine(_ground: Ground, var_dir: Path, clock: Clock) -> Iterator[Engine]:
    """The program's engine for this test, with both shops founded; what the test commits is gone afterwards."""
    with undone_afterwards(_ground.engine) as made:
        db.use(made)
        storage.use(var_dir)
        yield made


@pytest.fixture
def real_engine(fresh_database: Callable[[str], str], var_dir: Path, request: pytest.FixtureRequest, clock: Clock) -> Iterator[Engine]:
    """An engine whose commits are real, on an empty database of this test's own: for threads, crashes and row policies."""
    made = patient(db.make_engine(fresh_database(f"own_{abs(hash(request.node.nodeid)):x}")))
    db.use(made)
    storage.use(var_dir)
    yield made
    made.dispose()


@pytest.fixture
def sharma(engine: Engine, _ground: Ground) -> Shop:
    """Sharma Stores, Pune, Maharashtra."""
    return _ground.sharma


@pytest.fixture
def iyer(engine: Engine, _ground: Ground) -> Shop:
    """Iyer Traders, Chennai, Tamil Nadu: the other company, whose rows nobody else may see."""
    return _ground.iyer


@pytest.fixture
def max_queries(engine: Engine) -> Callable[[int], AbstractContextManager[list[str]]]:
    """`with max_queries(12):` fails when more statements than that were sent; it shows them."""

    @contextmanager
    def budget(most: int) -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert len(sent) <= most, f"{len(sent)} statements, {most} allowed:\n" + "\n".join(sent)

    return budget


@pytest.fixture(scope="session")
def _app(_ground: Ground, var_dir: Path) -> Flask:
    from webapp.app import create_app

    return create_app(Settings(database_url=str(_ground.engine.url), var_dir=var_dir, secret_key=SECRET, is_testing=True))


@pytest.fixture
def app(_app: Flask, engine: Engine, _ground: Ground) -> Flask:
    """The whole web application on this test's database. Both owners have looked at a page a moment ago: how many notices are new is
    counted now and then (tests/notifications), and not when a test counts what its page asks."""
    db.use(engine)  # making the app had it use another
    for name in [one for one in _app.extensions if one.startswith("munim.link_doorkeeper.")]:
        del _app.extensions[name]  # who knocked at public links in another test; the clock stands still, so it would be in the same minute
    for shop in (_ground.sharma, _ground.iyer):
        if shop.actor.user_id:
            bell.keep(shop.company_id, shop.actor.user_id, NOON, 0)
    return _app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, signed out."""
    return app.test_client()


@pytest.fixture(scope="session")
def _live_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("live")
    with web_process(folder, sqlite_url(folder)) as server:
        yield server


@pytest.fixture
def live(_live_session: LiveServer) -> Iterator[LiveServer]:
    """The program's web process on loopback, shared by the session; the test's own calls work on its database too.

    Found a shop of the test's own with `found_shop(...)`: what is committed here stays.
    """
    from webapp.app import connect_rooms

    made = db.make_engine(_live_session.database_url)
    db.use(made)
    storage.use(_live_session.var_dir)
    connect_rooms()
    yield _live_session
    made.dispose()


CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=list(CHROMIUM_ARGUMENTS))
        with pytest.MonkeyPatch.context() as patch:
            make_unhurried(patch)
            yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of this test's own, in India."""
    made = browser.new_context(locale="en-IN", timezone_id="Asia/Kolkata", viewport={"width": 1280, "height": 800})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One tab."""
    return context.new_page()


@pytest.fixture(scope="session")
def _reading(browser: Browser) -> Iterator[Reading]:
    desk = Reading(browser)
    yield desk
    desk.close()


@pytest.fixture
def read_as(_reading: Reading, live: LiveServer) -> Iterator[Callable[[Shop], Page]]:
    """`read_as(shop)`: the tab of a shop's owner at a desk, signed in; a script error or a breach of the policy fails the test."""
    yield lambda shop: _reading.open(live, shop)
    _reading.clear()


@pytest.fixture
def browse(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Shop], FlaskClient]:
    """A browser in which a shop's owner has signed in. The forms' tokens have their own tests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)

    def enter(shop: Shop) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"email": shop.email, "password": shop.password})
        assert answer.status_code == 303, answer.text
        return client

    return enter
