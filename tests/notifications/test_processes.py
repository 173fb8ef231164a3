"""Real processes and real commits: several workers at the same messages, and one that is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from tests.conftest import Clock
from tests.counter.test_at_once import together
from tests.ground.databases import patient
from tests.ground.shops import Shop, found_sharma
from tests.notifications.conftest import Carrier, make_party
from tests.notifications.test_sending import log, set_policy, states, tell
from webapp import notifications
from webapp.messaging import Delivery, Message, Outcome, Provider, ReportState, receiving
from webapp.messaging.statuses import Status
from webapp.notifications import carriers
from webapp.notifications.sending import LEASE, take_report
from webapp.platform import clock as clocks
from webapp.platform import db
from webapp.platform.tenancy import Actor

pytestmark = pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
FORKED = multiprocessing.get_context("fork")


@pytest.fixture
def shop(real_engine: Engine, clock: Clock) -> Shop:
    return found_sharma()


@pytest.fixture
def handed(tmp_path: Path, carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every process writes down what it handed to the provider."""
    file = tmp_path / "handed"
    file.touch()

    def deliver(_actor: Actor, message: Message) -> Delivery:
        with file.open("a") as kept:
            kept.write(f"{message.id.hex}\n")
        return Delivery(Outcome.SENT, "twilio", message.id.hex)

    monkeypatch.setattr(carriers, "deliver", deliver)
    return file


def in_processes(engine: Engine, *acts: Callable[[], object]) -> list[int | None]:
    """Do these at the same instant, each in a process of its own; how each ended."""
    url, ready = engine.url.render_as_string(hide_password=False), FORKED.Barrier(len(acts))

    def work(act: Callable[[], object]) -> None:
        db.use(patient(db.make_engine(url)))
        ready.wait(600)
        act()
        os._exit(0)

    engine.dispose()
    started = [FORKED.Process(target=work, args=(act,)) for act in acts]
    for process in started:
        process.start()
    for process in started:
        process.join()
    return [process.exitcode for process in started]


def test_two_workers_send_each_message_once(real_engine: Engine, shop: Shop, handed: Path) -> None:
    party_ids = [make_party(shop, f"Party {n}", phone=f"+9198123400{n:02d}", email="") for n in range(8)]
    for party_id in party_ids:
        tell(shop, party_id)
    assert in_processes(real_engine, *[lambda: notifications.send_due(shop.actor)] * 2) == [0, 0]
    sent = handed.read_text().split()
    assert sorted(sent) == sorted(row.id.hex for row in log(shop))
    assert states(shop) == [("sms", "sent")] * 8


def test_two_workers_keep_a_days_most_together(real_engine: Engine, shop: Shop, handed: Path) -> None:
    set_policy(shop, most_per_day=2)
    party = make_party(shop, email="")
    for number in range(6):
        tell(shop, party, str(number))
    assert in_processes(real_engine, *[lambda: notifications.send_due(shop.actor)] * 2) == [0, 0]
    assert len(handed.read_text().split()) == 2
    assert sorted(state for _, state in states(shop)) == ["sent"] * 2 + ["waiting"] * 4


def test_killed_between_the_answer_and_our_note_it_may_have_arrived(
    real_engine: Engine, shop: Shop, handed: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(shop, make_party(shop))
    answered = carriers.deliver

    def dies(actor: Actor, message: Message) -> Delivery:
        answered(actor, message)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    with monkeypatch.context() as killing:
        killing.setattr(carriers, "deliver", dies)
        assert in_processes(real_engine, lambda: notifications.send_due(shop.actor)) == [-signal.SIGKILL]
    assert states(shop) == [("sms", "sending")]
    clock.now += LEASE + timedelta(seconds=1)
    assert in_processes(real_engine, *[lambda: notifications.send_due(shop.actor)] * 2) == [0, 0]
    clock.advance(days=1)
    notifications.send_due(shop.actor)
    assert states(shop) == [("sms", "unknown")]  # neither again nor by the next channel: it may have arrived
    assert len(handed.read_text().split()) == 1


def test_a_report_at_the_same_instant_as_the_answer_is_not_lost(
    real_engine: Engine, shop: Shop, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_handlers", [take_report])
    for number in range(8):
        tell(shop, make_party(shop, f"Party {number}", phone=f"+9198123400{number:02d}", email=""))
    ids: list[UUID] = sorted(row.id for row in log(shop))

    def one(message_id: UUID) -> list[Callable[[], object]]:
        known = message_id.hex
        carrier.answers = [lambda: Delivery(Outcome.SENT, "twilio", known)]
        status = Status(known, ReportState.DELIVERED, "", clocks.now())
        return [
            lambda: notifications.sending.send(shop.actor, message_id),
            lambda: receiving._note(shop.company_id, Provider.TWILIO, [status], known.encode()),
        ]

    for message_id in ids:
        together(*one(message_id))
    assert states(shop) == [("sms", "delivered")] * 8
