"""A night of the shop with a given clock, from evening to the next morning: what runs by itself does its work once, whoever runs it how
often, and the morning's page says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobs import chores
from jobs.scheduler import Scheduler
from tests.conftest import Clock
from tests.dunning.conftest import Dunner
from tests.gateway.conftest import Till, _standing, api, here, open_till
from tests.ground.mail import PostOffice
from tests.ground.shops import PASSWORD, Shop, found_iyer, found_sharma
from tests.notifications.test_wired import Mailbox
from webapp import dunning, notifications, parties
from webapp.backups import state
from webapp.books_check import verify_books
from webapp.notifications import bell
from webapp.notifications import queries as messages
from webapp.platform import db, machine, sealing, slow_queries, storage
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books, read_books

__all__ = ["_standing", "api", "here", "open_till"]

EVENING = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # six o'clock in India, a Friday
MORNING = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)  # ten o'clock
DAY = date(2026, 11, 20)


@pytest.fixture
def post() -> Iterator[PostOffice]:
    """The mail server of this machine, which has its port and is not open yet."""
    made = PostOffice(Mailbox())
    yield made
    made.close()


@pytest.fixture
def settings(
    fresh_database: Callable[[str], str], tmp_path: Path, clock: Clock, here: None, monkeypatch: pytest.MonkeyPatch, post: PostOffice
) -> Iterator[Settings]:
    """A machine of this test's own, as the console of its chores reads it too."""
    from webapp.app import connect_rooms

    clock.now = EVENING - timedelta(hours=3)
    url = fresh_database("night")
    if url.startswith("sqlite"):
        own = tmp_path / "munim.sqlite3"
        own.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
        url = f"sqlite:///{own}"
    given = {
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": url,
        "OUTSIDE_HOSTS": "127.0.0.1",
        "PUBLIC_URL": "https://munim.example",
        "MAIL_URL": f"smtp://127.0.0.1:{post.port}",
        "MAIL_FROM": "post@munim.example",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for name in ("BACKUP_DIR", "BACKUP_S3_BUCKET", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    made = Settings.from_environment()
    db.use(db.make_engine(made.database_url))
    storage.use(made.var_dir)
    sealing.use(made.secret_key)
    machine.use(made)
    slow_queries.watch(db.engine(), 0)
    connect_rooms()
    yield made
    db.engine().dispose()


@pytest.fixture
def mailbox(settings: Settings, post: PostOffice) -> Iterator[Mailbox]:
    post.start()
    yield post.handler
    post.stop()


@pytest.fixture
def sharma(settings: Settings) -> Shop:
    return found_sharma()


@pytest.fixture
def iyer(settings: Settings, sharma: Shop) -> Shop:
    return found_iyer()


@pytest.fixture
def till(sharma: Shop, open_till: Callable[[Shop], Till]) -> Till:
    return open_till(sharma)


def overdue(shop: Shop) -> Dunner:
    """Two customers who owe since long, one who paid, and one whose bill is not due."""
    made = Dunner(shop.actor)
    with open_books(shop.actor) as books:
        ids = [
            parties.create_party(books, parties.PartyDraft(name=name, email=f"{name.lower()}@mail.example", state_code=shop.state_code)).id
            for name in ("Asha", "Bina", "Chand", "Devi")
        ]
    made.late(ids[0], 500, days=8)
    made.late(ids[0], 200, days=3)
    made.late(ids[1], 900, days=20)
    made.settle(ids[2], made.money(ids[2], 400), (made.late(ids[2], 400, days=9), 400))
    made.late(ids[3], 100, days=-5)
    for days, tone in ((1, "polite"), (7, "reminder"), (15, "firm")):
        made.rule(days, tone)
    made.switch()
    return made


def live_through(schedulers: list[Scheduler], clock: Clock, until: datetime, minutes: int = 120) -> None:
    """Each scheduler takes its turn every two hours, as if its own clock had gone on as far."""
    while clock.now <= until:
        for scheduler in schedulers:
            scheduler.sweeps.next_at = scheduler.often.next_at = 0.0
            while scheduler.turn():
                pass
        clock.advance(minutes=minutes)


def left_by(shop: Shop, folder: Path) -> dict[str, Any]:
    """What a night leaves behind: messages by whom they went to, its backups and its settlements."""
    with read_books(shop.actor) as books:
        sent = messages.messages(books, messages.Wanted(), None, None)
        assert verify_books(books).breaches == []
    nightly = [path.name for path in (folder / "backups").iterdir() if path.name.endswith("-nightly")]
    return {"messages": sorted((one.address, one.state) for one in sent), "nightly": len(nightly)}


def test_a_night_is_lived_through_once_whoever_runs_it(
    settings: Settings, mailbox: Mailbox, sharma: Shop, iyer: Shop, till: Till, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifications.use_check(notifications.REMINDERS, dunning.hindrance)
    monkeypatch.setenv("BACKUP_EVERY", "0")  # the snapshots of the day have tests of their own
    overdue(sharma)
    theirs = overdue(iyer)
    theirs.switch(is_on=False)
    asked = till.ask(till.sell().invoice_id)
    paid = till.api.pay(asked.reference, 11_800, fee=236, tax=36)  # and its webhook is lost
    till.api.settle(till.api.row_of(paid))

    clock.now = EVENING
    two = [Scheduler(None, settings.var_dir), Scheduler(None, settings.var_dir)]
    chores.due_chores(EVENING, two[0].claim)  # the machine was awake by day, and has done that day's
    live_through(two, clock, MORNING)
    night = left_by(sharma, settings.var_dir)
    assert night["nightly"] == 1
    assert {state for _to, state in night["messages"]} == {"sent"}
    reminded = sorted(to for to, _content in mailbox.taken if not to.startswith("owner@"))
    assert reminded == ["asha@mail.example", "bina@mail.example"], "once each, and nobody else of either shop"
    mails = len(mailbox.taken)  # with what owners are told of returns that are due
    firm = next(content for to, content in mailbox.taken if to == "bina@mail.example")
    body = message_from_bytes(firm, policy=default).get_body()
    assert body is not None
    assert "900" in body.get_content()
    assert (till.owed(), till.clearing) == (0, 0)
    kept = state.read_state(settings.var_dir)
    assert (kept["drill"]["words"], kept["drill"]["id"]) == ("", kept["good"]["id"])

    clock.now = EVENING  # the same night once more, by a machine that has forgotten what it claimed
    monkeypatch.setattr(chores, "CHORES", {name: one for name, one in chores.CHORES.items() if name != "back_up_by_night"})
    forgetful = Scheduler(None, settings.var_dir / "other")
    chores.due_chores(EVENING, forgetful.claim)
    live_through([forgetful], clock, MORNING, minutes=240)
    assert left_by(sharma, settings.var_dir) == night
    assert len(mailbox.taken) == mails
    assert till.clearing == 0

    says(settings, sharma, iyer, clock)


def says(settings: Settings, sharma: Shop, iyer: Shop, clock: Clock) -> None:
    """What the page of the morning shows to each owner."""
    from webapp.app import create_app

    clock.now = MORNING
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    bell._counts.clear()
    for shop, told, untold in (
        (sharma, ("2 customers were reminded", "₹115.64 of online payments, in one settlement"), ("Given up",)),
        (iyer, (), ("reminded", "settlement", "Given up")),
    ):
        owner: FlaskClient = app.test_client()
        assert owner.post("/sign-in", data={"email": shop.email, "password": PASSWORD}).status_code == 303
        assert 'hx-get="/backups/night"' in owner.get("/today").text
        card = owner.get("/backups/night", headers={"HX-Request": "true"}).text
        assert "A backup was brought back to try it: it is whole." in card
        assert "Backed up" in card
        assert all(words in card for words in told)
        assert not any(words in card for words in untold)
