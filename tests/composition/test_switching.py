"""A business that goes from the regular scheme to composition within a year, or comes back: each month is told by the returns of its scheme."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.composition.dealer import GSTIN, OCTOBER, Q1, Q2, Q3, YEAR, Dealer
from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.support import refused
from webapp import gst_annual, gst_returns, gstr3b, ledger
from webapp.gst_returns import MONTH, ReturnPeriod
from webapp.input_tax import Tax
from webapp.kernel.errors import Conflict
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books, read_books

Enter = Callable[[Shop], FlaskClient]
AUGUST, Q4 = ReturnPeriod(MONTH, 202608), ReturnPeriod("quarter", 202703)


def get(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.get_data(as_text=True)


def file(client: FlaskClient, address: str, on: date) -> int:
    """Mark a return as filed by the form of its page."""
    shown = dict(re.findall(r'name="(csrf_token|shown|id)" value="([^"]*)"', get(client, address)))
    return client.post(f"{address}/filing", data={**shown, "filed_on": on.isoformat(), "arn": ""}).status_code


def listed(client: FlaskClient, address: str) -> set[str]:
    return set(re.findall(rf'href="/[a-z0-9-]+/{GSTIN}/([a-z]+-\d{{6}})"', get(client, address)))


@pytest.fixture
def switched(sharma: Shop, iyer: Shop) -> Dealer:
    """Regular to the end of September, under composition from October on."""
    dealer = Dealer.of(sharma, kind="")
    dealer.trade.settings(scheme="regular")
    dealer.sell(("Soap", "10"), day=date(2026, 8, 12))
    dealer.sell(("Soap", "5"), day=date(2026, 9, 12))
    dealer.buy(1000, "Ramu", date(2026, 8, 12), is_reverse=True)
    dealer.trade.settings(scheme="composition")
    dealer.say("trader", OCTOBER)
    dealer.sell(("Soap", "20"), day=date(2026, 10, 12))
    dealer.buy(500, "Ramu", date(2026, 10, 14), is_reverse=True)
    return dealer


def test_the_months_before_are_filed_by_gstr_1_and_3b(switched: Dealer, sharma: Shop, iyer: Shop, enter: Enter, clock: Clock) -> None:
    client = enter(sharma)
    months = listed(client, f"/gst-returns?gstin={GSTIN}&kind=month")
    assert {"month-202608", "month-202609", "month-202604"} <= months
    assert not months & {"month-202610", "month-202611"}
    assert listed(client, f"/gstr3b?gstin={GSTIN}&kind=month") == months
    on = clock.now.date()
    one, three = f"/gst-returns/{GSTIN}/{AUGUST.key}", f"/gstr3b/{GSTIN}/{AUGUST.key}"
    assert "1,000.00" in get(client, one)
    assert file(client, three, on) == 409  # GSTR-1 first
    assert file(client, one, on) == 303
    assert "Filed on" in get(client, one)
    assert "1,000.00" in get(client, three)
    assert file(client, three, on) == 409  # tax under reverse charge is paid in cash
    with open_books(switched.trade.actor) as books:
        amounts = {"tax": Tax(0, 500_00, 500_00, 0)}
        gstr3b.deposit(books, gstr3b.Deposit(new_id(), GSTIN, on, "", ledger.heads(books)["bank"], 0, amounts))
    assert file(client, three, on) == 303
    assert "Filed on" in get(client, three)
    assert "not under the regular scheme" in refused_page(client, f"/gst-returns/{GSTIN}/month-202610", on)
    assert "GSTR-1 is filed by businesses" not in get(client, "/gst-returns")
    assert enter(iyer).get(one).status_code == 404


def refused_page(client: FlaskClient, address: str, on: date) -> str:
    shown = dict(re.findall(r'name="(csrf_token|shown|id)" value="([^"]*)"', get(client, address)))
    answer = client.post(f"{address}/filing", data={**shown, "filed_on": on.isoformat(), "arn": ""})
    assert answer.status_code == 409
    return answer.get_data(as_text=True)


def test_composition_is_told_from_the_switch_only(switched: Dealer, sharma: Shop, enter: Enter, clock: Clock) -> None:
    client = enter(sharma)
    assert listed(client, f"/composition?gstin={GSTIN}") == {Q3.key, YEAR.key}
    assert "not under composition" in refused(lambda: switched.file(switched.asked(Q2)), Conflict)
    year = switched.year()
    assert [one.books.period for one in year.quarters] == [Q3, Q4]
    assert [row.taxes.taxable for row in year.inward] == [500_00]  # what was bought before is GSTR-3B's
    assert year.turnover.total == switched.told(Q3).turnover.total > 0
    clock.advance(days=160)  # the year is over
    switched.file(switched.asked(Q3))
    switched.say("trader", OCTOBER + 91)  # January: the next quarter
    switched.file(switched.asked(Q4))
    assert switched.file(switched.asked(YEAR)).stands


def test_the_annual_return_asks_for_the_regular_months_alone(switched: Dealer) -> None:
    with read_books(switched.trade.actor) as books:
        found = gst_annual.gstr9(books, gst_returns.registration(books, GSTIN), YEAR)
    assert {one.month for one in found.missing} == set(range(202604, 202610))


def test_coming_back_to_the_regular_scheme(sharma: Shop, iyer: Shop, enter: Enter, clock: Clock) -> None:
    dealer = Dealer.of(sharma)
    dealer.sell(("Soap", "10"), day=date(2026, 5, 12))
    dealer.sell(("Soap", "10"), day=date(2026, 8, 12))
    dealer.trade.settings(scheme="regular")
    dealer.sell(("Soap", "5"), day=date(2026, 10, 12))
    client = enter(sharma)
    this_year = {key for key in listed(client, f"/composition?gstin={GSTIN}") if key >= "quarter-202604"}
    assert this_year - {"year-202603"} == {Q1.key, Q2.key, YEAR.key}
    dealer.file(dealer.asked(Q1))
    assert listed(client, f"/gst-returns?gstin={GSTIN}&kind=month") == {"month-202610", "month-202611"}
    clock.advance(days=60)
    assert "not under composition" in refused(lambda: dealer.file(dealer.asked(Q3)), Conflict)
    assert file(enter(sharma), f"/gst-returns/{GSTIN}/month-202610", date(2026, 11, 11)) == 303


def test_who_never_changed_sees_what_was_seen_before(sharma: Shop, iyer: Shop, enter: Enter) -> None:
    dealer = Dealer.of(sharma)
    dealer.sell(("Soap", "1"), day=date(2026, 8, 12))
    client = enter(sharma)
    assert "GSTR-1 is filed by businesses" in get(client, "/gst-returns")
    assert client.get(f"/gst-returns/{GSTIN}/{AUGUST.key}").status_code == 404
    assert {Q1.key, Q2.key, Q3.key, YEAR.key} <= listed(client, f"/composition?gstin={GSTIN}")
    assert "month-202604" in get(enter(iyer), "/gst-returns?kind=month")
