"""`python -m webapp serve`: one parent for Redis, web, worker and scheduler. It starts them, watches them, and leaves no orphan.

The parent stays small on purpose: it imports neither Flask nor SQLAlchemy. A child that ends is started again, each time
after a longer pause. Redis may be away: billing goes on, and the jobs wait in the outbox.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from webapp.kernel.errors import BooksError
from webapp.platform.processes import in_own_group
from webapp.platform.redis_server import RedisServer, own_server
from webapp.platform.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

PROJECT = Path(__file__).resolve().parents[1]
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between an end and the next start, doubled each time
CALM_AFTER = 60.0  # a child that lived this long is well again: its next pause is the first
STOP_SECONDS = 15.0  # for the request or job under way; then SIGKILL
READY_SECONDS = 60.0
# Files of VAR_DIR as webapp.backups names them, which the parent must not load.
RESTORE_WANTED, HALF_RESTORED = ".restore-wanted", "restore-unfinished.json"


class CannotServe(BooksError):
    """The machine is not free for us: the port is taken, or we run already."""


@dataclass(slots=True)
class Child:
    """One process we look after."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = FIRST_PAUSE

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            list(self.command), env=dict(env), cwd=PROJECT, stdin=subprocess.DEVNULL, preexec_fn=in_own_group(os.getpid())
        )
        self.started_at = time.monotonic()

    def note_end(self, code: int) -> str:
        """Plan the next start; say what happened."""
        now = time.monotonic()
        self.pause = FIRST_PAUSE if now - self.started_at > CALM_AFTER else min(self.pause * 2, LONGEST_PAUSE)
        self.start_again_at = now + self.pause
        self.process = None
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        return f"{self.name} {how}; starting it again in {self.pause:g} s"

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the process and to all it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@dataclass(slots=True)
class Supervisor:
    """The parent. `children` in the order they start; they stop in the opposite order, Redis last."""

    children: list[Child]
    env: Mapping[str, str]
    address: tuple[str, int]
    public_url: str
    wanted: Path  # where the page of backups leaves a wish for a restore (webapp.backups.places)

    def run(self) -> int:
        """Start all, watch them until a signal says stop, stop all. Returns the exit code."""
        signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
        # Blocked and then waited for: nothing interrupts a line of ours, and no signal is lost between two of them.
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        begun, is_announced = time.monotonic(), False
        try:
            while True:
                self.start_what_is_due(is_web_up=is_announced)
                caught = signal.sigtimedwait(signals, 0.05 if not is_announced else 0.5)
                if caught and caught.si_signo != signal.SIGCHLD:
                    return 0
                self.note_ends()
                if is_announced and self.wanted.exists() and not self.restore():
                    return 1
                if not is_announced and answers(*self.address):
                    is_announced = True
                    say(f"Munim is ready: {self.public_url}")
                elif not is_announced and time.monotonic() - begun > READY_SECONDS:
                    say(f"Munim did not answer within {READY_SECONDS:g} s. The lines above say why.")
                    return 1
        finally:
            self.stop()

    def start_what_is_due(self, *, is_web_up: bool) -> None:
        """Start each child whose pause is over. Web goes before those that only work behind it, so the address comes soon."""
        now = time.monotonic()
        for child in self.children:
            may_start = is_web_up or child.name in {"redis", "web"}
            if child.process is None and child.start_again_at <= now and may_start:
                child.start(self.env)

    def note_ends(self) -> None:
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                child.tell(signal.SIGKILL)  # what it had started must not live on beside its successor
                complain(child.note_end(code))

    def stop(self) -> None:
        """Ask all but Redis to end, wait, then Redis; who does not listen is killed with all it started."""
        self.stop_these([child for child in self.children if child.name != "redis"])
        self.stop_these([child for child in self.children if child.name == "redis"])

    def stop_these(self, group: list[Child]) -> None:
        """Ask them to end, wait, and kill who does not listen, with all it started."""
        for child in group:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_running for child in group) and time.monotonic() < deadline:
            caught = signal.sigtimedwait({signal.SIGINT, signal.SIGTERM, signal.SIGCHLD}, 0.1)
            if caught and caught.si_signo == signal.SIGINT:
                break  # a second Ctrl-C: at once
        for child in group:
            child.tell(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def restore(self) -> bool:
        """Put in its place what the page of backups prepared: with all but Redis stopped, browsers told to wait, in a process of its own.
        Whatever comes of that, the program starts again; when it failed, with the books there were. A signal meanwhile waits. False when
        things are half in their places and stay so: then nothing may start, and the next start goes on with it."""
        say("A restore was asked for: Munim stops for a moment.")
        ours = [child for child in self.children if child.name != "redis"]
        self.stop_these(ours)
        half = self.wanted.with_name(HALF_RESTORED)
        with told_to_wait(self.address):
            for _attempt in range(3):  # one that is killed goes on where it was
                ended = self.run_to_its_end("webapp", "put-restored")
                if not half.exists():
                    break
            else:
                complain("The restore was stopped in the middle. Start Munim again: it goes on with it.")
                return False
        self.wanted.unlink(missing_ok=True)
        for child in ours:
            child.process, child.start_again_at = None, 0.0
        say("Restored. Munim starts again." if ended == 0 else "The restore was not done. Munim starts again with the books there were.")
        return True

    def run_to_its_end(self, *module: str) -> int:
        command, guard = [sys.executable, "-m", *module], in_own_group(os.getpid())
        return subprocess.run(command, env=dict(self.env), cwd=PROJECT, stdin=subprocess.DEVNULL, preexec_fn=guard, check=False).returncode


def serve() -> NoReturn:
    """Become the parent: this process starts anew as this module alone, without what the console had imported."""
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", "webapp.serving"])


def supervise(settings: Settings) -> int:
    """Run everything until Ctrl-C or SIGTERM. Refused when the port is taken or VAR_DIR is already served."""
    with only_one(settings.var_dir / "serve.lock"):
        require_free_port(settings.host, settings.port)
        redis = None if settings.redis_url else own_server(settings.var_dir)
        if not settings.redis_url and not redis:
            complain("no redis-server found: jobs run one by one in the scheduler")
        env = children_environment(settings, redis)
        children = [Child("redis", redis.command)] if redis else []
        children += [Child(name, [sys.executable, "-m", module, *rest]) for name, module, *rest in OURS]
        try:
            address, wanted = (settings.local_host, settings.port), settings.var_dir / RESTORE_WANTED
            return Supervisor(children, env, address=address, public_url=settings.public_url, wanted=wanted).run()
        finally:
            if redis:
                redis.clean_up()


OURS = (("web", "webapp.serving", "web"), ("worker", "jobs.worker"), ("scheduler", "jobs.scheduler"))


def children_environment(settings: Settings, redis: RedisServer | None) -> dict[str, str]:
    """The environment of our children: every choice of ours said aloud, so that all of them agree."""
    metrics_dir = settings.var_dir / "metrics"
    shutil.rmtree(metrics_dir, ignore_errors=True)  # figures of processes that have ended
    metrics_dir.mkdir(mode=0o700)
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "VAR_DIR": str(settings.var_dir),
        "REDIS_URL": redis.url if redis else settings.redis_url,
        "HOST": settings.host,
        "PORT": str(settings.port),
        "PUBLIC_URL": settings.public_url,
        "WEB_WORKERS": str(settings.web_workers),
        "TRUSTED_PROXIES": str(settings.trusted_proxies),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics_dir),
        # glibc makes an arena per thread and keeps them; two are enough for processes that work one thing at a time.
        "MALLOC_ARENA_MAX": "2",
        "PYTHONUNBUFFERED": "1",
        "MUNIM_SUPERVISED": "1",  # that a restore may be put in its place from the page
        # Docstrings are for readers: without them the processes at rest are some fifteen megabytes smaller together. Nothing hangs on a
        # bare assert here (a promise is kept by `keep_promise`), so losing those costs nothing.
        "PYTHONOPTIMIZE": "2",
        # Nor do they carry the columns of every instruction, for carets in a traceback: a megabyte each.
        "PYTHONNODEBUGRANGES": "1",
    }


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the lock file; refuse when another process does."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotServe(
                problem=f"Munim already runs with the data in {lock.parent}.",
                fix="Use the one that runs, stop it first, or choose another folder: VAR_DIR=… bin/run",
            ) from error
        yield


