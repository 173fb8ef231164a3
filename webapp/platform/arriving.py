"""How a request arrives: its body is there whole, or given up, before the application is asked.

A process answers one request at a time, in one thread; whoever sends his body a sign at a time must not hold it meanwhile. So bodies are
waited for side by side in the loop of the server (RSGI), each for as long as its size allows, on disk where it is large, and so many of one
network at once. What is cut off is answered 408 and its connection closed. Then the application is called as every WSGI server does
(PEP 3333), with the body at hand, and its answer taken whole before any of it is sent: who reads slowly holds neither its database
connection nor, by a large answer, our memory (RSGI keeps what a client has not read, however much), and an export that breaks off is
answered 500 instead of by a file that looks whole.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Protocol

from webapp.kernel.networks import counted_as
from webapp.kernel.records import dataclass
from webapp.platform.logging import log
from webapp.platform.web_headers import PLAIN_HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication

IN_MEMORY = 65_536  # bytes of one body; a longer one lies in a file that has no name
ANSWER_IN_MEMORY = 1_000_000  # bytes; a longer answer is sent from a file that has no name
OPENED_WITHIN = 60.0  # seconds after which the server surely has opened that file for itself
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a body is waited for: `seconds`, and one more for each `bytes_a_second` that came, `longest` in all. `of_one` may be on
    their way from one network: more than a business has tills behind one address. What lies on disk of all is `held` bytes at most, of one
    network `held_of_one`; `most` bytes are read of any, which the application then refuses."""

    seconds: float = 20.0
    bytes_a_second: int = 1_000
    longest: float = 600.0
    of_one: int = 128
    held: int = 200_000_000
    held_of_one: int = 100_000_000
    most: int = 25_000_001


class Scope(Protocol):
    """What Granian says of a request (RSGI 1.5)."""

    client: str
    server: str
    scheme: str
    method: str
    path: str
    query_string: str
    http_version: str
    headers: Any


