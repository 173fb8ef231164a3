"""A shop with a counter, on whose screen a test bills as a person would: by keys, scans and taps."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from sqlalchemy import select

from tests.ground.axe import AT_REST
from tests.ground.browser import becomes, scan, sign_in, until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from webapp.catalogue import ItemDraft, Pack, create_item, tax_class_ids
from webapp.company import change_profile
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.parties import PartyDraft, create_party
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.models import Invoice

# Payment, which two quick Enters want, and the keys of the menu are fetched by the screen itself a moment after the first line can be billed:
# asked for once more, each is here when it is there.
FETCHED = """() => Promise.all(['pay', 'shortcuts'].map((name) => import(document.querySelector('script[src$="/counter/screen.js"]').src.replace('screen', name))))
    .then(() => undefined)"""
DAL, SOAP, SALT = "8901234567890", "8901030865275", "8901719101038"
ONIONS = "2100042"  # on the label of a scale, before the weight
NOBODYS = "8999999999995"
KULKARNI, DECCAN = "Ravi Kulkarni", "Deccan Traders"
LINES = """() => [...document.querySelectorAll('.line')].map((row) => ['name', 'qty', 'amount'].map((name) => row.querySelector(`[data-f=${name}]`).textContent.trim()))"""
# No timer: those may stand still.
CAUGHT_UP = """async () => {
    for (let hop = 0; hop < 2; hop += 1) await new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = done;
        port2.postMessage(null);
    });
}"""
# Its timers wait: none runs before `restoreSilence()`, and then each when it is due.
SILENCE_LATER = """() => {
    const [later, never] = [window.setTimeout, window.clearTimeout];
    const waiting = new Map();
    let ids = 0;
    window.setTimeout = (work, ms) => { waiting.set(--ids, [work, ms]); return ids; };
    window.clearTimeout = (id) => (waiting.delete(id) ? undefined : never(id));
    window.restoreSilence = () => {
        Object.assign(window, { setTimeout: later, clearTimeout: never });
        for (const [work, ms] of waiting.values()) later(work, ms);
    };
}"""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Till:
    """One open counter screen. `keys` is what a person pressed by hand: scanned characters are not among them."""

    page: Page
    live: LiveServer
    shop: Shop
    keys: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self) -> Till:
        self.page.goto(self.live.url + "/counter")
        return self.wait()

    def wait(self) -> Till:
        """Until it takes scans and keys, and opens without the network."""
        expect(self.page.locator("body[data-ready]")).to_have_count(1)
        until(self.page, "navigator.serviceWorker.controller !== null")
        self.page.evaluate(FETCHED)
        return self

    def enrol(self) -> Till:
        self.page.get_by_role("button", name="Start billing here").click()
        expect(self.page.locator("#gate")).to_be_hidden()
        expect(self.page.locator("body")).to_have_attribute("data-state", "ready")
        return self

    def scan(self, code: str) -> None:
        """A keyboard-wedge scanner: its characters come at once, wherever the focus is, then Enter."""
        self.catch_up()
        moved = scan(self.page, code)
        assert not moved, "a scan does not move the focus"

    def scan_with_real_keys(self, code: str) -> None:
        """The same through the browser's own input, eight milliseconds from key to key on its clock, however slow this machine is: it looks
        for a silence when all have come."""
        session = self.page.context.new_cdp_session(self.page)
        self.page.evaluate(SILENCE_LATER)
        begun = time.time()
        enter = {"text": "\r", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        for place, key in enumerate([*({"text": sign, "key": sign, "code": f"Digit{sign}"} for sign in code), enter]):
            session.send("Input.dispatchKeyEvent", {"type": "keyDown", "timestamp": begun + place * 0.008, **key})
            session.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": begun + place * 0.008 + 0.004, "key": key["key"]})
        self.page.evaluate("restoreSilence()")
        session.detach()

    def catch_up(self) -> None:
        """Until the page has done what it had queued: a dialog that is shut tells so a moment after it is gone, and hands are slower."""
        try:
            self.page.evaluate(CAUGHT_UP)
        except Error as error:  # it was left meanwhile
            if "context was destroyed" not in str(error):
                raise

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys.append(key)
            self.catch_up()
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """A person types slower than a scanner."""
        self.keys += list(text)
        self.catch_up()
        self.page.keyboard.type(text, delay=130)

    def expect_total(self, amount: str) -> None:
        expect(self.page.locator("#payable")).to_have_text(amount)

    def lines(self) -> list[tuple[str, str, str]]:
        """Name, quantity, amount of each line, as they stand at one moment."""
        return [tuple(row) for row in self.page.evaluate(LINES)]

    def expect_shown(self, *lines: tuple[str, str, str]) -> None:
        """Wait until these lines, and no others, stand there."""
        becomes(self.page, self.lines, list(lines))

    def expect_lines(self, count: int) -> None:
        expect(self.page.locator(".line")).to_have_count(count)

    def expect_done(self) -> str:
        """Wait for the bill to be issued; its number."""
        expect(self.page.locator("body")).to_have_attribute("data-bill", "done")
        return self.page.locator("#done [data-f=number]").inner_text()

    def expect_prints(self, count: int) -> None:
        """Wait until so many papers have gone to the printer."""
        becomes(self.page, lambda: self.page.evaluate("window.prints"), count)

    def faults(self) -> list[str]:
        """What axe finds, one line for each element."""
        self.page.evaluate(AXE)
        self.page.evaluate(AT_REST)
        result = self.page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        return [f"{fault['id']}: {node['target']} {node['failureSummary']}" for fault in result["violations"] for node in fault["nodes"]]

    def hangs_over(self) -> int:
        """Pixels by which something is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def server_bills(self) -> dict[str, int]:
        """Number → total of what the books hold."""
        with read_books(self.shop.actor) as books:
            rows = books.session.execute(select(Invoice.number, Invoice.total_paise)).all()
            return {row.number: row.total_paise for row in rows}


