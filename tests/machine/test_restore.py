"""A restore from the page under the supervisor: all stop, browsers are told to wait, and the books of the backup are served."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.ground.server import ROOT
from tests.machine.conftest import PATIENCE, Machine, until

pytestmark = [pytest.mark.machine, pytest.mark.slow]


def marks(machine: Machine) -> list[str]:
    with closing(sqlite3.connect(machine.var_dir / "munim.sqlite3")) as books:
        return [row[0] for row in books.execute("select name from chore_run where name = 'mark'")]


def status(machine: Machine) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/healthz", timeout=PATIENCE) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Retry-After", "")
    except OSError:
        return 0, ""


# Python runs a module of this name at its start.
WAITS = """
import sys, time
from pathlib import Path
while "put-restored" in sys.orig_argv and not Path(__file__).with_name("seen").exists():
    time.sleep(0.05)
"""


def test_the_supervisor_puts_a_prepared_backup_in_its_place(machine: Machine, tmp_path: Path) -> None:
    """What puts it there begins when it was seen that browsers are told to wait: it may be quicker than the next look."""
    (tmp_path / "sitecustomize.py").write_text(WAITS)
    machine.more["PYTHONPATH"] = str(tmp_path)
    machine.start()
    until(machine.has_done_chores, machine.said)  # among them a backup: two are not made at once
    assert machine.console("backup").returncode == 0
    backup_id = machine.console("backup", "list").stdout.split()[0]
    with closing(sqlite3.connect(machine.var_dir / "munim.sqlite3", timeout=PATIENCE)) as books, books:
        books.execute("insert into chore_run (name, began_at, outcome, error) values ('mark', '2026-11-20 00:00:00', 'done', '')")
    script = (
        "from webapp.backups import prepared\nfrom webapp.backups.doors import here, prepare_restore\n"
        f"prepared.ask(here(), '{backup_id}', by='owner')\nprepare_restore('{backup_id}')\nprepared.want(here(), '{backup_id}')\n"
    )
    assert marks(machine) == ["mark"]
    done = subprocess.run([sys.executable, "-c", script], env={**machine.env, "MUNIM_SUPERVISED": "1"}, cwd=ROOT, check=False)
    assert done.returncode == 0
    until(lambda: status(machine) == (503, "5"), machine.said)
    (tmp_path / "seen").touch()
    until(lambda: "Restored." in machine.said(), machine.said)
    until(lambda: status(machine)[0] == 200, machine.said)
    assert marks(machine) == []
    for words in ("webapp.serving web", "jobs.worker", "jobs.scheduler"):
        assert machine.child(words).is_running()
    assert machine.stop() == 0
