"""kill -9 of the web process in the middle of a post, and of the worker in the middle of a PDF."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, func, select

from jobs import queue
from jobs.relay import relay, sweep
from jobs.scheduler import put_on
from jobs.worker import ForkingWorker
from tests.counter.books import stock_shelf
from tests.counter.device import Device, push_over_the_wire
from tests.ground.redis import running_redis
from tests.ground.server import web_process
from tests.ground.shops import Shop, found_sharma
from tests.sales.trade import open_trade
from webapp import printing
from webapp.books_check import verify_books
from webapp.counter import tills
from webapp.ledger.models import JournalLine
from webapp.platform import clock, db, storage
from webapp.platform.outbox import JobEffect, JobFailure, open_relay
from webapp.platform.tenancy import books_within, open_books, open_directory, read_books
from webapp.printing import Layout, drawing
from webapp.printing.models import Paper
from webapp.sales.models import Invoice

KILLS = 25


def breaches(shop: Shop) -> list[str]:
    with open_books(shop.actor) as books:
        return [str(breach) for breach in verify_books(books).breaches]


@pytest.mark.slow
def test_kills_of_the_web_process_leave_every_answered_bill_once(tmp_path: Path, fresh_database: Callable[[str], str]) -> None:
    """One server after another: each is killed while a push is under way, and the next is asked the same again."""
    url = fresh_database("killed_again")
    made = db.make_engine(url)
    db.use(made)
    try:
        shop = found_sharma()
        shelf = stock_shelf(shop.actor)
        with open_directory() as directory, books_within(directory, shop.actor) as books:
            till = tills.enrol(books, directory, tills.Wish("Front", None, False, None), {})
        device = Device(None, {"id": str(till.id), "code": till.code}, till.lease, {})  # type: ignore[arg-type]
        device.items = shelf.items
        chance = random.Random(15)
        answered: set[str] = set()
        envelope: dict[str, Any] = {}
        for number in range(KILLS + 1):
            with web_process(tmp_path, url) as server:
                if number:  # what the one before did not answer is asked again, and told to be there or taken now
                    answer = push_over_the_wire(server, till.token, envelope)
                    assert answer is not None
                    assert not answer["stale_lease"]
                    assert {one["status"] for one in answer["results"]} <= {"ok", "replayed"}
                    device.lease, device.outbox = answer["lease"], []
                    answered |= {one["id"] for one in answer["results"]}
                    assert breaches(shop) == []
                if number == KILLS:
                    break
                for _ in range(20):
                    device.sell(device.line("Dal", 1000 * chance.randint(1, 3)), device.line("Soap"))
                envelope = device.envelope(list(device.outbox))
                pusher = threading.Thread(target=push_over_the_wire, args=(server, till.token, envelope))
                pusher.start()
                time.sleep(chance.uniform(0.005, 0.2))
                with suppress(ProcessLookupError):
                    os.killpg(server.process.pid, signal.SIGKILL)
                pusher.join()
        with read_books(shop.actor) as books:
            there = [str(id_) for id_ in books.session.scalars(select(Invoice.id))]
        assert len(there) == len(set(there)) == KILLS * 20
        assert set(there) == answered
        by_voucher = select(func.sum(JournalLine.amount_paise)).group_by(JournalLine.voucher_id)
        sums = shelf.read(lambda books: books.session.scalars(by_voucher).all())
        assert len(sums) == KILLS * 20 + 2  # and the two openings of stock
        assert set(sums) == {0}
        assert shelf.balance("cash") == shelf.read(lambda books: books.session.scalar(select(func.sum(Invoice.total_paise))))
        # In real time, as the servers are: of one year's series, or of two where the year has ended meanwhile.
        assert shelf.bills() == [f"{prefix}/{number:06d}" for prefix, last in sorted(device.last.items()) for number in range(1, last + 1)]
    finally:
        made.dispose()


# The worker -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with running_redis(tmp_path) as (server, _process), queue.connect(server.url) as connection:
        yield connection


@pytest.fixture
def asked(real_engine: Engine) -> tuple[Shop, UUID]:
    """A shop, and a paper of a bill that waits to be drawn; in real time, as the queue has it."""
    clock.use(None)
    shop = found_sharma()
    trade = open_trade(shop.actor)
    trade.item("Soap", 118)
    bill = trade.sell(trade.line("Soap"), total=118)
    with open_books(shop.actor) as books:
        return shop, printing.ask_paper(books, bill.invoice_id, Layout.THERMAL80)


def work(redis: Redis, engine: Engine) -> None:
    """Perform what is queued, each job in a child, then stop."""
    engine.dispose()
    worker = ForkingWorker(queue.queues_on(redis), connection=redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")


def killing_once(mark: Path, real: Callable[..., Any], *, afterwards: bool) -> Callable[..., Any]:
    """`real`, but the first process that calls it is killed: before it, or once it has done its work."""

    def deadly(*arguments: Any, **more: Any) -> Any:
        is_first = not mark.exists()
        mark.touch()
        if is_first and not afterwards:
            os.kill(os.getpid(), signal.SIGKILL)
        done = real(*arguments, **more)
        if is_first:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return deadly


MOMENTS = {
    "while it is drawn": (drawing, "draw", False),
    "when it is drawn, before it is kept": (drawing, "draw", True),
    "when it is kept, before it is said": (storage, "put", True),
    "with half of it written": (os, "fsync", False),
}


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_in_the_middle_of_a_pdf(
    redis: Redis, real_engine: Engine, asked: tuple[Shop, UUID], var_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """However far it had come: in the end one paper, ready, and one file."""
    shop, paper_id = asked
    folder = var_dir / "files" / str(shop.company_id)
    before = {path for path in folder.rglob("*") if path.is_file()}
    module, name, afterwards = MOMENTS[moment]
    monkeypatch.setattr(module, name, killing_once(tmp_path / "killed", getattr(module, name), afterwards=afterwards))
    enqueue, now = put_on(redis), datetime.now(UTC)
    assert relay(enqueue, now) >= 1
    work(redis, real_engine)
    assert (tmp_path / "killed").exists(), "it was to be killed here"
    with open_relay() as session:
        assert session.scalars(select(JobFailure.tries)).all() == [1]
    with read_books(shop.actor) as books:
        assert printing.paper(books, paper_id).state == "waiting"

    assert sweep(enqueue, now + timedelta(minutes=30)) == 1
    work(redis, real_engine)
    with read_books(shop.actor) as books:
        paper = printing.paper(books, paper_id)
        assert books.session.scalar(select(func.count()).select_from(Paper)) == 1
    assert paper.state == "ready"
    assert paper.storage_key is not None
    with storage.open_file(shop.company_id, paper.storage_key) as file:
        assert file.read(5) == b"%PDF-"
    kept = {path for path in folder.rglob("*") if path.is_file()} - before
    assert kept == {storage.path_of(shop.company_id, paper.storage_key)}, "one file, and nothing of the try that was killed"
    with open_relay() as session:
        assert session.scalars(select(JobFailure)).all() == []
        assert session.scalars(select(JobEffect.job)).all() == ["draw_pdf"]
    assert sweep(enqueue, now + timedelta(minutes=90)) == 0
    assert breaches(shop) == []
