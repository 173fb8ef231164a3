"""A month's work in a browser: an unpaid bill is found, its credit goes back, and the statement shows it; on a phone too."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import faults
from tests.ground.browser import sign_in
from tests.ground.server import LiveServer
from tests.ground.shops import found_shop
from tests.input_tax.desk import Desk
from tests.input_tax.test_reversals import OLD, sell_untaxed
from webapp.input_tax import Tax
from webapp.input_tax.service import AssetDraft, add_asset
from webapp.kernel.ids import new_id
from webapp.platform import clock


@pytest.fixture
def live_desk(live: LiveServer) -> Desk:
    gstin = "27AABCS1234D1ZV"
    made = Desk.of(found_shop("Reversing Stores", email=f"itc-{new_id().hex}@example.com", state_code="27", gstin=gstin))
    sell_untaxed(made, 1000)
    made.buy(day=OLD)
    made.buy(
        made.buyer.line("Soap", 1, 50),
        made.buyer.expense("expenses", 1000, tax=18),
        made.buyer.expense("expenses", 100, tax=18, is_claimed=False),
    )
    made.journal("input-igst", "expenses", 50)
    made.act(add_asset, AssetDraft(new_id(), gstin, "Cold room", "C/1", date(2026, 9, 3), Tax(0, 600_00, 600_00), "common"))
    return made


def test_from_the_unpaid_bill_to_the_statement(live: LiveServer, page: Page, live_desk: Desk) -> None:
    where = f"gstin={live_desk.gstin}&month={clock.today():%Y%m}"
    sign_in(page.context, live, live_desk.shop)
    page.goto(f"{live.url}/input-tax?{where}")
    with page.expect_navigation():
        page.get_by_role("link", name="Reversals", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Post ₹180.00 on").click()
    expect(page.get_by_text("2600IR/000001").first).to_be_visible()
    posted = page.url
    with page.expect_navigation():
        page.get_by_role("link", name="Voucher in the books").click()
    expect(page.get_by_text("Input tax reversed, to claim again").first).to_be_visible()
    page.goto(f"{live.url}/input-tax/statement?{where}")
    expect(page.get_by_text("May be claimed again")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    found = []
    addresses = [f"{live.url}/input-tax{part}?{where}" for part in ("", "/reversals", "/reversals/posted", "/statement", "/capital-goods")]
    for address in (*addresses, posted):
        page.goto(address)
        found += [(address, one) for one in faults(page)]
        found += [] if page.evaluate("document.documentElement.scrollWidth <= 320") else [(address, "wider than the phone")]
    assert found == []
