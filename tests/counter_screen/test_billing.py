"""Billing by scans and keys, as the queue at a counter asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.counter_screen.conftest import DAL, DECCAN, FETCHED, KULKARNI, NOBODYS, ONIONS, SALT, SOAP, Till
from tests.ground.browser import becomes, sign_in, until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop
from webapp import outstandings, parties
from webapp.platform.tenancy import read_books

pytestmark = pytest.mark.browser


def check_digit(twelve: str) -> str:
    odd, even = sum(map(int, twelve[::2])), sum(map(int, twelve[1::2]))
    return twelve + str(-(odd + 3 * even) % 10)


def test_a_cash_bill_is_its_scans_and_two_keys(till: Till) -> None:
    for code in (DAL, SOAP, DAL):
        till.scan(code)
    till.expect_shown(("Toor Dal 1 kg", "2", "₹290.00"), ("Washing Soap", "1", "₹40.00"))
    till.expect_total("₹330.00")
    till.press("Enter", "Enter")
    number = till.expect_done()
    assert till.keys == ["Enter", "Enter"]
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    assert till.server_bills() == {number: 330_00}
    expect(till.page.locator("#paper .receipt")).to_contain_text(number)
    till.expect_prints(1)


def test_two_enters_pay_before_the_worker_is_there(page: Page, live: LiveServer, shop: Shop) -> None:
    page.add_init_script("ServiceWorkerContainer.prototype.register = () => new Promise(() => undefined); window.print = () => undefined;")
    sign_in(page.context, live, shop)
    page.goto(live.url + "/counter")
    till = Till(page, live, shop).enrol()
    till.scan(DAL)
    # It comes with the first line, and not when it is asked for: the second Enter would meet nobody.
    until(page, "performance.getEntriesByType('resource').some((one) => one.name.endsWith('/counter/pay.js') && one.responseEnd > 0)")
    page.evaluate(FETCHED)
    till.press("Enter", "Enter")
    till.expect_done()
    expect(page.locator("body[data-ready]")).to_have_count(0)


def test_a_scanner_types_real_keys(till: Till) -> None:
    till.scan_with_real_keys(DAL)
    till.expect_lines(1)
    expect(till.page.locator("#find")).to_have_value("")


def test_change_stays_until_the_next_scan(till: Till) -> None:
    till.scan(DAL)
    till.press("Enter")
    till.type("200")
    expect(till.page.locator("#change-amount")).to_have_text("₹55.00")
    till.press("Enter")
    till.expect_done()
    expect(till.page.locator("#payable-label")).to_have_text("Change")
    till.expect_total("₹55.00")
    till.scan(SOAP)
    till.expect_total("₹40.00")


def test_keys_of_the_last_line(till: Till) -> None:
    till.type("5*")
    till.scan(SOAP)
    till.expect_shown(("Washing Soap", "5", "₹200.00"))
    till.press("+", "+", "-")
    expect(till.page.locator(".line [data-f=qty]")).to_have_text("6")
    till.type("=45")
    till.press("Enter")
    till.expect_shown(("Washing Soap", "6", "₹270.00"))
    till.type("10%")
    till.press("Enter")
    till.expect_shown(("Washing Soap", "6", "₹243.00"))
    till.type("200%")
    till.press("Enter")
    till.expect_shown(("Washing Soap", "6", "₹243.00"))
    till.page.locator("#find").fill("")
    till.press("Delete")
    till.expect_lines(0)
    till.page.get_by_role("button", name="Undo").click()
    till.expect_shown(("Washing Soap", "6", "₹243.00"))


def test_a_name_is_found_in_both_languages(till: Till) -> None:
    till.type("soa")
    till.press("Enter")
    till.page.locator("#find").fill("तूर")
    expect(till.page.get_by_role("option")).to_have_count(1)
    till.press("Enter")
    expect(till.page.locator(".line [data-f=name]")).to_have_text(["Washing Soap", "Toor Dal 1 kg"])
    till.type("3*1 kg")
    expect(till.page.get_by_role("option")).to_have_count(2)
    first = till.page.get_by_role("option").nth(1).locator("b").inner_text()
    till.press("ArrowDown", "Enter")
    place = 1 if first == "Toor Dal 1 kg" else -1
    expect(till.page.locator(".line [data-f=name]").nth(place)).to_have_text(first)
    expect(till.page.locator(".line [data-f=qty]").nth(place)).to_have_text("4" if first == "Toor Dal 1 kg" else "3")


def test_a_line_is_edited_by_keys(till: Till) -> None:
    till.scan(SOAP)
    till.press("F2")
    till.type("2")
    till.press("Tab", "ArrowDown", "Tab", "Tab")
    till.type("10%")
    till.press("Enter")
    till.expect_shown(("Washing Soap", "2", "₹1,620.00"))
    expect(till.page.locator(".line [data-f=unit]")).to_have_text("BOX")
    expect(till.page.locator(".line .line-tag")).to_contain_text("₹180.00 off")


def test_a_price_above_the_mrp_is_warned_of(till: Till) -> None:
    till.scan(SALT)
    expect(till.page.locator(".line-warn")).to_be_hidden()
    till.type("=27")
    till.press("Enter")
    expect(till.page.locator(".line-warn")).to_have_text("Above the MRP of ₹26.00")


def test_weighed_goods_by_label_and_by_hand(till: Till) -> None:
    till.scan(check_digit(ONIONS + "01250"))
    till.expect_shown(("Onions", "1.25", "₹43.75"))
    till.scan(check_digit(ONIONS + "00000"))
    expect(till.page.locator("#toasts")).to_contain_text("The label of Onions says nought. Weigh it once more.")
    till.expect_shown(("Onions", "1.25", "₹43.75"))
    till.press("Delete")
    till.type("oni")
    till.press("Enter")
    expect(till.page.locator("input[name=qty]")).to_be_focused()
    till.type("0.5")
    till.press("Enter")
    till.expect_shown(("Onions", "0.5", "₹17.50"))


def test_discount_on_the_bill(till: Till) -> None:
    till.scan(DAL)
    till.press("F6")
    till.type("10%")
    till.press("Enter")
    till.expect_total("₹131.00")  # 130.50, rounded to the rupee
    till.press("F6")
    till.type("999")
    till.press("Enter")
    expect(till.page.locator("#discount-error")).to_contain_text("more than the bill")
    till.expect_total("₹131.00")


def test_an_unknown_code_never_eats_the_next_scan(till: Till) -> None:
    till.scan(NOBODYS)
    form = till.page.locator("form.unknown-form")
    expect(form).to_contain_text(NOBODYS)
    expect(till.page.locator("#find")).to_be_focused()
    till.scan(DAL)
    till.expect_lines(1)
    form.get_by_label("Name").focus()
    till.type("Ghee")
    till.scan(SOAP)
    till.expect_lines(2)
    expect(form.get_by_label("Name")).to_have_value("Ghee")
    till.press("Tab")
    till.type("600")
    till.press("Enter")
    expect(form).to_have_count(0)
    becomes(till.page, lambda: till.lines()[-1], ("Ghee", "1", "₹600.00"))
    till.scan(NOBODYS)
    becomes(till.page, lambda: till.lines()[-1], ("Ghee", "2", "₹1,200.00"))


def test_hold_and_recall(till: Till) -> None:
    till.scan(DAL)
    till.press("F4")
    till.type("Blue shirt")
    till.press("Enter")
    till.expect_lines(0)
    expect(till.page.locator("#held button")).to_contain_text("Blue shirt")
    till.scan(SOAP)
    till.press("Alt+1")
    expect(till.page.locator(".line [data-f=name]")).to_have_text(["Toor Dal 1 kg"])
    till.expect_shown(("Toor Dal 1 kg", "1", "₹145.00"))
    expect(till.page.locator("#held button")).to_have_count(1)  # the soap stepped aside
    till.page.reload()
    till.wait()
    till.expect_shown(("Toor Dal 1 kg", "1", "₹145.00"))
    expect(till.page.locator("#held button")).to_have_count(1)


def test_split_tender(till: Till) -> None:
    till.scan(DAL)
    till.press("Enter")
    till.type("100")
    till.press("Enter")
    expect(till.page.locator("#pay-due")).to_have_text("₹45.00")
    expect(till.page.locator("#pay-qr-box svg")).to_have_attribute("aria-label", "UPI code for ₹45.00")
    till.press("Enter")
    till.expect_done()
    expect(till.page.locator("#done [data-f=more]")).to_have_text("Cash ₹100.00 + UPI ₹45.00")


def test_upi_shows_its_code_before_the_money_comes(till: Till) -> None:
    till.scan(DAL)
    till.press("Enter", "Alt+2")
    expect(till.page.locator("#pay-qr-box svg")).to_be_visible()
    till.press("Enter")
    till.expect_done()
    assert len(till.keys) == 3


def test_credit_to_a_known_customer_in_eight_keys(till: Till) -> None:
    till.scan(DAL)
    till.press("Enter", "Alt+4", "Enter")
    expect(till.page.locator("#customer-find")).to_be_focused()
    till.type("rav")
    till.press("Enter", "Enter")
    till.expect_done()
    assert len(till.keys) <= 8, till.keys
    expect(till.page.locator("#done [data-f=more]")).to_contain_text("Khata")


def test_a_business_of_another_state_pays_igst(till: Till) -> None:
    till.scan(DAL)
    till.press("F3")
    expect(till.page.locator("#customer-find")).to_be_focused()
    till.type("dec")
    expect(till.page.locator("#customer-list [role=option]")).to_contain_text(DECCAN)
    till.press("Enter")
    expect(till.page.locator("#facts")).to_contain_text("IGST within")


def test_a_new_customer_at_the_counter(till: Till) -> None:
    till.scan(DAL)
    till.press("F3")
    expect(till.page.locator("#customer-find")).to_be_focused()
    till.type("9811122233")
    till.press("Enter")
    expect(till.page.locator("#c-phone")).to_have_value("9811122233")
    till.type("Meena")
    till.press("Enter")
    expect(till.page.locator("#customer-name")).to_have_text("Meena")


def test_keys_of_a_closed_menu_and_the_list_of_keys(till: Till) -> None:
    till.press("?")
    expect(till.page.get_by_role("dialog", name="Keys of the counter")).to_be_visible()
    till.press("Escape", "F7")
    expect(till.page.get_by_role("dialog", name="Bills of the day")).to_be_visible()
    till.press("Escape")
    expect(till.page.locator("#find")).to_be_focused()
    till.press("Alt+u")
    till.page.locator("#queue [data-close]").first.click()
    expect(till.page.locator("#queue")).to_be_hidden()
    till.type("soa")  # the caret came back with the focus
    expect(till.page.locator("#find")).to_have_value("soa")


def test_phone_bills_in_two_taps(open_till: Callable[..., Till]) -> None:
    till = open_till(width=360, height=740, touch=True)
    till.scan(DAL)
    till.page.locator("#pay-button").tap()
    till.page.get_by_role("button", name="₹150").tap()
    till.expect_done()
    till.expect_total("₹5.00")


def test_a_cash_bill_with_the_wire_cut_asks_the_network_for_nothing(till: Till) -> None:
    till.page.context.set_offline(True)
    till.page.reload()
    till.wait()
    till.requests.clear()
    till.scan(DAL)
    till.press("Enter", "Enter")
    number = till.expect_done()
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "offline")
    asked = [url for url in till.requests if not url.startswith(till.live.url)]
    assert asked == []
    assert [url for url in till.requests if "/sync/" not in url and "/s/" not in url] == []
    till.page.context.set_offline(False)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    expect(till.page.locator("#toasts")).to_contain_text("Nothing lost")
    assert till.server_bills() == {number: 145_00}


def sell_on_khata(till: Till, code: str) -> str:
    till.scan(code)
    till.press("Enter", "Alt+4", "Enter")
    expect(till.page.locator("#customer-find")).to_be_focused()
    till.type("rav")
    till.press("Enter", "Enter")
    number = till.expect_done()
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    return number


def open_dues(till: Till) -> None:
    till.press("Alt+k")
    expect(till.page.locator("#customer-find")).to_be_focused()
    till.type("rav")
    till.press("Enter")
    expect(till.page.locator("#dues-name")).to_have_text(KULKARNI)


def test_owed_and_paid_back(till: Till) -> None:
    """Two bills on khata: the newer is chosen by keyboard and paid, part of the other is paid offline."""
    older, newer = sell_on_khata(till, DAL), sell_on_khata(till, SOAP)
    open_dues(till)
    rows = till.page.locator("#dues-bills li")
    expect(rows).to_have_count(2)
    expect(rows.locator(".code")).to_have_text([older, newer])
    expect(till.page.locator("#dues-amount")).to_have_value("185")
    expect(till.page.locator("#dues-amount")).to_be_focused()
    till.press("Tab", "Space")
    expect(till.page.locator("#dues-amount")).to_have_value("40")
    expect(rows.locator(".num")).to_have_text(["₹0.00", "₹40.00"])
    assert till.faults() == []
    till.press("Enter")
    expect(till.page.locator("#toasts")).to_contain_text(re.compile(r"26A\dP/000001: ₹40\.00 received from Ravi Kulkarni"))
    expect(till.page.locator("#paper .receipt")).to_contain_text(f"For bill {newer}")
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    assert open_bills(till) == {older: 145_00}
    open_dues(till)
    expect(rows).to_have_count(1)
    till.press("Escape")
    till.page.context.set_offline(True)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "offline")
    open_dues(till)
    expect(till.page.locator("#dues-known")).to_contain_text("Offline: as known on")
    till.type("100")
    expect(rows.locator(".num")).to_have_text(["₹100.00"])
    till.press("Enter")
    expect(till.page.locator("#toasts")).to_contain_text("₹100.00 received")
    open_dues(till)
    expect(rows.locator("small").last).to_have_text("of ₹45.00")
    till.press("Escape")
    till.page.context.set_offline(False)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    assert open_bills(till) == {older: 45_00}


def open_bills(till: Till) -> dict[str, int]:
    """Number → what is open of it in the books."""
    with read_books(till.shop.actor) as books:
        (customer,) = parties.search_parties(books, "Kulkarni", most=2)
        return {one.name: one.open for one in outstandings.open_items(books, customer.id)}
