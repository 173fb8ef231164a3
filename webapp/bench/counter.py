"""The counter in Chromium: scans, issuing, searching with 20,000 items on the device, and its start with the server gone.

By the clock, as a person at the counter feels it; with the processor slowed down six times as well, as a cheap phone's would be.
"""

from __future__ import annotations

import gzip
import random
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rjsmin

from webapp.bench.ground import bench_app, median, must_verify, part, prepare, served, signed_in_client
from webapp.bench.imports import ITEMS, barcode, item_name, take_in, write_sheet
from webapp.bench.run import Row
from webapp.kernel.errors import BooksError, keep_promise
from webapp.platform.settings import Settings

if TYPE_CHECKING:  # only this bench needs it
    from playwright.sync_api import BrowserContext, Page

SLOWED = 6
LINES_OF_A_BILL = 8
TAKES_MONEY_MS = 300
_ROOT = Path(__file__).parents[2]
_ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")

# Notes when the counter says that it is ready, and what each Enter took until the bill was done. No paper comes out.
_WATCH = """
    window.print = () => {};
    window.issued = [];
    window.scripts = () =>
        performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname).filter((path) => path.endsWith('.js'));
    let entered = 0, state = '';
    addEventListener('keydown', (event) => { if (event.key === 'Enter') entered = event.timeStamp; }, true);
    new MutationObserver(() => {
        const body = document.body;
        if (!body) return;
        if ('ready' in body.dataset && !window.readyAt) {
            window.readyAt = performance.now();
            window.firstScripts = window.scripts();
        }
        if (body.dataset.bill !== state && (state = body.dataset.bill) === 'done') window.issued.push(performance.now() - entered);
    }).observe(document, { attributes: true, childList: true, subtree: true, attributeFilter: ['data-ready', 'data-bill'] });
"""
# What the page has fetched by itself once it fetches nothing more.
_SETTLED = """async () => {
    for (let count = -1; count !== window.scripts().length;) {
        count = window.scripts().length;
        await new Promise((later) => setTimeout(later, 1000));
    }
    return window.scripts();
}"""
# One after the other: the scanner's keys, then the line in the page, then the frame that shows it. A key's time is the scanner's own,
# a millisecond after the last: the system notes it when the key comes, however busy the page is then.
_SCAN = """async (codes) => {
    const times = [];
    for (const code of codes) {
        const before = document.querySelectorAll('.line').length;
        const began = performance.now();
        for (const [place, key] of [...code, 'Enter'].entries()) {
            const about = { key, code: /[0-9]/.test(key) ? `Digit${key}` : key, bubbles: true, cancelable: true };
            const pressed = Object.defineProperty(new KeyboardEvent('keydown', about), 'timeStamp', { value: began + place });
            document.activeElement.dispatchEvent(pressed);
        }
        while (document.querySelectorAll('.line').length === before) {
            if (performance.now() - began > 10000) throw new Error(`no line for ${code}`);
            await new Promise(requestAnimationFrame);
        }
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
        times.push(performance.now() - began);
    }
    return times;
}"""
# What is typed, until what was found stands in the list.
_SEARCH = """async (texts) => {
    const box = document.getElementById('find');
    const times = [];
    for (const text of texts) {
        const began = performance.now();
        box.value = text;
        box.dispatchEvent(new Event('input', { bubbles: true }));
        times.push(performance.now() - began);
        if (!document.querySelector('#found [role=option]')) throw new Error(`nothing found for ${text}`);
        box.value = '';
        box.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
    }
    return times;
}"""


class NoBrowser(BooksError):
    """This bench drives a browser."""

    def __init__(self) -> None:
        super().__init__(
            problem="The counter is measured in a browser, and there is none.",
            fix="Install it: apt-get install chromium, and pip install playwright (only the library; it downloads nothing).",
        )


def measure(folder: Path, scale: int) -> list[Row]:
    """The counter bench's rows."""
    ground = prepare(folder, items=0)
    count = ITEMS * scale // 100
    write_sheet(folder / "catalogue.csv", count)
    take_in(ground.actor, folder / "catalogue.csv")
    app, settings = bench_app(ground, folder)
    kept = signed_in_client(app, ground).get_cookie("munim")
    keep_promise(kept is not None, "the owner is signed in")
    with served(settings):
        rows = _billing(folder, settings, kept.value if kept else "", count, scale)
        must_verify(ground.actor)
    # The server is gone: what starts now starts from what the device keeps.
    starts = part(5, scale, least=1)
    quick = [_cold_start(folder, settings) for _ in range(starts)]
    slow = [_cold_start(folder, settings, slowed=SLOWED) for _ in range(starts)]
    return [*rows, Row("cold_start_ms", median(quick), "ms", starts), Row("cold_start_slow_ms", median(slow), "ms", starts)]


