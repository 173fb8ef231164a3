"""Bad days: pressed twice, two tabs, killed, cut off, signed out, cloned, cleared. Never a bill lost, never one doubled."""

# long: one fault is one short test, and they share the means to bring it about

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from tests.conftest import CHROMIUM_ARGUMENTS
from tests.counter_engine.conftest import BARE_PAGE, DAL, ROOT, SOAP, Books, Counter, commands_of, sign_in
from tests.ground.browser import UNHURRIED, becomes, until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop
from webapp.catalogue import ItemDraft, create_item, tax_class_ids
from webapp.counter.models import MissingBill, SyncCommand
from webapp.kernel.money import MilliPaise
from webapp.platform.tenancy import open_books, read_books
from webapp.sales.models import InvoiceFlag

pytestmark = pytest.mark.browser

PUSH = "**/sync/push"


def numbers(first: int, last: int, prefix: str = "26A1") -> list[str]:
    return [f"{prefix}/{number:06d}" for number in range(first, last + 1)]


def go_offline(counter: Counter) -> None:
    counter.page.context.set_offline(True)


def go_online(counter: Counter) -> None:
    counter.page.context.set_offline(False)


# Issuing ----------------------------------------------------------------------------------------------------------------


def test_pressed_three_times_at_once_is_one_bill(counter: Counter, server_books: Books) -> None:
    answers = counter.run(
        """const draft = await engine.currentDraft();
           engine.addLine(draft, engine.findCode(given));
           const pay = () => engine.issue(draft, [{ mode: 'cash', amount: 14500 }]);
           const answers = await Promise.all([pay(), pay(), pay()]);
           return answers.map(({ bill, already }) => [bill.number, already]);""",
        DAL,
    )
    assert sorted(answers) == [["26A1/000001", False], ["26A1/000001", True], ["26A1/000001", True]]
    counter.wait_sent()
    assert server_books.numbers() == ["26A1/000001"]


MANY = """
    window.done = (async () => {
      const numbers = [];
      for (let i = 0; i < given.times; i += 1) {
        const draft = engine.newDraft();
        engine.addLine(draft, engine.findCode(given.code));
        const { total } = engine.figures(draft);
        numbers.push((await engine.issue(draft, [{ mode: 'cash', amount: total }])).bill.number);
      }
      return numbers;
    })();
"""


def test_two_tabs_of_fifty_bills_are_a_hundred_numbers_without_a_gap(counter: Counter, another_tab: Counter, server_books: Books) -> None:
    counter.run(MANY, {"code": DAL, "times": 50})
    another_tab.run(MANY, {"code": SOAP, "times": 50})
    mine, other = (tab.page.evaluate("window.done") for tab in (counter, another_tab))
    assert sorted([*mine, *other]) == numbers(1, 100)
    counter.wait_sent()
    another_tab.wait_sent()
    assert server_books.numbers() == numbers(1, 100)


def test_a_full_disk_issues_nothing_and_keeps_the_draft(counter: Counter) -> None:
    fill = """
        const add = IDBObjectStore.prototype.add;
        let left = given.times;
        IDBObjectStore.prototype.add = function (...row) {
          if (this.name === given.store && left-- > 0) throw new DOMException('no space', 'QuotaExceededError');
          return add.apply(this, row);
        };
        const draft = await engine.currentDraft();
        draft.lines = [];
        engine.addLine(draft, engine.findCode(given.code));
        try {
          const { bill } = await engine.issue(draft, [{ mode: 'cash', amount: 14500 }]);
          return [bill.number, null];
        } catch (error) {
          return [error.code, (await engine.currentDraft()).id === draft.id];
        } finally {
          IDBObjectStore.prototype.add = add;
        }
    """
    for store in ("bills", "outbox"):
        assert counter.run(fill, {"store": store, "times": 99, "code": DAL}) == ["not_saved", True]
    counter.run("await engine.discard((await engine.currentDraft()).id)")
    assert counter.run(fill, {"store": "bills", "times": 1, "code": DAL}) == ["26A1/000001", None], "tried once more on a fresh connection"
    assert counter.bill()["number"] == "26A1/000002", "no number was used up"


