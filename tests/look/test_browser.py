"""The shell in a real browser, under the program's own policy: seen, reached by keyboard, and read by axe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from tests.ground.axe import faults
from tests.ground.browser import space_letters, until

pytestmark = pytest.mark.browser

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = ("/today", "/list", "/list?q=nobody", "/items", "/trial-balance", "/stock", "/day-book", "/out/sign-in", "/error/404", "/offline")

# A phone shrinks a page that is too wide, and its innerWidth grows with it; the root's own width stays.
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def all_faults(page: Page, paths: Sequence[str]) -> dict[str, list[str]]:
    """What axe finds on each page in each theme, where it finds something."""
    found = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        for path in paths:
            page.goto(path)
            found[f"{path} {theme}"] = faults(page)
    return {place: what for place, what in found.items() if what}


def test_axe_finds_nothing_on_a_desk(desk: Page) -> None:
    assert all_faults(desk, PAGES) == {}


def test_axe_finds_nothing_on_a_phone(phone: Page) -> None:
    assert all_faults(phone, ["/today", "/list", "/items", "/trial-balance", "/stock"]) == {}


def test_nothing_hangs_over_the_side(phone: Page) -> None:
    over = {}
    for width in (320, 360, 768, 900, 1280):
        phone.set_viewport_size({"width": width, "height": 700})
        for path in PAGES:
            phone.goto(path)
            over[f"{path} at {width}"] = phone.evaluate(OVER)
            space_letters(phone)
            over[f"{path} at {width}, letters apart"] = phone.evaluate(OVER)
    assert len(over) == 2 * 5 * len(PAGES)
    assert {place: pixels for place, pixels in over.items() if pixels > 0} == {}


def test_fingers_find_their_targets(phone: Page) -> None:
    phone.goto("/list")
    small = phone.evaluate("""() => [...document.querySelectorAll(".button, .input, .bottom > *, .account-button")]
        .filter(e => e.checkVisibility()).map(e => [e.className || e.textContent, e.getBoundingClientRect().height])
        .filter(([, height]) => height < 40)""")
    assert small == []


def test_theme_is_kept_and_set_before_paint(desk: Page) -> None:
    desk.goto("/today")
    desk.get_by_role("button", name="Your account").click()
    desk.get_by_role("button", name="Dark").click()
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    desk.goto("/list")
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    assert desk.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(14, 18, 23)"
    desk.get_by_role("button", name="Your account").click()
    assert faults(desk) == []
    desk.get_by_role("button", name="As device").click()
    expect(desk.locator("html")).not_to_have_attribute("data-theme", re.compile(".*"))


def test_density_changes_the_rows(desk: Page) -> None:
    desk.goto("/list")
    height = "document.querySelector('.table tbody tr').getBoundingClientRect().height"
    before = desk.evaluate(height)
    desk.get_by_role("button", name="Your account").click()
    desk.get_by_role("button", name="Close", exact=True).click()
    until(desk, f"{height} <= {min(before - 1, 30)}")


def test_skip_link_is_the_first_stop(desk: Page) -> None:
    desk.goto("/list")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="Skip to the page")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_be_focused()


def test_keys_are_listed_shown_and_pressed(desk: Page) -> None:
    desk.goto("/list")
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog", name="Keys of this page")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("New bill")).to_be_visible()
    assert faults(desk) == []
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    desk.keyboard.down("Alt")
    expect(desk.locator("html")).to_have_attribute("data-hints", "")
    desk.keyboard.up("Alt")
    expect(desk.locator("html")).not_to_have_attribute("data-hints", "")
    desk.keyboard.press("Alt+f")
    expect(desk.get_by_role("searchbox")).to_be_focused()
    desk.keyboard.type("?")
    expect(dialog).to_be_hidden()
    desk.keyboard.press("Alt+n")
    expect(desk).to_have_url(re.compile("/items$"))


def test_question_key_can_be_switched_off(desk: Page) -> None:
    desk.goto("/list")
    desk.keyboard.press("?")
    desk.get_by_label("Open this list with the ? key").uncheck()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    desk.keyboard.press("?")
    desk.keyboard.press("Alt+f")  # the next key has been heard
    expect(desk.get_by_role("searchbox")).to_be_focused()
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_list_follows_the_typing_and_keeps_its_address(desk: Page) -> None:
    desk.goto("/list")
    desk.get_by_role("searchbox").press_sequentially("gupta")
    expect(desk.locator("#bills tbody tr")).to_have_count(2)
    expect(desk).to_have_url(re.compile(r"q=gupta"))
    expect(desk.get_by_role("searchbox")).to_be_focused()
    desk.get_by_role("searchbox").fill("nobody at all")
    expect(desk.get_by_text("No bill matches")).to_be_visible()


def test_list_works_without_scripts(chromium: Browser, specimen_url: str) -> None:
    context = chromium.new_context(base_url=specimen_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/list")
    page.get_by_role("searchbox").fill("gupta")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#bills tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Your account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    context.close()


def test_refused_form_keeps_entries_and_points_at_errors(desk: Page) -> None:
    desk.goto("/items")
    desk.get_by_label("HSN").fill("12")
    desk.get_by_label("Selling price").fill("99.50")
    desk.get_by_role("button", name="Save item").click()
    expect(desk.get_by_role("alert")).to_contain_text("2 things to put right.")
    expect(desk.get_by_label("HSN")).to_have_value("12")
    expect(desk.get_by_label("Selling price")).to_have_value("99.50")
    expect(desk.get_by_label("HSN")).to_have_attribute("aria-invalid", "true")
    assert faults(desk) == []


def test_enter_goes_to_the_next_field_and_figures_are_selected(desk: Page) -> None:
    desk.goto("/items")
    desk.get_by_label("Name *", exact=True).focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("Name in Hindi")).to_be_focused()
    desk.keyboard.press("Backspace")
    expect(desk.get_by_label("Name *", exact=True)).to_be_focused()
    desk.get_by_label("Selling price").focus()
    desk.keyboard.type("7")
    expect(desk.get_by_label("Selling price")).to_have_value("7")


def test_write_is_asked_about_and_its_refusal_is_shown(desk: Page) -> None:
    desk.goto("/items")
    desk.get_by_role("button", name="Archive").click()
    expect(desk.get_by_role("dialog")).to_contain_text("Archive Aashirvaad")
    desk.get_by_role("button", name="Cancel").last.click()
    expect(desk.get_by_role("alert")).to_have_count(0)
    desk.get_by_role("button", name="Archive").click()
    desk.get_by_role("button", name="Yes, go on").click()
    expect(desk.get_by_role("alert")).to_contain_text("October 2026 was locked")
    expect(desk.get_by_role("alert")).to_be_focused()


def test_failures_are_said_and_nothing_is_swapped(desk: Page) -> None:
    desk.goto("/stock")
    desk.get_by_role("button", name="Break").click()
    expect(desk.get_by_role("status").filter(has_text="Something broke")).to_be_visible()
    expect(desk.get_by_role("button", name="Break")).to_be_visible()

    def cut(route: Route) -> None:
        route.abort("internetdisconnected")

    desk.route("**/conflict", cut)
    desk.get_by_role("button", name="Conflict").click()
    expect(desk.get_by_role("status").filter(has_text="No network")).to_be_visible()
    desk.unroute("**/conflict", cut)


def test_unsaved_entries_are_asked_about(desk: Page) -> None:
    desk.goto("/items")
    desk.get_by_label("HSN").press_sequentially("1905")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    desk.on("dialog", answer)
    desk.goto("/list")
    assert asked == ["beforeunload"]


def test_running_job_is_replaced_when_it_has_ended(desk: Page) -> None:
    desk.goto("/stock")
    expect(desk.locator("#job-7")).to_have_text("Done")


def test_phone_reaches_every_section(phone: Page) -> None:
    phone.goto("/list")
    phone.get_by_role("button", name="More").click()
    sheet = phone.get_by_role("navigation", name="All sections")
    expect(sheet.get_by_role("link", name="Trial balance")).to_be_visible()
    assert faults(phone) == []
    sheet.get_by_role("link", name="Trial balance").click()
    expect(phone).to_have_url(re.compile("/trial-balance$"))


def test_paper_is_black_on_white(desk: Page) -> None:
    desk.goto("/trial-balance")
    desk.emulate_media(media="print", color_scheme="dark")
    assert desk.evaluate("getComputedStyle(document.querySelector('.table td')).color") == "rgb(0, 0, 0)"
    assert desk.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    expect(desk.locator(".side")).to_be_hidden()
    expect(desk.locator(".top")).to_be_hidden()
    assert desk.pdf(prefer_css_page_size=True).startswith(b"%PDF")