def require_free_port(host: str, port: int) -> None:
    """Refuse in plain words, before anything starts, when we could not listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = "is in use by another program" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
            raise CannotServe(problem=f"Port {port} on {host} {reason}.", fix=f"Choose another one: PORT={other(port)} bin/run") from error


def other(port: int) -> int:
    return port + 1 if port < 65_535 else port - 1


def answers(host: str, port: int) -> bool:
    """Whether the web process says that it is alive. By hand: urllib would make the parent 8 MB larger for one question."""
    try:
        with socket.create_connection((host, port), timeout=1) as link:
            link.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return link.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


WAIT_PAGE = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>Munim</title>"
    "<h1>A backup is being put in its place</h1><p>Munim is back in a moment; this page asks again by itself. Tills go on billing.</p>"
    "<p lang='hi'>बैकअप वापस रखा जा रहा है। मुनीम कुछ ही देर में फिर चलेगा; यह पन्ना अपने आप फिर पूछेगा। काउंटर बिल बनाते रहेंगे।</p>"
).encode()
WAIT_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nRefresh: 5\r\nCache-Control: no-store\r\nConnection: close\r\n"
    b"Content-Type: text/html; charset=utf-8\r\nContent-Length: " + str(len(WAIT_PAGE)).encode() + b"\r\n\r\n" + WAIT_PAGE
)


@contextmanager
def told_to_wait(address: tuple[str, int]) -> Iterator[None]:
    """Meanwhile everybody who asks is told to come again in a moment. A port that cannot be had is nobody's harm: then none answers.
    By hand, as `answers`: the standard library's server would stay in the parent for ever."""
    import threading

    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            door.bind(address)
            door.listen(64)
        door.settimeout(0.2)
        is_over = threading.Event()

        def answer() -> None:
            while not is_over.is_set():
                try:
                    link, _whose = door.accept()
                except OSError:
                    is_over.wait(0.1)
                    continue
                with link, suppress(OSError):
                    link.settimeout(1)
                    link.recv(4096)
                    link.sendall(WAIT_ANSWER)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


