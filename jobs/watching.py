"""What the scheduler measures once a minute, for Prometheus: queues, the outbox, dead letters, the database, chores.

Every figure is read by one small question; nothing is measured while somebody waits.
"""

from __future__ import annotations

from datetime import UTC, datetime

from redis import Redis
from rq.job import Job

from jobs import queue
from webapp.platform import chore_runs, figures, metrics
from webapp.platform.tenancy import open_directory


def measure(redis: Redis | None, now: datetime) -> None:
    """Set the gauges. A database or a Redis that is away is the caller's to meet."""
    if redis is not None:
        for rq in queue.queues_on(redis):
            metrics.QUEUE_LENGTH.labels(rq.name).set(len(rq))
            metrics.QUEUE_OLDEST.labels(rq.name).set(_oldest_seconds(redis, rq.key, now))
    metrics.OUTBOX_AGE.set(figures.outbox_age(now))
    metrics.DEAD_LETTERS.set(figures.dead_letters())
    metrics.DATABASE_BYTES.set(figures.database_bytes())
    with open_directory(writes=False) as directory:
        for run in chore_runs.last_runs(directory):
            if run.succeeded_at is not None:
                metrics.CHORE_SUCCESS.labels(run.name).set(run.succeeded_at.timestamp())


def _oldest_seconds(redis: Redis, key: str, now: datetime) -> float:
    """How long the first of a queue has waited; a job that has gone meanwhile has waited for nothing."""
    first = redis.lindex(key, 0)
    if first is None:
        return 0
    put_at = redis.hget(Job.key_for(_text(first)), "enqueued_at")
    if put_at is None:
        return 0
    return max((now - datetime.fromisoformat(_text(put_at)).replace(tzinfo=UTC)).total_seconds(), 0)


def _text(told: bytes | str) -> str:
    return told.decode() if isinstance(told, bytes) else told
