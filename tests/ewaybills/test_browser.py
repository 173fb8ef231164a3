"""A shop without an interface, in a browser: switched on, a bill found, its way told, a file taken away, the number noted, the paper seen."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.einvoice.conftest import HERE, THERE
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import open_trade
from webapp.kernel.dates import ist_day
from webapp.platform import clock


def test_goods_travel_by_hand(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Lorry Mart", email="owner@lorry.example", state_code="27", gstin="27AABCP4321D1ZW")
    trade = open_trade(shop.actor)
    trade.settings(legal_name="Lorry Mart LLP", **HERE)
    trade.item("Soap", 118, hsn="340111", stock_of=1000)
    buyer = trade.customer("Beach Stores", gstin="33AAPFU0939F1Z2", state_code="33", **THERE)
    page = read_as(shop)
    page.goto(f"{live.url}/e-way-bills")
    with page.expect_navigation():
        page.get_by_role("link", name="Switch them on").click()
    page.get_by_label("Make e-way bills for this GSTIN").check()
    page.get_by_label("First day").fill(ist_day(clock.now()).replace(day=1).isoformat())
    with page.expect_navigation():
        page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("The settings are kept.")).to_be_visible()

    bill = trade.sell(trade.line("Soap", 500), total=59_000, party_id=buyer)
    page.goto(f"{live.url}/e-way-bills")
    with page.expect_navigation():
        page.get_by_role("button", name="Look for documents now").click()
    live.perform_jobs()
    page.reload()
    with page.expect_navigation():
        page.get_by_role("link", name=bill.number).click()
    page.get_by_label("Distance in km").fill("1200")
    page.get_by_label("Vehicle", exact=True).fill("mh 12 ab 1234")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("1200 km, 6 days")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="JSON for the portal").click()
    told = json.loads(coming.value.path().read_text())["billLists"][0]
    assert (told["docNo"], told["vehicleNo"], told["transDistance"]) == (bill.number, "MH12AB1234", 1200)

    page.get_by_text("It was made elsewhere").click()
    page.get_by_label("E-way bill number").fill("331000000456")
    until = ist_day(clock.now()).replace(year=ist_day(clock.now()).year + 1).isoformat()
    page.get_by_label("Holds until").fill(f"{until}T23:59")
    with page.expect_navigation():
        page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("It ends after it was made, within 360 days.").first).to_be_visible()
    page.get_by_label("Holds until").fill("")
    with page.expect_navigation():
        page.get_by_role("button", name="Note it").click()
    expect(page.locator("#state")).to_contain_text("331000000456")
    with page.expect_navigation():
        page.get_by_role("link", name="Print").click()
    expect(page.get_by_alt_text("Barcode of the number")).to_be_visible()
