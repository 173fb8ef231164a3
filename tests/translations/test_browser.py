"""Hindi on a phone: no page is wider than 360 pixels, no control is cut, whatever length the words have."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import CREDIT, open_trade
from webapp.kernel.ids import new_id

OWN = ("/today", "/bills", "/items", "/items/new", "/items/imports", "/items/tax-classes", "/parties", "/parties/new", "/reviews", "/receipts",
    "/receipts/new", "/day-book", "/accounts", "/trial-balance", "/profit-and-loss?detail=accounts", "/profit-and-loss?layout=sides", "/balance-sheet", "/schedule-iii",
    "/cash-flow", "/fund-flow", "/ratios", "/khata", "/stock", "/stock/adjustments", "/stock/adjustments/new",
    "/counter/tills", "/counter/shifts", "/counter/review", "/settings", "/businesses", "/nowhere", "/offline")  # fmt: skip

# What sticks out of the window, beyond what scrolls in a box of its own; and buttons whose words are cut.
STICKS_OUT = """() => {
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth + 1;
  const scrolls = (node) => { for (let up = node.parentElement; up; up = up.parentElement) if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return true; return false; };
  const out = [...document.querySelectorAll('main *, header *, nav *')].filter((node) => { const box = node.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1 && !scrolls(node); });
  const cut = [...document.querySelectorAll('button, .button, h1, h2, label')].filter((node) => { const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(node).overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1; });
  const told = (node) => node.tagName + '.' + node.className + ' ' + (node.textContent || '').trim().slice(0, 40);
  return { wide, out: out.slice(0, 3).map(told), cut: cut.slice(0, 3).map(told) };
}"""


@pytest.fixture
def shop(live: LiveServer) -> tuple[Shop, list[str]]:
    """A shop with some trade, and the screens that have an id in their address."""
    founded = found_shop("शर्मा किराना एवं जनरल स्टोर्स", email=f"{new_id().hex}@hindi.example", state_code="27", gstin="27AABCS1234D1ZV")
    trade = open_trade(founded.actor)
    item = trade.item("Toor Dal 1 kg", 160, stock_of=500, cost=120, local_name="तूर दाल")
    party = trade.customer("Annapurna Tiffin & Caterers (Koramangala 4th Block)", phone="+919822010023", local_name="अन्नपूर्णा")
    bills = [
        trade.sell(trade.line("Toor Dal 1 kg"), total=160, **({"paid": CREDIT, "party_id": party} if n % 3 == 0 else {})) for n in range(6)
    ]
    bill = bills[0].invoice_id
    return founded, [
        f"/items/{item}", f"/stock/{item}", f"/parties/{party}", f"/khata/{party}", f"/bills/{bill}", f"/bills/{bill}/returns/new",
        f"/bills/{bill}/print", f"/vouchers/{bill}",
    ]  # fmt: skip


@pytest.fixture
def phone(browser: Browser, live: LiveServer, shop: tuple[Shop, list[str]]) -> Iterator[Page]:
    """The owner's phone, signed in, Hindi chosen in the menu of the account."""
    context = browser.new_context(base_url=live.url, locale="hi-IN", timezone_id="Asia/Kolkata", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", shop[0].email)
    page.fill("[name=password]", shop[0].password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    page.locator("[name=language][value=hi]").first.dispatch_event("click")
    page.wait_for_selector("html[lang=hi]")
    yield page
    context.close()


def test_pages_fit_a_phone_in_hindi(phone: Page, shop: tuple[Shop, list[str]]) -> None:
    wrong = []
    for path in (*OWN, *shop[1]):
        phone.goto(path)
        assert phone.evaluate("document.documentElement.lang") == ("en" if path == "/offline" else "hi"), path
        found = phone.evaluate(STICKS_OUT)
        if found["wide"] or found["out"] or found["cut"]:
            wrong.append((path, found))
    assert not wrong, "\n".join(map(str, wrong))


def test_buttons_of_a_long_form_are_of_one_line_each(phone: Page) -> None:
    phone.goto("/items/new")
    lines = phone.evaluate("""() => [...document.querySelectorAll('.actions > .button')].map(button => {
        const range = document.createRange();
        range.selectNodeContents(button);
        return new Set([...range.getClientRects()].map(box => Math.round(box.bottom / 12))).size; })""")
    assert lines == [1, 1, 1]


@pytest.mark.parametrize("path", ["/day-book", "/bills", "/receipts", "/trial-balance"])
def test_first_and_last_day_stand_side_by_side(phone: Page, path: str) -> None:
    phone.goto(path)
    first, last = (phone.locator(f".filters [name={name}]").bounding_box() for name in ("from", "to"))
    assert first
    assert last
    assert (first["y"], first["width"]) == (last["y"], last["width"])
    assert last["x"] > first["x"] + first["width"]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up"])
def test_the_front_fits_a_phone_in_hindi(browser: Browser, live: LiveServer, path: str) -> None:
    context = browser.new_context(base_url=live.url, locale="hi-IN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.lang") == "hi"
    assert page.evaluate(STICKS_OUT) == {"wide": False, "out": [], "cut": []}
    context.close()
