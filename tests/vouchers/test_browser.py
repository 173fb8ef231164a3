"""The screen by keyboard alone: every kind, both key maps, and the two fields on a phone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.ground.browser import becomes, sign_in
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.vouchers.conftest import Desk, open_desk
from webapp import outstandings, vouchers
from webapp.kernel.ids import new_id
from webapp.platform.tenancy import read_books


@pytest.fixture
def shop(live: LiveServer) -> Shop:
    return found_shop("Desk Stores", email=f"desk-{new_id().hex}@example.com", state_code="27")


@pytest.fixture
def bench(shop: Shop) -> Desk:
    desk = open_desk(shop)
    desk.party("Ravi Kumar")
    desk.party("Gupta Traders", is_supplier=True)
    return desk


def enter(page: Page, live: LiveServer, shop: Shop, url: str) -> None:
    sign_in(page.context, live, shop)
    page.goto(f"{live.url}{url}")


def wait_for_heads(page: Page) -> None:
    """Until the accounts have come that may be named: they stand under the empty field that has the focus."""
    expect(page.locator("#head-list [role=option]").first).to_be_visible()


def kept(desk: Desk) -> list[tuple[str, str, int, list[int]]]:
    """(kind, number, total, amounts) of every voucher, the oldest first."""
    with read_books(desk.shop.actor) as books:
        rows = vouchers.documents(books, vouchers.Wanted()).rows
    return [
        (row.kind, row.number, row.amount_paise, [entry.amount for entry in row.entries])
        for row in sorted(rows, key=lambda row: row.created_at)
    ]


TYPED = {
    "contra": ("F4", ("bank", "1000", "cash")),
    "payment": ("F5", ("rent", "1200*5+18%", "cash")),
    "receipt": ("F6", ("ravi", "250", "cash")),
    "journal": ("F7", ("rent", "99.50", "capital")),
    "debit_note": ("Alt+F5", ("gupta", "40", "rent")),
    "credit_note": ("Alt+F6", ("ravi", "60", "rent")),
}
LETTERS = {"contra": "CT", "payment": "PY", "receipt": "RV", "journal": "JV", "debit_note": "DN", "credit_note": "CN"}
ERP9 = {"debit_note": "Control+F9", "credit_note": "Control+F8"}


@pytest.mark.parametrize("key_map", ["prime", "erp9"])
def test_each_kind_is_posted_without_a_mouse(page: Page, live: LiveServer, shop: Shop, bench: Desk, key_map: str) -> None:
    page.add_init_script(f"localStorage.setItem('munim.voucher-keys', '{key_map}')")
    enter(page, live, shop, "/vouchers/new")
    for kind, (key, (first, amount, second)) in TYPED.items():
        wait_for_heads(page)
        page.keyboard.press(ERP9.get(kind, key) if key_map == "erp9" else key)
        expect(page.locator("[data-kind]")).to_have_value(kind)
        page.keyboard.type(first)
        page.keyboard.press("Enter")
        page.keyboard.type(amount)
        page.keyboard.press("Enter")  # to the second row's side
        page.keyboard.press("Enter")  # to its account
        page.keyboard.type(second)
        page.keyboard.press("Enter")  # its amount stands there already
        page.keyboard.press("Enter")  # balanced: to the narration
        expect(page.locator("[data-narration]")).to_be_focused()
        page.keyboard.type(f"One {kind}")
        if kind in ("contra", "payment", "receipt"):
            page.keyboard.press("Control+a")
        else:
            page.keyboard.press("Enter")
            page.keyboard.press("Enter")
        expect(page.get_by_text(f"2600{LETTERS[kind]}/000001 of")).to_be_visible()
    letters = [number[4:6] for _kind, number, _total, _amounts in kept(bench)]
    assert letters == ["CT", "PY", "RV", "JV", "DN", "CN"]
    assert kept(bench)[1] == ("payment", "2600PY/000001", 708_000, [708_000, -708_000])
    assert kept(bench)[2][3] == [-25_000, 25_000]  # a receipt begins with its credit, as Tally has it


def test_the_screen_answers_every_key(page: Page, live: LiveServer, shop: Shop, bench: Desk) -> None:
    enter(page, live, shop, "/vouchers/new?kind=payment")
    wait_for_heads(page)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.keyboard.type("rav")
    expect(page.locator("#head-list [aria-selected=true]")).to_contain_text("Ravi Kumar")
    page.keyboard.press("Escape")
    expect(page.locator("#head-list")).to_be_hidden()
    with page.expect_navigation():  # it is refused, and stands there again
        page.keyboard.press("Control+A")
    # Alt+C: an account that there is not yet, made without leaving the voucher.
    page.goto(f"{live.url}/vouchers/new?kind=payment")
    wait_for_heads(page)
    page.keyboard.type("Courier")
    page.keyboard.press("Alt+C")
    expect(page.locator("#create-head")).to_be_visible()
    expect(page.locator("#create-head [name=name]")).to_have_value("Courier")
    page.locator("#create-head [name=group_id]").focus()
    page.keyboard.type("Indirect Exp")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#create-head")).to_be_hidden()
    expect(page.locator("[name=amount-1]")).to_be_focused()
    expect(page.locator("[name=account-1]")).to_have_value("Courier")
    page.keyboard.type("100/3")
    page.keyboard.press("Enter")
    expect(page.locator("[data-sum=D]")).to_have_text("33.33")
    expect(page.locator("[data-difference]")).to_contain_text("33.33")
    # Backspace in an empty field goes back, and in the side of a row too.
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    expect(page.locator("[name=side-2]")).to_be_focused()
    page.keyboard.press("Backspace")
    expect(page.locator("[name=amount-1]")).to_be_focused()
    days_and_states(page, bench)
    assert errors == []


def days_and_states(page: Page, bench: Desk) -> None:
    """F2 and the day as accountants type it; how the voucher is kept."""
    page.keyboard.press("F2")
    page.keyboard.type("5-4")
    expect(page.locator("[data-weekday]")).to_contain_text("Apr")
    page.keyboard.press("Enter")
    expect(page.locator("[name=date]")).to_have_value(re.compile("^05-04-"))
    for key, wish in [("Control+L", "optional"), ("Control+L", "posted"), ("Alt+T", "postdated"), ("Alt+T", "posted")]:
        page.keyboard.press(key)
        expect(page.locator(f"[name=wish][value={wish}]")).to_be_checked()
    page.keyboard.press("F7")  # another kind keeps what was typed
    expect(page.locator("[data-kind]")).to_have_value("journal")
    expect(page.locator("[name=account-1]")).to_have_value("Courier")
    expect(page.locator("[name=reverse_on]")).to_be_visible()
    page.keyboard.press("Alt+S")
    page.wait_for_url("**saved=**")
    assert kept(bench)[-1][:3] == ("journal", "", 3333)


def test_escape_asks_before_it_loses_what_was_typed(page: Page, live: LiveServer, shop: Shop, bench: Desk) -> None:
    enter(page, live, shop, "/vouchers/new")
    wait_for_heads(page)
    page.keyboard.type("rent")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_hidden()
    expect(page.locator("[name=account-1]")).to_have_value("Rent")
    page.keyboard.press("Escape")
    page.locator("#confirm [data-answer=yes]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/vouchers")
    page.keyboard.press("Alt+N")
    page.wait_for_url("**/vouchers/new")
    page.keyboard.press("Escape")  # nothing typed: nothing asked
    page.wait_for_url("**/vouchers")


def test_narration_is_repeated_and_a_voucher_copied(page: Page, live: LiveServer, shop: Shop, bench: Desk) -> None:
    bench.post("payment", ("Rent", 500), ("Cash", -500), narration="Rent of the godown", voucher_date=date(2026, 4, 2))
    for key_map, key in [("prime", "Control+R"), ("erp9", "Alt+R"), ("erp9", "Control+R")]:
        enter_again(page, live, shop, key_map)
        page.keyboard.press(key)
        expect(page.locator("[data-narration]")).to_have_value("Rent of the godown")
    expect(page.locator("[name=side-1] option").first).to_have_text("By")
    for _ in range(2):
        enter_again(page, live, shop, "prime")
        page.keyboard.type("rent")
        page.keyboard.press("Enter")
        page.keyboard.type("7")
        for _ in range(2):
            page.keyboard.press("Enter")
        page.keyboard.type("cash")
        page.keyboard.press("Enter")
        page.keyboard.press("Control+A")
        page.wait_for_url("**saved=**")
    page.keyboard.press("Alt+2")
    page.wait_for_url("**from=**")
    for name, value in (("account-1", "Rent"), ("amount-1", "7.00"), ("account-2", "Cash")):
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    page.keyboard.press("Control+A")
    expect(page.get_by_text("2600PY/000004 of")).to_be_visible()


def enter_again(page: Page, live: LiveServer, shop: Shop, key_map: str) -> None:
    if not page.url.startswith(live.url):
        enter(page, live, shop, "/vouchers/new")
    page.evaluate(f"localStorage.setItem('munim.voucher-keys', '{key_map}')")
    page.goto(f"{live.url}/vouchers/new?kind=payment")
    wait_for_heads(page)


def test_a_name_typed_before_the_accounts_have_come_is_kept_whole(page: Page, live: LiveServer, shop: Shop, bench: Desk) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/vouchers/heads($|\?)"), lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given
    sign_in(page.context, live, shop)
    page.goto(f"{live.url}/vouchers/new?kind=payment", wait_until="domcontentloaded")
    name, amount = (page.locator(f"[name={field}-1]") for field in ("account", "amount"))
    expect(name).to_be_focused()
    becomes(page, lambda: len(held), 1)
    name.press("r")
    name.press("a")
    held[0].continue_()
    expect(page.locator("#head-list [aria-selected=true]")).to_contain_text("Ravi Kumar")
    name.press("v")
    name.press("i")
    expect(name).to_have_value("ravi")

    # Somebody who needs no list has gone on by then: the one account that it can be is taken when it comes.
    page.evaluate("document.querySelector('[data-guard]').dataset.guard = ''")
    page.goto(f"{live.url}/vouchers/new?kind=receipt", wait_until="domcontentloaded")
    expect(name).to_be_focused()
    becomes(page, lambda: len(held), 2)
    for key in (*"gupta", "Enter"):
        page.locator(":focus").press(key)
    expect(amount).to_be_focused()
    held[1].continue_()
    expect(name).to_have_value("Gupta Traders")
    expect(amount).to_be_focused()


def test_a_bill_is_settled_from_its_row(page: Page, live: LiveServer, shop: Shop, bench: Desk) -> None:
    bench.post("journal", ("Ravi Kumar", 500), ("Capital", -500), voucher_date=date(2026, 4, 2))
    enter(page, live, shop, "/vouchers/new?kind=receipt")
    wait_for_heads(page)
    page.keyboard.type("ravi")
    page.keyboard.press("Enter")
    expect(page.locator("[data-bills] summary").first).to_contain_text("(1)")
    page.keyboard.type("200")
    page.locator("[data-bills] summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("[name=part-1-1]").focus()
    page.keyboard.type("200")
    page.locator("[name=account-2]").focus()
    page.keyboard.type("cash")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    expect(page.get_by_text("2600RV/000001 of")).to_be_visible()
    with read_books(bench.shop.actor) as books:
        [item] = outstandings.open_items(books, bench.people["Ravi Kumar"])
    assert item.open == 30_000


@pytest.mark.parametrize("width", [320, 360])
def test_two_fields_on_a_phone(page: Page, live: LiveServer, shop: Shop, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    enter(page, live, shop, "/money/new")
    expect(page.locator("[name=amount]")).to_be_focused()
    page.keyboard.type("120")
    page.keyboard.press("Enter")
    page.keyboard.type("Tea")
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Write it down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("₹120.00 is written down.")).to_be_visible()
    for url in ("/money/new", "/vouchers", "/vouchers/new?kind=journal"):
        page.goto(f"{live.url}{url}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


def test_without_scripts_the_form_is_whole(browser: Browser, live: LiveServer, shop: Shop, bench: Desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live.url}/sign-in")
    page.fill("[name=email]", shop.email)
    page.fill("[name=password]", shop.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/today")
    page.goto(f"{live.url}/vouchers/new?kind=payment")
    for number, (name, amount) in enumerate([("Rent", "10"), ("Cash", "10")], 1):
        page.fill(f"[name=account-{number}]", name)
        page.fill(f"[name=amount-{number}]", amount)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("2600PY/000001 of")).to_be_visible()
    context.close()