@pytest.fixture
# long: a shelf of goods, each fact on a line of its own
def shop(live: LiveServer) -> Shop:
    """A grocer in Pune: packed goods, loose goods, a credit customer and a business in another state."""
    name = uuid4().hex[:10]
    founded = found_shop("Sharma Stores", email=f"{name}@shop.example", state_code="27", gstin="27AABCS1234D1ZV")
    with open_books(founded.actor) as books:
        change_profile(
            books, {"upi_id": "sharma@okbank", "address": "12, Laxmi Road", "city": "Pune", "pin_code": "411030", "phone": "02024451234"}
        )
        classes = tax_class_ids(books)
        stock: dict[str, Any] = {"opening_qty": Qty(10_000_000), "opening_value_paise": Paise(10_000_000)}
        for draft in (
            ItemDraft(
                name="Toor Dal 1 kg",
                local_name="तूर दाल 1 किलो",
                price_millipaise=MilliPaise(145_00_000),
                mrp_paise=Paise(150_00),
                hsn="0713",
                tax_class_id=classes["gst-5"],
                codes=(DAL,),
                **stock,
            ),
            ItemDraft(
                name="Washing Soap",
                local_name="साबुन",
                price_millipaise=MilliPaise(40_00_000),
                hsn="3401",
                tax_class_id=classes["gst-18"],
                codes=(SOAP,),
                packs=(Pack("BOX", Qty(24_000), MilliPaise(900_00_000)),),
                **stock,
            ),
            ItemDraft(
                name="Salt 1 kg",
                local_name="नमक",
                price_millipaise=MilliPaise(25_00_000),
                mrp_paise=Paise(26_00),
                hsn="2501",
                tax_class_id=classes["exempt"],
                codes=(SALT,),
                **stock,
            ),
            ItemDraft(
                name="Onions",
                local_name="प्याज",
                price_millipaise=MilliPaise(35_00_000),
                unit="KGS",
                hsn="0703",
                sold_by_weight=True,
                tax_class_id=classes["exempt"],
                codes=(ONIONS,),
                **stock,
            ),
        ):
            create_item(books, draft)
        create_party(books, PartyDraft(name=KULKARNI, phone="9822012345", state_code="27", credit_limit_paise=Paise(5_000_00)))
        create_party(books, PartyDraft(name=DECCAN, gstin="29AABCI1234D1Z1", state_code="29", address="MG Road, Bengaluru"))
    return founded


@pytest.fixture
def open_till(browser: Browser, live: LiveServer, shop: Shop) -> Iterator[Callable[..., Till]]:
    """Counters on devices of one's choice: `open_till(width=360, height=740, touch=True)`."""
    contexts: list[BrowserContext] = []

    def make(*, width: int = 1280, height: int = 800, touch: bool = False, theme: str = "light") -> Till:
        context = browser.new_context(
            locale="en-IN",
            timezone_id="Asia/Kolkata",
            viewport={"width": width, "height": height},
            has_touch=touch,
            is_mobile=touch,
            color_scheme=theme,  # type: ignore[arg-type]
        )
        context.add_init_script("window.prints = 0; window.print = () => { window.prints += 1; };")
        contexts.append(context)
        page = context.new_page()
        till = Till(page, live, shop)
        context.on("request", lambda request: till.requests.append(request.url))
        sign_in(page.context, live, shop)
        return till.open().enrol()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def till(open_till: Callable[..., Till]) -> Till:
    """A counter on a desk."""
    return open_till()


def pdf_facts(path: Path) -> dict[str, str]:
    """What pdfinfo says of a PDF."""
    said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in said.splitlines())}
