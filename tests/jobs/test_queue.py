"""With a real Redis and a real worker that forks: what is killed is done again, and once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, select, text

from jobs import chores, perform, queue, watching, wiring
from jobs.alive import is_alive
from jobs.alive import main as alive
from jobs.once import once
from jobs.relay import relay, sweep
from jobs.scheduler import put_on
from jobs.worker import ForkingWorker
from tests.ground.redis import running_redis
from tests.ground.shops import Shop, found_sharma
from webapp.platform import clock, metrics, slow_queries
from webapp.platform.db import make_engine
from webapp.platform.outbox import Job, JobEffect, JobFailure, OutboxEvent, announce, open_relay
from webapp.platform.prepared import send
from webapp.platform.processes import SCHEDULER_SEEN_KEY, SEEN_SECONDS
from webapp.platform.redis_server import find_binary
from webapp.platform.tenancy import open_books


@dataclass(frozen=True)
class BellRung:
    folder: str


@dataclass(frozen=True)
class Tolled:
    of: str


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with running_redis(tmp_path) as (server, _process), queue.connect(server.url) as connection:
        yield connection


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
    clock.use(None)  # the queue has the machine's time
    return found_sharma()


def work(redis: Redis, engine: Engine) -> None:
    """Perform what is queued, then stop."""
    engine.dispose()  # as in a worker: nothing is connected when it forks
    worker = ForkingWorker(queue.queues_on(redis), connection=redis, serializer=JSONSerializer)
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
    enqueue = put_on(redis)
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
    enqueue = put_on(redis)
    for _ in range(3):
        enqueue("ring", 1, UUID(int=1), 0)
    assert len(rq) == 1


def test_a_job_survives_a_crash_of_redis(tmp_path: Path) -> None:
    for expected in (0, 1):
        with running_redis(tmp_path) as (server, process), queue.connect(server.url) as connection:
            rq = queue.queue_on(connection)
            assert len(rq) == expected
            put_on(connection)("ring", 1, UUID(int=1), 0)
            process.kill()


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
        assert chores.due_chores(before_two, claim) == ["enter_vouchers", "seal_bank_numbers", "back_up_by_night"]
        assert chores.due_chores(after_two, claim) == ["verify_books"]
        assert chores.due_chores(after_two, claim) == []
        assert chores.due_chores(after_two + timedelta(days=1), claim) == [
            "enter_vouchers",
            "seal_bank_numbers",
            "back_up_by_night",
            "verify_books",
        ]


def test_the_clock_is_the_machines_own_again() -> None:
    """These tests run in real time: a clock left behind by another would make the sweeper blind."""
    before, now, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= now <= after


def test_a_probe_tells_a_silent_process_from_an_absent_redis(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: seen + timedelta(seconds=SEEN_SECONDS - 1))
    redis.sadd("rq:workers", "rq:worker:shop-17-1", "rq:worker:other-4-1")
    redis.hset("rq:worker:shop-17-1", "last_heartbeat", seen.isoformat())
    redis.hset("rq:worker:other-4-1", "last_heartbeat", (seen - timedelta(minutes=5)).isoformat())
    assert (is_alive(redis, "worker", "shop"), is_alive(redis, "worker", "other"), is_alive(redis, "worker", "sho")) == (True, False, False)
    assert not is_alive(redis, "scheduler", "shop")
    redis.set(SCHEDULER_SEEN_KEY, "alive")
    assert is_alive(redis, "scheduler", "anywhere")
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/redis.sock")
    assert (alive(["worker"]), alive(["coffee"]), alive([])) == (0, 2, 2)


def test_a_flood_of_urgent_jobs_starves_no_other_queue(redis: Redis) -> None:
    urgent, usual, slow = queue.queues_on(redis)
    worker = ForkingWorker([urgent, usual, slow], connection=redis, serializer=JSONSerializer)
    for rq, count in ((urgent, 40), (usual, 40), (slow, 40)):
        for _ in range(count):
            rq.enqueue(chores.run_chore, "sweep_drafts")
    taken = []
    for _ in range(24):
        found = worker.dequeue_job_and_maintain_ttl(timeout=None)
        assert found is not None
        taken.append(found[1].name)
    assert taken[:3] == [queue.URGENT] * 3
    assert {name: taken.count(name) for name in queue.NAMES} == {queue.URGENT: 19, queue.USUAL: 4, queue.SLOW: 1}
    for rq in (urgent, usual):
        redis.delete(rq.key)
    assert worker.dequeue_job_and_maintain_ttl(timeout=None) is not None, "a queue that is empty takes no turn"


def test_each_job_waits_in_its_own_queue_for_its_own_time(redis: Redis) -> None:
    enqueue = put_on(redis)
    for number, name in enumerate(("draw_pdf", "register_einvoice", "import_items")):
        enqueue(name, 1, UUID(int=number), 0)
    found = {rq.name: [(job.args[0], job.timeout) for job in rq.jobs] for rq in queue.queues_on(redis)}
    assert found == {
        queue.URGENT: [("draw_pdf", 120)],
        queue.USUAL: [("register_einvoice", 600)],
        queue.SLOW: [("import_items", 3_600)],
    }
    assert queue.USUAL == "munim", "what an older version has queued is taken"


def test_a_job_lost_between_the_queue_and_the_worker_is_queued_again(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    enqueue, rq = put_on(redis), queue.queue_on(redis)
    enqueue("ring", 1, UUID(int=1), 0)
    assert redis.lpop(rq.key) is not None  # as a worker does, which is then killed
    enqueue("ring", 1, UUID(int=1), 0)
    assert len(rq) == 0, "it may just be beginning"
    later = clock.now() + timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    for _twice in range(2):
        enqueue("ring", 1, UUID(int=1), 0)
    assert len(rq) == 1


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_poison_starves_nobody(redis: Redis, real_engine: Engine, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One fails, one eats the memory, one kills its process: the neighbours are done, and each try is written down."""

    def fail(_job: Job) -> None:
        raise RuntimeError("always")

    def eat(_job: Job) -> None:
        held = [bytearray(1 << 28) for _ in range(64)]
        raise AssertionError(len(held))

    def kill(_job: Job) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    listeners = {"BellRung": [fail, eat, kill, ding]}
    monkeypatch.setattr(wiring, "LISTENERS", listeners)
    monkeypatch.setattr("jobs.relay.LISTENERS", listeners)
    with open_books(shop.actor) as books:
        announce(books, BellRung(folder=str(tmp_path)))
    enqueue, now = put_on(redis), datetime.now(UTC)
    # Two schedulers hand the same fact on.
    relay(enqueue, now)
    redis.flushall()  # the whole queue is lost: the database knows
    assert sweep(enqueue, now + timedelta(minutes=3)) == 4
    assert sweep(enqueue, now + timedelta(minutes=3)) == 4
    assert len(queue.queue_on(redis)) == 4
    work(redis, real_engine)
    assert done() == {"ding"}
    with open_relay() as session:
        failures = {one.job: one for one in session.scalars(select(JobFailure))}
    assert {name: one.tries for name, one in failures.items()} == {"fail": 1, "eat": 1, "kill": 1}
    assert "MemoryError" in failures["eat"].error


