"""A shopkeeper with a phone: from the menu to what to order, and from a figure to what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits, faults
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.purchases.conftest import Buyer
from tests.sales.trade import open_trade
from tests.stock_reports.test_pages import receive_batches
from webapp.kernel.dates import ist_day
from webapp.kernel.ids import new_id
from webapp.kernel.money import Qty
from webapp.platform import clock
from webapp.stock import BatchFacts
from webapp.stock_reports.declared import REPORTS


def test_reports_are_read_on_a_phone(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Report Stores", email=f"stock-{new_id().hex}@example.com", state_code="27")
    trade = open_trade(shop.actor)
    trade.item("Toor dal 1 kg", 180, stock_of=11, cost=140, category="Grocery", reorder_level_qty=Qty(20_000))
    buyer = Buyer(trade.actor, trade.store_id, trade.items)
    buyer.supplier("Gupta Traders")
    day = ist_day(clock.now())
    buyer.buy(buyer.line("Toor dal 1 kg", 1, 140), bill_date=day, voucher_date=day)
    trade.item("Cow ghee 500 ml", 410, stock_of=3, cost=330, category="Dairy")
    tonic = trade.item("Cough tonic", 90, stock_of=0, tracking="batch")
    receive_batches(trade, tonic, BatchFacts("CT-7", day + timedelta(days=9)))
    trade.sell(trade.line("Toor dal 1 kg", 4), total=720)

    page = read_as(shop)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/stock-reports")
    page.get_by_role("link", name="Reorder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reorder")
    expect(page.get_by_role("row", name="Toor dal 1 kg")).to_contain_text("13")
    page.get_by_role("combobox", name="Days").select_option("30")
    expect(page.get_by_role("row", name="Toor dal 1 kg")).to_contain_text("16")
    page.get_by_role("button", name="Make a purchase order").click()
    expect(page.get_by_role("main")).to_contain_text("Toor dal 1 kg")
    expect(page).to_have_url(re.compile("/purchases/orders/"))
    page.goto("/stock-reports/margin?by=category")
    page.get_by_role("link", name="Grocery").click()
    page.get_by_role("link", name="Toor dal 1 kg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toor dal 1 kg")
    for code in REPORTS:
        page.goto(f"/stock-reports/{code}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, code
        assert faults(page) == [], code
    assert_fits(page, "/stock-reports/movement")