def test_a_mistake_of_ours_inside_the_transaction_uses_no_number(counter: Counter) -> None:
    script = """
        const draft = await engine.currentDraft();
        engine.addLine(draft, engine.findCode(given));
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...row) {
          if (this.name === 'meta' && row[1] === 'lastAt') throw new TypeError('ours');
          return put.apply(this, row);
        };
        try { await engine.issue(draft, [{ mode: 'cash', amount: 14500 }]); } finally { IDBObjectStore.prototype.put = put; }
    """
    assert counter.refusal(script, DAL)["code"] == "TypeError"
    assert counter.run("return [(await engine.bills()).length, (await engine.pending()).length, await engine.nextNumber()]") == [
        0,
        0,
        "26A1/000001",
    ]


def test_a_clock_set_back_keeps_the_order_and_says_so(counter: Counter) -> None:
    first = counter.bill()
    counter.run("const now = Date.now; Date.now = () => now() - 3 * 60 * 60 * 1000;")
    second = counter.bill()
    docs = counter.run("return Promise.all(given.map(async (id) => (await engine.bill(id)).doc))", [first["id"], second["id"]])
    assert [doc["clock_flag"] for doc in docs] == [None, "set_back"]
    assert docs[1]["at"] == docs[0]["at"]
    counter.wait_sent()
    assert counter.run("return (await engine.bill(given)).flags", second["id"]) == ["clock_set_back"]


def test_the_series_changes_at_midnight_of_31_march(counter: Counter, server_books: Books) -> None:
    counter.run("window.at = 0; Date.now = () => window.at;")
    for instant, number in (
        ("2027-03-31T23:59:59+05:30", "26A1/000001"),
        ("2027-04-01T00:00:00+05:30", "27A1/000001"),
        ("2027-04-01T00:00:01+05:30", "27A1/000002"),
        ("2027-03-31T23:00:00+05:30", "27A1/000003"),  # set back over midnight: no bill goes back into the old year
    ):
        counter.run("window.at = Date.parse(given)", instant)
        assert counter.run("return engine.nextNumber()") == number
        assert counter.bill()["number"] == number
    counter.wait_sent()
    assert server_books.numbers() == ["26A1/000001", *numbers(1, 3, "27A1")]
    assert counter.run("return engine.counts.quarantined") == 0


# Sending ----------------------------------------------------------------------------------------------------------------


def test_offline_reload_bill_and_come_back(counter: Counter, server_books: Books) -> None:
    go_offline(counter)
    counter.reload()
    assert counter.run("return [engine.state, engine.items.size]") == ["ready", 2]
    assert [counter.bill()["number"] for _ in range(3)] == numbers(1, 3)
    counter.reload()
    assert counter.run("return [engine.counts.pending, (await engine.bills()).map((bill) => bill.state)]") == [3, ["waiting"] * 3]
    assert server_books.numbers() == []
    go_online(counter)
    counter.wait_sent()
    assert server_books.numbers() == numbers(1, 3)


def test_the_worker_sends_when_every_page_is_closed(counter: Counter, server_books: Books) -> None:
    go_offline(counter)
    counter.bill()
    context = counter.page.context
    blank = context.new_page()
    counter.page.close()
    context.set_offline(False)
    becomes(blank, server_books.numbers, numbers(1, 1))
    blank.close()


def test_an_answer_lost_after_commit_is_one_bill(counter: Counter, server_books: Books) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if commands_of(route) and len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    counter.page.context.route(PUSH, lose)
    counter.bill()
    counter.bill()
    counter.wait_sent()
    assert lost == [200, 200]
    assert server_books.numbers() == numbers(1, 2)
    assert counter.run("return [engine.state, engine.counts.quarantined]") == ["ready", 0]
    counter.page.context.unroute(PUSH)


@pytest.mark.parametrize("status", [502, 503, 429, 408])
def test_trouble_on_the_way_is_tried_again_by_itself(counter: Counter, server_books: Books, status: int) -> None:
    seen: list[int] = []

    def trouble(route: Route) -> None:
        if commands_of(route) and not seen:
            seen.append(status)
            route.fulfill(status=status, body="<h1>proxy</h1>", content_type="text/html")
        else:
            route.continue_()

    counter.page.context.route(PUSH, trouble)
    counter.bill()
    counter.wait_sent()
    assert seen == [status]
    assert server_books.numbers() == numbers(1, 1)


