"""With a real Redis and a real worker that forks: what is killed is done again, and once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from redis import Redis
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, select

from jobs import chores, queue, wiring
from jobs.once import once
from jobs.relay import relay, sweep
from jobs.scheduler import put_on
from jobs.worker import ForkingWorker
from tests.ground.shops import Shop, found_sharma
from webapp.platform import clock
from webapp.platform.outbox import Job, JobEffect, JobFailure, announce, open_relay
from webapp.platform.redis_server import find_binary, own_server
from webapp.platform.tenancy import open_books


@dataclass(frozen=True)
class BellRung:
    folder: str


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = own_server(tmp_path)
    assert server is not None
    process = subprocess.Popen(server.command)
    connection = queue.connect(server.url)
    deadline = time.monotonic() + 10
    while not server.socket.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield connection
    connection.close()
    process.kill()
    process.wait()


def ring(job: Job) -> None:
    """Killed in the middle of the first try, as by the kernel when memory is short."""
    marks = Path(job.payload["folder"])
    (marks / str(time.monotonic_ns())).touch()
    if len(list(marks.iterdir())) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    with once(job, ring):
        pass


def ding(job: Job) -> None:
    with once(job, ding):
        pass


@pytest.fixture
def shop(real_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Shop:
    listeners = {"BellRung": [ring, ding]}
    monkeypatch.setattr(wiring, "LISTENERS", listeners)
    monkeypatch.setattr("jobs.relay.LISTENERS", listeners)
    return found_sharma()


def work(redis: Redis, engine: Engine) -> None:
    """Perform what is queued, then stop."""
    engine.dispose()  # as in a worker: nothing is connected when it forks
    worker = ForkingWorker([queue.queue_on(redis)], connection=redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")


def done() -> set[str]:
    with open_relay() as session:
        return set(session.scalars(select(JobEffect.job)))


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_a_killed_child_is_tried_again_and_its_neighbour_is_not(
    redis: Redis, real_engine: Engine, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    with open_books(shop.actor) as books:
        announce(books, BellRung(folder=str(marks)))
    enqueue = put_on(queue.queue_on(redis))
    now = datetime.now(UTC)
    assert relay(enqueue, now) == 1
    work(redis, real_engine)
    assert done() == {"ding"}
    with open_relay() as session:
        assert session.scalars(select(JobFailure)).one().tries == 1

    assert sweep(enqueue, now + timedelta(minutes=30)) == 1
    work(redis, real_engine)
    assert done() == {"ding", "ring"}
    assert len(list(marks.iterdir())) == 2
    assert sweep(enqueue, now + timedelta(minutes=60)) == 0


def test_a_fact_handed_on_twice_is_queued_once(redis: Redis) -> None:
    rq = queue.queue_on(redis)
    enqueue = put_on(rq)
    for _ in range(3):
        enqueue("ring", 1, UUID(int=1), 0)
    assert len(rq) == 1


def test_a_job_survives_a_crash_of_redis(tmp_path: Path) -> None:
    server = own_server(tmp_path)
    assert server is not None
    for expected in (0, 1):
        process = subprocess.Popen(server.command)
        connection = queue.connect(server.url)
        deadline = time.monotonic() + 10
        while not server.socket.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        rq = queue.queue_on(connection)
        assert len(rq) == expected
        put_on(rq)("ring", 1, UUID(int=1), 0)
        connection.close()
        process.kill()
        process.wait()
        server.socket.unlink()


def test_redis_is_found_without_a_package_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    binary = find_binary()
    assert binary is not None
    assert os.access(binary, os.X_OK)


def test_redis_listens_to_its_socket_only(redis: Redis) -> None:
    assert redis.config_get("port")["port"] == "0"
    assert redis.config_get("appendfsync")["appendfsync"] == "always"


def test_the_days_chore_is_claimed_once(redis: Redis, tmp_path: Path) -> None:
    for claim in (chores.claim_in_redis(redis), chores.claim_in_folder(tmp_path / "chores")):
        before_two, after_two = datetime(2026, 11, 20, 20, 0, tzinfo=UTC), datetime(2026, 11, 20, 21, 0, tzinfo=UTC)  # 1:30, 2:30 in India
        assert chores.due_chores(before_two, claim) == ["enter_vouchers"]
        assert chores.due_chores(after_two, claim) == ["verify_books"]
        assert chores.due_chores(after_two, claim) == []
        assert chores.due_chores(after_two + timedelta(days=1), claim) == ["enter_vouchers", "verify_books"]


def test_the_clock_is_the_machines_own_again() -> None:
    """These tests run in real time: a clock left behind by another would make the sweeper blind."""
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
