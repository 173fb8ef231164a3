"""A machine that may call loopback, and servers that others wrote, each started once for a file of tests."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from tests.ground.server import START_SECONDS, free_port
from webapp.platform import machine, outside, sealing
from webapp.platform.settings import Settings

SAMPLES = Path(__file__).parent / "samples"
PEERS = Path(sys.prefix) / "peers" / "node_modules"


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[None]:
    """This machine has a public address and a secret, and may call itself."""
    machine.use(Settings("sqlite://", tmp_path, "a secret of the tests alone", public_url="https://books.example"))
    sealing.use("a secret of the tests alone")
    outside.use({"127.0.0.1"})
    yield
    outside.use(())


class StandIn(ThreadingHTTPServer):
    """A provider that answers what a test says, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, str], bytes]] = []
        self.status, self.body, self.headers = 200, b"{}", {}
        super().__init__(("127.0.0.1", 0), _Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answers(self, status: int, body: Any, **headers: str) -> None:
        self.status, self.headers = status, headers
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


class _Answering(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        read = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), read))
        if self.server.status == 0:  # breaks off, having heard everything
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_words: object) -> None:
        pass

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()
    Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@contextmanager
def node(program: str, *arguments: str, ready: Callable[[], str]) -> Iterator[None]:
    """A program of tests/peers, until the block ends; `ready` is the address that answers once it is up."""
    script = PEERS / program
    if not script.exists():
        pytest.fail("the tests' peers are missing: bin/test installs them")
    with running(program, [str(Path(sys.prefix) / "bin" / "node"), str(script), *arguments], ready=ready):
        yield


@contextmanager
def running(name: str, command: list[str], *, ready: Callable[[], str]) -> Iterator[None]:
    """A server of its own process, from its first answer until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(ready()):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{name} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=START_SECONDS):
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False


@contextmanager
def prism(spec: str, folder: Path) -> Iterator[str]:
    """Stoplight's Prism on a provider's own OpenAPI file: it refuses what the file does not allow, and answers as the file says."""
    port, file = free_port(), folder / spec.removesuffix(".gz")
    file.write_bytes(gzip.decompress((SAMPLES / spec).read_bytes()))
    url = f"http://127.0.0.1:{port}"
    with node("@stoplight/prism-cli/dist/index.js", "mock", "-p", str(port), "--errors", str(file), ready=lambda: url):
        yield url