def test_a_captive_portal_is_no_network(counter: Counter, server_books: Books) -> None:
    def portal(route: Route) -> None:
        route.fulfill(status=200, body="<h1>Pay for wifi</h1>", content_type="text/html")

    counter.page.context.route("**/sync/**", portal)
    counter.bill()
    assert counter.send()["outcome"] == "network"
    assert counter.run("return [await engine.courier.lookUp(), engine.contact.online, engine.counts.pending]") == [False, False, 1]
    counter.page.context.unroute("**/sync/**")
    counter.run("await engine.courier.lookUp()")
    counter.wait_sent()
    assert server_books.numbers() == numbers(1, 1)


def test_a_server_that_never_answers_does_not_hold_the_counter(counter: Counter) -> None:
    counter.page.context.route("**/sync/**", lambda route: None)
    # It gives up by itself: a page that waited for ever would end the test.
    counter.run("AbortSignal.timeout = AbortSignal.impatient; await engine.courier.lookUp()")
    assert counter.bill()["number"] == "26A1/000001"
    counter.page.context.unroute("**/sync/**")


def test_too_much_for_a_proxy_is_sent_in_halves(counter: Counter, server_books: Books) -> None:
    sizes = []

    def narrow(route: Route) -> None:
        size = len(commands_of(route))
        sizes.append(size)
        if size > 6:
            route.fulfill(status=413, json={"problem": "Too much.", "fix": "Send half."})
        else:
            route.continue_()

    go_offline(counter)
    counter.run(MANY + "await window.done;", {"code": DAL, "times": 22})
    counter.page.context.route(PUSH, narrow)
    go_online(counter)
    counter.send()
    counter.wait_sent()
    assert [size for size in sizes if size][:3] == [20, 10, 5]
    assert server_books.numbers() == numbers(1, 22)


def test_signed_out_in_the_middle_then_set_up_again(counter: Counter, context: BrowserContext, server_books: Books) -> None:
    go_offline(counter)
    counter.run(MANY + "await window.done;", {"code": DAL, "times": 45})
    pushes = []

    def expire(route: Route) -> None:
        if commands_of(route):
            pushes.append(len(commands_of(route)))
        if len(pushes) >= 2:
            route.fulfill(status=401, json={"problem": "This device is not known.", "fix": "Set it up again."})
        else:
            route.continue_()

    context.route(PUSH, expire)
    go_online(counter)
    counter.send()
    assert counter.run("return [engine.contact.signedOut, engine.counts.pending, engine.state]") == [True, 25, "ready"]
    assert "signed_out" in [row["code"] for row in counter.run("return window.troubles")]
    counter.bill()  # billing goes on
    context.clear_cookies()
    assert counter.refusal("await engine.enrol({ name: 'Front' })")["code"] == "signed_out"
    office = context.new_page()
    sign_in(office.context, counter.live, counter.shop)
    office.close()
    context.unroute(PUSH)
    assert counter.enrol()["code"] == "A2"
    counter.wait_sent()
    assert server_books.numbers() == numbers(1, 46)
    assert counter.bill()["number"] == "26A2/000001"
    counter.wait_sent()
    assert counter.run("return engine.counts.quarantined") == 0


SPOIL = """
    await engine.store.write(['outbox'], async (tx) => {
      for (const row of await tx.objectStore('outbox').getAll()) {
        if (row.number !== given.number) continue;
        row.body = row.body.replace(given.from, given.to);
        if (given.hash) row.sha256 = given.hash(row.body);
        await tx.objectStore('outbox').put(row);
      }
    });
"""


def test_a_poisoned_bill_in_the_middle_stops_no_other(counter: Counter, server_books: Books) -> None:
    go_offline(counter)
    for _ in range(3):
        counter.bill()
    counter.run(SPOIL, {"number": "26A1/000002", "from": '"qty":1000', "to": '"qty":-100'})
    go_online(counter)
    counter.send()
    counter.wait_sent()
    assert server_books.numbers() == ["26A1/000001", "26A1/000003"]
    assert counter.run("return [engine.counts.pending, engine.counts.quarantined]") == [0, 1]
    listed = counter.run("return engine.pending()")
    assert [(row["number"], row["amount"], row["state"]) for row in listed] == [("26A1/000002", 145_00, "quarantined")]
    assert listed[0]["reason"]
    assert "quarantined" in [row["code"] for row in counter.run("return window.troubles")]
    assert counter.bill()["number"] == "26A1/000004"
    counter.wait_sent()
    with open_books(counter.shop.actor) as books:
        command = books.session.scalars(select(SyncCommand).where(SyncCommand.status == "quarantined")).one()
        command.settled_at, command.settled_by, command.settlement = books.now, "Asha", "not received"
    counter.reload()
    counter.run("for (let i = 0; i < 600 && engine.counts.quarantined; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));")
    assert counter.run("return [engine.counts.quarantined, (await engine.pending()).length]") == [0, 0]


