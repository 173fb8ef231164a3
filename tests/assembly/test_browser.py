"""By keyboard alone: Alt+F7 on a voucher opens the stock journal, a hamper is made, and its page fits a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.assembly.making import Workshop
from tests.ground.axe import assert_fits
from tests.ground.browser import sign_in
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import open_trade
from tests.transfers.test_browser import tab_to
from webapp.kernel.dates import ist_day
from webapp.kernel.ids import new_id
from webapp.platform import clock


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Hamper House", email=f"hampers-{new_id().hex}@example.com", state_code="27", gstin="")


@pytest.fixture
def bench(shop: Shop) -> Workshop:
    made = Workshop(open_trade(shop.actor))
    for name in ("Soap", "Hamper"):
        made.item(name)
    made.receive("Soap", 10, 100, ist_day(clock.now()))
    made.bom("Hamper", {"Soap": 3})
    return made


# long: one walk, step by step
def test_a_hamper_is_made_by_keyboard(page: Page, live: LiveServer, shop: Shop, bench: Workshop) -> None:
    sign_in(page.context, live, shop)
    page.goto(f"{live.url}/vouchers/new")
    expect(page.locator("[data-cap=stock_journal]")).to_have_text("Alt+F7")
    page.keyboard.press("Alt+F7")
    expect(page.get_by_role("heading", name="Stock journal")).to_be_visible()

    expect(page.locator("#f-used_what_1")).to_be_focused()
    page.keyboard.type("soap")
    page.keyboard.press("Enter")  # goes on, as in every voucher
    expect(page.locator("#f-used_qty_1")).to_be_focused()
    page.keyboard.type("12")
    tab_to(page, "f-made_what_1")
    page.keyboard.type("Hamper")
    tab_to(page, "f-made_qty_1")
    page.keyboard.type("4")
    page.keyboard.press("Control+a")
    expect(page.locator("#f-used_qty_1-error")).to_have_text("Soap: 10 NOS are there, 12 NOS are wanted: 2 NOS short.")
    expect(page.locator("#f-made_qty_1")).to_have_value("4")
    assert bench.at("Hamper") == (0, 0)
    assert_fits(page, page.url)

    page.goto(f"{live.url}/stock-journals/new")
    for field, text in (("used_what_1", "Soap"), ("used_qty_1", "9"), ("made_what_1", "Hamper"), ("made_qty_1", "3")):
        tab_to(page, f"f-{field}")
        page.keyboard.type(text)
    page.keyboard.press("Control+a")
    expect(page.get_by_role("heading", name="26-SM/000001")).to_be_visible()
    assert (bench.at("Hamper"), bench.at("Soap")) == ((3000, 9000), (1000, 1000))
    for path in (page.url, f"{live.url}/stock-journals", f"{live.url}/bills-of-materials/new"):
        assert_fits(page, path)
    bench.true()
