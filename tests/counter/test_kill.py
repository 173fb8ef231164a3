"""kill -9 of the web process in the middle of a push, ten times: every bill is in the books exactly once."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from tests.counter.books import stock_shelf
from tests.counter.device import SYNC, Device
from tests.ground.server import LiveServer, web_process
from tests.ground.shops import found_shop
from webapp.counter import tills
from webapp.ledger.models import JournalLine
from webapp.platform import db
from webapp.platform.tenancy import books_within, open_directory
from webapp.sales.models import Invoice

KILLS = {"sqlite": 10, "postgresql": 3}  # on both the same is killed; each kill costs a start or two


def post(server: LiveServer, token: str, envelope: dict[str, Any]) -> dict[str, Any] | None:
    """A push over the wire; None when no answer came."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        headers = {**SYNC, "Content-Type": "application/json", "Cookie": f"munim_till={token}"}
        connection.request("POST", "/sync/push", json.dumps(envelope), headers)
        answer = connection.getresponse()
        return dict(json.loads(answer.read())) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


@pytest.mark.slow
def test_every_bill_is_there_exactly_once_after_kills(
    tmp_path: Path, fresh_database: Callable[[str], str], database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = KILLS[database_name]
    url = fresh_database("killed")
    made = db.make_engine(url)
    db.use(made)
    try:
        shop = found_shop("Killed", email="killed@kill.example", state_code="27", gstin="27AABCS1234D1ZV")
        shelf = stock_shelf(shop.actor)
        with open_directory() as directory, books_within(directory, shop.actor) as books:
            enrolled = tills.enrol(books, directory, tills.Wish("Front", None, False, None), {})
        device = Device(None, {"id": str(enrolled.id), "code": enrolled.code}, enrolled.lease, {})
        device.items = shelf.items
        chance = random.Random(20261120)

        for _ in range(kills):
            for _ in range(20):
                device.sell(device.line("Dal", 1000 * chance.randint(1, 3)))
            with web_process(tmp_path, url) as server:
                batch = list(device.outbox)
                envelope = device.envelope(batch)
                pusher = threading.Thread(target=post, args=(server, enrolled.token, envelope))
                pusher.start()
                time.sleep(chance.uniform(0.005, 0.25))
                with suppress(ProcessLookupError):
                    os.killpg(server.process.pid, signal.SIGKILL)
                pusher.join()
            with web_process(tmp_path, url) as server:
                answer = post(server, enrolled.token, envelope)
            assert answer is not None
            assert not answer["stale_lease"]
            assert {one["status"] for one in answer["results"]} <= {"ok", "replayed"}
            device.lease, device.outbox = answer["lease"], []

        assert shelf.bills() == [f"26A1/{number:06d}" for number in range(1, kills * 20 + 1)]
        by_voucher = select(func.sum(JournalLine.amount_paise)).group_by(JournalLine.voucher_id)
        sums = shelf.read(lambda books: books.session.scalars(by_voucher).all())
        issued = shelf.read(lambda books: books.session.scalar(select(func.sum(Invoice.total_paise))))
        assert len(sums) == kills * 20 + 2  # and the two openings of stock
        assert set(sums) == {0}
        assert shelf.balance("cash") == issued
    finally:
        made.dispose()
