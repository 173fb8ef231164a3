"""The last piece, sold by two processes at the same moment: exactly one has it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.ground.databases import patient
from tests.ground.shops import found_sharma
from tests.sales.trade import Trade, open_trade
from tests.stock.test_tracked import receive
from webapp import stock
from webapp.books_check import verify_books
from webapp.kernel.errors import BooksError
from webapp.platform import db
from webapp.platform.tenancy import open_books, read_books

ROUNDS = int(os.environ.get("LAST_UNIT_ROUNDS", "3"))
PROCESSES = multiprocessing.get_context("fork")


def in_processes(url: Any, acts: list[Callable[[], Any]]) -> list[str]:
    """Each act in a process of its own, on connections of its own, at the same instant: "sold", or what was refused."""
    gate, answers = PROCESSES.Barrier(len(acts)), PROCESSES.Queue()

    def run(act: Callable[[], Any]) -> None:
        db.use(patient(db.make_engine(url)))
        gate.wait(600)
        try:
            act()
            answers.put("sold")
        except BooksError as refusal:
            answers.put(str(refusal))
        except BaseException as fault:
            answers.put(f"fault {fault!r}")

    running = [PROCESSES.Process(target=run, args=(act,)) for act in acts]
    for one in running:
        one.start()
    found = [answers.get(timeout=600) for _ in running]
    for one in running:
        one.join()
    return found


@pytest.mark.parametrize("wanting", [2, 4])
def test_one_process_sells_the_last_piece(real_engine: Engine, wanting: int) -> None:
    trade = open_trade(found_sharma().actor)
    url = real_engine.url.render_as_string(hide_password=False)
    for round_no in range(ROUNDS):
        name = f"Phone {round_no}"
        item = trade.item(name, 500, stock_of=0, tracking="serial")
        receive(trade, item, 1, 100, serials=(f"SN{round_no}",))
        wanted = [trade.sale(trade.line(name, serials=(f"SN{round_no}",)), total=500) for _ in range(wanting)]
        real_engine.dispose()  # nothing is connected while it forks
        answers = in_processes(url, [lambda sale=sale: trade.issue(sale) for sale in wanted])  # type: ignore[misc]
        assert answers.count("sold") == 1, answers
        assert all(f"SN{round_no} was sold on" in one or "0 in stock" in one for one in answers if one != "sold"), answers
        with read_books(trade.actor) as books:
            assert stock.serials_here(books, [item], trade.store_id)[item] == []
            assert [one.is_in for one in stock.serial_life(books, item, f"SN{round_no}")] == [True, False]
    books_are_true(trade)


def books_are_true(trade: Trade) -> None:
    with open_books(trade.actor) as books:
        assert verify_books(books).breaches == []
