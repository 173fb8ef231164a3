"""Signing out in the back office of a browser that is a till, or is none: bills are never left behind unsaid, people's data never stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.counter_engine.conftest import DAL, Books, Counter, sign_in
from tests.ground.browser import until
from tests.ground.server import LiveServer
from tests.ground.shops import PASSWORD, Shop, found_shop
from webapp import identity
from webapp.platform.permissions import Role
from webapp.platform.tenancy import open_directory

pytestmark = pytest.mark.browser

PUSH = "**/sync/push"
SIGNED_OUT = re.compile(r"/sign-in")
LEFT = """async () => {
    const open = indexedDB.open('munim-counter');
    const db = await new Promise((resolve, reject) => { open.onsuccess = () => resolve(open.result); open.onerror = reject; });
    const tx = db.transaction(['meta', 'customers', 'drafts', 'bills', 'outbox']);
    const ask = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const [customers, drafts, bills, outbox] = await Promise.all(['customers', 'drafts', 'bills', 'outbox'].map((name) => ask(tx.objectStore(name).count())));
    const [till, series] = await Promise.all(['till', 'series'].map((key) => ask(tx.objectStore('meta').get(key))));
    db.close();
    const pages = (await caches.keys()).filter((name) => name.startsWith('pages-')).length;
    return { customers, drafts, bills, outbox, pages, till: till.name, last: Object.values(series).map((row) => row.last).sort() };
}"""


def back_office(counter: Counter) -> Page:
    """The same tab, now on a page of the back office."""
    counter.run("await engine.addCustomer({ name: 'Ravi', phone: '9820012345' })")
    counter.wait_sent()
    counter.run(
        """await caches.open('pages-someone');
           const draft = await engine.currentDraft(); engine.addLine(draft, engine.findCode(given)); await engine.saveDraft(draft);
           await engine.hold(draft, 'later');""",
        DAL,
    )
    return counter.page


def without_a_way_to_send(counter: Counter) -> None:
    """The server is heard, but takes no bills."""
    counter.page.context.route(PUSH, lambda route: route.fulfill(status=503, body="busy"))


def press_sign_out(page: Page) -> None:
    page.locator(".account-button").click()
    page.locator("form[data-logout] button").click()


def waiting(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Bills wait on this device")


def test_a_till_without_unsent_bills_gives_up_people_and_keeps_its_series(counter: Counter) -> None:
    page = back_office(counter)
    counter.bill()
    counter.wait_sent()
    page.goto(counter.live.url + "/items")
    press_sign_out(page)
    expect(page).to_have_url(SIGNED_OUT)
    assert page.evaluate(LEFT) == {"customers": 0, "drafts": 0, "bills": 0, "outbox": 0, "pages": 0, "till": "Front", "last": [0, 0, 1]}


def test_unsent_bills_are_said_sent_and_then_one_may_go(counter: Counter, server_books: Books) -> None:
    page = back_office(counter)
    without_a_way_to_send(counter)
    counter.bill()
    counter.bill()
    page.goto(counter.live.url + "/items")
    press_sign_out(page)
    expect(waiting(page)).to_contain_text(re.compile(r"2 documents have not reached the server yet, the oldest of .*\d{4}"))
    page.get_by_role("button", name="Send now").click()
    expect(waiting(page)).to_contain_text("503")
    waiting(page).get_by_role("button", name="Cancel").click()
    assert page.evaluate(LEFT)["customers"] == 1, "who stays keeps all"
    press_sign_out(page)
    page.context.unroute(PUSH)
    page.get_by_role("button", name="Send now").click()
    expect(page).to_have_url(SIGNED_OUT)
    assert len(server_books.numbers()) == 2
    assert page.evaluate(LEFT)["outbox"] == 0


def test_an_owner_may_leave_despite_unsent_bills_and_they_stay(counter: Counter) -> None:
    page = back_office(counter)
    without_a_way_to_send(counter)
    counter.bill()
    page.goto(counter.live.url + "/items")
    press_sign_out(page)
    expect(waiting(page)).to_contain_text("One document of")
    page.get_by_role("button", name="Sign out anyway").click()
    expect(page).to_have_url(SIGNED_OUT)
    assert page.evaluate(LEFT) == {"customers": 0, "drafts": 0, "bills": 1, "outbox": 1, "pages": 0, "till": "Front", "last": [0, 0, 1]}


def test_a_cashier_may_not(counter: Counter) -> None:
    page = back_office(counter)
    without_a_way_to_send(counter)
    counter.bill()
    with open_directory() as directory:
        email = counter.shop.email.replace("@", "+desk@")
        person = identity.create_user(directory, identity.NewUser(email=email, name="Meena", password=PASSWORD))
        identity.add_member(directory, counter.shop.company_id, person.id, Role.CASHIER)
    page.context.clear_cookies(name="munim")
    page.goto(counter.live.url + "/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(counter.live.url + "/items")
    press_sign_out(page)
    expect(waiting(page)).to_be_visible()
    expect(page.get_by_role("button", name="Sign out anyway")).to_be_hidden()


def test_without_the_network_nobody_leaves(counter: Counter) -> None:
    page = back_office(counter)
    page.goto(counter.live.url + "/items")
    page.context.set_offline(True)
    press_sign_out(page)
    expect(page.locator("#toasts")).to_contain_text("No network")
    assert page.evaluate(LEFT)["customers"] == 1
    page.context.set_offline(False)
    without_a_way_to_send(counter)
    counter.open().bill()
    page.goto(counter.live.url + "/items")
    page.context.set_offline(True)
    press_sign_out(page)
    expect(waiting(page)).to_contain_text("One document of")
    expect(waiting(page)).to_contain_text("No network")
    expect(page.get_by_role("button", name="Sign out anyway")).to_be_hidden()


def test_another_tab_with_the_counter_open_forgets_too(counter: Counter, another_tab: Counter) -> None:
    page = back_office(counter)
    another_tab.run("await engine.refresh({ whole: true })")
    assert another_tab.run("return engine.customers.size") == 1
    page.goto(counter.live.url + "/items")
    press_sign_out(page)
    expect(page).to_have_url(SIGNED_OUT)
    until(another_tab.page, "window.engine.state === 'locked' && window.engine.customers.size === 0")


def test_a_half_made_bill_in_another_tab_is_not_kept_after_it(counter: Counter, another_tab: Counter) -> None:
    page = back_office(counter)
    another_tab.run(
        """await engine.refresh({ whole: true });
           window.half = await engine.currentDraft(); engine.addLine(half, engine.findCode(given));
           engine.setCustomer(half, [...engine.customers.values()][0]); await engine.saveDraft(half);""",
        DAL,
    )
    page.goto(counter.live.url + "/items")
    press_sign_out(page)
    expect(page).to_have_url(SIGNED_OUT)
    until(another_tab.page, "window.engine.state === 'locked'")
    another_tab.run("half.lines[0].qty += 1000; await engine.saveDraft(half); await engine.hold(half, 'later');")
    assert page.evaluate(LEFT)["drafts"] == 0, "the customer's name and phone would stay in it"


@pytest.mark.parametrize("trouble", ["refuses", "hangs"])
def test_who_cannot_be_asked_may_still_leave(page: Page, live: LiveServer, shop: Shop, trouble: str) -> None:
    """A browser that shuts its databases away, or whose database does not open any more."""
    page.add_init_script(
        """{
            indexedDB.databases = () => Promise.reject(new DOMException('shut', 'SecurityError'));
            const open = { refuses: () => { throw new DOMException('shut', 'SecurityError'); }, hangs: () => new EventTarget() }['TROUBLE'];
            IDBFactory.prototype.open = open;
        }""".replace("TROUBLE", trouble)
    )
    sign_in(page.context, live, shop)
    page.goto(live.url + "/items")
    page.locator(".account-button").click()
    page.locator("form[data-logout] button").dblclick()
    expect(page).to_have_url(SIGNED_OUT, timeout=60_000)


def test_going_to_another_business_asks_the_till_too(counter: Counter) -> None:
    page = back_office(counter)
    second = found_shop("Second", email=f"second-{counter.shop.email}", state_code="27")
    owner = counter.shop.actor.user_id
    assert owner is not None
    with open_directory() as directory:
        identity.add_member(directory, second.company_id, owner, Role.OWNER)
    without_a_way_to_send(counter)
    counter.bill()
    page.goto(counter.live.url + "/businesses")
    page.get_by_role("button", name="Go there").click()
    expect(waiting(page)).to_be_visible()
    page.get_by_role("button", name="Go there anyway").click()
    expect(page.locator(".top-names")).to_contain_text("Second")
    assert page.evaluate(LEFT)["customers"] == 0


def test_a_browser_that_is_no_till_leaves_at_once(page: Page, live: LiveServer, shop: Shop) -> None:
    asked: list[str] = []
    sign_in(page.context, live, shop)
    page.goto(live.url + "/items")
    page.on("request", lambda request: asked.append(request.url))
    press_sign_out(page)
    expect(page).to_have_url(SIGNED_OUT)
    assert [url for url in asked if "/counter/" in url or "/sync/" in url] == []
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_without_scripts_the_form_is_posted(browser: Browser, live: LiveServer, shop: Shop) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page.context, live, shop)
    page.goto(live.url + "/items")
    press_sign_out(page)
    expect(page).to_have_url(SIGNED_OUT)
    page.goto(live.url + "/items")
    expect(page).to_have_url(SIGNED_OUT)
    context.close()
