"""Managers approve at the till by PIN, and cashiers sign on by it: as a person does, with the network and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.counter_screen.conftest import DAL, SOAP, Till
from tests.ground.browser import until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop
from webapp import company, identity
from webapp.counter import pin_rules, pins
from webapp.counter.models import TillApproval
from webapp.platform import clock, sealing
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

pytestmark = pytest.mark.browser

PIN, CASHIERS = "483950", "4839"
EVERYTHING_KEPT = """async () => {
    const db = await new Promise((resolve) => { indexedDB.open('munim-counter').onsuccess = (event) => resolve(event.target.result); });
    const rows = (name) => new Promise((resolve) => { db.transaction(name).objectStore(name).getAll().onsuccess = (event) => resolve(event.target.result); });
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await Promise.all([...db.objectStoreNames].map(rows))]);
}"""


SIGNED_OUT = """async () => {
    const db = await new Promise((resolve) => { indexedDB.open('munim-counter').onsuccess = (event) => resolve(event.target.result); });
    const writing = db.transaction('meta', 'readwrite');
    writing.objectStore('meta').put(true, 'locked');
    await new Promise((resolve) => { writing.oncomplete = resolve; });
}"""
# The till has nobody left who may approve: its own copy of the shop says so, and with it what it works by.
NOBODY_APPROVES = """async () => {
    const db = await new Promise((resolve) => { indexedDB.open('munim-counter').onsuccess = (event) => resolve(event.target.result); });
    const kept = await new Promise((resolve) => { db.transaction('facts').objectStore('facts').get('shop').onsuccess = (event) => resolve(event.target.result); });
    db.close();
    return !kept.shop.pins?.people.length;
}"""


@pytest.fixture
def manager(shop: Shop, live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Actor]:
    """Meena may approve and has a PIN, sealed as the server seals; a cashier may give 10 %."""
    before = sealing._secret, sealing._keys
    sealing.use((live.var_dir / "secret_key").read_text().strip())
    monkeypatch.setattr(pin_rules, "ROUNDS", 1000)  # told to the till with the salt, so both stretch as little
    stretch = pin_rules.stretch
    monkeypatch.setattr(pin_rules, "stretch", lambda pin, salt, rounds=1000: stretch(pin, salt, rounds))
    meena = colleague(shop, "Meena", Role.ACCOUNTANT)
    with open_books(shop.actor) as books:
        company.change_limits(books, {"cashier": company.Limits(most_discount_bp=1000)})
    with open_books(meena) as books:
        pins.choose(books, pins.chosen(meena.allowed, PIN, PIN))
    yield meena
    sealing.use(*before)


def colleague(shop: Shop, name: str, role: Role) -> Actor:
    with open_directory() as directory:
        email = f"{name.lower()}-{shop.company_id}@shop.example"
        user_id = identity.create_user(directory, identity.NewUser(email, "correct horse battery", name)).id
        identity.add_member(directory, shop.company_id, user_id, role)
    return Actor(shop.company_id, role, user_id, name)


def ask(shop: Shop, *, signs_on: bool = False, idle_minutes: int = 0, **asks: int) -> None:
    with open_books(shop.actor) as books:
        pins.change_rules(books, pins.Rules(signs_on, idle_minutes, asks))


def approvals(shop: Shop) -> list[tuple[str, str, str]]:
    with read_books(shop.actor) as books:
        query = select(TillApproval.kind, TillApproval.state, TillApproval.approver_name).order_by(TillApproval.id)
        return [tuple(row) for row in books.session.execute(query)]  # type: ignore[misc]


def approve(till: Till, pin: str = PIN, why: str = "Old customer") -> None:
    """What a manager does on the sheet that asks him."""
    expect(till.page.locator("#approval")).to_be_visible()
    till.page.fill("#approval-why", why)
    till.page.locator("#approval-pad input").fill(pin)
    till.page.locator("#approval-take").click()


def give_a_fifth(till: Till) -> None:
    till.page.locator("#find").focus()
    till.type("20%")
    till.press("Enter")


def offline(till: Till) -> None:
    till.page.context.set_offline(True)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "offline")


def wait_sent(till: Till) -> None:
    till.page.evaluate("dispatchEvent(new Event('online'))")
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")


def pay(till: Till) -> str:
    till.page.locator("#find").focus()
    till.press("Enter", "Enter")
    return till.expect_done()


def test_a_manager_approves_a_discount(manager: Actor, open_till: Callable[..., Till], shop: Shop) -> None:
    till = open_till()
    till.scan(DAL)
    till.press("F6")
    till.type("20%")
    till.press("Enter")
    error = till.page.locator("#discount-error")
    expect(error).to_contain_text("larger than a cashier may give")
    error.get_by_role("button", name="Ask a manager").evaluate("(one) => (one.click(), one.click())")  # an impatient finger
    expect(till.page.locator("#approval-what")).to_contain_text("₹29.00")
    approve(till, pin="111222")
    expect(till.page.locator("#approval-error")).to_contain_text("not the PIN")
    approve(till)
    expect(till.page.locator("#approval")).to_be_hidden()
    expect(till.page.locator("#payable")).to_have_text("₹116.00")
    till.scan(SOAP)  # more off than was approved: 20 % of this one too
    expect(till.page.locator("#bill-problem")).to_contain_text("larger than a cashier may give")
    till.page.locator("#bill-problem").get_by_role("button", name="Ask a manager").click()
    approve(till, why="All of it")
    expect(till.page.locator("#pay")).to_be_visible()
    till.press("Enter")
    till.expect_done()
    until(till.page, "document.querySelector('#pill').dataset.state === 'ok'")
    assert approvals(shop) == [("discount", "good", "Meena")]
    assert PIN not in till.page.evaluate(EVERYTHING_KEPT)


def test_without_a_network_it_is_approved_and_proved_when_it_arrives(manager: Actor, open_till: Callable[..., Till], shop: Shop) -> None:
    till = open_till()
    till.scan(DAL)
    offline(till)
    give_a_fifth(till)
    till.page.locator(".toast").get_by_role("button", name="Ask a manager").click()
    expect(till.page.locator("#approval-without")).to_be_visible()
    approve(till)
    expect(till.page.locator("#payable")).to_have_text("₹116.00")
    till.page.reload()  # killed between the approval and the issue: nothing is lost
    till.wait()
    expect(till.page.locator("#payable")).to_have_text("₹116.00")
    pay(till)
    # Another, which nobody approves: it is made all the same.
    till.scan(DAL)
    give_a_fifth(till)
    till.page.locator(".toast").get_by_role("button", name="Ask a manager").last.click()
    till.page.locator("#approval-without").click()
    expect(till.page.locator("#payable")).to_have_text("₹116.00")
    pay(till)
    assert approvals(shop) == []
    till.page.context.set_offline(False)
    wait_sent(till)
    assert approvals(shop) == [("discount", "good", "Meena")]
    assert list(till.server_bills().values()) == [116_00, 116_00]


def test_wrong_pins_are_paused_and_a_reload_forgets_none(manager: Actor, open_till: Callable[..., Till]) -> None:
    till = open_till()
    till.page.clock.set_fixed_time(clock.now())  # the pause is not over before the test is
    till.scan(DAL)
    give_a_fifth(till)
    till.page.locator(".toast").get_by_role("button", name="Ask a manager").click()
    for _ in range(5):
        approve(till, pin="111222")
        expect(till.page.locator("#approval-error")).to_contain_text("not the PIN")
    approve(till)
    expect(till.page.locator("#approval-error")).to_contain_text("Too many wrong PINs")
    till.page.reload()
    till.wait()
    give_a_fifth(till)
    till.page.locator(".toast").get_by_role("button", name="Ask a manager").click()
    approve(till)
    expect(till.page.locator("#approval-error")).to_contain_text("Too many wrong PINs")


def test_a_scan_is_no_pin(manager: Actor, open_till: Callable[..., Till]) -> None:
    till = open_till()
    till.scan(DAL)
    give_a_fifth(till)
    till.page.locator(".toast").get_by_role("button", name="Ask a manager").click()
    till.page.locator("#approval-pad input").focus()
    till.scan(SOAP)
    expect(till.page.locator("#approval-error")).to_contain_text("A scan is no PIN")
    expect(till.page.locator("#approval-pad input")).to_have_value("")
    till.expect_lines(1)


def test_cancelling_asks_a_manager(manager: Actor, open_till: Callable[..., Till], shop: Shop) -> None:
    ask(shop, cancel=0)
    till = open_till()
    till.scan(DAL)
    number = pay(till)
    expect(till.page.locator("#pill")).to_have_attribute("data-state", "ok")
    till.page.locator("#done [data-do=open]").click()
    till.page.locator("#one-bill-cancel").click()
    till.page.fill("#cancel-reason", "Wrong customer")
    till.press("Enter")
    expect(till.page.locator("#approval-what")).to_contain_text("₹145.00")
    till.page.locator("#approval [data-close]").click()
    expect(till.page.locator("#cancel-form")).to_be_visible()  # nothing was done
    till.page.locator("#cancel-form .primary").click()
    approve(till)
    expect(till.page.locator("#one-bill-state")).to_contain_text("Cancelled")
    wait_sent(till)
    assert approvals(shop) == [("cancel", "good", "Meena")]
    assert number in till.server_bills()


def test_who_was_deactivated_meanwhile_approves_nothing(manager: Actor, open_till: Callable[..., Till], shop: Shop) -> None:
    till = open_till()
    till.scan(DAL)
    offline(till)
    with open_directory() as directory:
        assert manager.user_id is not None
        identity.deactivate(directory, shop.actor, manager.user_id)
    give_a_fifth(till)
    till.page.locator(".toast").get_by_role("button", name="Ask a manager").click()
    approve(till)
    expect(till.page.locator("#payable")).to_have_text("₹116.00")
    pay(till)
    till.page.context.set_offline(False)
    wait_sent(till)
    assert approvals(shop) == [("discount", "no_member", "")]
    # The worker may have sent the bill, and been answered: the page asks for itself.
    till.page.locator("#pill").click()
    till.page.locator("#queue-send").click()
    expect(till.page.locator(".toast").last).to_contain_text("Everything has reached the server.")
    until(till.page, NOBODY_APPROVES)
    till.page.locator("#queue [data-close]").first.click()
    expect(till.page.locator("#queue")).to_be_hidden()
    till.scan(DAL)
    give_a_fifth(till)
    expect(till.page.locator(".toast").last).to_contain_text("larger than a cashier may give")
    expect(till.page.locator(".toast").last.get_by_role("button", name="Ask a manager")).to_have_count(0)


# long: a day of one till, from one who signs on to the next
def test_cashiers_sign_on_and_the_till_locks_itself(manager: Actor, open_till: Callable[..., Till], shop: Shop) -> None:
    ravi = colleague(shop, "Ravi", Role.CASHIER)
    with open_books(ravi) as books:
        pins.choose(books, pins.chosen(ravi.allowed, CASHIERS, CASHIERS))
    ask(shop, signs_on=True, idle_minutes=5)
    till = open_till()
    sheet = till.page.locator("#signing")
    expect(sheet).to_be_visible()
    till.press("Escape")
    till.scan(DAL)
    expect(sheet).to_be_visible()
    till.page.select_option("#signing-who", label="Ravi")
    till.page.locator("#signing-pad input").fill("9999")
    till.press("Enter")
    expect(till.page.locator("#signing-error")).to_contain_text("not the PIN")
    for digit in CASHIERS:
        till.page.locator(f"#signing-pad [data-digit='{digit}']").click()
    till.page.locator("#signing-take").click()
    expect(sheet).to_be_hidden()
    till.expect_lines(0)  # what was scanned while it was locked went nowhere
    till.scan(DAL)
    till.press("Alt+l")
    expect(sheet).to_be_visible()
    till.page.locator("#signing-pad input").fill(CASHIERS)
    till.press("Enter")
    expect(sheet).to_be_hidden()
    till.expect_lines(1)
    another = till.page.context.new_page()
    another.goto(till.page.url)
    another.select_option("#signing-who", label="Meena")
    another.locator("#signing-pad input").fill(PIN)
    another.locator("#signing-take").click()
    expect(another.locator("#signing")).to_be_hidden()
    another.evaluate("new BroadcastChannel('munim-counter').postMessage({ kind: 'till' })")  # as after a shift
    expect(sheet).to_be_visible()
    another.close()
    till.page.select_option("#signing-who", label="Ravi")
    till.page.locator("#signing-pad input").fill(CASHIERS)
    till.press("Enter")
    expect(sheet).to_be_hidden()
    pay(till)
    till.page.clock.install()
    till.page.reload()
    expect(sheet).to_be_visible()
    till.page.locator("#signing-pad input").fill(CASHIERS)
    till.press("Enter")
    expect(sheet).to_be_hidden()
    till.page.clock.fast_forward("03:00")
    expect(sheet).to_be_hidden()
    till.page.clock.fast_forward("02:10")
    expect(sheet).to_be_visible()
    ask(shop)  # a till that is locked hears that nobody asks any more
    till.page.clock.fast_forward("05:10")
    expect(sheet).to_be_hidden()


def test_a_pin_given_for_once_is_changed_at_the_till(manager: Actor, open_till: Callable[..., Till], shop: Shop) -> None:
    ravi = colleague(shop, "Ravi", Role.CASHIER)
    with open_books(shop.actor) as books:
        assert ravi.user_id is not None
        pins.give_once(books, ravi.user_id, pins.made_of("604812"))
    ask(shop, signs_on=True)
    till = open_till()
    till.page.select_option("#signing-who", label="Ravi")
    till.page.locator("#signing-pad input").fill("604812")
    till.press("Enter")
    expect(till.page.locator("#new-pin-form")).to_be_visible()
    till.page.fill("#new-pin", "1234")
    till.page.fill("#new-pin-again", "1234")
    till.press("Enter")
    expect(till.page.locator("#new-pin-error")).to_contain_text("in a row")
    till.page.fill("#new-pin", CASHIERS)
    till.page.fill("#new-pin-again", CASHIERS)
    till.press("Enter")
    expect(till.page.locator("#signing")).to_be_hidden()
    with read_books(shop.actor) as books:
        pin = pins.pin_of(books, UUID(str(ravi.user_id)))
        assert pin is not None
        assert not pin.is_once
    till.scan(DAL)
    pay(till)
    # Signed out of: what it asks for then is a sign-in, and nothing lies over that.
    till.page.evaluate(SIGNED_OUT)
    till.page.context.set_offline(True)  # with the network this browser would be let in again
    till.page.reload()
    till.wait()
    till.page.locator("#notices").get_by_role("link", name="Sign in").click(trial=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pad_fits_a_phone_and_is_for_everybody(manager: Actor, open_till: Callable[..., Till], theme: str) -> None:
    till = open_till(width=360, height=740, touch=True, theme=theme)
    till.scan(DAL)
    give_a_fifth(till)
    till.page.locator(".toast").get_by_role("button", name="Ask a manager").click()
    expect(till.page.locator("#approval")).to_be_visible()
    assert till.hangs_over() == 0
    assert till.faults() == []
    sizes = till.page.evaluate(
        "[...document.querySelectorAll('#approval-pad [data-digit]')].map((one) => [one.offsetWidth, one.offsetHeight])"
    )
    assert len(sizes) == 12
    assert all(width >= 44 and height >= 44 for width, height in sizes)
