"""Whatever is recorded, in whatever order: costs stand as a replay from the beginning gives them."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ground.shops import Shop
from tests.stock.oracle import Event, right_values
from tests.support import UNIT, Trade, make_items
from webapp import ledger, stock
from webapp.company import PeriodLocked, lock_month
from webapp.platform.tenancy import Books, open_books

FIRST = date(2026, 11, 1)


class _Undo(Exception):
    """Ends an example and takes its rows away."""


quantities = st.integers(1, 7000) | st.sampled_from([1000, 2000, 3000])
days = st.integers(0, 9)
receipts = st.tuples(st.just("receive"), days, quantities, st.integers(0, 50_000))
returns = st.tuples(st.just("return"), days, quantities, st.integers(0, 9_000))
sales = st.tuples(st.just("sell"), days, quantities, st.just(0))
counts = st.tuples(st.just("count"), days, quantities, st.just(0))
cancels = st.tuples(st.just("cancel"), days, st.integers(0, 30), st.just(0))
trade_of_days = st.lists(receipts | sales | sales | returns | cancels, min_size=1, max_size=14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=trade_of_days)
def test_costs_equal_a_replay_after_every_document(sharma: Shop, acts: list[tuple[str, int, int, int]]) -> None:
    with contextlib.suppress(_Undo), open_books(sharma.actor) as books:
        _run(books, acts)
        raise _Undo


def _run(books: Books, acts: list[tuple[str, int, int, int]]) -> None:
    trade, (item,) = Trade.of(books), make_items(books, 1)
    documents: list[UUID] = []
    events: list[Event] = []
    for kind, after, qty, value in acts:
        day = FIRST + timedelta(days=after)
        place = len(documents)
        if kind == "cancel":
            target = qty % (place or 1)
            if not place or events[target].takes_back is not None or any(event.takes_back == target for event in events):
                continue
            day = max(day, FIRST + timedelta(days=events[target].day))
            documents.append(trade.cancel(documents[target], day))
            events.append(Event((day - FIRST).days, place, -events[target].qty, takes_back=target))
        elif kind == "sell":
            documents.append(trade.sell(item, qty, day))
            events.append(Event(after, place, -qty))
        elif kind == "receive":
            documents.append(trade.receive(item, qty, value, day))
            events.append(Event(after, place, qty, value))
        else:
            documents.append(trade.give_back(item, qty, value, day))
            events.append(Event(after, place, qty, value))
        _compare(books, item, documents, events)


def _compare(books: Books, item: UUID, documents: list[UUID], events: list[Event]) -> None:
    rights, qty, value = right_values(events)
    stands = {place: stock.movements_of(books, document)[0].stands for place, document in enumerate(documents)}
    assert stands == rights
    on_hand = stock.on_hand(books, [item])[item]
    assert (on_hand.qty, on_hand.value_paise) == (qty, value)
    assert qty != 0 or value == 0
    total = ledger.account_totals(books, FIRST, date(2027, 3, 31)).get(ledger.heads(books)["stock-in-hand"])
    assert (total.closing if total else 0) == value


def test_a_backdated_receipt_revalues_later_sales_and_posts_by_day(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        trade, (item,) = Trade.of(books), make_items(books, 1)
        trade.receive(item, 10 * UNIT, 1000, FIRST)
        sold = [trade.sell(item, UNIT, FIRST + timedelta(days=3 + n // 2)) for n in range(4)]
        trade.receive(item, 10 * UNIT, 3000, FIRST + timedelta(days=1))
        assert [stock.movements_of(books, one)[0].stands for one in sold] == [-200] * 4
        costs = ledger.account_totals(books, FIRST, FIRST + timedelta(days=3))[ledger.heads(books)["cost-of-goods"]]
        assert costs.closing == 400, "the first two sales, at their new cost, by the end of their own day"


def test_a_correction_of_a_locked_month_is_posted_today(sharma: Shop) -> None:
    september, october = date(2026, 9, 25), date(2026, 10, 5)
    with open_books(sharma.actor) as books:
        trade, (item,), cost = Trade.of(books), make_items(books, 1), ledger.heads(books)["cost-of-goods"]
        trade.receive(item, 10 * UNIT, 1000, september)
        sold = trade.sell(item, UNIT, october)
        lock_month(books, 202610, "closed")
        trade.receive(item, 10 * UNIT, 3000, september)
        assert stock.movements_of(books, sold)[0].stands == -200
        assert ledger.account_totals(books, october, date(2026, 10, 31))[cost].closing == 100
        assert ledger.account_totals(books, books.today, books.today)[cost].debit == 100


def test_goods_of_no_value_do_not_move_in_a_locked_month_either(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        trade, (item,) = Trade.of(books), make_items(books, 1)
        lock_month(books, 202610, "closed")
        with pytest.raises(PeriodLocked, match="Oct 2026"):
            trade.receive(item, UNIT, 0, date(2026, 10, 5))


@pytest.mark.slow
def test_three_hundred_later_bills_are_revalued_at_once(sharma: Shop) -> None:
    with open_books(sharma.actor) as books:
        trade, (item,) = Trade.of(books), make_items(books, 1)
        trade.receive(item, 400 * UNIT, 40_000, FIRST)
        sold = [trade.sell(item, UNIT, FIRST + timedelta(days=2 + n // 20)) for n in range(300)]
        trade.receive(item, 100 * UNIT, 20_000, FIRST + timedelta(days=1))
        assert {stock.movements_of(books, one)[0].stands for one in sold} == {-120}
