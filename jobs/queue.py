"""The queues between the relay and the worker: RQ on the machine's Redis, one for each urgency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from uuid import UUID

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from webapp.platform import clock

URGENT = "munim-urgent"  # what a person waits for at the screen
USUAL = "munim"  # the only queue there once was: what an older version put on it is still taken
SLOW = "munim-slow"  # what may take an hour
NAMES = (URGENT, USUAL, SLOW)
# A job that takes longer hangs: the longest honest one of the usual queue is a year's register as PDF.
TIMEOUT_SECONDS = 600
# On a queue that long ago, in no list and never begun: whoever took it was killed before it could say so.
LOST_AFTER = timedelta(minutes=2)


def connect(redis_url: str) -> Redis:
    """A connection for a long-lived process: it rides out a restart of Redis. The socket's time-out is longer than RQ's wait for a job."""
    return Redis.from_url(redis_url, retry=Retry(ExponentialBackoff(cap=2, base=0.1), 3), socket_connect_timeout=2, socket_timeout=60)


def queue_on(redis: Redis, name: str = USUAL) -> Queue:
    """One of our queues. Its messages are JSON: a pickle from a queue would be code from a stranger."""
    return Queue(name, connection=redis, serializer=JSONSerializer, default_timeout=TIMEOUT_SECONDS)


def queues_on(redis: Redis, names: Sequence[str] = NAMES) -> list[Queue]:
    """All of them, the most urgent first."""
    return [queue_on(redis, name) for name in names]


def put_once(rq: Queue, identity: str, call: Callable[..., object], *arguments: object, seconds: int, kept_seconds: int) -> None:
    """Queue a call under a name of its own, unless the queue holds it or a worker has it.

    RQ takes a job off its list before it notes that it began. Killed between the two, a worker leaves a name in Redis that nobody
    works on: such a one is put on the list anew.
    """
    for _attempt in range(2):
        try:
            rq.enqueue(call, *arguments, job_id=identity, unique=True, job_timeout=seconds, result_ttl=0, failure_ttl=kept_seconds)
        except DuplicateJobError:
            if not _drop_lost(rq, identity):
                return
        else:
            return


def _drop_lost(rq: Queue, identity: str) -> bool:
    try:
        job = Job.fetch(identity, connection=rq.connection, serializer=JSONSerializer)
    except NoSuchJobError:
        return True  # it ended meanwhile
    put_at = job.enqueued_at.replace(tzinfo=UTC) if job.enqueued_at else None
    is_fresh = put_at is None or clock.now() - put_at < LOST_AFTER
    if job.get_status() != JobStatus.QUEUED or is_fresh:
        return False
    if any(rq.connection.lpos(one.key, identity) is not None for one in queues_on(rq.connection)):
        return False
    rq.connection.delete(job.key)
    return True


def job_id(event_id: UUID, job: str, tries: int = 0) -> str:
    """The queue's name for one try, so that a fact handed on twice is queued once."""
    return f"{event_id}-{job}-{tries}"
