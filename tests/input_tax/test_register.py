"""The oracle: what table 4 says is what the input tax accounts moved, and each paper stands in its figure."""

from __future__ import annotations

from datetime import date

import pytest

from tests.input_tax.desk import NOVEMBER, OCTOBER, Desk
from webapp.gst_returns import registration
from webapp.input_tax import Tax, queries, register
from webapp.input_tax.rules import NOTHING


def used(desk: Desk, month: int = NOVEMBER) -> Tax:
    """What the ledger moved that is in no figure of the return."""

    def ask(books: object) -> Tax:
        of = registration(books, desk.gstin)  # type: ignore[arg-type]
        found = register.entries(books, of.store_ids, queries.days_of(month))  # type: ignore[arg-type]
        return sum((one.claimed for one in found if one.cell in ("used", "opening")), NOTHING)

    return Tax(*desk.read(ask))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_any_month_tells_what_the_ledger_moved(desk: Desk, other: Desk, seed: int) -> None:
    other.buy()
    desk.chance.seed(seed)
    for _paper in range(22):
        desk.at_random(date(2026, 10, 5))
    for month in (OCTOBER, NOVEMBER):
        told = desk.told(month)
        assert told.net + used(desk, month) == desk.moved(month)
        assert told.available - told.rules.tax == told.net + told.temporary.tax
    assert other.told().net == other.moved() == Tax(180_00)
