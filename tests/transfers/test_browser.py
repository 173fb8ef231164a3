"""On a phone, by keyboard alone: goods are sent to the other store and received there, with the books true at each step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.browser import sign_in
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import Trade, open_trade
from tests.transfers.test_transfers import at, godown, true
from webapp.kernel.ids import new_id

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Two Stores", email=f"stores-{new_id().hex}@example.com", state_code="27", gstin="")


@pytest.fixture
def trade(shop: Shop) -> Trade:
    made = open_trade(shop.actor)
    made.item("Soap", 118, stock_of=10, cost=60)
    return made


def tab_to(page: Page, field: str) -> None:
    """Tab until the field has the focus: it can be reached, in the order in which it is read."""
    for _step in range(60):
        if page.evaluate("document.activeElement.id") == field:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{field} is not reached by Tab")


# long: one walk, step by step
def test_sent_and_received_by_keyboard_on_a_phone(page: Page, live: LiveServer, shop: Shop, trade: Trade) -> None:
    store = godown(shop)
    sign_in(page.context, live, shop)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live.url}/transfers/new")

    tab_to(page, "f-to_store")
    page.keyboard.type("Godown")
    tab_to(page, "f-what_1")
    page.keyboard.type("soap")
    tab_to(page, "f-qty_1")
    page.keyboard.type("four")
    page.keyboard.press("Enter")
    expect(page.locator("#f-qty_1")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-what_1")).to_have_value("soap")
    assert at(trade, trade.store_id, "Soap") == (10_000, 60_000), "a form that is refused sends nothing"

    tab_to(page, "f-qty_1")
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="26-TC/000001")).to_be_visible()
    expect(page.get_by_text("In transit", exact=True)).to_be_visible()
    assert (at(trade, trade.store_id, "Soap"), at(trade, store, "Soap")) == ((6000, 36_000), (0, 0))
    assert trade.balance("goods-in-transit") == 24_000
    true(trade)

    path = page.url
    assert_fits(page, path)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(path)
    tab_to(page, "f-qty_1")
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    tab_to(page, "f-reason")
    page.keyboard.type("One was broken")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Received", exact=True)).to_be_visible()
    expect(page.get_by_text("One was broken")).to_be_visible()
    assert (at(trade, trade.store_id, "Soap"), at(trade, store, "Soap")) == ((6000, 36_000), (3000, 18_000))
    assert (trade.balance("goods-in-transit"), trade.balance("wastage")) == (0, 6000)
    true(trade)
    assert_fits(page, f"{live.url}/transfers/new")