def _billing(folder: Path, settings: Settings, cookie: str, count: int, scale: int) -> list[Row]:
    chance = random.Random(23)  # noqa: S311 - baskets, not secrets
    bills = part(40, scale, least=2)
    with _browser(folder) as context:
        context.add_cookies([{"name": "munim", "value": cookie, "url": _address(settings)}])
        page = context.pages[0]
        page.goto(_address(settings) + "/counter")
        page.get_by_role("button", name="Start billing here").click()
        page.wait_for_selector("body[data-ready][data-state=ready]:not(:has(#gate:not([hidden])))", timeout=180_000)
        page.reload()
        page.wait_for_selector("body[data-ready][data-state=ready]")
        at_first: list[str] = page.evaluate("window.firstScripts")
        by_itself: list[str] = page.evaluate(_SETTLED)
        scans = [_bill(page, chance.sample(range(count), LINES_OF_A_BILL)) for _ in range(bills)]
        issued: list[float] = page.evaluate("window.issued")
        keep_promise(len(issued) == bills, "each bill was issued")
        for_sales: list[str] = page.evaluate("window.scripts()")
        words = [_typed(item_name(chance.randrange(count)), number) for number in range(part(100, scale, least=10))]
        searches: list[float] = page.evaluate(_SEARCH, words)
        _slow_down(page, SLOWED)
        slow = [_bill(page, chance.sample(range(count), LINES_OF_A_BILL)) for _ in range(max(2, bills // 3))]
        _slow_down(page, 1)
        page.wait_for_selector("#pill[data-state=ok]", timeout=60_000)
        page.reload()
        page.wait_for_selector("body[data-ready]")
    every, slowed = list(chain.from_iterable(scans)), list(chain.from_iterable(slow))
    return [
        Row("scan_p50_ms", median(every), "ms", len(every)),
        Row("scan_p95_ms", _p95(every), "ms", len(every)),
        Row("scan_p95_slow_ms", _p95(slowed), "ms", len(slowed)),
        Row("issue_p95_ms", _p95(issued), "ms", len(issued)),
        Row("search_ms", median(searches), "ms", len(searches)),
        Row("js_first_line_gz_kb", _weight(at_first), "kB", len(at_first)),
        Row("js_gz_kb", _weight(by_itself), "kB", len(by_itself)),
        Row("js_sale_gz_kb", _weight(for_sales), "kB", len(for_sales)),
    ]


def _bill(page: Page, numbers: list[int]) -> list[float]:
    """Scan the items of one bill, and have it paid in cash by two Enters. What each scan took."""
    times: list[float] = page.evaluate(_SCAN, [barcode(number) for number in numbers])
    # A person says the amount and takes the money; nobody pays in the frame of the last scan.
    page.wait_for_timeout(TAKES_MONEY_MS)
    page.locator("#find").press("Enter")
    page.wait_for_selector("dialog:modal")
    page.wait_for_timeout(TAKES_MONEY_MS)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-bill=done]")
    return times


def _typed(name: str, number: int) -> str:
    """What a person types of a name: its beginning, the middle of it, or two words of it."""
    brand, good, *_rest, mark = name.split()
    return (name[:5], f"{good} {mark[:3]}", mark, f"{brand[:3]} {good[:3]}")[number % 4]


def _cold_start(folder: Path, settings: Settings, *, slowed: int = 1) -> float:
    """A browser just started, no network: milliseconds from the address to a counter that takes scans."""
    with _browser(folder, offline=True) as context:
        page = context.pages[0]
        _slow_down(page, slowed)
        page.goto(_address(settings) + "/counter")
        page.wait_for_selector("body[data-ready][data-state=ready]")
        return float(page.evaluate("window.readyAt"))


@contextmanager
def _browser(folder: Path, **options: Any) -> Iterator[BrowserContext]:
    """Debian's Chromium with a profile that stays, so that the next one finds what this one kept."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser from None
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise NoBrowser
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=path,
            headless=True,
            args=list(_ARGUMENTS),
            locale="en-IN",
            timezone_id="Asia/Kolkata",
            viewport={"width": 1280, "height": 800},
            **options,
        )
        context.add_init_script(_WATCH)
        try:
            yield context
        finally:
            context.close()


def _slow_down(page: Page, times: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})


def _address(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.port}"


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[18]


def _weight(paths: list[str]) -> float:
    """Thousands of bytes of scripts as they are served, without their comments, each compressed as a server in front would."""
    names = {path.split("/", 3)[3] for path in paths if path.startswith("/s/")}
    return sum(len(gzip.compress(rjsmin.jsmin((_ROOT / "static" / name).read_bytes()), 9)) for name in names) / 1000
