"""An accountant's whole year without a mouse: openings, vouchers, a mistake put right, the close, and the next year's beginning.

Nothing here clicks: where a key does not lead on, the test stops there. At its end other programs read the same books.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.exchange.readers import export
from tests.exchange.test_figures import checked
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.vouchers.conftest import Desk, open_desk
from webapp.books_check import verify_books
from webapp.exchange import Format
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import open_books

FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
MOST_TABS = 200
ACTIVE = "document.activeElement"


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Keyboard Stores", email=f"keys-{new_id().hex}@example.com", state_code="27")


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """The heads an accountant would have imported from the year before."""
    made = open_desk(shop)
    made.account("Bank charges")
    made.account("Furniture", "fixed-assets")
    made.account("Depreciation")
    made.party("Ravi Kumar")
    made.party("Gupta Traders", is_supplier=True)
    made.centre("Van")
    return made


@pytest.fixture
def hand(browser: Browser, live: LiveServer, shop: Shop) -> Iterator[Hand]:
    """Somebody at the keyboard, signed in by it."""
    context = browser.new_context(base_url=live.url, locale="en-IN", timezone_id="Asia/Kolkata", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/sign-in")
    own = Hand(page)
    own.reach("[name=email]")
    own.type(shop.email)
    own.reach("[name=password]")
    own.type(shop.password)
    own.press("Enter")
    page.wait_for_url("**/today")
    yield own
    context.close()
    assert said == []


class Hand:
    """Ten fingers and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def settle(self) -> None:
        self.page.wait_for_load_state("networkidle")

    def go(self, key: str) -> None:
        """A key that leads to another page, or to the same one drawn anew."""
        with self.page.expect_navigation():
            self.press(key)
        self.settle()

    def reach(self, selector: str, key: str = "Tab") -> None:
        """Go on by Tab until the field stands in focus. What Tab never reaches cannot be used without a mouse."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(f"(selector) => {ACTIVE}.matches(selector)", selector):
                return
            self.press(key)
        raise AssertionError(f"Tab does not reach {selector} on {self.page.url}")

    def open(self, words: str, path: str) -> None:
        """To a page by its name."""
        self.press("Control+k")
        self.type(words)
        expect(self.page.locator("#finder [aria-selected=true]").first).to_contain_text(re.compile(re.escape(words), re.IGNORECASE))
        self.go("Enter")
        assert path in self.page.url

    def day(self, selector: str, day: date) -> None:
        """Into a field of the browser's own kind, in whichever order it wants day and month."""
        self.reach(selector)
        for form in ("%m%d%Y", "%d%m%Y"):
            self.type(day.strftime(form))
            if self.page.locator(selector).input_value() == day.isoformat():
                return
            self.press("ArrowLeft", "ArrowLeft")
        raise AssertionError(f"{selector} does not take {day}")

    def send(self, selector: str) -> None:
        """The button of the form that holds a field."""
        self.reach(f"form:has({selector}) button[type=submit], form:has({selector}) button:not([type])")
        self.go("Enter")


def figures(desk: Desk, name: str) -> str:
    return desk.accounts[name].hex


def openings(hand: Hand, desk: Desk) -> None:
    """Accounts, party bills, stock."""
    hand.open("Opening balances", "/opening")
    hand.day("[name=books_begin]", FIRST)
    hand.send("[name=books_begin]")
    desk.look()
    for names in ((("cr", "Capital", "347000"),), (("dr", "Cash", "50000"), ("dr", "Bank", "200000")), (("dr", "Furniture", "100000"),)):
        for side, name, amount in names:
            field = f"[name={side}_{figures(desk, name)}]"
            hand.reach(field)
            hand.type(amount)
        hand.send(field)
    hand.open("Unpaid bills", "/opening-balances/bills")
    for row, (name, down, number, amount) in enumerate((("Ravi Kumar", 0, "R-7", "5000"), ("Gupta Traders", 1, "G-9", "8000"))):
        hand.reach(f"[name=party_{row}]")
        hand.type(name)
        hand.reach(f"[name=kind_{row}]")
        hand.press(*["ArrowDown"] * down)
        hand.reach(f"[name=number_{row}]")
        hand.type(number)
        hand.day(f"[name=bill_date_{row}]", date(2025, 3, 1))
        hand.reach(f"[name=amount_{row}]")
        hand.type(amount)
    hand.press("Alt+s")
    expect(hand.page.get_by_text("G-9")).to_be_visible()
    hand.open("New item", "/items/new")
    for field, text in (("name", "Soap"), ("price", "40"), ("opening_qty", "100"), ("opening_value", "3000")):
        hand.reach(f"[name={field}]")
        hand.type(text)
    hand.go("Alt+s")


