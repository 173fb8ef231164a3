"""Whoever sends his request slowly, by half or without end holds nobody else, and nothing is done with half of it."""

# long: one door, from whole sockets and from within

from __future__ import annotations

import asyncio
import select
import socket
import urllib.request
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ground.server import ROOT, LiveServer, web_process
from webapp.platform.arriving import ANSWER_IN_MEMORY, IN_MEMORY, Arrivals, Patience, environ_of
from webapp.platform.assets import Assets

HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The web process as a shop runs it, with ten minutes for a body: however busy the machine is, none that comes is too slow. It needs no
    tables for what is asked of it here."""
    folder = tmp_path_factory.mktemp("served")
    with web_process(folder, f"sqlite:///{folder / 'munim.sqlite3'}", BODY_SECONDS="600") as server:
        yield server


def link(served: LiveServer, sent: bytes, *, whose: str = "127.0.0.1") -> socket.socket:
    """A connection of this address of loopback: each test that leaves bodies behind has one of its own, for they are counted by it."""
    made = socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), source_address=(whose, 0))
    made.settimeout(300)
    with suppress(BrokenPipeError, ConnectionResetError):  # who is sent away may hear it before he has said all
        made.sendall(sent)
    return made


def all_of(door: socket.socket) -> bytes:
    """All that comes until the other side hangs up; of what was sent to it afterwards it knows nothing (a reset)."""
    found = b""
    with suppress(ConnectionResetError):
        while piece := door.recv(65_536):
            found += piece
    return found


def test_who_dribbles_is_cut_off(tmp_path: Path) -> None:
    with (
        web_process(tmp_path, f"sqlite:///{tmp_path / 'munim.sqlite3'}", BODY_SECONDS="1") as hurried,
        link(hurried, HEAD + b"Content-Length: 100000\r\n\r\nabc") as door,
    ):
        while not select.select([door], [], [], 0.2)[0]:
            with suppress(OSError):
                door.send(b"x")
        said = all_of(door)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"server: munim" in said
    assert b"nosniff" in said


def test_while_bodies_are_waited_for_others_are_served(served: LiveServer) -> None:
    """Each has brought enough to be waited for some minutes more; of one network one too many is sent away at once."""
    sent, most = HEAD + b"Content-Length: 9000000\r\n\r\n" + b"a" * 300_000, Patience().of_one
    with ExitStack() as doors:
        slow = [doors.enter_context(link(served, sent, whose="127.0.0.2")) for _ in range(most + 1)]
        refused = select.select(slow, [], [], 300)[0]
        assert [all_of(one)[:13] for one in refused] == [b"HTTP/1.1 429 "]
        with urllib.request.urlopen(f"{served.url}/healthz", timeout=300) as answer:
            assert answer.status == 200
        slow.remove(refused[0])
        assert select.select(slow, [], [], 0)[0] == [], "none of them was given up for it"


HALVES = {
    "less than it says": b"Content-Length: 50\r\n\r\nemail=a",
    "a chunk that ends early": b"Transfer-Encoding: chunked\r\n\r\n7\r\nemail=a\r\n9\r\n&pass",
    "no last chunk": b"Transfer-Encoding: chunked\r\n\r\n7\r\nemail=a\r\n",
    "a chunk that is none": b"Transfer-Encoding: chunked\r\n\r\n7\r\nemail=a\r\nzz\r\n",
    "a chunk of less than nothing": b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
    "a chunk larger than any number": b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\nabc\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_half_a_form_is_nothing_to_act_on(served: LiveServer, half: bytes) -> None:
    with link(served, HEAD + half) as door:
        door.shutdown(socket.SHUT_WR)
        assert all_of(door).startswith(b"HTTP/1.1 400 ")


SECOND = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
UNCLEAR = {
    "both": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, the other way round": b"Transfer-Encoding: chunked\r\nContent-Length: 48\r\n\r\n0\r\n\r\n",
    "both, behind a tab": b"Transfer-Encoding:\tchunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 48\r\n\r\n",
    "a list of lengths": b"Content-Length: 0, 48\r\n\r\n",
    "a length with a sign": b"Content-Length: +48\r\n\r\n",
    "a length in hexadecimal": b"Content-Length: 0x30\r\n\r\n",
    "an encoding that is none": b"Transfer-Encoding: xchunked\r\n\r\n",
    "chunks that are not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"Content-Length : 48\r\n\r\n",
    "a folded header": b"X-A: b\r\n Content-Length: 48\r\n\r\n",
    "a break within a value": b"X-A: b\rContent-Length: 48\r\n\r\n",
    "a chunk's extension with a break": b"Transfer-Encoding: chunked\r\n\r\n3;a\nb\r\nabc\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("unclear", UNCLEAR.values(), ids=UNCLEAR)
def test_where_a_message_ends_is_never_a_question(served: LiveServer, unclear: bytes) -> None:
    """RFC 9112 sections 6.1 and 6.3: answered once, with a refusal, and hung up; what stands behind it is no request of its own."""
    with link(served, HEAD + unclear + SECOND) as door:
        said = all_of(door)
    assert said.count(b"HTTP/1.1 ") == 1
    assert said[9:12] in {b"400", b"403"}


def test_two_names_of_a_host_are_none(served: LiveServer) -> None:
    with link(served, b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n") as door:
        assert all_of(door).startswith(b"HTTP/1.1 400 ")


def test_another_protocol_without_limits_is_not_spoken(served: LiveServer) -> None:
    """Where HTTP/2 is on offer, a connection that says nothing, or only this, is held for ever: no head, no time limit."""
    with link(served, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))) as door:
        assert all_of(door)[:5] in {b"", b"HTTP/"}


def test_what_is_whole_arrives_whole(served: LiveServer) -> None:
    for body in (b"Content-Length: 7\r\n\r\nemail=a", b"Transfer-Encoding: chunked\r\n\r\n7\r\nemail=a\r\n0\r\n\r\n"):
        with link(served, HEAD + b"Connection: close\r\n" + body) as door:
            assert all_of(door).startswith(b"HTTP/1.1 403 ")  # a form without its proof: it was read


# The door alone -----------------------------------------------------------------------------------------------------------


class Asked:
    """A request in pieces, and what was answered to it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces, self.status, self.headers, self.sent = list(pieces), 0, [], []

    def __aiter__(self) -> AsyncIterator[bytes]:
        async def come() -> AsyncIterator[bytes]:
            for piece in self.pieces:
                yield piece

        return come()

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.sent = status, headers, [body]

    def response_file(self, status: int, headers: Any, file: str) -> None:
        self.response_bytes(status, headers, Path(file).read_bytes())


