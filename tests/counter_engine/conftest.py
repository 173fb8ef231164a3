"""The engine in a real browser against the real server: a shop of the test's own, and a counter in each tab it opens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route
from sqlalchemy import select

from tests.ground.browser import sign_in, until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from webapp.catalogue import ItemDraft, create_item, tax_class_ids
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.models import Invoice

ROOT = Path(__file__).resolve().parents[2]
DAL = "8901234567890"  # Toor Dal, ₹145 with 5 % in it
SOAP = "8901030865275"  # Soap, ₹40 with 18 % in it

# The page: any light page of the server, on which a test opens the engine by itself. Offline the worker answers with its own copy.
BARE_PAGE = "/offline"


@dataclass
class Counter:
    """One tab with an engine in it. `run` evaluates JavaScript with `engine` at hand."""

    page: Page
    shop: Shop
    live: LiveServer
    has_worker: bool = True

    def open(self) -> Counter:
        """Load the page and open the engine; waits until the worker is in charge."""
        self.page.goto(self.live.url + BARE_PAGE)
        return self.load_engine()

    def load_engine(self) -> Counter:
        """Open the engine on the page that stands there. A new version may load the page once more while it opens: then on that one."""
        for _again in range(3):
            try:
                self.page.evaluate(LOAD)
                break
            except Error as error:
                if "context was destroyed" not in str(error):
                    raise
                self.page.wait_for_load_state()
        if self.has_worker:
            until(self.page, "navigator.serviceWorker.controller !== null")
        return self

    def reload(self) -> Counter:
        self.page.reload()
        return self.load_engine()

    def run(self, script: str, argument: Any = None) -> Any:
        """`script` is the body of an async function of `engine` and `given`."""
        return self.page.evaluate(f"async (given) => {{ const engine = window.engine; {script} }}", argument)

    def enrol(self, *, shared: bool = False, name: str = "Front") -> dict[str, Any]:
        found: dict[str, Any] = self.run("return engine.enrol(given)", {"name": name, "shared": shared})
        return found

    def bill(self, code: str = DAL, times: int = 1) -> dict[str, Any]:
        """Scan, pay cash, issue: `{id, number, total, already}`."""
        found: dict[str, Any] = self.run(BILL, {"code": code, "times": times})
        return found

    def refusal(self, script: str, argument: Any = None) -> dict[str, Any]:
        """What the script was refused with: code, problem, fix."""
        found: dict[str, Any] = self.run(
            f"try {{ await (async () => {{ {script} }})(); return null; }}"
            " catch (error) { return {code: error.code ?? error.name, problem: error.problem ?? String(error), fix: error.fix}; }",
            argument,
        )
        assert found is not None, "nothing was refused"
        return found

    def send(self) -> dict[str, Any]:
        found: dict[str, Any] = self.run("return engine.sendNow()")
        return found

    def wait_sent(self, seconds: float = 60) -> None:
        """Until the queue is empty by the engine's own doing."""
        self.run(
            """const until = Date.now() + given * 1000;
               while ((await engine.pending()).some((row) => row.state === 'waiting')) {
                 if (Date.now() > until) throw new Error(JSON.stringify(await engine.pending()));
                 await new Promise((resolve) => setTimeout(resolve, 100));
               }""",
            seconds,
        )


LOAD = """async () => {
    // The build this page is of: the tree may have moved on since the server started.
    const [base] = /.*[/]s[/][^/]+[/]/.exec(document.querySelector('link[rel=icon]').href);
    const started = await import(base + 'counter/engine.js');
    window.billing = () => import(base + 'counter/billing.js');
    window.upi = () => import(base + 'counter/upi.js');
    window.documents = () => import(base + 'counter/bills.js');
    const engine = await started.openEngine();
    window.engine = engine;
    window.troubles = [];
    engine.addEventListener('trouble', (event) => window.troubles.push(event.detail));
    window.readMultiplier = started.readMultiplier;
    await new Promise((resolve) => { engine.addEventListener('ready', resolve, { once: true }); setTimeout(resolve, 60_000); });
}"""
BILL = """
    const draft = await engine.currentDraft();
    engine.addLine(draft, engine.findCode(given.code), given.times * 1000);
    await engine.saveDraft(draft);
    const { total } = engine.figures(draft);
    const { bill, already } = await engine.issue(draft, [{ mode: 'cash', amount: total, given: total }]);
    return { id: bill.id, number: bill.number, total: bill.total, state: bill.state, already };
"""


@dataclass(frozen=True)
class Books:
    """The server's side of the shop, to compare with."""

    shop: Shop

    def bills(self) -> dict[str, int]:
        """Number → total of every bill and credit note the server has."""
        with read_books(self.shop.actor) as books:
            rows = books.session.execute(select(Invoice.number, Invoice.total_paise).order_by(Invoice.number)).all()
            return {row.number: row.total_paise for row in rows}

    def numbers(self) -> list[str]:
        return list(self.bills())


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    """A grocer in Pune with two items and plenty of stock."""
    name = uuid4().hex[:10]
    founded = found_shop(f"Shop {name}", email=f"{name}@shop.example", state_code="27", gstin="27AABCS1234D1ZV")
    with open_books(founded.actor) as books:
        classes = tax_class_ids(books)
        for title, code, price, rate in (("Toor Dal 1 kg", DAL, 145_00_000, "gst-5"), ("Soap", SOAP, 40_00_000, "gst-18")):
            create_item(
                books,
                ItemDraft(
                    name=title,
                    price_millipaise=MilliPaise(price),
                    tax_class_id=classes[rate],
                    codes=(code,),
                    opening_qty=Qty(10_000_000),
                    opening_value_paise=Paise(10_000_000),
                ),
            )
    return founded


@pytest.fixture
def server_books(shop: Shop) -> Books:
    return Books(shop)


@pytest.fixture
def counter(page: Page, live: LiveServer, shop: Shop) -> Counter:
    """A tab of a signed-in owner, set up as a counter."""
    sign_in(page.context, live, shop)
    made = Counter(page, shop, live).open()
    made.enrol()
    return made


@pytest.fixture
def another_tab(counter: Counter, context: BrowserContext) -> Counter:
    """A second tab of the same browser."""
    return Counter(context.new_page(), counter.shop, counter.live).open()


@pytest.fixture
def another_browser(browser: Browser, live: LiveServer, shop: Shop) -> Iterator[Callable[..., Counter]]:
    """Further browsers of the owner, each a profile of its own."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Counter:
        context = browser.new_context(locale="en-IN", timezone_id="Asia/Kolkata", **options)
        contexts.append(context)
        page = context.new_page()
        sign_in(page.context, live, shop)
        return Counter(page, shop, live).open()

    yield make
    for context in contexts:
        context.close()


def commands_of(route: Route) -> list[dict[str, Any]]:
    """What a push that is on its way carries."""
    sent: list[dict[str, Any]] = json.loads(route.request.post_data or "{}").get("commands", [])
    return sent
