"""The tracker of errors: off unless named, told of each of our mistakes once, and of nothing that is the shop's."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jobs import chores, wiring
from jobs.perform import perform
from tests.conftest import Clock
from tests.ground.shops import Shop
from webapp.kernel.errors import BrokenPromise, InvalidInput
from webapp.platform import tracker
from webapp.platform.outbox import Job, announce
from webapp.platform.permissions import Permission, needs
from webapp.platform.settings import BadSetting, Settings
from webapp.platform.tenancy import open_books

SECRET = "hunter2-Ramesh"


@dataclass
class Collector:
    """A stand-in for the tracker: keeps what it is sent, as it came and as events."""

    dsn: str = ""
    raw: list[bytes] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Of each envelope (a line of its own, then pairs of an item's head and its body) the events."""
        found = []
        for envelope in self.raw:
            lines = envelope.split(b"\n")
            for head, body in zip(lines[1::2], lines[2::2], strict=False):
                assert json.loads(head)["type"] == "event"
                found.append(json.loads(body))
        return found


@pytest.fixture(scope="module")
def _collector() -> Iterator[Collector]:
    kept = Collector()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.raw.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.dsn = f"http://publickey@127.0.0.1:{server.server_port}/7"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracker, "FLUSH_SECONDS", 300.0)  # what was told has come when it was flushed, however busy the machine is
        tracker.use(kept.dsn)
        yield kept
        tracker.stop()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def collector(_collector: Collector) -> Collector:
    _collector.raw.clear()
    return _collector


def sent(collector: Collector) -> dict[str, Any]:
    """The one event that was sent, with no secret anywhere in it."""
    tracker.flush()
    [event] = collector.events
    whole = b"".join(collector.raw)
    for word in (SECRET, "Ramesh", "secret-cookie", "secret-header", "9876543210", "vars", "context_line", "cookies", "breadcrumbs"):
        assert word.encode() not in whole
    return event


def plant(error: Exception) -> Callable[..., Any]:
    """A view that fails so, with a secret at hand."""

    @needs(Permission.PARTY_READ)
    def planted(**_arguments: object) -> Any:
        password = SECRET
        raise error from ValueError(f"customer {password} of 9876543210")

    return planted


def test_a_mistake_in_a_request_is_told_once_and_says_nothing_of_the_shop(
    collector: Collector, app: Flask, sharma: Shop, browse: Callable[[Shop], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = browse(sharma)
    monkeypatch.setitem(app.view_functions, "parties.list_parties", plant(RuntimeError(f"no row of {SECRET}, 9876543210")))
    owner.set_cookie("other", "secret-cookie")
    answer = owner.get(f"/parties?q={SECRET}", headers={"Authorization": "secret-header", "X-Request-Id": "r-12345678"})
    assert answer.status_code == 500
    event = sent(collector)
    assert {*event} <= {"event_id", "timestamp", "platform", "level", "release", "environment", "tags", "exception"}
    assert event["release"].startswith("munim@0.")
    tags = event["tags"]
    assert (tags["company_id"], tags["request_id"], tags["endpoint"]) == (str(sharma.company_id), "r-12345678", "parties.list_parties")
    cause, mistake = event["exception"]["values"]
    assert (cause["type"], mistake["type"]) == ("ValueError", "RuntimeError")
    assert mistake["stacktrace"]["frames"][-1]["function"] == "planted"


def test_a_refusal_is_no_mistake(
    collector: Collector, app: Flask, sharma: Shop, browse: Callable[[Shop], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = browse(sharma)
    monkeypatch.setitem(app.view_functions, "parties.list_parties", plant(InvalidInput({"q": "Type a name."})))
    assert owner.get("/parties").status_code == 422
    tracker.flush()
    assert collector.raw == []


def test_a_failed_job_is_told_once(collector: Collector, sharma: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw_pdf(_job: Job) -> None:
        plant(BrokenPromise("broken promise: what was written balances"))()

    monkeypatch.setattr(wiring, "LISTENERS", {"PaperAsked": [draw_pdf]})
    with open_books(sharma.actor) as books:
        event_id = announce(books, PaperAsked())
    with pytest.raises(BrokenPromise) as caught:
        perform("draw_pdf", sharma.company_id, str(event_id))
    tracker.tell(caught.value)  # who else catches the same one tells nothing new
    event = sent(collector)
    tags = event["tags"]
    assert (tags["company_id"], tags["job"], tags["event_id"]) == (str(sharma.company_id), "draw_pdf", str(event_id))
    assert event["exception"]["values"][-1]["value"] == "broken promise: what was written balances"


@dataclass(frozen=True)
class PaperAsked:
    paper_id: str = "x"


def test_a_chore_that_fails_is_told_by_its_name(collector: Collector, sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "CHORES", {"verify_books": (2, plant(RuntimeError(f"company 1: {SECRET} owes 9876543210")))})
    with pytest.raises(RuntimeError):
        chores.run_chore("verify_books")
    event = sent(collector)
    assert event["tags"]["chore"] == "verify_books"
    assert event["exception"]["values"][-1]["value"] == "The log has its words."


@pytest.mark.parametrize(
    "dsn",
    [
        "http://key@tracker.example/1",
        "https://tracker.example/1",
        "https://key@tracker.example/",
        "https://key@tracker.example/one",
        "ftp://key@127.0.0.1/1",
        "https://key@[::1/1",
        "https://key@tracker.example:99999/1",
        "nonsense",
    ],
)
def test_an_address_that_is_none_is_refused(dsn: str, tmp_path: Any) -> None:
    with pytest.raises(BadSetting, match="SENTRY_DSN"):
        Settings.from_environment({"VAR_DIR": str(tmp_path), "SENTRY_DSN": dsn})


def test_nothing_of_it_is_loaded_unless_it_is_named(tmp_path: Any) -> None:
    told = (
        "import sys; from webapp.platform import tracker; tracker.use(''); tracker.tell(ValueError()); print('sentry_sdk' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.strip() == "False"
