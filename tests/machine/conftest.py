"""The whole program, started as a shop starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from jobs.chores import OFTEN
from tests.ground.server import ROOT, clean_environment, free_port

LAST_CHORE = list(OFTEN)[-1]  # the scheduler asks for these after the day's, and one worker takes them in turn
PATIENCE = 300.0  # seconds in which whatever must come surely comes, on the slowest machine


@dataclass
class Machine:
    """One VAR_DIR and one port; the program may be started on them many times."""

    var_dir: Path
    port: int
    log: Path
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        return clean_environment(self.var_dir, self.port, VENV=sys.prefix, **self.more)

    def console(self, *verb: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m webapp …` to its end."""
        command = [sys.executable, "-m", "webapp", *verb]
        return subprocess.run(command, cwd=ROOT, env=self.env, text=True, capture_output=True, timeout=2 * PATIENCE, check=False)

    def start(self, *command: str) -> None:
        """Start and wait for the address."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                list(command) or [sys.executable, "-m", "webapp", "serve"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: "Munim is ready" in self.said() or self.process.poll() is not None, self.said)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def parent(self) -> psutil.Process:
        assert self.process is not None
        return psutil.Process(self.process.pid)

    def family(self) -> list[psutil.Process]:
        """The parent and everything below it."""
        return [self.parent, *self.parent.children(recursive=True)]

    def child(self, *words: str) -> psutil.Process:
        """The parent's own child with these words in its command."""
        found: list[psutil.Process] = []

        def is_there() -> bool:
            found[:] = [one for one in self.parent.children() if all(word in command_of(one) for word in words)]
            return bool(found)

        until(is_there, self.said)
        return found[0]

    def has_done_chores(self) -> bool:
        """Whether what a new machine does at once is done: a backup, its trial, and more."""
        return f'"chore": "{LAST_CHORE}"' in self.said()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def command_of(process: psutil.Process) -> str:
    """Its command; empty for one that has just ended."""
    with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def lives(process: psutil.Process) -> bool:
    """Whether it runs. One that has ended and waits to be looked at does not."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def until(is_so: Callable[[], bool], why_not: Callable[[], str]) -> None:
    """Wait for something to come true."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s:\n{why_not()[-4000:]}"
        time.sleep(0.05)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """An empty machine with the newest schema. Whatever was started on it is killed afterwards."""
    made = Machine(tmp_path / "var", free_port(), tmp_path / "log")
    migrated = made.console("migrate")
    assert migrated.returncode == 0, migrated.stderr
    yield made
    if made.process is not None and made.process.poll() is None:
        for one in made.family():
            with suppress(psutil.NoSuchProcess):
                one.kill()
        made.process.wait()