def test_what_is_measured(redis: Redis, real_engine: Engine, shop: Shop) -> None:
    with open_books(shop.actor) as books:
        announce(books, BellRung(folder=""))
    put_on(redis)("ring", 1, UUID(int=1), 0)
    now = clock.now() + timedelta(minutes=10)
    watching.measure(redis, now)
    words = metrics.exposition().decode()
    assert 'munim_queue_length{queue="munim"} 1.0' in words
    figures = {line.split(" ")[0]: float(line.split(" ")[1]) for line in words.splitlines() if line.startswith("munim_")}
    assert figures['munim_queue_oldest_seconds{queue="munim"}'] >= 590
    assert figures["munim_outbox_age_seconds"] >= 590
    assert figures["munim_database_bytes"] > 100_000
    assert figures["munim_dead_letters"] == 0


@pytest.fixture
def _unwatched() -> Iterator[None]:
    yield
    slow_queries.watch(make_engine("sqlite://"), 0)


LONG = "with recursive c(n) as (select 1 union all select n + 1 from c where n < 300000) select count(*), :name from c"


@pytest.mark.usefixtures("_unwatched")
@pytest.mark.parametrize("road", ["sqlalchemy", "direct"])
def test_a_slow_statement_is_logged_without_its_values(monkeypatch: pytest.MonkeyPatch, road: str) -> None:
    told: list[dict[str, object]] = []
    monkeypatch.setattr(slow_queries.log, "warning", lambda event, **values: told.append({"event": event, **values}), raising=False)
    made = make_engine("sqlite://")

    def ask(words: str) -> None:
        with made.connect() as connection:
            connection.execute(text(words), {"name": "Asha"}) if road == "sqlalchemy" else send(
                connection, words, {"name": "Asha"}
            ).fetchall()

    slow_queries.watch(made, 0)
    ask(LONG)
    assert told == []
    slow_queries.watch(made, 1)
    with made.connect() as connection:
        assert not connection.dispatch.before_cursor_execute, "prepared statements would leave the short road"
    ask(LONG)
    # What else is slow on a slow machine is told as well.
    assert [one["event"] for one in told if str(one["sql"]).startswith("with recursive")] == ["slow query"]
    assert "Asha" not in str(told)


