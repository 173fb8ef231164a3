"""Goods go out on approval, a part is kept and billed, the rest comes back, and the bill is paid: by the buttons, the books true at the end."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.consignment.conftest import FAN, House, open_house
from tests.ground.axe import assert_fits, faults
from tests.ground.server import LiveServer
from tests.ground.shops import found_shop
from tests.vouchers.test_browser import enter
from webapp.kernel.dates import ist_day, written
from webapp.kernel.ids import new_id
from webapp.orders import approval_due
from webapp.platform import clock


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("MUNIM_PICTURES"):
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=str(Path(folder) / f"consignment-{name}-{width}.png"), full_page=True)


def test_sent_on_approval_accepted_in_part_returned_and_paid(
    page: Page, live: LiveServer
) -> None:  # long: one walk, from the challan to the money
    shop = found_shop("Approval Stores", email=f"approval-{new_id().hex}@example.com", state_code="27", gstin="27AABCS1234D1ZV")
    house: House = open_house(shop)
    due = written(approval_due(ist_day(clock.now())))
    enter(page, live, shop, "/consignment")
    with page.expect_navigation():
        page.get_by_role("link", name="Send goods").first.click()
    expect(page.locator("[name=purpose]")).to_have_value("approval")
    page.locator("[name=party]").fill("ravi")
    page.get_by_role("option", name="Ravi Kumar").click()
    page.locator("[name=item-1]").fill("soa")
    page.get_by_role("option", name="Soap").click()
    page.locator("[name=qty-1]").fill("10")
    expect(page.locator("#figures .payable")).to_have_text("₹1,180.00")
    shoot(page, "form")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="26-DC/000001")).to_be_visible()
    expect(page.get_by_text(f"Its invoice is due by {due}")).to_be_visible()
    challan = page.url
    page.goto(f"{live.url}/consignment")
    expect(page.get_by_role("cell", name=due)).to_be_visible()
    shoot(page, "out")
    assert faults(page) == []
    page.goto(challan)
    with page.expect_navigation():
        page.get_by_role("link", name="Bill a part").click()
    page.locator("[name=qty-1]").fill("4")
    expect(page.locator("#figures .payable")).to_have_text("₹472.00")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="2600/000001")).to_be_visible()
    page.goto(challan)
    shoot(page, "challan")
    with page.expect_navigation():
        page.get_by_role("link", name="Goods came back").click()
    page.locator("[name=qty_1]").fill("6")
    page.locator("[name=reason]").fill("Not wanted")
    with page.expect_navigation():
        page.keyboard.press("Alt+s")
    expect(page.get_by_role("heading", name="26-DR/000001")).to_be_visible()
    page.goto(f"{live.url}/receipts/new?party_id={house.desk.party}")
    page.locator("[name=amount]").fill("472")
    page.locator("[name^=bill_]").first.fill("472")
    with page.expect_navigation():
        page.keyboard.press("Alt+s")
    page.goto(f"{challan}/chain")
    for number in ("26-DC/000001", "26-DR/000001", "2600/000001", "2600P/000001"):
        expect(page.get_by_role("link", name=number).first).to_be_visible()
    assert house.desk.trade.on_hand("Soap") == 96_000
    assert (house.desk.trade.balance("debtors"), house.desk.trade.balance("goods-delivered")) == (0, 0)
    house.came(10)
    house.sell(4)
    for address, name in (
        ("/consignment/held", "held"),
        (f"/consignment/consignors/{house.buyer.suppliers['Gupta Traders']}", "consignor"),
        (f"/orders/{challan.rsplit('/', 1)[-1]}", "done"),
    ):
        page.goto(f"{live.url}{address}")
        expect(page.get_by_text(FAN if name != "done" else "26-DC/000001").first).to_be_visible()
        shoot(page, name)
        assert faults(page) == []
        assert_fits(page, f"{live.url}{address}")
    house.true()