def voucher(hand: Hand, key: str, kind: str, day: str, rows: tuple[tuple[str, str], ...], narration: str = "") -> None:
    """One voucher: F-key, day, rows; the missing amount stands there by itself."""
    hand.press(key)
    expect(hand.page.locator("[data-kind]")).to_have_value(kind)
    hand.press("F2")
    hand.type(day)
    hand.press("Enter")
    hand.reach("[name=account-1]")
    (first, amount), *others = rows
    hand.type(first)
    hand.press("Enter")
    hand.type(amount)
    for name, amount in others:
        hand.press("Enter", "Enter")
        hand.type(name)
        hand.press("Enter")
        hand.type(amount)
    hand.press("Enter")
    expect(hand.page.locator("[data-narration]")).to_be_focused()
    hand.type(narration)


def accept(hand: Hand, number: str) -> None:
    hand.press("Control+a")
    expect(hand.page.get_by_text(f"{number} of")).to_be_visible()
    hand.settle()


def year_of_vouchers(hand: Hand) -> None:
    """Every kind, a sum for an amount, a cost centre, a receipt against its bill, bank charges, depreciation."""
    hand.open("New voucher", "/vouchers/new")
    voucher(hand, "F4", "contra", "5-4-2025", (("bank", "20000"), ("cash", "")))
    accept(hand, "2500CT/000001")
    voucher(hand, "F5", "payment", "10-4-2025", (("rent", "1200*5+18%"), ("cash", "")), "Rent of the shop")
    hand.reach("[name=amount-1]", "Shift+Tab")
    hand.reach("summary")
    hand.press("Enter")
    hand.reach("[name=centre-1-1]")
    hand.type("Van")
    accept(hand, "2500PY/000001")
    voucher(hand, "F5", "payment", "30-6-2025", (("bank ch", "118+118"), ("bank", "")), "Charges of the quarter")
    accept(hand, "2500PY/000002")
    voucher(hand, "F6", "receipt", "12-5-2025", (("ravi", "3000"), ("cash", "")))
    hand.reach("[name=amount-1]", "Shift+Tab")
    hand.reach("summary[id=f-bills-1]")
    hand.press("Enter")
    hand.reach("[name=part-1-1]")
    hand.type("3000")
    accept(hand, "2500RV/000001")
    voucher(hand, "Alt+F5", "debit_note", "1-7-2025", (("gupta", "500"), ("rent", "")))
    accept(hand, "2500DN/000001")
    voucher(hand, "Alt+F6", "credit_note", "2-7-2025", (("ravi", "250"), ("rent", "")))
    accept(hand, "2500CN/000001")
    voucher(hand, "F7", "journal", "31-3-2026", (("depreciation", "100000*10%"), ("furniture", "")), "Depreciation")
    accept(hand, "2500JV/000001")
    voucher(hand, "F7", "journal", "31-3-2026", (("profit", "4000"), ("capital", "")), "Profit taken to capital")
    accept(hand, "2500JV/000002")


