"""The 30 days of e-invoices in the calendar: what the portal has not registered, by the day of its documents, with its reminder once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.einvoice.conftest import THERE
from tests.ground.shops import Shop
from tests.sales.trade import CASH, Trade, open_trade
from webapp import einvoice
from webapp.due_dates import Obligation, announce_due, obligations, service
from webapp.due_dates.service import Moved
from webapp.einvoice import Road, SetUp
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.platform.outbox import OutboxEvent
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.queries import Issued

TODAY = date(2026, 11, 20)
LAST = date(2026, 12, 19)  # of a document of 20 November: 30 days, its own the first


@dataclass
class Desk:
    """A shop whose bills to registered customers are e-invoices."""

    trade: Trade
    gstin: str
    party: Any

    def switch_on(self, crore: int) -> None:
        with open_books(self.trade.actor) as books:
            kept = einvoice.registrations(books).get(self.gstin)
            asked = SetUp(self.gstin, kept.version if kept else 0, date(2026, 4, 1), crore, Road.FILE)
            einvoice.set_up(books, asked)

    def sell(self) -> Issued:
        bill = self.trade.sell(self.trade.line("Soap", 1), total=118, paid=CASH, party_id=self.party)
        with open_books(self.trade.actor) as books:
            einvoice.enlist(books, bill.invoice_id)
        return bill

    def due(self) -> list[Obligation]:
        with read_books(self.trade.actor) as books:
            return [one for one in obligations(books, TODAY, TODAY + timedelta(days=90)) if one.duty.form == "einvoice"]

    def facts(self) -> list[tuple[str, int]]:
        with read_books(self.trade.actor) as books:
            rows = books.session.query(OutboxEvent.payload).filter(OutboxEvent.kind == "ReturnDue").all()
        return [(row[0]["period"], row[0]["lead"]) for row in rows if row[0]["form"] == "einvoice"]


def desk_of(shop: Shop) -> Desk:
    trade = open_trade(shop.actor)
    trade.item("Soap", 118, hsn="340111", stock_of=1000)
    return Desk(trade, shop.gstin, trade.customer("Beach Stores", gstin="33AAPFU0939F1Z2", state_code="33", **THERE))


@pytest.fixture
def desk(sharma: Shop) -> Desk:
    found = desk_of(sharma)
    found.switch_on(10)
    found.sell()
    return found


def test_what_is_not_registered_is_due_on_its_thirtieth_day(desk: Desk, iyer: Shop, clock: Clock) -> None:
    desk.sell()
    (one,) = desk.due()
    assert (one.due_on, one.state, one.duty.share, one.duty.period, one.duty.who) == (LAST, "open", 2, "d20261120", desk.gstin)
    with read_books(iyer.actor) as books:
        assert not einvoice.unreported(books, TODAY, LAST)
    desk.switch_on(5)  # below the turnover that is held to the window
    assert desk.due() == []
    desk.switch_on(10)
    clock.advance(days=30)
    (late,) = desk.due()
    assert (late.state, late.days_late, late.cost.fee) == ("late", 1, None)


def test_what_is_settled_is_not_due(desk: Desk) -> None:
    other = desk.sell()
    desk.trade.cancel(other)
    with open_books(desk.trade.actor) as books:
        einvoice.withdraw(books, other.invoice_id)
    assert [one.duty.share for one in desk.due()] == [1]


def test_it_is_announced_once_for_each_lead_and_nobody_moves_or_notes_it(desk: Desk, clock: Clock) -> None:
    told: list[tuple[str, int]] = []
    for days, lead in ((21, None), (1, 7), (6, 1), (2, None)):
        clock.advance(days=days)
        for _ in range(2):
            with open_books(desk.trade.actor) as books:
                announce_due(books)
        told += [("d20261120", lead)] if lead else []
    assert sorted(desk.facts()) == sorted([*told, ("d20261120", -1)])
    with open_books(desk.trade.actor) as books:
        with pytest.raises(InvalidInput):
            service.move_day(books, Moved("einvoice", "m202611", "", date(2027, 1, 5), "Advisory"))
        with pytest.raises(NotFound):
            service.note_filed(books, (desk.gstin, "einvoice", "d20261120"), TODAY, "x")


def test_on_the_page_and_in_its_files(desk: Desk, sharma: Shop, browse: Callable[[Shop], FlaskClient]) -> None:
    tab = browse(sharma)
    shown = tab.get("/due-dates?from=2026-12-01&to=2026-12-31").text
    for words in ("One e-invoice to report", "documents of 20-Nov-2026", "from=2026-11-20"):
        assert words in shown, words
    assert "One e-invoice to report" in tab.get("/due-dates?from=2026-12-01&to=2026-12-31&format=csv").text
    assert "d20261120" in tab.get("/due-dates/calendar.ics?from=2026-12-01&to=2026-12-31").text
    assert "to report" not in tab.get("/due-dates/extensions").text
    del desk
