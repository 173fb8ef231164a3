"""A live server on loopback: the program's own web process, with a database and a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0


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


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
            process.wait(10)
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
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
