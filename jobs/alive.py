"""`python -m jobs.alive worker|scheduler`: whether that process of this machine still says that it lives; for a container's probe.

Ends with 0 when it does, 1 when it has been silent too long. While Redis is away nobody can tell, and a restart would mend nothing: 0.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError

from webapp.platform import clock
from webapp.platform.processes import SCHEDULER_SEEN_KEY, SEEN_SECONDS


def is_alive(redis: Redis, process: str, host: str) -> bool:
    """Whether the worker on `host`, or any scheduler, has been seen lately."""
    if process == "scheduler":
        return bool(redis.exists(SCHEDULER_SEEN_KEY))
    silence = timedelta(seconds=SEEN_SECONDS)
    for key in redis.smembers("rq:workers"):
        name, beat = as_text(key).rpartition(":")[2], redis.hget(as_text(key), "last_heartbeat")
        if name.startswith(f"{host}-") and beat and clock.now() - datetime.fromisoformat(as_text(beat)) < silence:
            return True
    return False


def as_text(told: bytes | str) -> str:
    return told.decode() if isinstance(told, bytes) else told


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in {"worker", "scheduler"}:
        sys.stderr.write("usage: python -m jobs.alive worker|scheduler\n")
        return 2
    url = os.environ.get("REDIS_URL", "")
    if not url:
        return 0  # without Redis the scheduler does all by itself, and says so nowhere
    try:
        return 0 if is_alive(Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5), arguments[0], os.uname().nodename) else 1
    except RedisError:
        return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
