"""Facts reach their listeners at least once, and have their effect exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from jobs import wiring
from jobs.once import AlreadyDone, Listener, once
from jobs.perform import MOST_TRIES, STARTED, back_off, perform
from jobs.queue import TIMEOUT_SECONDS
from jobs.relay import LOST_AFTER, relay, sweep
from jobs.scheduler import perform_here
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp.platform.outbox import Job, JobEffect, JobFailure, OutboxEvent, announce, open_relay
from webapp.platform.tenancy import open_books


@dataclass(frozen=True)
class BellRung:
    times: int


@dataclass
class Bell:
    """A listener that counts its calls, and fails when told to. Its effect is a row that only it writes."""

    calls: int = 0
    fails: Exception | None = None
    notes: bool = True


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Bell:
    bell = Bell()

    def ring(job: Job) -> None:
        bell.calls += 1
        if bell.fails:
            raise bell.fails
        if bell.notes:
            with once(job, ring):
                pass

    monkeypatch.setattr(wiring, "LISTENERS", {"BellRung": [ring]})
    monkeypatch.setattr("jobs.relay.LISTENERS", {"BellRung": [ring]})
    return bell


@pytest.fixture
def event_id(bell: Bell, sharma: Shop) -> UUID:
    with open_books(sharma.actor) as books:
        return announce(books, BellRung(times=3))


def queued() -> tuple[list[tuple[str, int, UUID, int]], Callable[[str, int, UUID, int], None]]:
    """A queue that only keeps what it is given."""
    kept: list[tuple[str, int, UUID, int]] = []
    return kept, lambda *what: kept.append(what)


def count(model: type[JobEffect] | type[JobFailure] | type[OutboxEvent], *where: object) -> int:
    with open_relay() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_a_committed_fact_is_handed_on_once(event_id: UUID, sharma: Shop, clock: Clock) -> None:
    kept, enqueue = queued()
    assert relay(enqueue, clock.now) == 1
    assert relay(enqueue, clock.now) == 0
    assert kept == [("ring", sharma.company_id, event_id, 0)]


def test_a_fact_of_a_transaction_that_failed_was_never_said(bell: Bell, sharma: Shop, clock: Clock) -> None:
    def fail() -> None:
        with open_books(sharma.actor) as books:
            announce(books, BellRung(times=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert relay(perform_here, clock.now) == 0


def test_a_fact_nobody_listens_to_is_marked_and_left(bell: Bell, sharma: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "LISTENERS", {})
    with open_books(sharma.actor) as books:
        announce(books, BellRung(times=1))
    assert relay(perform_here, clock.now) == 1
    assert bell.calls == 0


def test_a_crash_before_the_mark_repeats_the_call_and_not_the_effect(bell: Bell, event_id: UUID, sharma: Shop, clock: Clock) -> None:
    perform("ring", sharma.company_id, str(event_id))  # handed on, performed; and then the relay died before it marked the fact
    relay(perform_here, clock.now)
    assert (bell.calls, count(JobEffect), count(JobFailure)) == (1, 1, 0)


@pytest.mark.usefixtures("event_id")
def test_a_listener_without_an_effect_of_its_own_is_still_called_once(bell: Bell, clock: Clock) -> None:
    bell.notes = False
    relay(perform_here, clock.now)
    clock.advance(hours=1)
    assert sweep(perform_here, clock.now) == 0
    assert bell.calls == 1


def test_effect_and_note_are_one_transaction(bell: Bell, event_id: UUID, sharma: Shop) -> None:
    job = Job(sharma.company_id, event_id, {})
    (ring,) = wiring.LISTENERS["BellRung"]

    def fail_half_way() -> None:
        with once(job, ring) as books:
            announce(books, BellRung(times=9))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert (count(JobEffect), count(OutboxEvent)) == (0, 1)


def test_a_second_effect_is_refused(bell: Bell, event_id: UUID, sharma: Shop) -> None:
    job = Job(sharma.company_id, event_id, {})
    (ring,) = wiring.LISTENERS["BellRung"]
    ring(job)
    with pytest.raises(AlreadyDone):
        ring(job)


@pytest.mark.usefixtures("event_id")
def test_a_failure_is_tried_again_later_and_at_last_given_up(bell: Bell, clock: Clock) -> None:
    bell.fails = RuntimeError("the disk is full; password=hunter2")
    relay(perform_here, clock.now)
    assert sweep(perform_here, clock.now) == 0  # not at once
    for tries in range(1, MOST_TRIES):
        clock.advance(seconds=max(back_off(tries), LOST_AFTER).total_seconds() + 1)
        assert sweep(perform_here, clock.now) == 1
    clock.advance(days=1)
    assert sweep(perform_here, clock.now) == 0
    assert bell.calls == MOST_TRIES
    with open_relay() as session:
        failure = session.scalars(select(JobFailure)).one()
        assert failure.tries == MOST_TRIES
        assert "the disk is full" in failure.error
        assert "hunter2" not in failure.error


@pytest.mark.usefixtures("event_id")
def test_a_try_that_succeeds_forgets_the_failures(bell: Bell, clock: Clock) -> None:
    bell.fails = RuntimeError("once")
    relay(perform_here, clock.now)
    bell.fails = None
    clock.advance(minutes=5)
    sweep(perform_here, clock.now)
    assert (bell.calls, count(JobEffect), count(JobFailure)) == (2, 1, 0)


@pytest.mark.usefixtures("bell")
def test_what_the_queue_lost_is_found(event_id: UUID, sharma: Shop, clock: Clock) -> None:
    lost, lose = queued()
    relay(lose, clock.now)
    assert sweep(lose, clock.now) == 0
    clock.advance(seconds=LOST_AFTER.total_seconds() + 1)
    sweep(perform_here, clock.now)
    assert len(lost) == 1
    assert count(JobEffect, JobEffect.event_id == event_id) == 1


@pytest.mark.usefixtures("event_id")
@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=400)])
def test_a_clock_that_jumps_makes_no_job_wait_for_it(bell: Bell, clock: Clock, jump: timedelta) -> None:
    """Forward beyond the time the sweeper looks back, a person hands it on anew (webapp/background); set right again, it goes on."""
    bell.fails = RuntimeError("once")
    relay(perform_here, clock.now)
    bell.fails = None
    right = clock.now
    clock.now += jump
    sweep(perform_here, clock.now)
    if jump > timedelta(0):
        assert bell.calls == 1
        clock.now = right + timedelta(minutes=5)
        sweep(perform_here, clock.now)
    assert (bell.calls, count(JobEffect), count(JobFailure)) == (2, 1, 0)


def test_a_killed_try_has_its_whole_time_and_then_another_try(bell: Bell, event_id: UUID, sharma: Shop, clock: Clock) -> None:
    _, lose = queued()
    relay(lose, clock.now)
    with open_relay() as session:  # what a process leaves that was killed in the middle
        session.add(JobFailure(company_id=sharma.company_id, event_id=event_id, job="ring", tries=1, error=STARTED, failed_at=clock.now))
    clock.advance(minutes=5)
    assert sweep(perform_here, clock.now) == 0
    clock.now += timedelta(seconds=TIMEOUT_SECONDS)
    assert sweep(perform_here, clock.now) == 1
    assert bell.calls == 1


@pytest.mark.usefixtures("bell")
def test_a_listener_that_is_gone_harms_nobody(event_id: UUID, sharma: Shop) -> None:
    perform("toll", sharma.company_id, str(event_id))
    perform("ring", sharma.company_id, str(UUID(int=7)))
    assert (count(JobEffect), count(JobFailure)) == (0, 0)


def test_a_job_of_one_company_cannot_take_up_another_ones_fact(bell: Bell, event_id: UUID, iyer: Shop) -> None:
    perform("ring", iyer.company_id, str(event_id))
    assert bell.calls == 0


def test_every_listener_has_a_name_of_its_own() -> None:
    named: dict[str, Listener] = {}
    for listeners in wiring.LISTENERS.values():
        for listener in listeners:
            assert named.setdefault(listener.__name__, listener) is listener
    assert set(wiring.WARM_UP) <= set(named)