# Devices ----------------------------------------------------------------------------------------------------------------

DUMP = """
    const stores = {};
    for (const name of ['meta', 'facts', 'items', 'customers', 'drafts', 'bills', 'outbox']) {
      const rows = [];
      for (let cursor = await engine.store.db.transaction(name).store.openCursor(); cursor; cursor = await cursor.continue()) {
        rows.push([cursor.key, cursor.value]);
      }
      stores[name] = rows;
    }
    return stores;
"""
RESTORE = """
    for (const [name, rows] of Object.entries(given)) {
      await engine.store.write([name], async (tx) => {
        const store = tx.objectStore(name);
        await store.clear();
        for (const [key, value] of rows) await store.put(value, ...(store.keyPath ? [] : [key]));
      });
    }
"""


def test_a_restored_backup_of_the_profile_may_not_go_on(counter: Counter, server_books: Books) -> None:
    counter.bill()
    counter.wait_sent()
    old = counter.run(DUMP)
    counter.bill()
    counter.wait_sent()
    counter.run(RESTORE, old)
    counter.reload()
    taken = counter.bill(SOAP)
    counter.send()
    assert counter.run("return engine.state") == "stale"
    refused = counter.refusal(
        "const draft = engine.newDraft(); engine.addLine(draft, engine.findCode(given)); await engine.issue(draft, [{ mode: 'cash', amount: 14500 }]);",
        DAL,
    )
    assert refused["code"] == "stale"
    assert server_books.bills() == {"26A1/000001": 145_00, "26A1/000002": 145_00}, "the second 000002 does not enter the books"
    assert counter.enrol()["code"] == "A2"
    counter.send()
    assert counter.run("return (await engine.bill(given)).state", taken["id"]) == "quarantined"
    assert counter.bill()["number"] == "26A2/000001"
    counter.wait_sent()
    assert server_books.numbers() == ["26A1/000001", "26A1/000002", "26A2/000001"]


def test_of_a_clone_only_one_goes_on(counter: Counter, another_browser: Any, server_books: Books) -> None:
    counter.bill()
    counter.wait_sent()
    dump, cookies = counter.run(DUMP), counter.page.context.cookies()
    twin: Counter = another_browser()
    twin.run(RESTORE, dump)
    twin.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    twin.reload()
    counter.bill()
    counter.wait_sent()
    twin.bill(SOAP)
    twin.send()
    assert twin.run("return engine.state") == "stale"
    assert counter.run("return engine.state") == "ready"
    assert server_books.bills() == {"26A1/000001": 145_00, "26A1/000002": 145_00}


def test_a_browser_that_cleared_its_data_says_which_numbers_are_lost(counter: Counter, context: BrowserContext) -> None:
    counter.bill()
    counter.wait_sent()
    go_offline(counter)
    counter.bill()
    counter.bill()
    page = context.new_page()
    session = context.new_cdp_session(page)
    counter.page.close()
    session.send("Storage.clearDataForOrigin", {"origin": counter.live.url, "storageTypes": "indexeddb,service_workers,cache_storage"})
    context.set_offline(False)
    again = Counter(page, counter.shop, counter.live).open()
    assert again.run("return engine.state") == "cleared"
    again.run("for (let i = 0; i < 600 && !window.troubles.length; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));")
    told = again.run("return window.troubles")
    assert [(row["code"], row["detail"]) for row in told] == [("cleared", [{"prefix": "26A1", "from": 2, "to": 3}])]
    made = again.enrol()
    assert (made["code"], made["missing"]) == ("A2", [{"series": "26A1", "from": 2, "to": 3}])
    assert again.bill()["number"] == "26A2/000001"
    with read_books(counter.shop.actor) as books:
        assert sorted(books.session.scalars(select(MissingBill.seq))) == [2, 3]