def put_right(hand: Hand) -> None:
    """The bank had charged 246, not 236."""
    hand.open("Vouchers", "/vouchers")
    link = hand.page.locator("tr", has_text="2500PY/000002").locator("a").first.get_attribute("href")
    hand.reach(f"a[href='{link}']")
    hand.go("Enter")
    hand.go("Alt+a")
    for row in (1, 2):
        hand.reach(f"[name=amount-{row}]")
        hand.type("246")
    hand.go("Control+a")
    expect(hand.page.get_by_text("246.00").first).to_be_visible()


def statements(hand: Hand) -> None:
    """Each opens by its name, is asked for the year, and shows what was typed."""
    for name, path, words in (
        ("Trial balance", "/trial-balance", ("Both sides agree to the paisa", "6,930.00", "90,000.00")),
        ("Profit and loss", "/profit-and-loss", ("Net loss", "17,176.00")),
        ("Balance sheet", "/balance-sheet", ("Both sides agree to the paisa", "90,000.00")),
        ("Schedule III", "/schedule-iii", ("Trade payables: others", "90,000.00", "17,176.00")),
    ):
        hand.open(name, path)
        if path in ("/trial-balance", "/profit-and-loss"):
            hand.day("[name=from]", FIRST)
        hand.day("[name=to]", LAST)
        hand.press("Enter")
        hand.page.wait_for_url(re.compile("to=2026-03-31"))
        for one in words:
            expect(hand.page.locator("#statement")).to_contain_text(one)


def lock_april(hand: Hand) -> None:
    """April's return is filed: its month is locked, and what is typed for it is refused, kept, and taken in May."""
    hand.open("Locked months", "/period-locks")
    hand.reach("[name=month]")
    hand.type("04")
    hand.press("ArrowRight")
    hand.type("2025")
    hand.send("[name=month]")
    expect(hand.page.get_by_role("table")).to_contain_text("Apr 2025")
    hand.open("New voucher", "/vouchers/new")
    voucher(hand, "F5", "payment", "6-4-2025", (("rent", "100"), ("cash", "")))
    hand.go("Control+a")
    expect(hand.page.get_by_text("Apr 2025").first).to_be_visible()
    hand.press("F2")
    hand.type("6-5-2025")
    hand.press("Enter")
    accept(hand, "2500PY/000003")


def close_the_year(hand: Hand) -> None:
    """The year is closed, which locks its twelve months."""
    hand.open("Year close", "/year-close")
    hand.reach("a[href$='/year-close/2025']")
    hand.go("Enter")
    hand.reach("[name=reason]")
    hand.type("Signed by the accountant")
    hand.press("Alt+s")
    expect(hand.page.get_by_text("2025-26 is closed.")).to_be_visible()
    hand.settle()


def next_year(hand: Hand) -> None:
    """Balances carry on, income and expenses begin at nil, and vouchers are numbered anew."""
    hand.open("Balance sheet", "/balance-sheet")
    expect(hand.page.locator("#statement")).to_contain_text("Profit & Loss A/c")
    hand.open("Profit and loss", "/profit-and-loss")
    expect(hand.page.locator("#statement")).not_to_contain_text("17,176.00")
    hand.open("New voucher", "/vouchers/new")
    voucher(hand, "F5", "payment", "1-4-2026", (("rent", "10"), ("cash", "")))
    accept(hand, "2600PY/000001")


def test_a_whole_year_without_a_mouse(hand: Hand, desk: Desk, shop: Shop, tmp_path: Path) -> None:
    openings(hand, desk)
    year_of_vouchers(hand)
    put_right(hand)
    lock_april(hand)
    statements(hand)
    close_the_year(hand)
    next_year(hand)
    with open_books(shop.actor) as books:
        assert list(verify_books(books).breaches) == []
    checked(shop.actor, tmp_path, FIRST, LAST)
    checked(shop.actor, tmp_path, date(2026, 4, 1), date(2027, 3, 31))
    file = tmp_path / "year.beancount"
    file.write_text(export(shop.actor, Format.BEANCOUNT), encoding="utf-8")
    done = subprocess.run([Path(sys.executable).with_name("bean-check"), file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
