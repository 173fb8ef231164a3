"""The rest of a counter's day: returns, cancelling, the shift and what waits."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.counter_screen.conftest import DAL, SOAP, Till

pytestmark = pytest.mark.browser


def sell(till: Till, *codes: str) -> str:
    for code in codes:
        till.scan(code)
    till.press("Enter", "Enter")
    return till.expect_done()


def test_goods_come_back_by_the_code_on_the_bill(till: Till) -> None:
    number = sell(till, DAL, DAL, SOAP)
    till.press("F8")
    expect(till.page.locator("#return-find")).to_be_focused()
    till.scan(number)
    expect(till.page.locator("#return-of")).to_contain_text(number)
    till.scan(DAL)
    expect(till.page.locator("#return-total")).to_have_text("₹145.00")
    till.page.locator("#return-take").click()
    expect(till.page.locator("#toasts")).to_contain_text(re.compile(r"26A\dR/000001: give back ₹145\.00"))
    expect(till.page.locator("#paper .receipt")).to_contain_text("Credit note")
    expect(till.page.locator("#paper .receipt")).to_contain_text(number)
    till.press("F8")
    expect(till.page.locator("#return-find")).to_be_focused()
    till.scan(number)
    expect(till.page.locator("#return-lines")).to_contain_text("1 of 2 can come back")


def test_the_payment_code_finds_its_bill(till: Till) -> None:
    number = sell(till, DAL)
    till.scan(f"upi://pay?pa=x@y&am=145.00&tr={number.replace('/', '')}")
    expect(till.page.get_by_role("dialog", name=number)).to_be_visible()


def test_a_bill_is_cancelled_with_a_reason(till: Till) -> None:
    number = sell(till, DAL)
    till.press("F7")
    till.page.get_by_role("button", name=number).click()
    till.page.locator("#one-bill-cancel").click()
    till.page.locator("#cancel-form button").click()
    expect(till.page.locator("#cancel-error")).to_contain_text("Say why")
    till.page.locator("#cancel-reason").fill("Wrong item")
    till.page.locator("#cancel-form button").click()
    expect(till.page.locator("#one-bill-state")).to_contain_text("Cancelled")
    expect(till.page.locator("#one-bill-paper")).to_contain_text("CANCELLED")


def test_a_shift_from_float_to_z_report(till: Till) -> None:
    till.press("Alt+s")
    expect(till.page.locator("#float")).to_be_focused()
    till.type("500")
    till.press("Enter")
    expect(till.page.get_by_role("dialog")).to_have_count(0)
    sell(till, DAL)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    till.press("Alt+s")
    till.page.locator("#shift-move").click()
    till.page.locator("#move-amount").fill("45")
    till.page.locator("#move-reason").fill("Tea")
    till.press("Enter")
    expect(till.page.locator("#shift-figures")).to_contain_text("Expected in the drawer₹600.00")
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    till.page.locator("#shift-end").click()
    till.page.locator("#note-50000").fill("1")
    till.page.locator("#note-5000").fill("1")
    expect(till.page.locator("#close-sums")).to_contain_text("Short₹50.00")
    till.page.locator("#note-5000").fill("2")
    expect(till.page.locator("#close-sums")).to_contain_text("Difference₹0.00")
    till.press("Enter")
    expect(till.page.locator("#paper .receipt")).to_contain_text("Z report")
    expect(till.page.locator("#paper .receipt")).to_contain_text("Payments equal bills.")


def test_a_shift_does_not_close_over_unsent_bills(till: Till) -> None:
    till.press("Alt+s")
    expect(till.page.locator("#float")).to_be_focused()
    till.type("0")
    till.press("Enter")
    expect(till.page.get_by_role("dialog")).to_have_count(0)
    till.page.context.set_offline(True)
    number = sell(till, DAL)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "offline")
    till.press("Alt+u")
    expect(till.page.locator("#queue-list")).to_contain_text(number)
    expect(till.page.locator("#queue-list")).to_contain_text("Waits")
    till.press("Escape", "Alt+s")
    till.page.locator("#shift-end").click()
    expect(till.page.locator("#close-unsent")).to_be_visible()
    till.page.locator("#note-10000").fill("1")
    till.press("Enter")
    expect(till.page.locator("#close-error")).to_contain_text("not reached the server")
    with till.page.expect_download() as download:
        till.press("Escape", "Alt+u")
        till.page.locator("#queue-backup").click()
    assert download.value.suggested_filename.startswith("munim-")


def test_signed_out_in_another_tab_is_said_and_the_device_tells_how_it_stands(till: Till) -> None:
    till.press("Alt+d")
    health = till.page.locator("#health")
    expect(health).to_contain_text("Opens without the network")
    expect(health).to_contain_text("The clock is right")
    till.page.locator("#device-forget").click()
    expect(till.page.locator("#device-answer")).to_contain_text("Customers and sent bills are gone")
    till.press("Escape")
    expect(till.page.locator("#notices")).to_contain_text("signed out")
    expect(till.page.locator("#notices a")).to_have_attribute("href", "/sign-in?next=/counter")
