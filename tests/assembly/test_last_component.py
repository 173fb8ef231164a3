"""The last component, wanted by two processes at once, and two bills of materials that together would be a circle: one has it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.assembly.making import Workshop
from tests.assembly.racing import Maker, race
from tests.ground.shops import found_sharma
from tests.sales.trade import open_trade
from webapp.platform import db, storage

ROUNDS = 12


@pytest.mark.slow
def test_one_process_makes_from_the_last_component(fresh_database: Callable[[str], str], var_dir: Path) -> None:
    url = fresh_database("last_component")
    made = db.make_engine(url)
    db.use(made)
    storage.use(var_dir)
    shop = Workshop(open_trade(found_sharma().actor))
    names = [f"Part {number}" for number in range(ROUNDS)]
    for number, name in enumerate(("Gift", "Ribbon", *names)):
        shop.item(name, valuation="fifo" if number % 2 else "average")
    shop.receive("Ribbon", 2 * ROUNDS, 7)
    for name in names:
        shop.receive(name, 1, 10)
    makers = [Maker(url, shop, circle) for circle in (("Gift", "Ribbon"), ("Ribbon", "Gift"))]
    made.dispose()  # the processes have connections of their own
    here = get_context("spawn")
    with here.Manager() as manager, ProcessPoolExecutor(2, mp_context=here) as pool:
        gate = manager.Barrier(2)
        told = [one.result() for one in [pool.submit(race, maker, names, gate) for maker in makers]]
    rounds = list(zip(*told, strict=True))
    assert len(rounds) == ROUNDS + 1
    assert [sorted(map(str, answers)) for answers in rounds] == [["False", "True"]] * (ROUNDS + 1)
    assert {shop.at(name) for name in names} == {(0, 0)}
    assert (shop.at("Gift")[0], shop.at("Ribbon")[0]) == (ROUNDS * 1000, ROUNDS * 1000)
    shop.true()
    made.dispose()
