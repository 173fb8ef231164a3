"""The stock summary and the cards equal the movements, on any days and on every page."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.reports.ledgers import periods
from tests.sales.trade import Trade
from webapp import catalogue, stock
from webapp.kernel.dates import Period
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.kernel.movement import Movement, StockSlip
from webapp.platform.tenancy import open_books, read_books
from webapp.reports import goods, item_cards
from webapp.stock.models import StockMovement

ALWAYS = Period(date(2025, 4, 1), date(2027, 3, 31))


def move(trade: Trade, item_id: UUID, day: date, qty: int, value: int | None = None, kind: str = "adjustment") -> None:
    with open_books(trade.actor) as books:
        slip = StockSlip((Movement(1, item_id, trade.store_id, Qty(qty), Paise(value) if value is not None else None),))
        stock.record(books, document_id=new_id(), kind=kind, moved_on=day, slip=slip, policy=stock.Policy.ALLOW)


def movements(trade: Trade, item_id: UUID) -> list[Any]:
    with read_books(trade.actor) as books:
        columns = (StockMovement.moved_on, StockMovement.seq, StockMovement.qty, StockMovement.value_paise)
        query = select(*columns).where(StockMovement.item_id == item_id).order_by(StockMovement.moved_on, StockMovement.seq)
        return list(books.session.execute(query))


@pytest.mark.parametrize("seed", range(3))
def test_a_card_equals_the_movements_paged_from_either_end(trade: Trade, seed: int) -> None:
    chance = Random(seed)
    item_id = trade.item("Dal", 100, stock_of=5, cost=60)
    for _ in range(40):
        day = date(2026, 4, 1) + timedelta(days=chance.randrange(200))
        qty = chance.choice((1, -1)) * chance.randrange(1, 9_000)
        move(trade, item_id, day, qty, chance.randrange(1, 900_00) if qty > 0 else None)
    every = movements(trade, item_id)
    with read_books(trade.actor) as books:
        (shelf,) = item_cards.shelves(books, item_id)
        assert (shelf.qty, shelf.value) == (sum(one.qty for one in every), sum(one.value_paise for one in every))
        for period in [*periods(chance, 5), ALWAYS]:
            slow, qty, value = [], 0, 0
            for one in every:
                qty, value = qty + one.qty, value + one.value_paise
                if period.first_day <= one.moved_on <= period.last_day:
                    slow.append((one.seq, one.qty, one.value_paise, qty, value))
            for most in (1, 7, 100):
                page = item_cards.card_page(books, item_id, shelf, period, most=most)
                rows = list(page.rows)
                while page.earlier:
                    page = item_cards.card_page(books, item_id, shelf, period, before=page.earlier, most=most)
                    rows = [*page.rows, *rows]
                assert [(row.key.seq, row.came_in - row.went_out, row.value, row.qty_after, row.value_after) for row in rows] == slow
            assert [row.key.seq for row in item_cards.whole_card(books, item_id, shelf, period)] == [one[0] for one in slow]


def test_the_summary_equals_the_movements_and_pages(trade: Trade) -> None:
    for number in range(9):
        trade.item(f"Item {number}", 10, stock_of=number, cost=number, category="Grocery" if number % 2 else "Dairy")
    expected = {f"Item {number}": (number * 1000, number * number * 100) for number in range(9)}
    with read_books(trade.actor) as books:
        everything = goods.Wanted()
        page = goods.stock_page(books, everything, most=4)
        rows = list(page.rows)
        while page.after:
            page = goods.stock_page(books, everything, after=page.after, most=4)
            rows += page.rows
        assert {row.name: (row.qty, row.value) for row in rows} == expected
        back = goods.stock_page(books, everything, before=(rows[8].name, rows[8].id), most=4)
        assert [row.name for row in back.rows] == [row.name for row in rows[4:8]]
        sums = goods.stock_sums(books, everything)
        assert (sums.items, sums.value) == (9, sum(value for _, value in expected.values()))
        dairy = goods.stock_sums(books, goods.Wanted(category="Dairy"))
        assert (dairy.items, dairy.value) == (5, sum(n * n * 100 for n in range(0, 9, 2)))


def test_the_summary_is_searched_and_filtered(trade: Trade) -> None:
    trade.item("Toor Dal", 150, stock_of=10, cost=100, reorder_level_qty=Qty(12_000), codes=("8901725123451",), local_name="तूर दाल")
    trade.item("Moong Dal", 140, stock_of=20, cost=90, reorder_level_qty=Qty(12_000))
    trade.item("Salt 100%", 20, stock_of=0)
    move(trade, trade.items["Salt 100%"], date(2026, 5, 1), -2_000)
    found = {
        "dal": goods.Wanted(words="dal TOOR"),
        "hindi": goods.Wanted(words="तूर"),
        "barcode": goods.Wanted(words="8901725123451"),
        "percent": goods.Wanted(words="100%"),
        "reorder": goods.Wanted(state="reorder"),
        "below": goods.Wanted(state="below-zero"),
    }
    with read_books(trade.actor) as books:
        names = {key: [row.name for row in goods.stock_page(books, wanted).rows] for key, wanted in found.items()}
    assert names == {
        "dal": ["Toor Dal"],
        "hindi": ["Toor Dal"],
        "barcode": ["Toor Dal"],
        "percent": ["Salt 100%"],
        "reorder": ["Toor Dal"],
        "below": ["Salt 100%"],
    }


def test_low_is_at_the_level_or_with_none_at_nothing(trade: Trade) -> None:
    trade.item("At its level", 10, stock_of=12, cost=1, reorder_level_qty=Qty(12_000))
    trade.item("Above its level", 10, stock_of=13, cost=1, reorder_level_qty=Qty(12_000))
    trade.item("None left", 10, stock_of=0)
    trade.item("Sold below", 10, stock_of=0)
    trade.item("One left", 10, stock_of=1, cost=1)
    trade.item("Not counted", 10, is_stocked=False)
    trade.item("Given up", 10, stock_of=0)
    move(trade, trade.items["Sold below"], date(2026, 5, 1), -1_000)
    with open_books(trade.actor) as books:
        catalogue.archive_item(books, trade.items["Given up"])
    with read_books(trade.actor) as books:
        rows = goods.stock_page(books, goods.Wanted(state="low")).rows
        assert [row.name for row in rows] == ["At its level", "None left", "Sold below"]
        assert all(row.is_low for row in rows)
        every = goods.stock_page(books, goods.Wanted()).rows
        assert [row.name for row in every if row.is_low] == [row.name for row in rows]
        assert goods.stock_sums(books, goods.Wanted()).low == 3


def test_an_average_is_of_what_is_there(trade: Trade) -> None:
    trade.item("Ghee", 600, stock_of=3, cost=0)
    move(trade, trade.items["Ghee"], date(2026, 5, 1), 1_500, 1000_00)
    with read_books(trade.actor) as books:
        row = goods.item_row(books, trade.items["Ghee"])
    assert (row.qty, row.value, row.average) == (4_500, 1000_00, 222_22)
