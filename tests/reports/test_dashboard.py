"""Today's figures, against what was sold."""

from __future__ import annotations

from datetime import date

from tests.conftest import Clock
from tests.sales.trade import CARD, CASH, CREDIT, UPI, Trade
from webapp.kernel.money import Paise, Qty
from webapp.reports import dashboard
from webapp.sales import Tender


def test_an_empty_day_is_all_nil(trade: Trade) -> None:
    found = trade.read(dashboard.today)
    assert (found.today.bills, found.today.value_paise, found.average_paise, found.due_paise, found.low_stock) == (0, 0, 0, 0, 0)
    assert set(found.by_mode.values()) == {0}
    assert len(found.days) == 14
    assert found.days[-1].day == date(2026, 11, 20)
    assert (found.top_items, found.tills) == ((), ())


def test_what_was_sold_returned_and_cancelled(trade: Trade, clock: Clock) -> None:
    trade.item("Dal", 100, stock_of=50, cost=60, reorder_level_qty=Qty(45_000))
    trade.item("Oil", 200, stock_of=50, cost=150)
    ravi = trade.customer("Ravi", phone="+919822010023")
    trade.sell(trade.line("Dal", 3), total=300)
    clock.advance(days=1)
    split = (Tender(CASH, Paise(100_00)), Tender(UPI, Paise(60_00)), Tender(CARD, Paise(40_00)))
    trade.sell(trade.line("Oil"), total=200, paid=split)
    kept = trade.sell(trade.line("Dal", 2), total=200, paid=CREDIT, party_id=ravi)
    back = trade.sell(trade.line("Dal", 2), total=200)
    trade.take_back(back, (1, 1))
    trade.cancel(trade.sell(trade.line("Oil", 5), total=1000))
    found = trade.read(dashboard.today)
    assert (found.today.bills, found.today.value_paise) == (3, 500_00)
    assert [(one.bills, one.value_paise) for one in found.days[-2:]] == [(1, 300_00), (3, 500_00)]
    assert found.by_mode == {"cash": 200_00, "upi": 60_00, "card": 40_00, "credit": 200_00}
    # Half of a line of 200.00 comes back as 100.01, before the note is rounded to the rupee.
    assert [(one.name, one.qty, one.value_paise) for one in found.top_items] == [("Dal", 3_000, 299_99), ("Oil", 1_000, 200_00)]
    assert (found.due_paise, found.debtors) == (200_00, 1)
    assert found.average_paise == 166_66
    assert found.low_stock == 1
    assert kept.number


def test_what_a_device_said_of_itself_cannot_break_the_page() -> None:
    for report in (
        {},
        {"pending": "many", "oldest": 7},
        {"pending": -3, "oldest": "yesterday"},
        {"pending": None, "oldest": "2026-11-20T11:05:00"},
    ):
        row = dashboard._till(None, "A1", "Front", None, report)  # type: ignore[arg-type]
        assert (row.waiting, row.oldest) == (0, None)