def scope(**said: Any) -> Any:
    usual = {"client": "10.0.0.9:51000", "server": "[::1]:8000", "scheme": "http", "method": "POST", "path": "/खाता", "query_string": "q=क"}
    return SimpleNamespace(**{**usual, "http_version": "1.1", "headers": {"content-length": "3"}, **said})


def through(door: Arrivals, asked: Asked, **said: Any) -> Asked:
    asyncio.run(door.__rsgi__(scope(**said), asked))
    return asked


def test_a_header_that_would_pass_for_a_proxys_is_left_out() -> None:
    headers = [
        ("x-forwarded-for", "10.1.1.1"),
        ("x_forwarded_for", "6.6.6.6"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("x-a", "1"),
        ("x-a", "2"),
    ]
    environ = environ_of(scope(headers=SimpleNamespace(items=lambda: headers)))
    assert (environ["HTTP_X_FORWARDED_FOR"], environ["HTTP_COOKIE"], environ["HTTP_X_A"]) == ("10.1.1.1", "a=1;b=2", "1,2")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/खाता"
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("10.0.0.9", "::1", "8000")
    assert "PATH" not in environ, "the machine's own environment is no part of a request"


@pytest.mark.parametrize("size", [0, 1, IN_MEMORY - 1, IN_MEMORY + 1, 300_000])
def test_a_body_is_read_as_it_was_sent_small_or_large(size: int) -> None:
    body, read = bytes(number % 251 for number in range(size)), []

    def app(environ: Any, start: Any) -> Iterable[bytes]:
        read.append(environ["wsgi.input"].read())
        start("200 OK", [])
        return [b"well"]

    pieces = [body[at : at + 7_000] for at in range(0, size, 7_000)]
    assert through(Arrivals(app), Asked(pieces), headers={"content-length": str(size)}).sent == [b"well"]
    assert through(Arrivals(app), Asked(pieces), headers={"transfer-encoding": "chunked"}).status == 200
    assert read == [body, body]


def test_a_body_without_end_is_handed_on_one_byte_longer_than_is_taken() -> None:
    def app(environ: Any, start: Any) -> Iterable[bytes]:
        start("413 Too Large", [])
        return [str(len(environ["wsgi.input"].read())).encode()]

    door = Arrivals(app, patience=Patience(most=101))
    assert through(door, Asked([b"x" * 50] * 9), headers={"transfer-encoding": "chunked"}).sent == [b"150"]
    unread = Asked([b"x" * 50] * 9)
    assert through(door, unread, headers={"content-length": "102"}).sent == [b"0"]


def test_all_together_take_so_much_room_and_give_it_back() -> None:
    one = b"x" * IN_MEMORY
    for patience in (Patience(held=3 * IN_MEMORY), Patience(held_of_one=3 * IN_MEMORY)):
        door = Arrivals(lambda _environ, start: [b"", start("200 OK", [])][:1], patience=patience)
        assert through(door, Asked([one, one, one, b"x"]), headers={"transfer-encoding": "chunked"}).status == 429
        assert through(door, Asked([one, one, one]), headers={"transfer-encoding": "chunked"}).status == 200
        assert not door._held
        assert not door._of


def test_what_is_small_passes_where_large_bodies_take_all_the_room() -> None:
    """Else who sends a few large ones slowly keeps every till of every business from its bills."""
    door = Arrivals(lambda _environ, start: [b"", start("200 OK", [])][:1], patience=Patience(held=0))
    assert through(door, Asked([b"x" * IN_MEMORY]), headers={"content-length": str(IN_MEMORY)}).status == 200
    assert through(door, Asked([b"x" * (IN_MEMORY + 1)]), headers={"content-length": str(IN_MEMORY + 1)}).status == 429


def test_forty_tills_behind_one_address_are_all_answered() -> None:
    """They send their bills at one moment, as after a machine was away, and none of it is read before all have begun."""
    door, tills = Arrivals(lambda _environ, start: [b"", start("200 OK", [])][:1]), 40

    async def at_once() -> list[int]:
        begun, all_begun = 0, asyncio.Event()

        class Till(Asked):
            def __aiter__(self) -> AsyncIterator[bytes]:
                async def come() -> AsyncIterator[bytes]:
                    nonlocal begun
                    begun += 1
                    if begun == tills:
                        all_begun.set()
                    await all_begun.wait()
                    yield b"abc"

                return come()

        asked = [Till([]) for _ in range(tills)]
        async with asyncio.timeout(300):
            await asyncio.gather(*(door.__rsgi__(scope(), one) for one in asked))
        return [one.status for one in asked]

    assert set(asyncio.run(at_once())) == {200}


def test_a_length_with_leading_noughts_is_a_length() -> None:
    def app(environ: Any, start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    assert through(Arrivals(app), Asked([b"abc"]), headers={"content-length": "0" * 20 + "3"}).sent == [b"abc"]


@pytest.mark.parametrize(("proxies", "held_apart"), [(0, False), (1, True)])
def test_behind_a_proxy_of_ours_they_are_counted_by_whom_it_heard(proxies: int, held_apart: bool) -> None:
    door = Arrivals(lambda _environ, start: [b"", start("200 OK", [])][:1], proxies=proxies, patience=Patience(of_one=1))

    async def both() -> list[int]:
        begun, go_on = asyncio.Event(), asyncio.Event()

        class Waits(Asked):
            def __aiter__(self) -> AsyncIterator[bytes]:
                async def come() -> AsyncIterator[bytes]:
                    begun.set()
                    await go_on.wait()
                    yield b"abc"

                return come()

        first, second = Waits([]), Asked([b"abc"])
        under_way = asyncio.create_task(door.__rsgi__(scope(headers={"content-length": "3", "x-forwarded-for": "9.9.9.9, 1.1.1.1"}), first))
        await begun.wait()
        await door.__rsgi__(scope(headers={"content-length": "3", "x-forwarded-for": "9.9.9.9, 2.2.2.2"}), second)
        go_on.set()
        await under_way
        return [first.status, second.status]

    assert asyncio.run(both()) == [200, 200 if held_apart else 429]


class Long:
    """An export in pieces, which may break off."""

    def __init__(self, pieces: int, trouble: Exception | None = None) -> None:
        self.pieces, self.trouble, self.is_closed = pieces, trouble, False

    def __iter__(self) -> Iterator[bytes]:
        yield from [b"a" * 100_000] * self.pieces
        if self.trouble:
            raise self.trouble

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("pieces", [0, 1, 7, ANSWER_IN_MEMORY // 100_000, ANSWER_IN_MEMORY // 100_000 + 1, 30])
@pytest.mark.parametrize("says_its_length", [False, True])
def test_what_is_given_in_pieces_is_taken_whole_closed_and_sent(pieces: int, says_its_length: bool) -> None:
    given = Long(pieces)
    length = [("content-length", str(pieces * 100_000))]

    def app(_environ: Any, start: Any) -> Any:
        start("200 OK", length if says_its_length else [])
        return given

    class Sees(Asked):
        def response_stream(self, _status: int, _headers: Any) -> Any:
            raise AssertionError("RSGI keeps in memory all that was streamed and not yet read")

    asked = through(Arrivals(app), Sees([]), method="GET", headers={})
    assert b"".join(asked.sent) == b"a" * pieces * 100_000
    assert given.is_closed
    is_long = pieces * 100_000 > ANSWER_IN_MEMORY
    assert [value for name, value in asked.headers if name.lower() == "content-length"] == [length[0][1]] * (says_its_length or is_long)


def open_files() -> set[str]:
    """What this process has open, by name; a file without a name has its number. Others may be closed meanwhile by who had left them."""
    found = set()
    for one in Path("/dev/fd").iterdir():
        with suppress(OSError):
            found.add(str(one.readlink()))
    return {name for name in found if not name.startswith("/proc/")}


@pytest.mark.parametrize("pieces", [0, 1, 30])
def test_an_export_that_breaks_off_is_no_file_that_looks_whole(pieces: int) -> None:
    given, before = Long(pieces, TimeoutError("the database is away")), open_files()

    def app(_environ: Any, start: Any) -> Any:
        start("200 OK", [])
        return given

    asked = Asked([b"abc"])
    with pytest.raises(TimeoutError):  # which Granian answers 500
        through(Arrivals(app), asked)
    assert (asked.status, asked.sent) == (0, [])
    assert given.is_closed
    assert not open_files() - before


def test_an_export_is_read_to_its_end_before_another_company_is_answered() -> None:
    """What it reads by (a connection, a transaction, who asks) is then in nobody's hands but its own, however slowly it is fetched."""
    happened = []

    def app(environ: Any, start: Any) -> Any:
        whose = environ["QUERY_STRING"]

        def pieces() -> Iterator[bytes]:
            happened.append(f"{whose} opens")
            for _ in range(30):
                yield b"a" * 100_000
            happened.append(f"{whose} closes")

        start("200 OK", [])
        return pieces()

    door = Arrivals(app)

    async def both() -> None:
        ask = [door.__rsgi__(scope(query_string=whose, method="GET", headers={}), Asked([])) for whose in ("sharma", "iyer")]
        await asyncio.gather(*ask)

    asyncio.run(both())
    assert happened == ["sharma opens", "sharma closes", "iyer opens", "iyer closes"]


def test_a_long_answer_comes_whole_and_says_its_length(served: LiveServer) -> None:
    """From the file without a name, twice: the second waits for nothing of the first."""
    static, name = ROOT / "static", "vendor/zxing-wasm/zxing_reader.wasm"
    wanted = (static / name).read_bytes()
    assert len(wanted) > ANSWER_IN_MEMORY
    for _ in range(2):
        with urllib.request.urlopen(served.url + Assets(static).url(name), timeout=300) as answer:
            assert answer.headers["Content-Length"] == str(len(wanted))
            assert answer.read() == wanted


def test_who_leaves_before_his_answer_is_no_mistake_of_ours(served: LiveServer) -> None:
    for _ in range(3):
        with link(served, b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            pass
    with urllib.request.urlopen(f"{served.url}/healthz", timeout=300) as answer:
        assert answer.status == 200
    assert "Traceback" not in (served.var_dir / "web.log").read_text()
