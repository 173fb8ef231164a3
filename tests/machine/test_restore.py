"""A restore from the page under the supervisor: all stop, browsers are told to wait, and the books of the backup are served."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from tests.ground.server import ROOT
from tests.machine.conftest import Machine, until

pytestmark = [pytest.mark.machine, pytest.mark.slow]


def marks(machine: Machine) -> list[str]:
    with closing(sqlite3.connect(machine.var_dir / "munim.sqlite3")) as books:
        return [row[0] for row in books.execute("select name from chore_run where name = 'mark'")]


def status(machine: Machine) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/healthz", timeout=5) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Retry-After", "")
    except OSError:
        return 0, ""


def test_the_supervisor_puts_a_prepared_backup_in_its_place(machine: Machine) -> None:
    machine.start()
    assert machine.console("backup").returncode == 0
    backup_id = machine.console("backup", "list").stdout.split()[0]
    with closing(sqlite3.connect(machine.var_dir / "munim.sqlite3", timeout=30)) as books, books:
        books.execute("insert into chore_run (name, began_at, outcome, error) values ('mark', '2026-11-20 00:00:00', 'done', '')")
    script = (
        "from webapp.backups import prepared\nfrom webapp.backups.doors import here, prepare_restore\n"
        f"prepared.ask(here(), '{backup_id}', by='owner')\nprepare_restore('{backup_id}')\nprepared.want(here(), '{backup_id}')\n"
    )
    assert marks(machine) == ["mark"]
    done = subprocess.run([sys.executable, "-c", script], env={**machine.env, "MUNIM_SUPERVISED": "1"}, cwd=ROOT, check=False)
    assert done.returncode == 0
    seen: set[tuple[int, str]] = set()

    def is_restored() -> bool:
        seen.add(status(machine))
        return "Restored." in machine.said()

    until(is_restored, 60, machine.said)
    assert (503, "5") in seen
    until(lambda: status(machine)[0] == 200, 30, machine.said)
    assert marks(machine) == []
    for words in ("webapp.serving web", "jobs.worker", "jobs.scheduler"):
        assert machine.child(words).is_running()
    assert machine.stop() == 0
