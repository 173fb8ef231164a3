"""The last unit, wanted at once by bills and transfers: where stock is guarded, one of them has it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.bad_days.test_last_unit import at_once
from tests.ground.shops import found_sharma
from tests.sales.trade import open_trade
from webapp import company, transfers
from webapp.books_check import verify_books
from webapp.company import StoreDraft
from webapp.kernel.dates import ist_day
from webapp.kernel.errors import BooksError
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform import clock
from webapp.platform.tenancy import open_books
from webapp.stock import BatchFacts
from webapp.stocktaking import Adjustment, Change, adjust_stock
from webapp.transfers import Send, SendLine

ROUNDS = int(os.environ.get("LAST_UNIT_ROUNDS", "3"))


@pytest.mark.parametrize("wanting", [2, 4])
@pytest.mark.parametrize("tracking", ["none", "batch"])
def test_one_has_the_last_unit(real_engine: Engine, wanting: int, tracking: str) -> None:
    trade = open_trade(found_sharma().actor)
    with open_books(trade.actor) as books:
        store = company.create_store(books, StoreDraft(name="Godown", code="GOD"))
    for round_no in range(ROUNDS):
        name = f"Soap {round_no}"
        item = trade.item(name, 118, stock_of=1 if tracking == "none" else 0, cost=70, tracking=tracking)
        if tracking == "batch":
            receive_one(trade, item)
        sales = [trade.sale(trade.line(name), total=118) for _ in range(wanting // 2)]
        sends = [asked_for(trade.store_id, store, item) for _ in range(wanting - wanting // 2)]
        acts: list[Callable[[], Any]] = [lambda sale=sale: trade.issue(sale) for sale in sales]  # type: ignore[misc]
        acts += [lambda asked=asked: sent(trade.actor, asked) for asked in sends]  # type: ignore[misc]
        answers = at_once(acts)
        refused = [one for one in answers if isinstance(one, BooksError)]
        assert len(refused) == wanting - 1, answers
        assert trade.on_hand(name) == 0
    with open_books(trade.actor) as books:
        assert verify_books(books).breaches == []


def receive_one(trade: Any, item: Any) -> None:
    with open_books(trade.actor) as books:
        change = Change(item, Qty(1000), Paise(7000), BatchFacts("B1", date(2030, 1, 1)))
        adjust_stock(books, Adjustment(new_id(), books.today, trade.store_id, "Opening stock", (change,), "opening"))


def asked_for(from_store: Any, to_store: Any, item: Any) -> Send:
    return Send(new_id(), from_store, to_store, ist_day(clock.now()), (SendLine(item, Qty(1000)),), new_id().hex)


def sent(actor: Any, asked: Send) -> str:
    with open_books(actor) as books:
        return transfers.send(books, asked)
