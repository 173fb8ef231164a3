"""A live server on loopback: the program's own web process, with a database and a folder of its own."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300.0  # what must come is waited for on the slowest machine; where it comes early this costs nothing
ANSWER_SECONDS = 120.0  # for one answer of a server that is up
PORTS = range(20_000, 30_000)  # below those that Linux gives out by itself, to who listens on port 0 and to who calls (32768 to 60999)


@dataclass(frozen=True, slots=True)
class LiveServer:
    """Where it answers, and what it stands on. The test itself works on the same database."""

    url: str
    database_url: str
    var_dir: Path
    process: subprocess.Popen[bytes]

    def perform_jobs(self) -> None:
        """Do what the worker would: perform the jobs of every fact committed so far, here and now."""
        from jobs.relay import relay
        from jobs.scheduler import perform_here
        from webapp.platform import clock

        while relay(perform_here, clock.now()):
            pass


_ours: dict[int, set[int]] = {}  # by the process that took them: a fork has the set, and not the locks
_locks: list[int] = []


def free_port() -> int:
    """A port that nobody listens on, nor will before this process of tests has ended: the others on this machine see that it is taken by a
    lock on a byte of one file, and the system gives it to nobody by itself."""
    if not _locks:  # open until the end: a process that closes a file loses all its locks on it
        _locks.append(os.open(Path(tempfile.gettempdir(), "munim-ports.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    ours = _ours.setdefault(os.getpid(), set())
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        if port in ours:
            continue
        with suppress(OSError), socket.socket() as probe:
            fcntl.lockf(_locks[0], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            ours.add(port)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def clean_environment(var_dir: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a shop's machine, without what the tests' own has set."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"}}
    return {**kept, "VAR_DIR": str(var_dir), "PORT": str(port), **more}


@contextmanager
def web_process(var_dir: Path, database_url: str, **environment: str) -> Iterator[LiveServer]:
    """Start `python -m webapp.serving web` and wait until it answers."""
    port = free_port()
    log = (var_dir / "web.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.serving", "web"],
        cwd=ROOT,
        env=clean_environment(var_dir, port, DATABASE_URL=database_url, **environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        if not comes_up(url + "/healthz", lambda: process.poll() is None):
            raise RuntimeError("the web process did not come up:\n" + (var_dir / "web.log").read_text()[-4000:])
        yield LiveServer(url, database_url, var_dir, process)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def comes_up(url: str, may_still: object) -> bool:
    """Whether `url` answers before the time is up, or before `may_still()` says no."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and may_still():
        if status_of(url) == 200:
            return True
        time.sleep(0.05)
    return False


def status_of(url: str) -> int:
    """The HTTP status, or 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
