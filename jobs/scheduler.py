"""`python -m jobs.scheduler`: the process that keeps the time: it relays facts, sweeps up what was lost, and runs the day's chores.

Several may run: a fact handed on twice is queued once and done once. With no Redis it performs the jobs itself.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError
from rq.timeouts import UnixSignalDeathPenalty
from sqlalchemy.exc import SQLAlchemyError

from jobs import chores, queue, watching
from jobs.grounds import connect_rooms, stand
from jobs.perform import Enqueue, perform
from jobs.relay import relay, sweep
from jobs.wiring import manner_of
from webapp.platform import clock, metrics, people_mail
from webapp.platform.logging import log
from webapp.platform.processes import LIFE_SIGN_SECONDS, SCHEDULER_SEEN_KEY, SEEN_SECONDS

RELAY_SECONDS = 0.5
SWEEP_SECONDS = 60.0
OFTEN_SECONDS = 300.0
PEOPLE_MAIL_SECONDS = 2.0  # a person waits before the screen for it
AFTER_TROUBLE_SECONDS = 5.0
CHORE_SECONDS = 3_600
# The database keeps what failed and why; the queue forgets it soon, so that the next try is not taken for a repeat.
FAILURE_KEPT_SECONDS = 60


class Turns:
    """Says whether a thing that happens every so often is due; the first time at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.next_at = 0.0

    def are_due(self) -> bool:
        if time.monotonic() < self.next_at:
            return False
        self.next_at = time.monotonic() + self.seconds
        return True


class Scheduler:
    """The loop. `enqueue` and `start_chore` differ with and without Redis; nothing else does."""

    def __init__(self, redis: Redis | None, var_dir: Path) -> None:
        self.redis = redis
        self.enqueue: Enqueue = put_on(redis) if redis is not None else perform_here
        self.start_chore: Callable[[str], None] = put_chore_on(redis) if redis is not None else run_chore_here
        self.claim = chores.claim_in_redis(redis) if redis is not None else chores.claim_in_folder(var_dir / "chores")
        self.sweeps, self.life_signs, self.often = Turns(SWEEP_SECONDS), Turns(LIFE_SIGN_SECONDS), Turns(OFTEN_SECONDS)
        self.people_mail = Turns(PEOPLE_MAIL_SECONDS)

    def turn(self) -> bool:
        """One round. True when more facts are waiting than one round takes."""
        if self.redis is not None and self.life_signs.are_due():
            self.redis.set(SCHEDULER_SEEN_KEY, "alive", ex=SEEN_SECONDS)
        sent = relay(self.enqueue, clock.now())
        if self.sweeps.are_due():
            sweep(self.enqueue, clock.now())
            watching.measure(self.redis, clock.now())
            for name in chores.due_chores(clock.now(), self.claim):
                self.start_chore(name)
        if self.people_mail.are_due() and people_mail.is_waiting():
            self.start_chore("send_people_mails")
        if self.often.are_due():
            for name in chores.OFTEN:
                self.start_chore(name)
        return sent > 0


def put_on(redis: Redis) -> Enqueue:
    """Hand a job to the queue of its urgency, once for each of its tries: the queue may hold it already, handed on twice or waiting
    behind ten thousand others."""

    def enqueue(name: str, company_id: int, event_id: UUID, tries: int) -> None:
        manner, identity = manner_of(name), queue.job_id(event_id, name, tries)
        rq = queue.queue_on(redis, manner.queue)
        arguments = (name, company_id, str(event_id))
        queue.put_once(rq, identity, perform, *arguments, seconds=manner.seconds, kept_seconds=FAILURE_KEPT_SECONDS)

    return enqueue


def put_chore_on(redis: Redis) -> Callable[[str], None]:
    """Hand a chore to its queue, the day's to the slow one, unless it waits there since last time or is at work."""

    def start(name: str) -> None:
        rq = queue.queue_on(redis, queue.USUAL if name in chores.OFTEN else queue.SLOW)
        queue.put_once(rq, f"chore-{name}", chores.run_chore, name, seconds=CHORE_SECONDS, kept_seconds=FAILURE_KEPT_SECONDS)

    return start


def perform_here(name: str, company_id: int, event_id: UUID, _tries: int) -> None:
    """Without a queue: perform the job at once. A failure is written down by `perform`; the next job goes on."""
    try:
        with UnixSignalDeathPenalty(manner_of(name).seconds):  # type: ignore[no-untyped-call]  # RQ leaves it bare
            perform(name, company_id, str(event_id))
    except Exception:
        log.exception("job failed here", job=name)
        metrics.JOBS.labels(name, "failed").inc()
    else:
        metrics.JOBS.labels(name, "done").inc()


def run_chore_here(name: str) -> None:
    """Without a queue: the day's chore, in this process."""
    try:
        with UnixSignalDeathPenalty(CHORE_SECONDS):  # type: ignore[no-untyped-call]  # RQ leaves it bare
            chores.run_chore(name)
    except Exception:
        log.exception("chore failed", chore=name)


def keep_turning(scheduler: Scheduler, stop: threading.Event) -> None:
    """Turn until told to stop. A database or a Redis that is away is waited for; facts wait with it."""
    while not stop.is_set():
        try:
            pause = 0.0 if scheduler.turn() else RELAY_SECONDS
        except (RedisError, SQLAlchemyError) as error:
            log.warning("the relay waits", error=str(error).splitlines()[0])
            pause = AFTER_TROUBLE_SECONDS
        stop.wait(pause)


def main() -> int:
    settings = stand("scheduler")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    redis = queue.connect(settings.redis_url) if settings.redis_url else None
    if redis is None:
        connect_rooms()  # it performs the jobs itself
    keep_turning(Scheduler(redis, settings.var_dir), stop)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
