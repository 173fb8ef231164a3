"""By keyboard from the order to the paid bill, with the books true at each step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.purchases.conftest import Buyer, open_buyer
from tests.vouchers.test_browser import wait_for_heads
from webapp.kernel.ids import new_id


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Buyers Stores", email=f"buyer-{new_id().hex}@example.com", state_code="27", gstin="")


@pytest.fixture
def bench(shop: Shop) -> Buyer:
    return open_buyer(shop)


def enter(page: Page, live: LiveServer, shop: Shop, url: str) -> None:
    page.goto(f"{live.url}/sign-in")
    page.fill("[name=email]", shop.email)
    page.fill("[name=password]", shop.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today")
    page.goto(f"{live.url}{url}")


def pick(page: Page, words: str) -> None:
    """Type a name, wait for it in the list, take it with Enter."""
    page.keyboard.type(words)
    expect(page.locator("#find-list [role=option][aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")


# long: one walk, step by step
def test_from_order_to_paid_bill_without_a_mouse(page: Page, live: LiveServer, shop: Shop, bench: Buyer) -> None:
    enter(page, live, shop, "/purchases/orders/new")
    expect(page.locator("#f-supplier")).to_be_focused()
    pick(page, "gup")
    for _field in ("order date", "expected on"):
        page.keyboard.press("Enter")
    expect(page.locator("#f-what-1")).to_be_focused()
    pick(page, "soa")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    page.keyboard.type("100")
    page.keyboard.press("Control+a")
    expect(page.get_by_role("heading", name="2600PO/000001")).to_be_visible()
    page.wait_for_load_state()  # its keys come with its scripts
    page.keyboard.press("Alt+a")
    expect(page.get_by_text("Approved", exact=True).first).to_be_visible()
    page.wait_for_load_state()

    page.keyboard.press("Alt+r")
    page.wait_for_url("**/purchases/receipts/new?order=*")
    expect(page.locator("#f-qty-1")).to_have_value("10")
    page.locator("#f-qty-1").focus()
    page.keyboard.type("6")
    page.keyboard.press("Control+a")
    expect(page.get_by_role("heading", name="2600GR/000001")).to_be_visible()
    assert bench.on_hand("Soap") == (6, 600)
    bench.assert_true()

    page.keyboard.press("Alt+b")
    page.wait_for_url("**/purchases/bills/new?receipt=*")
    page.locator("#f-supplier_number").focus()
    page.keyboard.type("G-9")
    page.locator("#f-bill_date").fill(page.locator("#f-voucher_date").input_value())
    page.locator("#f-rate-1").focus()
    page.keyboard.type("110")
    expect(page.locator("#working")).to_contain_text("660.00")
    page.keyboard.press("Control+a")
    expect(page.get_by_role("heading", name="2600PB/000001")).to_be_visible()
    bench.assert_true()

    page.keyboard.press("Alt+d")
    page.wait_for_url("**/debit-note")
    page.keyboard.type("1")
    page.locator("#f-reason").focus()
    page.keyboard.type("Broken on the way")
    page.keyboard.press("Control+a")
    expect(page.get_by_role("heading", name="2600PD/000001")).to_be_visible()
    assert bench.on_hand("Soap") == (5, 649)  # the shop is not registered: its tax is cost
    bench.assert_true()

    page.goto(f"{live.url}/vouchers/new?kind=payment")
    wait_for_heads(page)
    page.keyboard.type("gupta")
    page.keyboard.press("Enter")
    page.keyboard.type("500")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("cash")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    expect(page.get_by_text("2600PY/000001 of")).to_be_visible()
    bench.assert_true()
    page.keyboard.press("F9")
    page.wait_for_url("**/purchases/bills/new")


def test_the_sheet_makes_a_supplier_and_fits(page: Page, live: LiveServer, shop: Shop, bench: Buyer) -> None:
    enter(page, live, shop, "/purchases/bills/new")
    page.keyboard.type("Mehta Mills")
    expect(page.locator("#find-list")).to_contain_text("No such name")
    page.keyboard.press("Alt+c")
    expect(page.locator("#n-name")).to_have_value("Mehta Mills")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[name=supplier_key]")).not_to_have_value("")
    page.locator("[data-guard]").evaluate("form => { form.dataset.guard = ''; }")
    bill = bench.buy(bench.line("Soap", 10, 100), bench.charge("Freight", 50))
    for path in ("/purchases/bills/new", f"/purchases/bills/{bill.id}", "/purchases/bills"):
        assert_fits(page, f"{live.url}{path}")