def say(words: str) -> None:
    print(words, flush=True)


def complain(words: str) -> None:
    print(f"munim: {words}", file=sys.stderr, flush=True)


def run_web(settings: Settings) -> None:
    """The web process: Granian, a few workers of one thread each.
    More threads in a worker make CPU-bound pages dearer (GIL); Granian with one served our kind of page 2.5 times faster
    than Gunicorn's threads; bodies are waited for before (arriving). A worker that dies is replaced by Granian; Granian by the supervisor.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, TaskImpl
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    Granian(
        "webapp.serving:warm_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # its limits of heads and connections are of this one; without TLS no browser speaks the other
        websockets=False,
        task_impl=TaskImpl.asyncio,  # a context of its own for each request
        workers=settings.web_workers,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
    ).serve()


def warm_app() -> object:
    """The app for one web worker, warmed: see `warmed`."""
    from webapp.app import create_app
    from webapp.platform import logging
    from webapp.platform.arriving import Arrivals, Patience
    from webapp.platform.processes import die_with_parent

    die_with_parent(os.getppid(), by=signal.SIGKILL)  # Granian killed outright must not leave a worker on the port
    logging.configure("web")
    settings = Settings.from_environment()
    return Arrivals(warmed(create_app(settings)), proxies=settings.trusted_proxies, patience=Patience(seconds=settings.body_seconds))


def warmed(app: Flask) -> Flask:
    """Answer one request, then put all that start-up made out of the garbage collector's sight.

    A full collection of start-up objects is what made one request in a hundred slow: p99 28 ms before, 2 ms after.
    """
    import gc

    from webapp.platform.processes import give_back_memory

    app.test_client().get("/healthz")
    gc.collect()
    gc.freeze()
    give_back_memory()
    gc.set_threshold(20_000, 20, 50)
    return app


def main(arguments: Sequence[str]) -> int:
    try:
        settings = Settings.from_environment()
        settings.require_strong_keys()
        if list(arguments) == ["web"]:
            run_web(settings)
            return 0
        return supervise(settings)
    except BooksError as error:
        complain(f"{error.problem} {error.fix}")
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
