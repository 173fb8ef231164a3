"""The last unit, wanted by twenty at once: online exactly one has it; without a network all have sold it, and are listed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from tests.ground.shops import found_sharma
from tests.sales.trade import Trade, open_trade
from webapp import sales
from webapp.books_check import verify_books
from webapp.kernel.errors import BooksError
from webapp.platform.tenancy import open_books
from webapp.sales import SaleRefused

TWENTY = 20


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run all at the same instant, each on a connection of its own: the answers, or what was refused."""
    answers: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        gate.wait()
        try:
            answers[place] = acts[place]()
        except BooksError as refusal:
            answers[place] = refusal

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def the_last_soap() -> Trade:
    trade = open_trade(found_sharma().actor)
    trade.item("Soap", 118, stock_of=1, cost=70)
    return trade


def test_online_exactly_one_is_sold(real_engine: Engine) -> None:
    trade = the_last_soap()
    wanted = [trade.sale(trade.line("Soap"), total=118) for _ in range(TWENTY)]
    answers = at_once([lambda sale=sale: trade.issue(sale) for sale in wanted])  # type: ignore[misc]
    refused = [answer for answer in answers if isinstance(answer, SaleRefused)]
    sold = [answer for answer in answers if isinstance(answer, sales.Issued)]
    assert (len(sold), len(refused)) == (1, TWENTY - 1), answers
    assert {str(one) for one in refused} == {str(refused[0])}
    assert "Soap" in str(refused[0])
    assert "0" in str(refused[0]), "the figure is told"
    assert trade.on_hand("Soap") == 0
    assert sold[0].number.endswith("/000001"), "who was refused used no number"
    with open_books(trade.actor) as books:
        assert verify_books(books).breaches == []
    sold_again = trade.sell(trade.line("Soap"), total=118, has_happened=True)
    assert sold_again.number.endswith("/000002")


def test_what_has_happened_stands_twenty_times_and_is_listed(real_engine: Engine) -> None:
    trade = the_last_soap()
    wanted = [trade.sale(trade.line("Soap"), total=118, has_happened=True) for _ in range(TWENTY)]
    answers = at_once([lambda sale=sale: trade.issue(sale) for sale in wanted])  # type: ignore[misc]
    assert all(isinstance(answer, sales.Issued) for answer in answers), answers
    assert trade.on_hand("Soap") == (1 - TWENTY) * 1000
    with open_books(trade.actor) as books:
        assert len(sales.open_flags(books)) == TWENTY - 1
        assert verify_books(books).breaches == []