def test_a_backup_file_brings_bills_back_after_the_storage_went(counter: Counter, context: BrowserContext, server_books: Books) -> None:
    go_offline(counter)
    counter.bill()
    counter.bill()
    text = counter.run("return (await engine.backupFile()).text()")
    assert len(json.loads(text)["bills"]) == 2
    counter.run(
        "await engine.store.write(['outbox', 'bills'], (tx) => Promise.all([tx.objectStore('outbox').clear(), tx.objectStore('bills').clear()]))"
    )
    bring = "return engine.importBackup(new Blob([given]))"
    assert counter.run(bring, text) == {"bills": 2, "commands": 2}
    assert counter.run(bring, text) == {"bills": 0, "commands": 0}
    assert counter.refusal("await engine.importBackup(new Blob([given]))", "{}")["code"] == "bad_file"
    go_online(counter)
    counter.wait_sent()
    assert server_books.numbers() == numbers(1, 2)


def test_logout_keeps_the_queue_and_wipes_people(counter: Counter, server_books: Books) -> None:
    counter.run("await engine.addCustomer({ name: 'Ravi', phone: '9820012345' })")
    counter.bill()
    counter.wait_sent()
    go_offline(counter)
    counter.bill()
    counter.run(
        "const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given)); await engine.saveDraft(draft);", DAL
    )
    counter.run("await caches.open('pages-someone')")
    assert counter.run("return engine.logoutCheck()")["allowed"] is False
    assert counter.refusal("await engine.forget()")["code"] == "unsent"
    counter.run("await engine.forget({ force: true })")
    left = counter.run(DUMP)
    assert (left["customers"], left["drafts"]) == ([], [])
    assert [row["number"] for _, row in left["bills"]] == ["26A1/000002"]
    assert len(left["outbox"]) == 1
    assert counter.run(
        "return [engine.state, engine.customers.size, (await caches.keys()).filter((name) => name.startsWith('pages-'))]"
    ) == ["locked", 0, []]
    assert counter.refusal("await engine.takeReceipt({})")["code"] == "signed_out"
    go_online(counter)
    counter.wait_sent()
    assert server_books.numbers() == numbers(1, 2), "the queue drains although nobody is signed in"
    counter.reload()
    counter.run(
        "for (let i = 0; i < 600 && !(engine.state === 'ready' && engine.customers.size); i += 1) await new Promise((resolve) => setTimeout(resolve, 100));"
    )
    assert counter.run("return [engine.state, [...engine.customers.values()].map((customer) => customer.name)]") == ["ready", ["Ravi"]]
    assert counter.bill()["number"] == "26A1/000003"


