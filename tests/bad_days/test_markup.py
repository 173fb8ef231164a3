"""Names that are programs, names that turn round, names without an end: on every page they are only names."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from tests.counter.device import signed_in
from tests.ground.browser import SCAN, space_letters
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import CREDIT, open_trade
from webapp import company, payments, printing, sales
from webapp.company import default_store
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.printing import Layout
from webapp.sales.models import Invoice
from webapp.stocktaking import Adjustment, Change, adjust_stock

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><script>alert(2)</script>',
    "'><img src=x onerror=alert(3)>",
    "<img src=x onerror=alert(4)>",
    "<svg/onload=alert(5)>",
    "<svg><script>alert(6)</script></svg>",
    '" autofocus onfocus=alert(7) x="',
    "' onmouseover='alert(8)",
    "javascript:alert(9)",
    "<a href=javascript:alert(10)>x</a>",
    "</title><script>alert(11)</script>",
    "</textarea><script>alert(12)</script>",
    "<!--><script>alert(13)</script>-->",
    "<iframe srcdoc='<script>alert(14)</script>'>",
    "<math><mi xlink:href=data:x,<script>alert(15)</script>>",
    "{{constructor.constructor('alert(16)')()}}",
    "${alert(17)}",
    "<style>*{display:none}</style>",
    "<b hx-get=/sign-out hx-trigger=load hx-on::load=alert(19)>",
    "&lt;script&gt;alert(20)&lt;/script&gt;",
)
ARABIC = "أرز بسمتي فاخر"
ENDLESS = "W" * 200
NAMES = (*PAYLOADS, ARABIC, ENDLESS, "🍚 चावल 👨‍👩‍👧‍👦", "क्षत्रियक्षत्रियक्षत्रिय" * 8)


# long: one of everything that has a name
def trade_in(shop: Shop) -> dict[str, str]:
    """A shop in which everything is called so; the addresses of its pages."""
    trade = open_trade(shop.actor)
    customers = [trade.customer(name, address=name, city=name[:100], state_code="27", local_name=name) for name in NAMES]
    for name in NAMES:
        trade.item(name, 118, brand=name[:100], category=name[:100], local_name=name, stock_of=5, cost=50)
    with open_books(shop.actor) as books:
        terms = "\n".join(PAYLOADS)[:1000]
        company.change_profile(
            books, {"name": PAYLOADS[3], "legal_name": PAYLOADS[0], "address": "\n".join(PAYLOADS[:8])[:300], "invoice_terms": terms}
        )
    lines = [trade.line(name) for name in NAMES]
    bill = trade.sell(*lines, total=118 * len(NAMES), paid=CREDIT, party_id=customers[0], note="\n".join(PAYLOADS), cashier=PAYLOADS[1])
    for name, customer in zip(NAMES, customers, strict=True):
        trade.sell(trade.line(name), total=118, paid=CREDIT, party_id=customer, note=name, has_happened=True)
    gone = trade.sell(trade.line(NAMES[0]), total=118)
    trade.cancel(gone, reason=PAYLOADS[2])
    with open_books(shop.actor) as books:
        sales.add_flags(books, bill.invoice_id, [sales.Flag(sales.FlagKind.UNKNOWN_ITEM, {"names": PAYLOADS[0]})])
        asked = payments.ReceiptCommand(
            id=new_id(), party_id=customers[0], received_on=books.today, store_id=default_store(books), mode="cash",
            amount=Paise(1000), body_sha256="0" * 64, reference=PAYLOADS[5][:100], note="\n".join(PAYLOADS)[:1000],
        )  # fmt: skip
        receipt = payments.take_receipt(books, asked)
        change = (Change(trade.items[NAMES[0]], Qty(1000)),)
        adjustment = Adjustment(new_id(), books.today, default_store(books), f"other: {PAYLOADS[4]}", change)
        adjust_stock(books, adjustment)
        company.lock_month(books, 202604, PAYLOADS[6])
        printing.ask_paper(books, bill.invoice_id, Layout.A4)
        printing.share(books, bill.invoice_id)
    bill_url = f"/bills/{bill.invoice_id}"
    pages = {
        name: f"/{name}"
        for name in (
            "items",
            "parties",
            "bills",
            "khata",
            "today",
            "day-book",
            "accounts",
            "trial-balance",
            "receipts",
            "stock",
            "reviews",
            "settings",
        )
    }
    return pages | {
        "items of a search": "/items?q=script",
        "item": f"/items/{trade.items[NAMES[0]]}",
        "Arabic item": f"/items/{trade.items[ARABIC]}",
        "endless item": f"/items/{trade.items[ENDLESS]}",
        "its form": f"/items/{trade.items[NAMES[1]]}/edit",
        "stock card": f"/stock/{trade.items[NAMES[0]]}",
        "customer": f"/parties/{customers[2]}",
        "their form": f"/parties/{customers[1]}/edit",
        "their khata": f"/khata/{customers[0]}",
        "endless khata": f"/khata/{customers[NAMES.index(ENDLESS)]}",
        "bill": bill_url,
        "return": f"{bill_url}/returns/new",
        "print": f"{bill_url}/print",
        "cancelled": f"/bills/{gone.invoice_id}",
        "voucher": f"/vouchers/{bill.invoice_id}",
        "receipt": f"/receipts/{receipt.id}",
        "new receipt": f"/receipts/new?party_id={customers[3]}",
        "customers to pay": "/receipts/customers?customer=script",
        "adjustments": "/stock/adjustments",
        "adjustment": f"/stock/adjustments/{adjustment.id}",
        "new adjustment": f"/stock/adjustments/new?item_id={trade.items[NAMES[3]]}",
        "items to adjust": "/stock/adjustments/items?item=script",
        "businesses": "/businesses",
        "new item": "/items/new",
    }


def test_every_page_shows_them_as_words(app: Flask, sharma: Shop) -> None:
    client, wrong = signed_in(app, sharma), []
    for name, url in trade_in(sharma).items():
        answer = client.get(url)
        assert answer.status_code == 200, (name, url)
        wrong += [(name, payload) for payload in PAYLOADS if "<" in payload and payload in answer.text]
        wrong += [(name, "unescaped quote") for payload in PAYLOADS[6:8] if payload in answer.text]
    assert wrong == []
    items = client.get("/items").text
    assert html.escape(PAYLOADS[3]).replace("&#x27;", "&#39;") in items, "and they are shown"


def test_a_paper_is_drawn_with_them_as_words(sharma: Shop) -> None:
    trade_in(sharma)
    with read_books(sharma.actor) as books:
        bill_id = books.session.scalars(select(Invoice.id).order_by(Invoice.seq).limit(1)).one()
        for layout in (Layout.A4, Layout.THERMAL80, Layout.THERMAL58):
            reader = PdfReader(io.BytesIO(printing.draw_bill(books, bill_id, layout)))
            words = "".join(page.extract_text() for page in reader.pages).translate(dict.fromkeys(map(ord, "\n\x00 ")))
            assert "<script>alert(1)</script>" in words, layout
            assert "/JavaScript" not in str(reader.trailer["/Root"])


# In a real browser ------------------------------------------------------------------------------------------------------

WATCH = """
    window.seen = [];
    document.addEventListener('securitypolicyviolation', (event) => window.seen.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
    window.alert = (words) => window.seen.push(`alert ${words}`);
"""
# Elements whose right edge lies beyond the page, and names that share their line with other words and are not kept apart.
OVER_THE_EDGE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
# Pieces that are swapped into a page: looked at in their place, for alone they have no sheet.
PIECES = {"customers to pay": ("/receipts/new", "#customers"), "items to adjust": ("/stock/adjustments/new", "#items")}
UNKEPT = """(name) => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.data.includes(name) || !node.parentElement.checkVisibility()) continue;
        let element = node.parentElement;
        let kept = node.data.trim() === name ? false : null;
        while (element && getComputedStyle(element).display.startsWith('inline')) {
            if (element.textContent.trim() === name && (element.dir === 'auto' || element.tagName === 'BDI' || /isolate|plaintext/.test(getComputedStyle(element).unicodeBidi))) kept = true;
            element = element.parentElement;
        }
        // Words beside it on its own line: up to the next element that is a line by itself.
        const isLine = (one) => one.nodeType === 1 && !getComputedStyle(one).display.startsWith('inline');
        let inner = node;
        while (inner.parentElement !== element) inner = inner.parentElement;
        const beside = [];
        for (const way of ['previousSibling', 'nextSibling']) {
            for (let one = inner[way]; one && !isLine(one); one = one[way]) if (one.nodeType !== 8) beside.push(one.textContent);
        }
        const shares = (inner.textContent + beside.join('')).trim() !== name;
        if (shares && kept !== true) found.push(element.outerHTML.slice(0, 160));
    }
    return found;
}"""


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(width: int, wrong: list[tuple[Any, ...]]) -> Page:
        def dismiss(dialog: Dialog) -> None:
            wrong.append(("dialog", dialog.message))
            dialog.dismiss()

        context = browser.new_context(locale="en-IN", timezone_id="Asia/Kolkata", viewport={"width": width, "height": 800})
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", dismiss)
        page.on("pageerror", lambda error: wrong.append(("error", str(error)[:200])))
        page.on("console", lambda said: wrong.append(("console", said.text[:200])) if "Content Security Policy" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.slow
def test_nothing_runs_nothing_hangs_over_and_nothing_is_turned_round(live: LiveServer, watched: Callable[..., Page]) -> None:
    shop = found_shop("Sharma Stores", email=f"{uuid4().hex[:10]}@shop.example", state_code="27", gstin="27AABCS1234D1ZV")
    pages = trade_in(shop)
    wrong: list[tuple[Any, ...]] = []
    for width in (1280, 320):
        page = watched(width, wrong)
        page.goto(live.url + "/sign-in")
        page.fill("input[name=email]", shop.email)
        page.fill("input[name=password]", shop.password)
        page.click("form[action*=sign-in] button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        for name, url in pages.items():
            whole, place = PIECES.get(name, (url, ""))
            page.goto(live.url + whole, wait_until="load")
            if place:
                page.evaluate("([url, place]) => htmx.ajax('GET', url, { target: place, swap: 'outerHTML' })", [url, place])
                expect(page.locator(f"{place} a").first).to_be_visible()
            wrong += [(name, width, seen) for seen in page.evaluate("window.seen")]
            if over := page.evaluate(OVER_THE_EDGE):
                wrong.append((name, width, f"{over} px over the edge"))
            space_letters(page)
            if over := page.evaluate(OVER_THE_EDGE):
                wrong.append((name, width, f"{over} px over the edge where letters are wide"))
            if width == 1280:
                wrong += [(name, "shares its line", found) for found in page.evaluate(UNKEPT, ARABIC)]
    assert wrong == [], json.dumps(wrong, indent=1, ensure_ascii=False)


@pytest.mark.slow
def test_at_the_counter_they_are_only_words(live: LiveServer, watched: Callable[..., Page]) -> None:
    """Search, lines, customer, paper in both shapes: the till draws by script, so its hands are watched apart."""
    shop = found_shop(PAYLOADS[3], email=f"{uuid4().hex[:10]}@shop.example", state_code="27", gstin="27AABCS1234D1ZV")
    trade = open_trade(shop.actor)
    codes = [f"HOST{number:04d}" for number in range(len(NAMES))]
    for name, code in zip(NAMES, codes, strict=True):
        trade.item(name, 118, local_name=name, codes=(code,))
        trade.customer(name, phone="9822012345" if name == NAMES[0] else "", state_code="27", address=name)
    with open_books(shop.actor) as books:
        company.change_profile(books, {"address": "\n".join(PAYLOADS[:8])[:300], "invoice_terms": "\n".join(PAYLOADS)[:1000]})
    wrong: list[tuple[Any, ...]] = []
    for width in (1280, 320):
        page = watched(width, wrong)
        page.add_init_script("window.print = () => {};")
        page.goto(live.url + "/sign-in")
        page.fill("input[name=email]", shop.email)
        page.fill("input[name=password]", shop.password)
        page.click("form[action*=sign-in] button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(live.url + "/counter")
        page.get_by_role("button", name="Start billing here").click()
        expect(page.locator("#gate")).to_be_hidden()
        expect(page.locator("body")).to_have_attribute("data-state", "ready")
        for words in ("script", "img", "alert", "WWWW", ARABIC[:4]):
            page.fill("#find", words)
            expect(page.locator("#found [role=option]").first).to_be_visible()
        page.fill("#find", "")
        for code in codes:
            page.evaluate(SCAN, code)
        expect(page.locator(".line")).to_have_count(len(NAMES))
        over = page.evaluate(OVER_THE_EDGE)
        page.locator("#find").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#pay")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("body")).to_have_attribute("data-bill", "done")
        expect(page.locator("#paper .receipt")).to_contain_text(PAYLOADS[0])
        over = max(over, page.evaluate(OVER_THE_EDGE))
        wrong += [("counter", width, seen) for seen in page.evaluate("window.seen")]
        if over:
            wrong.append(("counter", width, f"{over} px over the edge"))
        made = page.evaluate("document.querySelectorAll('img[src=x], iframe, math, main script, .line script, #paper script').length")
        assert made == 0
    assert wrong == [], json.dumps(wrong, indent=1, ensure_ascii=False)
