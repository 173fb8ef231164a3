"""One command runs it: it starts soon, stops whole, mends itself, and says plainly why it cannot."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import urllib.error
import urllib.request
from contextlib import closing

import psutil
import pytest

from tests.ground.server import ROOT, status_of
from tests.machine.conftest import PATIENCE, Machine, command_of, lives, until

pytestmark = [pytest.mark.machine, pytest.mark.slow]

MOST_IDLE_MEGABYTES = 350  # every process of it, at rest
AT_REST = ("webapp.serving", "redis-server", "webapp.serving web", "webapp.serving web", "jobs.worker", "jobs.scheduler")


def readiness(machine: Machine, query: str = "") -> tuple[int, dict[str, str]]:
    url = f"http://127.0.0.1:{machine.port}/readyz{query}"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, json.load(answer)["checks"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["checks"]


def everything_is_ready(machine: Machine) -> bool:
    return readiness(machine)[0] == 200


def test_it_starts_works_and_leaves_no_orphan(machine: Machine) -> None:
    machine.start()
    until(lambda: everything_is_ready(machine), machine.said)
    assert readiness(machine)[1] == dict.fromkeys(("database", "migrations", "redis", "worker", "scheduler"), "ok")
    commands = " ".join(command_of(one) for one in machine.family())
    assert all(word in commands for word in AT_REST)
    family = at_rest(machine)
    resting = {f"{one.pid} {command_of(one)[-40:]}": one.memory_info().rss / 1_000_000 for one in family}
    assert machine.stop(signal.SIGINT) == 0
    until(lambda: not any(lives(one) for one in family), machine.said)  # who was killed dies when the system comes to it
    assert not (machine.var_dir / "redis.sock").exists()
    assert len(resting) == len(AT_REST), resting
    assert sum(resting.values()) <= MOST_IDLE_MEGABYTES, resting


def at_rest(machine: Machine) -> list[psutil.Process]:
    """The family once the chores are done. The worker takes each in a child; between two of them it looks as if it rested."""
    until(machine.has_done_chores, machine.said)
    family: list[psutil.Process] = []

    def rests() -> bool:
        family[:] = machine.family()
        return len(family) == len(AT_REST)

    until(rests, machine.said)
    return family


def test_the_second_start_installs_nothing(machine: Machine) -> None:
    """bin/run as a whole: it looks at the lock files, migrates, serves."""
    for _ in range(2):
        machine.start(str(ROOT / "bin" / "run"))
        assert "Installing" not in machine.said()
        assert machine.stop() == 0


def test_the_secret_is_made_once_and_private(machine: Machine) -> None:
    secret = machine.var_dir / "secret_key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(machine.var_dir.stat().st_mode) == 0o700
    before = secret.read_text()
    machine.console("migrate")
    assert secret.read_text() == before


def test_a_database_newer_than_the_program_is_refused_in_words(machine: Machine) -> None:
    with closing(sqlite3.connect(machine.var_dir / "munim.sqlite3")) as database, database:
        database.execute("update alembic_version set version_num = '9999'")
    for verb in ("migrate", "serve", "verify-books"):
        ended = machine.console(verb)
        assert ended.returncode == 2, ended.stdout
        assert "belongs to a newer Munim" in ended.stderr
        assert "Traceback" not in ended.stderr + ended.stdout


def test_a_killed_parent_takes_its_children_along(machine: Machine) -> None:
    machine.start()
    until(lambda: everything_is_ready(machine), machine.said)
    family = machine.family()
    machine.stop(signal.SIGKILL)
    until(lambda: not any(lives(one) for one in family), machine.said)


@pytest.mark.parametrize("words", [("jobs.worker",), ("jobs.scheduler",), ("webapp.serving", "web")], ids=["worker", "scheduler", "web"])
def test_a_killed_child_is_started_again(machine: Machine, words: tuple[str, ...]) -> None:
    machine.start()
    until(lambda: everything_is_ready(machine), machine.said)
    killed = machine.child(*words)
    below = killed.children(recursive=True)
    killed.kill()
    until(lambda: machine.child(*words).pid != killed.pid, machine.said)
    until(lambda: status_of(f"http://127.0.0.1:{machine.port}/healthz") == 200, machine.said)
    until(lambda: not any(lives(one) for one in below), machine.said)
    assert "SIGKILL" in machine.said()


def test_a_killed_web_worker_is_replaced(machine: Machine) -> None:
    machine.start()
    worker = machine.child("webapp.serving", "web").children()[0]
    worker.kill()
    until(lambda: status_of(f"http://127.0.0.1:{machine.port}/healthz") == 200, machine.said)


def test_without_redis_the_counter_stays_open(machine: Machine) -> None:
    machine.start()
    until(lambda: everything_is_ready(machine), machine.said)
    redis = machine.child("redis-server")
    redis.suspend()  # hangs: worse than gone, for nothing is refused
    status, checks = readiness(machine)
    assert (status, checks["database"], checks["redis"]) == (503, "ok", "missing")
    assert readiness(machine, "?needs=database,migrations")[0] == 200
    assert status_of(f"http://127.0.0.1:{machine.port}/sign-up") == 200
    redis.kill()
    until(lambda: everything_is_ready(machine), machine.said)


def test_a_port_in_use_is_said(machine: Machine) -> None:
    machine.start()
    second = Machine(machine.var_dir.with_name("other"), machine.port, machine.log.with_name("second"))
    second.console("migrate")
    ended = second.console("serve")
    assert ended.returncode == 1
    assert f"Port {machine.port}" in ended.stderr
    assert f"PORT={machine.port + 1} bin/run" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_one_folder_is_served_once(machine: Machine) -> None:
    machine.start()
    second = Machine(machine.var_dir, machine.port + 1, machine.log.with_name("second"))
    ended = second.console("serve")
    assert ended.returncode == 1
    assert "already runs" in ended.stderr


def test_a_bad_setting_is_said(machine: Machine) -> None:
    machine.more["WEB_WORKERS"] = "many"
    ended = machine.console("serve")
    assert ended.returncode != 0
    assert "WEB_WORKERS is 'many'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_long_var_dir_still_has_its_redis(machine: Machine) -> None:
    """A socket's path holds some hundred bytes."""
    machine.var_dir = machine.var_dir.with_name("a long name of a folder " * 6)
    machine.console("migrate")
    machine.start()
    until(lambda: everything_is_ready(machine), machine.said)


def test_health_is_for_machines_and_metrics_for_this_one(machine: Machine) -> None:
    machine.start()
    base = f"http://127.0.0.1:{machine.port}"
    with urllib.request.urlopen(base + "/metrics", timeout=PATIENCE) as answer:
        assert b"munim_requests_total" in answer.read()
    forwarded = urllib.request.Request(base + "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(forwarded, timeout=PATIENCE)