def test_nothing_ever_clears_a_browsers_storage() -> None:
    """`Clear-Site-Data: "storage"` would erase the unsent bills."""
    files = [
        path
        for folder in ("webapp", "templates", "static", "jobs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".js"}
    ]
    assert len(files) > 50
    assert [path for path in files if re.search(r"clear-site-data", path.read_text("utf-8"), re.IGNORECASE)] == []


def test_sent_bills_are_kept_for_thirty_days_or_one_on_a_shared_device(counter: Counter) -> None:
    counter.bill()
    counter.wait_sent()
    counter.run(
        """await engine.store.write(['bills'], async (tx) => {
             const [bill] = await tx.objectStore('bills').getAll();
             bill.ackedAt -= 29 * 86400000;
             await tx.objectStore('bills').put(bill);
           });"""
    )
    kept = "await (await documents()).tidy(engine.store); return (await engine.bills()).length"
    assert counter.run(kept) == 1
    counter.run("await engine.store.setMeta('till', { ...engine.till, shared: true })")
    assert counter.run(kept) == 0


# The browser itself -----------------------------------------------------------------------------------------------------


def main_process(folder: Path) -> int:
    """The one browser process with this profile that is no child of another; nought where there is none."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            line = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in line and not any(part.startswith(b"--type=") for part in line) and b"chrom" in line[0]:
            return int(entry.name)
    return 0


def test_killed_right_after_issue(browser: Browser, live: LiveServer, shop: Shop, server_books: Books, tmp_path: Path) -> None:
    def launch(**options: Any) -> BrowserContext:
        opened = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=shutil.which("chromium"), headless=True, args=list(CHROMIUM_ARGUMENTS), **options
        )
        opened.add_init_script(UNHURRIED)
        return opened

    context = launch()
    page = context.pages[0]
    sign_in(page.context, live, shop)
    Counter(page, shop, live).open().enrol()
    context.close()  # Chromium writes cookies to the disk every half minute; this till was set up before that
    context = launch()
    counter = Counter(context.pages[0], shop, live).open()
    context.set_offline(True)
    counter.run(
        """window.kept = (async () => {
             const next = engine.newDraft();
             engine.addLine(next, engine.findCode(given));
             await engine.hold(next, 'Blue shirt');
           })(); await window.kept;""",
        DAL,
    )
    bill = counter.bill()
    os.kill(main_process(tmp_path), signal.SIGKILL)
    while main_process(tmp_path):
        time.sleep(0.05)
    context = launch(offline=True)
    counter = Counter(context.pages[0], shop, live).open()
    # A browser that starts wakes the worker before the test can cut its network, so it may have been sent by now.
    kept = counter.run("return engine.bill(given)", bill["id"])
    assert (kept["number"], kept["total"]) == (bill["number"], 145_00)
    assert [draft["label"] for draft in counter.run("return engine.heldDrafts()")] == ["Blue shirt"]
    context.set_offline(False)
    counter.wait_sent()
    assert server_books.numbers() == numbers(1, 1)
    assert counter.bill()["number"] == "26A1/000002"
    context.close()


class NewerWorker(BaseHTTPRequestHandler):
    """Passes everything on to the live server; once told so, its worker is of another build."""

    upstream = ""
    is_newer = False

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _pass_on(self, body: bytes | None) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        with closing(http.client.HTTPConnection(self.upstream)) as connection:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        if self.path == "/sw.js" and self.is_newer:
            content = re.sub(rb"const BUILD = '[0-9a-f]+'", b"const BUILD = 'newer'", content)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "transfer-encoding", "connection", "date", "server"}:
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def newer(live: LiveServer) -> Iterator[LiveServer]:
    """The live server behind an address whose worker can become newer."""
    NewerWorker.upstream, NewerWorker.is_newer = live.url.removeprefix("http://"), False
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), NewerWorker)
    Thread(target=proxy.serve_forever, daemon=True).start()
    yield replace(live, url=f"http://127.0.0.1:{proxy.server_port}")
    proxy.shutdown()
    proxy.server_close()


def test_a_new_version_waits_for_the_open_bill(page: Page, newer: LiveServer, shop: Shop) -> None:
    sign_in(page.context, newer, shop)
    counter = Counter(page, shop, newer).open()
    counter.enrol()
    old = counter.run("return (await caches.keys()).filter((name) => name.startsWith('shell-'))")
    assert len(old) == 1
    counter.run("await caches.open('somebody-elses')")
    counter.run(
        "const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given)); await engine.saveDraft(draft);", DAL
    )
    NewerWorker.is_newer = True
    counter.run(
        "engine.updates.look(); for (let i = 0; i < 600 && !engine.updateReady; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));"
    )
    assert counter.run("return engine.updateReady") is True
    assert counter.refusal("await engine.applyUpdate()")["code"] == "draft_open"
    counter.reload()
    kept = counter.run("return [(await engine.currentDraft()).lines.length, engine.updateReady, await caches.keys()]")
    assert kept[:2] == [1, True], "a plain reload keeps the old version"
    assert set(old) < set(kept[2])
    counter.run("await engine.hold(await engine.currentDraft(), 'later')")
    with page.expect_navigation(timeout=60_000):
        page.evaluate("void window.engine.applyUpdate()")
    counter.load_engine()
    counter.run(
        "for (let i = 0; i < 600 && (await caches.has(given)); i += 1) await new Promise((resolve) => setTimeout(resolve, 100));", old[0]
    )
    assert sorted(counter.run("return (await caches.keys()).filter((name) => !name.startsWith('static-'))")) == [
        "shell-newer",
        "somebody-elses",
    ]
    assert counter.run("return (await engine.heldDrafts()).length") == 1


def test_at_a_cold_start_without_a_bill_a_waiting_version_takes_over_by_itself(page: Page, newer: LiveServer, shop: Shop) -> None:
    sign_in(page.context, newer, shop)
    counter = Counter(page, shop, newer).open()
    NewerWorker.is_newer = True
    counter.run(
        "engine.updates.look(); for (let i = 0; i < 600 && !engine.updateReady; i += 1) await new Promise((resolve) => setTimeout(resolve, 100));"
    )
    assert counter.run("return engine.updateReady") is True
    page.goto(newer.url + BARE_PAGE)
    with page.expect_navigation(timeout=60_000):
        page.evaluate(
            "void import(/.*[/]s[/][^/]+[/]/.exec(document.querySelector('link[rel=icon]').href)[0] + 'counter/engine.js').then((it) => it.openEngine())"
        )
    counter.load_engine()
    until(page, "() => caches.has('shell-newer')")
    assert counter.run("return engine.updateReady") is False


def test_pages_the_server_opted_in_are_read_offline_as_copies(page: Page, live: LiveServer, shop: Shop) -> None:
    sign_in(page.context, live, shop)
    counter = Counter(page, shop, live).open()
    page.goto(live.url + "/today")
    page.goto(live.url + "/trial-balance")
    until(counter.page, "() => caches.match('/today').then(Boolean)")
    page.context.set_offline(True)
    page.goto(live.url + "/today")
    expect(page.locator(".offline-note")).to_contain_text("This is a copy as of")
    expect(page).to_have_title(re.compile("Today"))
    page.goto(live.url + "/trial-balance")
    expect(page.locator("body")).to_contain_text(re.compile("network", re.IGNORECASE))
    expect(page.locator(".offline-note")).to_have_count(0)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(live.url + "/sign-in")
    page.context.set_offline(False)


def test_a_wrong_clock_is_told_once(counter: Counter) -> None:
    counter.run("const now = Date.now; Date.now = () => now() - 20 * 60_000;")
    counter.send()
    counter.send()
    told = [row for row in counter.run("return window.troubles") if row["code"] == "clock"]
    assert [row["problem"] for row in told] == ["This device's clock is 20 minutes behind."]
    assert counter.run("return engine.clockWarning") is True


def test_the_log_keeps_its_last_two_thousand(counter: Counter) -> None:
    counter.run("for (let i = 0; i < 2300; i += 1) engine.store.log('test', i); await engine.store.write(['log'], () => undefined);")
    rows = json.loads(counter.run("return (await engine.logFile()).text()"))["rows"]
    assert 2000 <= len(rows) <= 2050
    assert rows[-1]["detail"] == 2299


def test_an_upgrade_in_another_tab_closes_this_one(counter: Counter) -> None:
    counter.run("engine.addEventListener('closed', () => { document.title = 'closed'; })")
    counter.page.evaluate("indexedDB.open('munim-counter', 99)")
    expect(counter.page).to_have_title("closed")


def test_the_worker_is_small_and_leaves_what_is_not_its_own(counter: Counter, page: Page) -> None:
    assert len(gzip.compress((ROOT / "static/counter/sw.js").read_bytes(), 9)) <= 4096
    seen = []
    page.context.on("request", lambda request: seen.append((request.service_worker is not None, request.method, request.url)))
    counter.bill()
    counter.wait_sent()
    page.evaluate("fetch('/sync/ping')")
    page.evaluate("fetch('/items', { headers: { 'HX-Request': 'true' } })")
    mine = [url for by_worker, _, url in seen if by_worker and ("/sync/" in url or "/items" in url)]
    assert mine == []


def test_rates_of_days_to_come_are_used_offline(counter: Counter) -> None:
    with open_books(counter.shop.actor) as books:
        classes = tax_class_ids(books)
        create_item(
            books, ItemDraft(name="Plain", price_millipaise=MilliPaise(100_00_000), tax_class_id=classes["gst-5"], codes=("20000035",))
        )
    counter.run("await engine.refresh()")
    rate = """
        const shown = engine.taxClasses.get('gst-5');
        shown.rates.push({ effectiveFrom: '2027-01-01', priceOver: 0, rateBp: 1200, cessBp: 0 });
        const draft = engine.newDraft();
        engine.addLine(draft, engine.findCode('20000035'));
        const before = engine.figures(draft).lines[0].rate;
        Date.now = () => Date.parse('2026-12-31T18:30:00Z');
        return [before, engine.figures(draft).lines[0].rate];
    """
    assert counter.run(rate) == [500, 1200]


def test_flags_of_the_server_are_kept(counter: Counter) -> None:
    bill = counter.run(
        """const draft = await engine.currentDraft();
           engine.addLine(draft, engine.findCode(given));
           draft.lines[0].mrp = 10000;
           const [line] = engine.figures(draft).lines;
           const { bill } = await engine.issue(draft, [{ mode: 'cash', amount: 14500 }]);
           return { id: bill.id, above: line.aboveMrp };""",
        DAL,
    )
    assert bill["above"] is True
    counter.wait_sent()
    assert counter.run("return (await engine.bill(given)).flags", bill["id"]) == ["above_mrp"]
    with read_books(counter.shop.actor) as books:
        assert list(books.session.scalars(select(InvoiceFlag.kind))) == ["above_mrp"]
