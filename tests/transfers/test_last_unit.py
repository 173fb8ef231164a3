"""The last unit, wanted by several processes at once, at a till, on an invoice and for another store: one of them has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

import pytest

from tests.counter.device import Device
from tests.ground.shops import found_sharma
from tests.sales.trade import Trade, open_trade
from tests.transfers.racing import WAYS, Racer, race
from webapp import company
from webapp.books_check import verify_books
from webapp.company import StoreDraft
from webapp.counter import tills
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform import db, storage
from webapp.platform.tenancy import books_within, open_books, open_directory
from webapp.stock import BatchFacts
from webapp.stocktaking import Adjustment, Change, adjust_stock

ROUNDS = 50


@pytest.mark.slow
@pytest.mark.parametrize("wanting", [2, 4])
def test_one_process_has_the_last_unit(fresh_database: Callable[[str], str], var_dir: Path, wanting: int) -> None:
    url = fresh_database(f"last_unit_{wanting}")
    made = db.make_engine(url)
    db.use(made)
    storage.use(var_dir)
    trade = open_trade(found_sharma().actor)
    names = [one_left(trade, f"Soap {number}", by_batch=number % 2 == 1) for number in range(ROUNDS)]
    with open_books(trade.actor) as books:
        store = company.create_store(books, StoreDraft(name="Godown", code="GOD"))
    racers = [a_racer(url, trade, store, place) for place in range(wanting)]
    made.dispose()  # the processes have connections of their own
    here = get_context("spawn")
    with here.Manager() as manager, ProcessPoolExecutor(wanting, mp_context=here) as pool:
        gate = manager.Barrier(wanting)
        told = [one.result() for one in [pool.submit(race, racer, names, gate) for racer in racers]]
    rounds = list(zip(*told, strict=True))
    assert len(rounds) == ROUNDS
    assert [[had for _, had in answers].count(True) for answers in rounds] == [1] * ROUNDS, rounds
    assert {had for answers in rounds for _, had in answers} == {True, False}, rounds
    won = Counter(way for answers in rounds for way, had in answers if had)
    assert set(won) == set(WAYS), won
    assert {trade.on_hand(name) for name in names} == {0}
    with open_books(trade.actor) as books:
        assert verify_books(books).breaches == []
    made.dispose()


def one_left(trade: Trade, name: str, *, by_batch: bool) -> str:
    """An item of which there is one, on the shelf or of one batch."""
    item = trade.item(name, 118, stock_of=0 if by_batch else 1, cost=70, tracking="batch" if by_batch else "none")
    if by_batch:
        with open_books(trade.actor) as books:
            change = Change(item, Qty(1000), Paise(7000), BatchFacts("B1", date(2030, 1, 1)))
            adjust_stock(books, Adjustment(new_id(), books.today, trade.store_id, "Opening stock", (change,), "opening"))
    return name


def a_racer(url: str, trade: Trade, to_store: UUID, place: int) -> Racer:
    with open_directory() as directory, books_within(directory, trade.actor) as books:
        till = tills.enrol(books, directory, tills.Wish(f"Till {place}", None, False, None), {})
    goods = {name: {"id": str(id_), "price": 118 * 100_000, "rate": 1800, "incl": True} for name, id_ in trade.items.items()}
    device = Device(None, {"id": str(till.id), "code": till.code}, till.lease, {}, goods)  # type: ignore[arg-type]
    return Racer(url, trade, to_store, device, tills.device_of(till.token), place)
