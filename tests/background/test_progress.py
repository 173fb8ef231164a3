"""How far a long job is: told while it works, and read again with the time left by whoever loads the page anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobs import exports, imports
from tests.catalogue.conftest import make
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.reports.ledgers import LAST, Ledgers
from webapp import exchange
from webapp.catalogue import bulk
from webapp.catalogue.bulk_rules import BulkChange
from webapp.kernel.ids import new_id
from webapp.platform import progress
from webapp.platform.outbox import Job, OutboxEvent
from webapp.platform.tenancy import open_books, read_books
from webapp.reports import account_files

Browse = Callable[[Shop], FlaskClient]


@pytest.mark.parametrize(
    ("seconds", "done", "total", "left"), [(60, 1, 4, 180), (60, 0, 4, None), (60, 3, 0, None), (60, 5, 4, 0), (-60, 1, 4, 0)]
)
def test_the_time_left_is_by_its_own_speed(clock: Clock, seconds: int, done: int, total: int, left: int | None) -> None:
    assert progress.seconds_left(done, total, clock.now, clock.now + timedelta(seconds=seconds)) == left


def test_a_file_of_the_books_says_so_after_a_reload(
    sharma: Shop, iyer: Shop, browse: Browse, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Ledgers(sharma.actor)
    for _ in range(6):
        shelf.post(LAST, ("cash", 100), ("capital", -100))
    owner, other = browse(sharma), browse(iyer)
    with open_books(sharma.actor) as books:
        file_id = exchange.ask_file(books, exchange.Format.LEDGER, exchange.Span(None, None))
    job = Job(sharma.company_id, file_id, {})
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.0)
    with pytest.raises(KeyboardInterrupt):
        killed_half_way(job, clock)
    assert "2 of 6 Time left: about 4 minutes." in owner.get("/ledger-files").text
    assert other.get(f"/ledger-files/{file_id}").status_code == 404
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(progress, "tell", lambda done, total=0: told.append((done, total)))
    exports.make_ledger_file(job)
    assert told == [(number, 6) for number in range(6)]
    assert "Download" in owner.get(f"/ledger-files/{file_id}").text


def killed_half_way(job: Job, clock: Clock) -> None:
    with progress.told_of(job, exports.make_ledger_file.__name__):
        for done in range(3):
            progress.tell(done, 6)
            clock.advance(minutes=1)
        raise KeyboardInterrupt


def test_an_account_and_a_change_of_many_items_tell_while_they_work(
    sharma: Shop, browse: Browse, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(progress, "tell", lambda done, total=0, words="": told.append((words, done, total)))
    owner = browse(sharma)
    monkeypatch.setattr(account_files, "MOST_AT_ONCE", 1)
    shelf = Ledgers(sharma.actor)
    for _ in range(3):
        shelf.post(LAST, ("cash", 100), ("capital", -100))
    page = owner.get("/accounts").text
    cash = re.search(r'href="/accounts/([0-9a-f-]{36})[^"]*"[^>]*>\s*Cash', page)
    assert cash
    owner.get(f"/accounts/{cash[1]}?from=2026-04-01&to={LAST.isoformat()}&format=csv")
    with read_books(sharma.actor) as books:
        file_id = books.session.scalars(select(OutboxEvent.id).where(OutboxEvent.kind == "AccountFileAsked")).one()
    exports.make_account_file(Job(sharma.company_id, file_id, {}))
    assert told == [("", number, 3) for number in range(4)], "what was brought forward is a line of it"

    told.clear()
    ids: list[UUID] = [make(sharma, f"Soap {number}") for number in range(5)]
    monkeypatch.setattr(bulk, "BATCH", 2)
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    run_id = new_id()
    with open_books(sharma.actor) as books:
        assert bulk.start_run(books, run_id, BulkChange("archive"), ids)
    clock.advance(minutes=2)
    assert bulk._run_batch(sharma.actor, run_id)
    shown = owner.get(f"/items/bulk/{run_id}").text
    assert "2 of 5" in shown
    assert "Time left: about 3 minutes." in shown
    imports.change_items(Job(sharma.company_id, new_id(), {"run_id": str(run_id)}))
    assert told == [("", 4, 5)]
    with read_books(sharma.actor) as books:
        assert bulk.bulk_run(books, run_id).changed == 5