class Exchange(Protocol):
    """By which its body is read and its answer given."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_file(self, status: int, headers: Headers, file: str) -> None: ...


class TooMany(Exception):
    """So many bodies are on their way that this one is not waited for."""


class CutShort(Exception):
    """Less came than was said, or a chunk that is none: half a form is nothing to act on."""


class Arrivals:
    """The door of one process, before its application. `proxies` of ours stand before it and add whom they heard."""

    def __init__(self, app: WSGIApplication, *, proxies: int = 0, patience: Patience | None = None) -> None:
        self._app, self._proxies, self._patience = app, proxies, patience or Patience()
        self._of: Counter[str] = Counter()
        self._held: Counter[str] = Counter()  # bytes on disk of each network

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        environ = environ_of(scope)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            if not _has_body(environ, self._patience.most) or await self._came(environ, exchange, body):
                body.seek(0)
                self._answer(environ, exchange, body)

    async def _came(self, environ: dict[str, Any], exchange: Exchange, body: IO[bytes]) -> bool:
        """Whether the body is here; if not, that is answered."""
        whose = self._whose(environ)
        try:
            with self._noted(whose):
                await self._read(exchange, body, whose, environ.get("CONTENT_LENGTH", ""))
                return True
        except TimeoutError:
            log.warning("a body came too slowly", whose=environ["REMOTE_ADDR"])
            exchange.response_bytes(408, [*PLAIN_HEADERS, ("Connection", "close")], b"")
        except (CutShort, _gone()):
            exchange.response_bytes(400, [*PLAIN_HEADERS, ("Connection", "close")], b"")
        except TooMany:
            log.warning("too many bodies are on their way")
            exchange.response_bytes(429, [*PLAIN_HEADERS, ("Connection", "close"), ("Retry-After", "30")], b"")
        return False

    @contextmanager
    def _noted(self, whose: str) -> Iterator[None]:
        if self._of[whose] >= self._patience.of_one:
            raise TooMany
        self._of[whose] += 1
        try:
            yield
        finally:
            self._of[whose] -= 1
            if not self._of[whose]:
                del self._of[whose]

    async def _read(self, exchange: Exchange, body: IO[bytes], whose: str, length: str) -> None:
        """TimeoutError for one that comes too slowly, CutShort for one of another length than it said, TooMany where all together, or those
        of its network, are too much on disk: what is small passes ever. Of one that never ends the application is given one byte more than
        it takes."""
        loop, read, ends, held, patience = asyncio.get_running_loop(), 0, 0, 0, self._patience
        begun = loop.time()
        try:
            async with asyncio.timeout_at(begun + patience.seconds) as limit:
                async for piece in exchange:
                    read, ends = read + len(piece), ends + (not piece)
                    if read > IN_MEMORY:
                        self._held[whose] += read - held
                        held = read
                        if self._held.total() > patience.held or self._held[whose] > patience.held_of_one:
                            raise TooMany
                    body.write(piece)
                    if read >= patience.most:
                        return
                    limit.reschedule(begun + min(patience.seconds + read / patience.bytes_a_second, patience.longest))
            # Nothing says how long a body in chunks is. Granian ends each by one empty piece, and gives another for a chunk that is broken.
            if (length and read != int(length)) or ends > 1:
                raise CutShort
        finally:
            if held:
                self._held[whose] -= held
                if not self._held[whose]:
                    del self._held[whose]

    def _answer(self, environ: dict[str, Any], exchange: Exchange, body: IO[bytes]) -> None:
        """Call the application and send all it gives: from memory, or from a file without a name where it is long."""
        said: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _trouble: Any = None) -> Callable[[bytes], object]:
            said[:] = [(int(status[:3]), headers)]
            return _no_writing

        environ["wsgi.input"] = body
        given = self._app(environ, start)
        try:
            pieces, waiting = iter(given), bytearray()
            for piece in pieces:
                waiting += piece
                if len(waiting) > ANSWER_IN_MEMORY:
                    _send_file(exchange, *said[0], waiting, pieces)
                    return
            exchange.response_bytes(*said[0], bytes(waiting))
        finally:
            if close := getattr(given, "close", None):
                close()

    def _whose(self, environ: dict[str, Any]) -> str:
        heard = [one.strip() for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
        is_told = 0 < self._proxies <= len(heard)
        return counted_as(heard[-self._proxies] if is_told else environ["REMOTE_ADDR"])


def environ_of(scope: Scope) -> dict[str, Any]:
    """What PEP 3333 names, without the body. A header with "_" in its name is left out: as a variable it would pass for the one with "-",
    which a proxy of ours has set or taken away."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        joint = ";" if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    environ.setdefault("HTTP_HOST", "")
    return environ


def _has_body(environ: dict[str, Any], most: int) -> bool:
    """Whether there is a body to wait for. One that says it is larger than any is refused by the application by what it says."""
    length = environ.get("CONTENT_LENGTH", "")
    if length.isascii() and length.isdigit():
        return 0 < int(length.lstrip("0")[:12] or "0") < most
    return "HTTP_TRANSFER_ENCODING" in environ


def _send_file(exchange: Exchange, status: int, headers: Headers, first: bytes | bytearray, rest: Iterable[bytes]) -> None:
    """Nothing is sent before all of it is written: then it is known how long it is, and one that was cut off is seen as such."""
    with TemporaryFile() as file:
        file.write(first)
        size = len(first) + sum(map(file.write, rest))
        file.seek(0)
        number = os.dup(file.fileno())  # the server opens it again by this, and reads as fast as the client does
    asyncio.get_running_loop().call_later(OPENED_WITHIN, os.close, number)
    if all(name.lower() != "content-length" for name, _value in headers):
        headers = [*headers, ("Content-Length", str(size))]
    exchange.response_file(status, headers, f"/dev/fd/{number}")


def _gone() -> type[Exception]:
    from granian._granian import RSGIProtocolClosed  # where it is typed; here, so that this file is read without a server

    return RSGIProtocolClosed


def _no_writing(_data: bytes) -> object:
    raise NotImplementedError("this application returns what it has to say")
