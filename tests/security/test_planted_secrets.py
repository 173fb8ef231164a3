"""Secrets sent by every way in: none of them is found in the log, at the tracker, in the edit log, in the database or on the page of jobs."""

from __future__ import annotations

import io
import json
import logging as standard
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from jobs import wiring
from jobs.perform import perform
from tests.every_route.test_url_map import BODIES, address, nobodys, walk
from tests.ground.shops import Shop
from webapp.models import metadata
from webapp.platform import db, logging, slow_queries, tracker
from webapp.platform.outbox import Job, JobFailure, announce
from webapp.platform.tenancy import open_books
from webapp.printing.events import PaperAsked

TEMPLATES = Path(__file__).parents[2] / "templates"
SECRET = "hUnter2-9f"  # in each secret, and in nothing of ours
PAN, AADHAAR = "ABQPZ1234K", "2345 6789 0123"
FORGED = '\r\n{"event": "answered", "forged": true}\u2028\u0085\x1b[2J\x9b31m\u202e\udcff'
IN_A_HEADER = FORGED.encode("utf-8", "replace").decode("latin-1")
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, app: Flask) -> Iterator[io.StringIO]:
    """What would be on stderr."""
    root = standard.getLogger()
    before, written = (root.handlers[:], root.level), io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logging.configure("web", is_for_people=False)
    yield written
    root.handlers[:], root.level = before
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def secret_fields() -> set[str]:
    """The fields of our forms in which something secret is typed; a form that is added tomorrow says so itself."""
    found = {"csrf_token", "access_token", "refresh_token", "token", "otp", "pin"}
    for file in TEMPLATES.rglob("*.html"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if re.search(r'type="password"|"one-time-code"|macro secret', line):
                found |= set(re.findall(r'(?:text|secret)\("(\w+)"', line))
    for line in (TEMPLATES / "messaging" / "account.html").read_text(encoding="utf-8").splitlines():
        found |= set(re.findall(r'secret\("(\w+)"', line))
    return found


def read_lines(log: io.StringIO) -> list[dict[str, Any]]:
    """Every line is one JSON object, whatever a reader takes for the end of a line."""
    written = log.getvalue()
    assert not UNSEEN.search(written)
    lines = [json.loads(line) for line in written.splitlines()]
    assert all(isinstance(line, dict) and "forged" not in line for line in lines)
    return lines


def clean(log: io.StringIO) -> list[dict[str, Any]]:
    """The lines, in which no secret is."""
    lines = read_lines(log)
    found = [line for line in lines for word in (SECRET, PAN, AADHAAR) if word in json.dumps(line, ensure_ascii=False)]
    assert found == []
    return lines


def test_no_secret_of_any_post_is_kept_or_told(
    app: Flask, owner: FlaskClient, engine: Engine, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[Any]()
    monkeypatch.setattr(tracker, "tell", lambda error, **tags: told.append(tracker.own_words(type(error).__name__, str(error))))
    slow_queries.watch(engine, 1)
    monkeypatch.setattr(slow_queries, "most_seconds", 0.0)  # so that each statement is told
    fields = sorted(secret_fields())
    assert {"password", "new_password", "key_secret", "client_secret", "auth_token", "code", "certificate_password"} <= set(fields)
    posted = 0
    for number, (rule, method) in enumerate(walk(app)):
        if method != "POST" or rule.endpoint in {"identity.create_sign_out", "onboarding.create_sign_up"}:
            continue
        body = {**BODIES.get(rule.endpoint, {}), **{name: f"{SECRET}-{name}-{number}" for name in fields}, "email": f"a{FORGED[:3]}@b.in"}
        body |= {"name": f"Ramesh {PAN} {AADHAAR}{FORGED}".encode("utf-8", "replace").decode(), "version": "1"}
        url = address(app, rule, nobodys() | dict.fromkeys(TOKEN_NAMES, f"{SECRET}-in-a-path"))
        query = {"token": f"{SECRET}-asked", "code": f"{SECRET}-code", "next": f"/p/{SECRET}"}
        headers = {"X-Munim-Sync": "1", "Authorization": f"Bearer {SECRET}-bearer"}
        environ = {
            "HTTP_USER_AGENT": f"Mozilla {IN_A_HEADER} password={SECRET}",
            "HTTP_X_FORWARDED_FOR": f"{SECRET}",
            "HTTP_REFERER": f"/r?t={SECRET}",
        }
        with owner.post(url, data=body, query_string=query, headers=headers, environ_overrides=environ) as answer:
            posted += answer.status_code != 404
    lines = clean(log)
    assert posted > 30
    assert {"answered", "slow query"} <= {line["event"] for line in lines}
    assert [words for words in told if SECRET in words] == []
    with engine.connect() as connection:
        kept = [(table.name, row) for table in metadata.sorted_tables for row in connection.execute(select(table)) if SECRET in repr(row)]
    assert kept == []


TOKEN_NAMES = ("bill_token", "order_token", "paper_token", "statement_token", "unsubscribe_token")


@pytest.mark.parametrize(
    "path", ["/p/{}", "/b/{}", "/statements/{}", "/unsubscribe/{}", "/no-such-page/{}-and-long-enough-for-a-key-of-ours"]
)
def test_a_key_in_a_path_is_not_logged(client: FlaskClient, log: io.StringIO, path: str) -> None:
    client.get(path.format(SECRET)).close()
    (line,) = [line for line in clean(log) if line["event"] == "answered"]
    assert line["path"].startswith(path.partition("{")[0])
    assert line["path"].endswith(logging.SCRUBBED)


def test_a_mistake_with_a_secret_in_its_hands_tells_the_log_where_it_was_and_not_what(
    app: Flask, client: FlaskClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = db.make_engine("sqlite://")  # as the program makes them

    def fails(**_values: object) -> None:
        try:
            with own.connect() as connection:
                connection.execute(text("insert into nowhere values (:password, :pan)"), {"password": SECRET, "pan": PAN})
        except DBAPIError as error:
            raise LookupError(
                f"sent {{'password': '{SECRET}', 'name': '{PAN}'}} Cookie: munim={SECRET}{FORGED} aadhaar {AADHAAR}"
            ) from error

    monkeypatch.setitem(app.view_functions, "identity.show_sign_in", _public(fails))
    client.get("/sign-in").close()
    told = [line for line in clean(log) if line["event"] == "our mistake"]
    assert len(told) == 1
    assert "nowhere" in told[0]["exception"]
    assert "LookupError" in told[0]["exception"]


def _public(view: Any) -> Any:
    view.permission = None
    return view


@pytest.mark.parametrize(
    "value",
    [
        f"password: {SECRET}",
        f'{{"client_secret": "{SECRET}"}}',
        f"{{'api_key': '{SECRET}'}}",
        f"Authorization: Basic {SECRET}abcdefgh",
        f"Set-Cookie: munim={SECRET}; Path=/",
        f"https://portal.example/?auth_token={SECRET}&x=1",
        f"https://me:{SECRET}@portal.example/",
        f"DETAIL:  Failing row contains (1, {SECRET}).",
        f"of 27{PAN}1Z5 and {PAN}, Aadhaar {AADHAAR} {AADHAAR.replace(' ', '')} {AADHAAR.replace(' ', '-')}",
        {SECRET: 1, "x": {"pin": SECRET}}["x"],
        (ValueError(f"token={SECRET}"),),
        SimpleNamespace(words=f"token={SECRET}"),
    ],
)
def test_what_is_secret_by_its_name_or_its_form_is_not_written(log: io.StringIO, value: object) -> None:
    logging.log.warning("it happened", value=value)
    clean(log)
    assert logging.SCRUBBED in log.getvalue()


def test_what_is_none_stays_readable(log: io.StringIO) -> None:
    logging.log.info(
        "done", number="26A/0001", ms=12.5, day="2026-11-20", id="01a2027a-df05-7c9e-9c5d-976e5d8abf23", is_new=True, none=None
    )
    (line,) = read_lines(log)
    assert (line["number"], line["ms"], line["is_new"], line["none"]) == ("26A/0001", 12.5, True, None)
    assert logging.SCRUBBED not in log.getvalue()


@pytest.mark.parametrize("is_for_people", [False, True], ids=["json", "terminal"])
def test_nobody_writes_a_line_of_his_own(log: io.StringIO, monkeypatch: pytest.MonkeyPatch, *, is_for_people: bool) -> None:
    monkeypatch.setattr(sys, "stderr", log)  # pytest has its own there again
    logging.configure("web", is_for_people=is_for_people)
    logging.log.info("sign-in failed", email=f"x{FORGED}")
    standard.getLogger("elsewhere").warning("gone %s", FORGED)
    coloured = re.sub(r"\x1b\[\d+m", "", log.getvalue())
    assert "\x1b" not in coloured
    assert len(coloured.splitlines()) == 2


def test_a_failed_job_shows_no_secret(owner: FlaskClient, sharma: Shop, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_job: Job) -> None:
        raise ConnectionError(f"POST https://u:{SECRET}@portal.example failed: {{'password': '{SECRET}', 'pan': '{PAN}'}}{FORGED}")

    monkeypatch.setattr(wiring, "LISTENERS", {"PaperAsked": [fails]})
    with open_books(sharma.actor) as books:
        event_id = announce(books, PaperAsked(paper_id=UUID(int=1)))
    with pytest.raises(ConnectionError):
        perform("fails", sharma.company_id, str(event_id))
    clean(log)
    with open_books(sharma.actor) as books:
        (kept,) = books.session.scalars(select(JobFailure.error))
    assert "ConnectionError" in kept
    assert not any(word in kept for word in (SECRET, PAN))
    shown = owner.get("/background-work").text
    assert SECRET not in shown
