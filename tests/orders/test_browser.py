"""The chain from quotation to money by keyboard alone, with the books true at each step; and an invoice typed on a phone."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ground.axe import assert_fits
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.orders.conftest import Desk, open_desk
from tests.vouchers.test_browser import enter
from webapp import books_check
from webapp.kernel.ids import new_id


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Order Stores", email=f"order-{new_id().hex}@example.com", state_code="27", gstin="27AABCS1234D1ZV")


@pytest.fixture
def bench(shop: Shop) -> Desk:
    return open_desk(shop)


def row(page: Page, item: str, qty: str) -> None:
    """Type a row and go on to the next one."""
    page.keyboard.type(item)
    page.keyboard.press("Enter")
    expect(page.locator("[data-qty]:focus")).to_have_count(1)
    page.keyboard.type(qty)
    for _ in range(4):  # unit, rate, discount, and the next row
        page.keyboard.press("Enter")


def true(desk: Desk) -> bool:
    return bool(desk.trade.read(books_check.verify_books).breaches == [])


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("MUNIM_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_from_quotation_to_money_without_a_mouse(page: Page, live: LiveServer, shop: Shop, bench: Desk) -> None:
    enter(page, live, shop, "/orders/new?kind=quotation")
    expect(page.locator("[name=party]")).to_be_focused()
    page.keyboard.type("ravi")
    page.keyboard.press("Enter")
    expect(page.locator("[name=party_id]")).not_to_have_value("")
    page.locator("[name=item-1]").focus()
    row(page, "soap", "10")
    row(page, "repair", "1")
    expect(page.locator("#figures .payable")).to_have_text("₹1,770.00")
    shoot(page, "quotation-form")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="26-QT/000001")).to_be_visible()
    page.keyboard.press("Alt+y")
    expect(page.get_by_text("Accepted").first).to_be_visible()
    page.keyboard.press("Alt+o")
    expect(page.get_by_role("heading", name="26-SO/000001")).to_be_visible()
    assert true(bench)
    order = page.url
    page.keyboard.press("Alt+a")
    page.wait_for_selector("[name=qty-1]")
    page.locator("[name=qty-1]").fill("4")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="26-DC/000001")).to_be_visible()
    page.goto(order)
    page.keyboard.press("Alt+d")
    expect(page.get_by_role("heading", name="26-DC/000002")).to_be_visible()
    assert bench.trade.on_hand("Soap") == 90_000
    assert true(bench)
    page.goto(order)
    shoot(page, "order")
    page.keyboard.press("Alt+i")
    expect(page.get_by_role("heading", name="2600/000001")).to_be_visible()
    shoot(page, "bill")
    assert bench.trade.balance("goods-delivered") == 0
    assert bench.trade.balance("debtors") == 177_000
    page.goto(f"{live.url}/receipts/new?party_id={bench.party}")
    page.locator("[name=amount]").fill("1770")
    page.locator("[name^=bill_]").first.fill("1770")
    with page.expect_navigation(url=re.compile(r"/receipts/[0-9a-f-]+$")):
        page.keyboard.press("Alt+s")
    page.goto(f"{order}/chain")
    for number in ("26-QT/000001", "26-SO/000001", "26-DC/000001", "26-DC/000002", "2600/000001", "2600P/000001"):
        expect(page.get_by_role("link", name=number).first).to_be_visible()
    shoot(page, "chain")
    assert bench.trade.balance("debtors") == 0
    assert true(bench)
    assert_fits(page, order)


def test_an_invoice_is_typed_on_a_phone(page: Page, live: LiveServer, shop: Shop, bench: Desk) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    enter(page, live, shop, "/bills/new")
    page.locator("[name=party]").fill("rav")
    page.get_by_role("option", name="Ravi Kumar").click()
    page.locator("[name=item-1]").fill("soa")
    page.get_by_role("option", name="Soap").click()
    page.locator("[name=qty-1]").fill("3")
    expect(page.locator("#figures .payable")).to_have_text("₹354.00")
    expect(page.locator("#amount-1")).to_have_text("354.00")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    shoot(page, "invoice-phone")
    page.get_by_role("button", name="Issue invoice").click()
    expect(page.get_by_text("2600/000001 of ₹354.00 is issued.")).to_be_visible()
    assert bench.trade.balance("debtors") == 35_400
    assert_fits(page, f"{live.url}/bills/new")
    shoot(page, "invoice-desk")
