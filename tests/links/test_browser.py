"""A customer on a phone opens a quotation by its link, accepts it in Hindi, and pays the bill that comes of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import found_shop
from tests.orders.conftest import open_desk
from tests.vouchers.test_browser import enter
from webapp.kernel.ids import new_id


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("MUNIM_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def shared(page: Page, where: str) -> str:
    """Make a link on a page that prints, and return its path."""
    page.goto(where)
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("p.code").first).to_contain_text("/")
    address = page.locator("p.code").first.inner_text()
    found = re.search(r"/[bo]/\S+", address)
    assert found, address
    return found[0]


def test_a_customer_accepts_on_a_phone_and_pays(page: Page, live: LiveServer, browser: Browser) -> None:
    shop = found_shop("Link Stores", email=f"link-{new_id().hex}@example.com", state_code="27", gstin="27AABCS1234D1ZV")
    desk = open_desk(shop)
    desk.trade.settings(upi_id="link.stores@bank")
    quotation = desk.make("quotation", ("Soap", "10"), ("Repair", "1"))
    enter(page, live, shop, f"/orders/{quotation.id}/print")
    path = shared(page, f"{live.url}/orders/{quotation.id}/print")

    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="en-IN", has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(live.url + path)
    expect(phone.get_by_role("heading", level=1)).to_contain_text(quotation.number)
    assert_fits(phone, live.url + path)
    shoot(phone, "link-quotation")
    phone.get_by_role("link", name="हिन्दी").click()
    expect(phone.locator("html")).to_have_attribute("lang", "hi")  # the field stands on the page before, too
    phone.locator("#f-name").fill("Meera Shah")
    phone.get_by_role("button", name="स्वीकार करें").click()
    expect(phone.locator(".notice")).to_contain_text("Meera Shah")
    expect(phone.locator("#f-name")).to_have_count(0)
    shoot(phone, "link-accepted")

    page.goto(f"{live.url}/orders/{quotation.id}")
    expect(page.get_by_text("Accepted by Meera Shah by the public link")).to_be_visible()
    shoot(page, "link-office")
    page.get_by_role("button", name="Make invoice").click()
    page.wait_for_url("**/bills/**")
    path = shared(page, f"{page.url.split('?')[0]}/print")
    phone.goto(live.url + path)
    expect(phone.get_by_role("link", name="Pay by UPI")).to_have_attribute(
        "href", re.compile(r"^upi://pay\?pa=link\.stores@bank&.*am=1770\.00")
    )
    assert_fits(phone, live.url + path)
    shoot(phone, "link-bill")
    context.close()
    page.goto(live.url + path)
    expect(page.locator(".pay-qr")).to_be_visible()
    shoot(page, "link-bill-wide")
