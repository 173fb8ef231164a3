"""Go to, by keyboard alone, on a desk and on a phone, read by axe."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.ground.axe import faults
from tests.ground.browser import becomes, until
from tests.ground.server import LiveServer
from tests.ground.shops import Shop, found_shop
from tests.sales.trade import open_trade
from webapp.kernel.ids import new_id


@pytest.fixture(scope="module")
def _made() -> dict[str, Shop]:
    return {}


@pytest.fixture
def shop(live: LiveServer, _made: dict[str, Shop]) -> Shop:
    if live.url not in _made:
        founded = found_shop("Deshpande Kirana", email=f"{new_id().hex}@finder.example", state_code="27")
        trade = open_trade(founded.actor)
        trade.item("Toor Dal 1 kg", 160, local_name="तूर दाल")
        trade.item("Toor Dal 500 g (Unpolished, from the Farmers of Latur and Osmanabad)", 85)
        trade.customer("Toor Traders", phone="+919822010023")
        trade.sell(trade.line("Toor Dal 1 kg"), total=160)
        _made[live.url] = founded
    return _made[live.url]


@pytest.fixture
def desk(read_as: Callable[[Shop], Page], shop: Shop) -> Page:
    """The owner at the day book."""
    page = read_as(shop)
    page.goto("/day-book")
    return page


def options(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Go to").get_by_role("option")


def chosen(page: Page) -> str:
    """What a screen reader is told is chosen."""
    return str(
        page.evaluate(
            "document.getElementById(document.getElementById('finder-input').getAttribute('aria-activedescendant'))?.innerText ?? ''"
        )
    )


@pytest.mark.parametrize("key", ["Control+k", "Alt+g"])
def test_from_any_field_to_a_page_by_keys_alone(desk: Page, key: str) -> None:
    desk.get_by_label("Search the day book").focus()
    desk.keyboard.press(key)
    box = desk.get_by_role("dialog", name="Go to")
    expect(box).to_be_visible()
    expect(desk.get_by_role("combobox", name="Go to")).to_be_focused()
    desk.keyboard.type("trial")
    expect(options(desk).first).to_contain_text("Trial balance")
    expect(desk.get_by_role("combobox", name="Go to")).to_have_attribute("aria-expanded", "true")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/trial-balance")


def test_arrows_go_round_and_escape_gives_the_focus_back(desk: Page) -> None:
    field = desk.get_by_label("Search the day book")
    field.focus()
    desk.keyboard.press("Control+k")
    desk.keyboard.type("toor")
    expect(options(desk)).to_have_count(3)
    expect(desk.get_by_role("status").filter(has_text="3 found")).to_have_count(1)
    names = [*options(desk).all_inner_texts()] * 2
    assert len(set(names)) == 3
    becomes(desk, lambda: chosen(desk), names[0])
    for name in names[1:4]:
        desk.keyboard.press("ArrowDown")
        becomes(desk, lambda: chosen(desk), name)
    desk.keyboard.press("ArrowUp")
    becomes(desk, lambda: chosen(desk), names[2])
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog", name="Go to")).to_be_hidden()
    expect(field).to_be_focused()


def test_a_new_list_has_its_own_first_chosen(desk: Page) -> None:
    desk.keyboard.press("Control+k")
    desk.keyboard.type("toor")
    expect(options(desk)).to_have_count(3)
    desk.keyboard.press("ArrowDown")
    desk.evaluate("window.settled = 0; document.addEventListener('htmx:after:settle', () => { settled += 1; })")
    desk.keyboard.type(" dal")
    expect(options(desk)).to_have_count(2)
    # Whatever htmx does to what it has swapped in is done.
    until(desk, "settled > 0 && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')")
    expect(options(desk).first).to_have_attribute("aria-selected", "true")
    becomes(desk, lambda: chosen(desk)[:13], "Toor Dal 1 kg")
    desk.keyboard.type(" 500 g")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/items/**")
    expect(desk.get_by_role("heading", name=re.compile("500 g")).first).to_be_visible()


def test_typed_faster_than_found_it_still_goes_where_was_meant(desk: Page) -> None:
    desk.route("**/find?*", lambda route: (desk.wait_for_timeout(300), route.continue_()))
    desk.keyboard.press("Control+k")
    desk.keyboard.type("stock summ")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/stock")


def test_what_was_chosen_is_offered_again_and_gone_after_signing_out(desk: Page, shop: Shop) -> None:
    desk.keyboard.press("Control+k")
    expect(desk.get_by_role("dialog", name="Go to")).to_be_visible()
    expect(options(desk)).to_have_count(0)
    desk.keyboard.type("toor traders")
    expect(options(desk).first).to_contain_text("Toor Traders")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/parties/**")
    desk.goto("/day-book")
    desk.keyboard.press("Control+k")
    expect(options(desk)).to_have_text(["Toor Traders"])
    desk.keyboard.type("zzzz")
    expect(desk.get_by_text("Nothing is called “zzzz”.")).to_be_visible()
    desk.evaluate("window.settled = 0; document.addEventListener('htmx:after:settle', () => { settled += 1; })")
    with desk.expect_response(re.compile(r"/find\?q=$")):  # the emptied box asks too
        for _ in range(4):
            desk.keyboard.press("Backspace")
    until(desk, "settled > 0 && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')")
    expect(options(desk)).to_have_text(["Toor Traders"])
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/parties/**")
    desk.get_by_role("button", name=re.compile("Your account")).click()
    # A control called action hides the form's own.
    hide = "form => form.append(Object.assign(document.createElement('input'), {type: 'hidden', name: 'action', value: 'x'}))"
    desk.locator("form[action$='/sign-out']").first.evaluate(hide)
    desk.get_by_role("button", name="Sign out").click()
    desk.wait_for_url(re.compile("sign-in|/$"))
    becomes(desk, lambda: "Toor" in desk.evaluate("JSON.stringify(localStorage)"), wanted=False)


def test_recent_choices_of_another_person_are_not_offered(desk: Page) -> None:
    desk.evaluate("""localStorage.setItem("munim.finder.999.x", '[{"title":"Secret","url":"/bills"}]')""")
    desk.keyboard.press("Control+k")
    expect(desk.get_by_role("dialog", name="Go to")).to_be_visible()
    expect(options(desk)).to_have_count(0)


def test_what_others_wrote_into_the_store_is_no_way_out(desk: Page) -> None:
    owner = desk.locator("[data-finder]").get_attribute("data-finder")
    bad = '[{"title":"x","url":"//evil.example"},{"title":"y","url":"javascript:1"},{"url":"/z"},5]'
    for kept in (bad, "not json", '{"a":1}'):
        desk.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [f"munim.finder.{owner}", kept])
        desk.keyboard.press("Control+k")
        expect(desk.get_by_role("dialog", name="Go to")).to_be_visible()
        expect(options(desk)).to_have_count(0)
        desk.keyboard.press("Escape")
        expect(desk.get_by_role("dialog", name="Go to")).to_be_hidden()


def test_the_list_of_keys_names_both(desk: Page) -> None:
    desk.keyboard.press("?")
    row = desk.locator("#keys dt", has_text="Go to").locator("xpath=following-sibling::dd[1]")
    expect(row).to_have_text(re.compile(r"Ctrl\s*K\s*,\s*Alt\s*G"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_it_opens_by_a_button_and_axe_finds_nothing(desk: Page, theme: str) -> None:
    desk.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for width in (320, 1280):
        desk.set_viewport_size({"width": width, "height": 700})
        desk.goto("/day-book")
        assert desk.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        desk.get_by_role("link", name="Go to").click()
        expect(desk.get_by_role("dialog", name="Go to")).to_be_visible()
        assert faults(desk) == [], f"empty at {width}"
        desk.keyboard.type("toor")
        expect(options(desk)).to_have_count(3)
        assert faults(desk) == [], f"found at {width}"
        assert desk.evaluate("(() => { const d = document.getElementById('finder'); return d.scrollWidth - d.clientWidth; })()") <= 0
        desk.get_by_role("button", name="Close").click()
        expect(desk.get_by_role("dialog", name="Go to")).to_be_hidden()


def test_without_scripts_it_is_a_page(browser: Browser, live: LiveServer, desk: Page) -> None:
    context = browser.new_context(base_url=live.url, java_script_enabled=False, storage_state=desk.context.storage_state())
    page = context.new_page()
    page.goto("/day-book")
    page.get_by_role("link", name="Go to").click()
    page.locator("main [name=q]").fill("toor traders")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("Toor Traders"))).to_be_visible()
    context.close()
