"""The day the worker must go: COUNTER_WORKER=off takes it out of a browser that has it, and no bill with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page

from tests.counter_engine.conftest import Books, Counter, sign_in
from tests.counter_engine.test_faults import NewerWorker
from tests.ground.server import LiveServer, web_process
from tests.ground.shops import Shop

pytestmark = pytest.mark.browser

STANDS = """async () => ({
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    controlled: navigator.serviceWorker.controller !== null,
    caches: (await caches.keys()).filter((name) => /^(shell|static|pages)-/.test(name)).length,
    others: (await caches.keys()).includes('somebody-elses'),
})"""

UNTIL_GONE = """async () => {
    for (let tries = 0; (await navigator.serviceWorker.getRegistrations()).length > 0; tries += 1) {
      if (tries > 600) throw new Error('the worker is still there');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}"""


@pytest.fixture
def switched(live: LiveServer, tmp_path: Path) -> Iterator[tuple[LiveServer, LiveServer]]:
    """One address: first the live server, and, once told so, the same shop served with the worker off."""
    with web_process(tmp_path, live.database_url, COUNTER_WORKER="off", SECRET_KEY=(live.var_dir / "secret_key").read_text()) as off:
        NewerWorker.upstream, NewerWorker.is_newer = live.url.removeprefix("http://"), False
        proxy = ThreadingHTTPServer(("127.0.0.1", 0), NewerWorker)
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield replace(live, url=f"http://127.0.0.1:{proxy.server_port}"), off
        proxy.shutdown()
        proxy.server_close()


def test_a_worker_that_must_go_goes_and_bills_stay(
    page: Page, switched: tuple[LiveServer, LiveServer], shop: Shop, server_books: Books
) -> None:
    server, off = switched
    sign_in(page.context, server, shop)
    counter = Counter(page, shop, server).open()
    counter.enrol()
    page.context.route("**/sync/push", lambda route: route.fulfill(status=503, body="busy"))
    counter.bill()
    counter.run("await caches.open('pages-somebody'); await caches.open('somebody-elses')")
    had = page.evaluate(STANDS)
    assert (had["workers"], had["controlled"], had["caches"] > 0) == (1, True, True)

    NewerWorker.upstream = off.url.removeprefix("http://")
    page.goto(server.url + "/items")
    page.evaluate(UNTIL_GONE)
    page.goto(server.url + "/items")
    assert page.evaluate(STANDS) == {"workers": 0, "controlled": False, "caches": 0, "others": True}

    # The counter opens, stays open, sends what it had and bills on.
    page.context.unroute("**/sync/push")
    loads: list[str] = []
    page.on("load", lambda _page: loads.append("load"))
    counter.has_worker = False
    counter.open()
    counter.wait_sent()
    assert counter.bill()["number"] == "26A1/000002"
    counter.wait_sent()
    assert server_books.numbers() == ["26A1/000001", "26A1/000002"]
    page.evaluate(UNTIL_GONE)
    assert loads == ["load"]
