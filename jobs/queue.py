"""The queue between the relay and the worker: RQ on the machine's Redis."""

from __future__ import annotations

from uuid import UUID

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

NAME = "munim"
# A job that takes longer hangs: the longest honest one is a year's register as PDF, or 20,000 items imported.
TIMEOUT_SECONDS = 600


def connect(redis_url: str) -> Redis:
    """A connection for a long-lived process: it rides out a restart of Redis. The socket's time-out is longer than RQ's wait for a job."""
    return Redis.from_url(redis_url, retry=Retry(ExponentialBackoff(cap=2, base=0.1), 3), socket_connect_timeout=2, socket_timeout=60)


def queue_on(redis: Redis) -> Queue:
    """Our one queue. Its messages are JSON: a pickle from a queue would be code from a stranger."""
    return Queue(NAME, connection=redis, serializer=JSONSerializer, default_timeout=TIMEOUT_SECONDS)


def job_id(event_id: UUID, job: str, tries: int = 0) -> str:
    """The queue's name for one try, so that a fact handed on twice is queued once."""
    return f"{event_id}-{job}-{tries}"
