"""Redis stops: billing goes on, PDFs wait, and are made when it is back. The whole program, started as a shop starts it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.counter.books import stock_shelf
from tests.counter.device import Device, push_over_the_wire
from tests.ground.server import LiveServer
from tests.ground.shops import found_sharma
from tests.machine.conftest import Machine, machine, until
from webapp import printing
from webapp.app import connect_rooms
from webapp.books_check import verify_books
from webapp.counter import tills
from webapp.platform import db, storage
from webapp.platform.tenancy import books_within, open_books, open_directory, read_books
from webapp.printing import Layout
from webapp.sales.models import Invoice

pytestmark = [pytest.mark.machine, pytest.mark.slow]
__all__ = ["machine"]


def is_ready(shop_actor: object, paper_id: UUID) -> Callable[[], bool]:
    def ask() -> bool:
        with read_books(shop_actor) as books:  # type: ignore[arg-type]
            return printing.paper(books, paper_id).state == "ready"

    return ask


def test_bills_go_on_and_papers_wait_until_redis_is_back(machine: Machine) -> None:
    machine.start()
    url = f"sqlite:///{machine.var_dir / 'munim.sqlite3'}"
    made = db.make_engine(url)
    db.use(made)
    storage.use(machine.var_dir)
    connect_rooms()
    try:
        shop = found_sharma()
        shelf = stock_shelf(shop.actor)
        with open_directory() as directory, books_within(directory, shop.actor) as books:
            till = tills.enrol(books, directory, tills.Wish("Front", None, False, None), {})
        device = Device(None, {"id": str(till.id), "code": till.code}, till.lease, {})  # type: ignore[arg-type]
        device.items = shelf.items
        server = LiveServer(f"http://127.0.0.1:{machine.port}", url, machine.var_dir, None)  # type: ignore[arg-type]

        redis = machine.child("redis-server")
        redis.suspend()  # it hangs, which is worse than gone: nobody is told
        for _ in range(5):
            bill = device.sell(device.line("Dal"))
        answer = push_over_the_wire(server, till.token, device.envelope(device.outbox))
        assert answer is not None
        assert [one["status"] for one in answer["results"]] == ["ok"] * 5
        with open_books(shop.actor) as books:
            assert len(books.session.scalars(select(Invoice.id)).all()) == 5
            paper_id = printing.ask_paper(books, UUID(bill["id"]), Layout.THERMAL80)
        assert not is_ready(shop.actor, paper_id)()

        redis.resume()
        until(is_ready(shop.actor, paper_id), machine.said)

        redis.kill()  # and now it is gone, and started again by its parent
        with open_books(shop.actor) as books:
            second = printing.ask_paper(books, UUID(bill["id"]), Layout.THERMAL58)
        until(is_ready(shop.actor, second), machine.said)
        with open_books(shop.actor) as books:
            assert verify_books(books).breaches == []
    finally:
        made.dispose()
