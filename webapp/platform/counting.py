"""Counts that every process of the program shares, in windows of time. They live in the program's Redis; nobody waits for it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from webapp.platform.logging import log

PAUSE_SECONDS = 10  # a Redis that did not answer is left alone so long, so that no page waits for it again and again
_PATIENCE_SECONDS = 0.5


@dataclass(slots=True)
class SharedCounts:
    """What happened how often, across processes. `redis_url` may be empty: then nothing is shared."""

    redis_url: str
    _redis: Redis | None = None
    _away_until: float = field(default=0.0)

    def one_more(self, what: str, window: int, seconds: int) -> int | None:
        """Count one more of `what` in a window `seconds` long; returns how many there are. None while no Redis answers."""
        if not self.redis_url or time.monotonic() < self._away_until:
            return None
        key = f"munim:count:{what}:{window}"
        try:
            with self._connection().pipeline() as both:
                both.incr(key)
                both.expire(key, 2 * seconds)
                found = both.execute()[0]
        except RedisError as trouble:
            log.warning("counts are kept by each process", error=str(trouble))
            self._away_until = time.monotonic() + PAUSE_SECONDS
            return None
        return int(found)

    def _connection(self) -> Redis:
        if self._redis is None:
            self._redis = Redis.from_url(
                self.redis_url,
                retry=Retry(NoBackoff(), 0),
                socket_timeout=_PATIENCE_SECONDS,
                socket_connect_timeout=_PATIENCE_SECONDS,
            )
        return self._redis
