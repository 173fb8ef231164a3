"""The evening before the statement of a quarter is due, in a real browser under the program's own policy; then the year of another shop."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.composition.dealer import GSTIN, Dealer
from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from webapp.gst_returns import ReturnPeriod
from webapp.kernel.ids import new_id
from webapp.platform import clock


def test_from_the_kind_of_dealer_to_a_filed_quarter(live: LiveServer, read_as: Callable[[Shop], Page]) -> None:
    shop = found_shop("Comp Stores", email=f"{new_id().hex}@composition.example", state_code="27", gstin=GSTIN)
    dealer, today = Dealer.of(shop, ""), clock.today()
    last = (today.year * 12 + today.month - 1) // 3 * 3 - 1  # the last month before this quarter, counted from the year nought
    quarter = ReturnPeriod("quarter", last // 12 * 100 + last % 12 + 1)
    bill = dealer.sell(("Soap", "100"), day=quarter.days.first_day)
    reader, here = read_as(shop), f"/composition/{GSTIN}/{quarter.key}"
    for path in ("/composition", here, f"{here}/papers/outward"):
        assert_fits(reader, path)

    reader.set_viewport_size({"width": 1280, "height": 900})
    reader.goto("/composition")
    reader.get_by_label("Kind of dealer").select_option("trader")
    reader.get_by_label("From quarter").select_option(str(quarter.months[0]))
    with reader.expect_navigation():
        reader.get_by_role("button", name="Keep it").click()
    expect(reader.get_by_role("table", name="Kind of dealer").get_by_text("Trader: 1% of taxable turnover")).to_be_visible()

    reader.goto(here)
    with reader.expect_navigation():
        reader.get_by_role("link", name="Sold, exempt supplies included").click()
    with reader.expect_navigation():
        reader.locator("#papers a.row-link").first.click()
    expect(reader).to_have_url(re.compile(f"/bills/{bill}"))

    reader.goto(here)
    reader.get_by_label("Acknowledgement number (ARN)").fill("AA271026000001A")
    reader.get_by_role("button", name="Mark as filed").click()
    expect(reader.get_by_text("ARN AA271026000001A")).to_be_visible()
    assert dealer.trade.balance("composition-tax") == 118_00
