"""A Redis of a test's own, as a shop's machine starts it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.ground.server import START_SECONDS
from webapp.platform.redis_server import RedisServer, own_server

Running = tuple[RedisServer, "subprocess.Popen[bytes]"]


@contextmanager
def running_redis(folder: Path) -> Iterator[Running]:
    """Redis with its data in `folder`, from its first answer (its socket is there before it listens) until the block ends. What a test has
    killed stays so."""
    server = own_server(folder)
    assert server is not None
    process = subprocess.Popen(server.command)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(server):
            assert process.poll() is None, "Redis has ended"
            assert time.monotonic() < deadline, "Redis does not answer"
            time.sleep(0.01)
        yield server, process
    finally:
        process.kill()
        process.wait()
        server.clean_up()


def _answers(server: RedisServer) -> bool:
    with Redis.from_url(server.url) as probe:
        try:
            return bool(probe.ping())
        except RedisError:  # nobody listens, or it reads what was kept
            return False