def killing_once(mark: Path, real: Callable[..., Any], *, afterwards: bool) -> Callable[..., Any]:
    """`real`, but the first process that calls it is killed: before it, or once it has done its work."""

    def deadly(*arguments: Any) -> Any:
        is_first = not mark.exists()
        mark.touch()
        if is_first and not afterwards:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*arguments)
        if is_first:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return deadly


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_killed_at_every_boundary_there_is_one_effect(
    redis: Redis, real_engine: Engine, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the try is written; when the listener has done all; after the note, before the queue is told."""

    def toll(job: Job) -> None:
        with once(job, toll) as books:
            announce(books, Tolled(of=str(job.event_id)))

    monkeypatch.setattr(wiring, "LISTENERS", {"BellRung": [toll]})
    monkeypatch.setattr("jobs.relay.LISTENERS", {"BellRung": [toll]})
    enqueue, now = put_on(redis), datetime.now(UTC)
    for name, afterwards in (("_begin_try", True), ("_note_effect", False), ("_forget_tries", False), ("_forget_tries", True)):
        mark = tmp_path / f"{name}{afterwards}"
        with open_books(shop.actor) as books:
            event_id = announce(books, BellRung(folder=""))
        with monkeypatch.context() as patched:
            patched.setattr(perform, name, killing_once(mark, getattr(perform, name), afterwards=afterwards))
            relay(enqueue, now)
            work(redis, real_engine)
        assert mark.exists(), "it was to be killed here"
        now += timedelta(minutes=30)
        sweep(enqueue, now)
        work(redis, real_engine)
        with open_relay() as session:
            tolled = [one.payload["of"] for one in session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "Tolled"))]
        assert tolled.count(str(event_id)) == 1, (name, afterwards)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
def test_a_worker_told_to_stop_ends_the_job_under_way_and_begins_no_other(
    redis: Redis, real_engine: Engine, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def toll(job: Job) -> None:
        os.kill(os.getppid(), signal.SIGTERM)
        with once(job, toll):
            pass

    monkeypatch.setattr(wiring, "LISTENERS", {"BellRung": [toll]})
    monkeypatch.setattr("jobs.relay.LISTENERS", {"BellRung": [toll]})
    for _ in range(2):
        with open_books(shop.actor) as books:
            announce(books, BellRung(folder=""))
    relay(put_on(redis), datetime.now(UTC))
    work(redis, real_engine)
    assert done() == {"toll"}
    assert len(queue.queue_on(redis)) == 1
