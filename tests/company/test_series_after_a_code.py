"""Numbers of a store whose code changes in the middle of a year: none is repeated, none is left out (Rule 46(b), CGST Rules)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.company.test_stores import make_store
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.sales.trade import Trade, open_trade
from webapp import company, orders, sales
from webapp.kernel.dates import Period
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform.numbering import MOST_CHARACTERS, NumberSeries
from webapp.platform.tenancy import open_books, read_books
from webapp.reports.missing_numbers import missing_numbers
from webapp.sales import office
from webapp.stocktaking import Adjustment, Change, adjust_stock


def recode(shop: Shop, store_id: UUID, code: str) -> None:
    with open_books(shop.actor) as books:
        kept = company.store(books, store_id)
        company.change_store(books, store_id, company.StoreDraft(name=kept.name, code=code), kept.version)


def bill(trade: Trade, store_id: UUID) -> str:
    typed = sales.read_sheet({"id": str(new_id()), "party": "Ravi", "item-1": "Soap", "qty-1": "1"})
    with open_books(trade.actor) as books:
        return office.issue_invoice(books, replace(typed, store_id=str(store_id))).number


def order(trade: Trade, store_id: UUID) -> str:
    typed = sales.read_sheet({"party": "Ravi", "item-1": "Soap", "qty-1": "1"})
    with open_books(trade.actor) as books:
        return orders.create(books, orders.NewDocument("order", replace(typed, store_id=str(store_id)))).number


def count(trade: Trade, store_id: UUID) -> str:
    with open_books(trade.actor) as books:
        asked = Adjustment(new_id(), books.today, store_id, "found", (Change(trade.items["Soap"], Qty(1000)),))
        return adjust_stock(books, asked)


@pytest.mark.parametrize("write", [bill, order, count], ids=["bill", "order", "adjustment"])
def test_a_changed_code_begins_a_run_and_leaves_none_open(sharma: Shop, iyer: Shop, clock: Clock, write: object) -> None:
    trade, pune, other = open_trade(sharma.actor), make_store(sharma, "Pune", "PUN"), make_store(sharma, "Nashik", "NSK")
    trade.item("Soap", 118)
    trade.customer("Ravi")
    trade.settings(allows_negative_stock=True)
    main, numbers = trade.store_id, list[str]()

    def write_in(*stores: UUID) -> list[str]:
        found = [write(trade, store_id) for store_id in stores]  # type: ignore[operator]  # one of the three above
        numbers.extend(found)
        return [number.rpartition("/")[0] + "/" + str(int(number.rpartition("/")[2])) for number in found]

    letters = write_in(pune)[0].removeprefix("26PUN-").partition("/")[0]
    write_in(pune, main)
    recode(sharma, pune, "KTH")
    assert write_in(pune, pune) == [f"26KTH-{letters}/1", f"26KTH-{letters}/2"], "a run of its own, from the first"
    recode(sharma, other, "PUN")
    assert write_in(other) == [f"26PUN-{letters}/3"], "whoever bears the code goes on where its run stands: no number twice"
    recode(sharma, main, "MAI")
    recode(sharma, other, "S1")
    assert write_in(main)[0] == f"26MAI-{letters}/1"
    assert write_in(other)[0].endswith("/2"), "so does who takes the first store's"
    recode(sharma, pune, "PUN")
    assert write_in(pune)[0] == f"26PUN-{letters}/4", "and who takes its old one again"
    with pytest.raises(InvalidInput):
        recode(sharma, main, "PUN")
    assert len(set(numbers)) == len(numbers)
    assert max(map(len, numbers)) <= MOST_CHARACTERS
    runs: dict[str, list[int]] = {}
    for number in numbers:
        prefix, _, seq = number.rpartition("/")
        runs.setdefault(prefix, []).append(int(seq))
    assert all(run == list(range(1, len(run) + 1)) for run in runs.values()), runs
    with read_books(sharma.actor) as books:
        kept = {
            row.prefix: row.last
            for row in books.session.execute(select(NumberSeries.prefix, NumberSeries.last).where(NumberSeries.prefix.in_(runs)))
        }
        assert kept == {prefix: len(run) for prefix, run in runs.items()}
        assert missing_numbers(books, Period(date(2026, 4, 1), books.today)) == []
    with read_books(iyer.actor) as books:
        assert not books.session.scalars(
            select(NumberSeries.prefix).where(NumberSeries.prefix.in_(runs) & NumberSeries.prefix.contains("PUN"))
        ).all()
    clock.advance(days=200)
    assert write_in(pune)[0] == f"27PUN-{letters}/1", "a year begins anew"
