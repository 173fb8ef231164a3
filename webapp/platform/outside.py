"""Calls to other machines: over TLS, to hosts that are allowed, with a time-out, and never on to where an answer points.

Which hosts: those a room names for its purpose, and those the machine's owner names in OUTSIDE_HOSTS. An address that a user types
can so reach no machine of the network behind ours. Plain HTTP is for this machine alone, and only where OUTSIDE_HOSTS names it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webapp.kernel.errors import BooksError
from webapp.kernel.records import dataclass

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

TIMEOUT_SECONDS = 25
MOST_BYTES = 8_000_000
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})

_allowed: frozenset[str] = frozenset()


def names(host: str) -> bool:
    """Whether the owner of this machine allows a host by its name."""
    return host.lower() in _allowed


def use(hosts: Collection[str]) -> None:
    """The hosts that the owner of this machine allows besides."""
    global _allowed
    _allowed = frozenset(hosts)


class HostNotAllowed(BooksError):
    """An address that this machine does not call."""

    def __init__(self, host: str) -> None:
        super().__init__(
            problem=f"This machine does not call {host or 'such an address'}.",
            fix="Check the address. Whoever runs this machine can allow a host in OUTSIDE_HOSTS.",
        )


class Unanswered(Exception):
    """No answer that can be used: whether the other side has acted is not known."""


class Unreached(Unanswered):
    """No connection came about: nothing was sent, so the other side has not acted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `retry_after` is the header of that name, as it came."""

    status: int
    body: bytes
    retry_after: str = ""


def require_address(url: str, endings: Collection[str]) -> None:
    """HostNotAllowed for an address of a host that neither ends in one of `endings` (".gst.gov.in") nor is allowed by the machine."""
    _parts(url, endings)


def call(method: str, url: str, *, headers: Mapping[str, str], endings: Collection[str], body: bytes | None = None) -> Answer:
    """Ask once. HostNotAllowed before anything is sent; Unanswered for no answer, one too large, and for trouble over there (5xx, 429)."""
    answer = answer_of(method, url, headers=headers, endings=endings, body=body)
    if answer.status >= 500 or answer.status in (408, 429):
        raise Unanswered(f"{urlsplit(url).hostname} is in trouble (HTTP {answer.status}).")
    return answer


def answer_of(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    endings: Collection[str],
    body: bytes | None = None,
    patience: float | None = None,
    most: int = MOST_BYTES,
) -> Answer:
    """The same, and an answer of trouble is given to the caller to read. Whoever holds up a page meanwhile waits `patience` seconds for
    a sign, and as long for the whole answer, of at most `most` bytes."""
    import http.client  # with TLS some megabytes, which only the process that calls needs
    import ssl

    secure, host, port, path = _parts(url, endings)
    connection: http.client.HTTPConnection
    if secure:
        connection = http.client.HTTPSConnection(host, port, timeout=patience or TIMEOUT_SECONDS, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=patience or TIMEOUT_SECONDS)
    try:
        _connect(connection)
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        read = _read(response, patience, most)
    except (OSError, http.client.HTTPException, ValueError) as trouble:  # ValueError: a sign that no header or name of a host holds
        raise Unanswered(f"{host} did not answer ({type(trouble).__name__}).") from trouble
    finally:
        connection.close()
    if len(read) > most:
        raise Unanswered(f"{host} is in trouble (HTTP {response.status}).")
    return Answer(response.status, read, response.headers.get("Retry-After", ""))


def _read(response: HTTPResponse, patience: float | None, most: int) -> bytes:
    """At most one byte more than `most`. TimeoutError for one who goes on sending a little after `patience` seconds."""
    if patience is None:
        return response.read(most + 1)
    read, until = bytearray(), time.monotonic() + patience
    while len(read) <= most and (piece := response.read1(min(65_536, most + 1 - len(read)))):
        read += piece
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(read)


def _connect(connection: HTTPConnection) -> None:
    try:
        connection.connect()
    except (OSError, ValueError) as trouble:
        raise Unreached(f"{connection.host} did not answer ({type(trouble).__name__}).") from trouble


def _parts(url: str, endings: Collection[str]) -> tuple[bool, str, int | None, str]:
    try:
        found = urlsplit(url)
        host, port = (found.hostname or "").lower(), found.port
    except ValueError:
        raise HostNotAllowed("") from None
    is_ours = host in _allowed
    is_known = is_ours or any(host.endswith(ending) for ending in endings)
    is_safe = found.scheme == "https" or (found.scheme == "http" and is_ours and host in _HERE)
    plain = all(33 <= ord(sign) < 127 for sign in url)
    if not (host and is_known and is_safe and plain) or found.username is not None or found.password is not None:
        raise HostNotAllowed(host)
    return found.scheme == "https", host, port, found.path + (f"?{found.query}" if found.query else "")
