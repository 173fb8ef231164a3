"""The log: one JSON object a line, whose request it was, and nobody's secret."""

from __future__ import annotations

import io
import json
import logging as standard
import sys
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask

from webapp.platform import logging


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What would be on stderr."""
    root = standard.getLogger()
    before = root.handlers[:], root.level
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logging.configure("web", is_for_people=False)
    yield written
    root.handlers[:], root.level = before
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def last(log: io.StringIO) -> dict[str, object]:
    found: dict[str, object] = json.loads(log.getvalue().splitlines()[-1])
    return found


def test_a_line_is_json_and_says_who_and_when(log: io.StringIO) -> None:
    logging.log.info("bill issued", amount_paise=11800)
    line = last(log)
    assert (line["event"], line["amount_paise"], line["process"], line["level"]) == ("bill issued", 11800, "web", "info")
    assert str(line["timestamp"]).endswith("Z")


def test_the_libraries_speak_the_same(log: io.StringIO) -> None:
    standard.getLogger("sqlalchemy.pool").warning("gone %s", "away")
    assert last(log)["event"] == "gone away"


def test_a_line_break_cannot_forge_a_line(log: io.StringIO) -> None:
    logging.log.info("sign-in failed", email='x@y\n{"event": "sign-in succeeded"}')
    assert len(log.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("password", "hunter2"),
        ("csrf_token", "hunter2"),
        ("headers", {"Authorization": "hunter2", "Cookie": ["hunter2"]}),
        ("error", "could not reach postgresql+psycopg://munim:hunter2@db/munim"),
        ("error", "Authorization: Bearer hunter2"),
        ("url", "/reset?token=hunter2&next=/"),
        ("rows", [{"otp": "hunter2"}]),
    ],
)
def test_no_secret_is_written(log: io.StringIO, key: str, value: object) -> None:
    logging.log.info("it happened", **{key: value})
    said = log.getvalue()
    assert "hunter2" not in said
    assert logging.SCRUBBED in said


def test_a_traceback_is_scrubbed_too(log: io.StringIO) -> None:
    try:
        int("redis://user:hunter2@cache/0")
    except ValueError:
        logging.log.exception("trouble")
    line = last(log)
    assert "ValueError" in str(line["exception"])
    assert "hunter2" not in str(line)


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("a1b2c3d4e5f6", True),
        ("trace.id-01_x", True),
        ("short", False),
        ("x" * 65, False),
        ("a b c d e f", False),
        ("<script>alert(1)", False),
    ],
)
def test_a_request_has_an_id(log: io.StringIO, given: str, is_kept: bool) -> None:
    app = Flask(__name__)
    logging.watch(app)
    app.add_url_rule("/<name>", view_func=lambda name: logging.request_id())
    answer = app.test_client().get("/page?signature=hunter2", headers={"X-Request-Id": given})
    assert answer.headers["X-Request-Id"] == answer.text
    assert (answer.text == given) is is_kept
    line = last(log)
    assert (line["request_id"], line["path"], line["status"]) == (answer.text, "/page", 200)
    assert "request_id" not in structlog.contextvars.get_contextvars()
