"""Each figure of a report equals a plain working over what the registers and the bills hold, after random trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.purchases.conftest import Buyer
from tests.sales.trade import Trade, open_trade
from tests.stock_reports.conftest import NAMES, Market
from webapp.kernel.dates import Period, ist_day
from webapp.platform.tenancy import read_books
from webapp.purchases import LineRef
from webapp.sales.models import Invoice, InvoiceCancellation, InvoiceLine
from webapp.stock.models import StockMovement
from webapp.stock_reports import reading, rules
from webapp.stock_reports.declared import REPORTS
from webapp.stock_reports.rules import Asked

PERIODS = (Period(date(2026, 4, 1), date(2027, 3, 31)), Period(date(2026, 5, 3), date(2026, 6, 20)))


def everything(market: Market) -> tuple[list[Any], list[tuple[Any, Any]]]:
    """Every movement in the order of the days, and every (document, line) that stands."""
    with read_books(market.trade.actor) as books:
        moves = list(books.session.scalars(select(StockMovement)))
        gone = set(books.session.scalars(select(InvoiceCancellation.invoice_id)))
        heads = {one.id: one for one in books.session.scalars(select(Invoice)) if one.id not in gone}
        lines = [(heads[one.invoice_id], one) for one in books.session.scalars(select(InvoiceLine)) if one.invoice_id in heads]
        books.session.expunge_all()
    return sorted(moves, key=lambda one: (one.moved_on, one.recorded_at, one.line_no)), lines


def shown(market: Market, code: str, asked: Asked) -> dict[Any, tuple[Any, ...]]:
    with read_books(market.trade.actor) as books:
        return {line.cells[0]: line.cells[1:] for line in REPORTS[code].lines(books, asked)}


def stores_asked(market: Market) -> list[frozenset[Any] | None]:
    return [None, frozenset(market.stores[:1]), frozenset(market.stores[1:])]


@pytest.fixture(params=range(3))
def market(request: pytest.FixtureRequest, trade: Trade, clock: Clock, iyer: Shop) -> Market:
    found = Market(trade, clock, request.param)
    found.trade_for(40)
    open_trade(iyer.actor).item("Dal", 5, stock_of=999, cost=1)  # the other company's goods count nowhere
    return found


def test_movement_and_margin_equal_a_plain_working(market: Market) -> None:
    moves, lines = everything(market)
    names = {id_: name for name, id_ in market.trade.items.items()}
    for period in PERIODS:
        for stores in stores_asked(market):
            asked = Asked(period, market.today, store_ids=stores)
            expected: dict[str, list[int]] = {name: [0] * 9 for name in NAMES}
            for one in moves:
                if (stores is not None and one.store_id not in stores) or one.moved_on > period.last_day:
                    continue
                row = expected[names[one.item_id]]
                row[7], row[8] = row[7] + one.qty, row[8] + one.value_paise
                if one.moved_on < period.first_day:
                    row[0], row[1] = row[0] + one.qty, row[1] + one.value_paise
                elif one.kind == "revaluation":
                    row[6] += one.value_paise
                else:
                    place = 2 if one.qty > 0 else 4
                    row[place], row[place + 1] = (
                        row[place] + abs(one.qty),
                        row[place + 1] + (one.value_paise if one.qty > 0 else -one.value_paise),
                    )
            found = {name: list(cells[1:]) for name, cells in shown(market, "movement", asked).items()}
            assert found == {name: row for name, row in expected.items() if any(row)}
            for cells in found.values():
                assert cells[0] + cells[2] - cells[4] == cells[7]
                assert cells[1] + cells[3] - cells[5] + cells[6] == cells[8]
            assert_margins(market, asked, lines, names)


def assert_margins(market: Market, asked: Asked, lines: list[tuple[Any, Any]], names: dict[Any, str]) -> None:
    keys: dict[str, Callable[[Any, Any], Any]] = {
        "item": lambda _head, line: names[line.item_id],
        "cashier": lambda head, _line: head.cashier,
        "party": lambda head, _line: "Meera" if head.party_id else "",
        "category": lambda _head, line: "" if names[line.item_id] == "Dal" else "Grocery",
    }
    for by, key in keys.items():
        expected: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
        for head, line in lines:
            if asked.period.first_day <= head.invoice_date <= asked.period.last_day and (
                asked.store_ids is None or head.store_id in asked.store_ids
            ):
                sign = -1 if head.kind == "credit_note" else 1
                for place, figure in enumerate((line.qty, line.taxable_paise, line.cost_paise)):
                    expected[key(head, line)][place] += sign * figure
        found = shown(market, "margin", Asked(asked.period, asked.today, by, asked.store_ids))
        assert {name: list(cells[-5:-2]) for name, cells in found.items()} == dict(expected)
        assert all(cells[-2] == cells[-4] - cells[-3] for cells in found.values())


def test_ageing_equals_a_queue_of_pieces(market: Market) -> None:
    moves, _lines = everything(market)
    for stores in stores_asked(market):
        for day in (market.today, market.today - timedelta(days=50)):
            asked = Asked(Period(day, day), market.today, store_ids=stores)
            found = shown(market, "ageing", asked)
            for name in NAMES:
                ages = oldest_first(moves, market.trade.items[name], stores, day)
                counted = [0, 0, 0, 0, 0]
                for age in ages:
                    counted[0 if age <= 30 else 1 if age <= 60 else 2 if age <= 90 else 3 if age <= 180 else 4] += 1000
                if ages:
                    assert list(found[name][3::2]) == counted
                    assert sum(found[name][4::2]) == found[name][2]


def oldest_first(moves: list[Any], item_id: Any, stores: Any, day: date) -> list[int]:
    """The age of each piece on hand, by moving them one by one: out of the front, and what comes back to where it went from."""
    kept: list[date] = []
    gone: list[date] = []
    for one in moves:
        if one.item_id != item_id or one.moved_on > day or (stores is not None and one.store_id not in stores):
            continue
        for _piece in range(abs(one.qty) // 1000):
            if one.qty < 0:
                gone.append(kept.pop(0))
            elif one.kind in ("return", "cancel"):
                kept.insert(0, gone.pop())
            else:
                kept.append(one.moved_on)
    return [(day - came).days for came in kept]


def test_what_sells_equals_a_plain_working(market: Market) -> None:
    moves, lines = everything(market)
    period = Period(market.today - timedelta(days=60), market.today)
    for stores in stores_asked(market):
        found = shown(market, "selling", Asked(period, market.today, store_ids=stores))
        for name in NAMES:
            item_id = market.trade.items[name]
            own = [one for one in lines if one[1].item_id == item_id and (stores is None or one[0].store_id in stores)]
            sold = sum(-line.qty if head.kind == "credit_note" else line.qty for head, line in own if head.invoice_date >= period.first_day)
            last = max((head.invoice_date for head, _line in own if head.kind != "credit_note"), default=None)
            there = sum(one.qty for one in moves if one.item_id == item_id and (stores is None or one.store_id in stores))
            if not there and not sold:
                assert name not in found
                continue
            _unit, kind, on_hand, _value, gone, _a_day, cover, day, since = found[name]
            assert (on_hand, gone, day, since) == (there, sold, last, (market.today - last).days if last else None)
            assert (kind == "dead") == (sold <= 0)
            if sold > 0:
                assert cover == there * 61 // sold


def test_a_price_put_right_moves_no_goods_and_makes_none_younger(trade: Trade, clock: Clock) -> None:
    trade.item("Dal", 100, stock_of=0)
    buyer = Buyer(trade.actor, trade.store_id, trade.items)
    buyer.supplier("Gupta Traders")
    came = date(2026, 9, 1)
    receipt = buyer.receive(buyer.goods("Dal", 10, 60), received_on=came)
    buyer.buy(buyer.line("Dal", 10, 65, receipt=LineRef(receipt.id, 1)))
    today = ist_day(clock.now)
    with read_books(trade.actor) as books:
        (moved,) = REPORTS["movement"].lines(books, Asked(Period(came, today), today))
        (aged,) = REPORTS["ageing"].lines(books, Asked(Period(today, today), today))
    assert moved.cells[2:] == (0, 0, 10_000, 600_00, 0, 0, 50_00, 10_000, 650_00)
    assert aged.cells[2:] == (10_000, 650_00, 0, 0, 0, 0, 10_000, 650_00, 0, 0, 0, 0)


def test_pages_are_pieces_of_the_whole_and_cost_one_statement(
    trade: Trade, clock: Clock, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    market = Market(trade, clock, 9)
    market.trade_for(12)
    for number in range(30):
        trade.item(f"Item {number:02}", 10, stock_of=number + 1, cost=2)
    for code, report in REPORTS.items():
        asked = Asked(PERIODS[0], market.today, by=report.bys[0], days=30)
        with read_books(trade.actor) as books:
            with max_queries(1):
                whole = reading.read(books, report, asked)
            pieces = [line for start in range(0, whole.count, 7) for line in reading.read(books, report, asked, start, 7).rows]
            assert tuple(pieces) == whole.rows
            assert code in ("expiry", "reorder") or whole.count == 33 - (code == "margin") * 30
            for place, column in enumerate(whole.columns):
                if column.adds:
                    assert whole.totals[place] == sum(line.cells[place] for line in whole.rows)


@pytest.mark.parametrize(
    ("on_hand", "received", "expected"),
    [
        (5, [9, 0, 0], [5, 0, 0]),
        (5, [2, 2, 0], [2, 2, 1]),
        (-3, [2, 2, 0], [0, 0, 0]),
        (4, [0, 0, 0], [0, 0, 4]),
    ],
)
def test_what_is_left_is_what_came_last(on_hand: int, received: list[int], expected: list[int]) -> None:
    assert rules.layers(on_hand, received) == expected
    assert sum(rules.shares(1001, expected)) == 1001


@pytest.mark.parametrize(
    ("level", "sold", "there", "whole", "expected"),
    [
        (10_000, 0, 4_000, True, 6_000),
        (10_000, 30_000, 4_000, True, 13_000),  # a piece a day, for seven days
        (10_000, 1_000, 10_000, True, 1_000),  # 0.234 of a piece is one
        (10_000, 1_000, 10_000, False, 234),
        (10_000, -5_000, 12_000, True, 0),
    ],
)
def test_how_much_to_order(level: int, sold: int, there: int, whole: bool, expected: int) -> None:
    assert rules.suggested(level, sold, 30, 7, there, whole=whole) == expected
