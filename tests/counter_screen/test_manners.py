"""Everybody can use it: axe in both themes, narrow phones, fingers, Hindi, the policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.counter_screen.conftest import DAL, NOBODYS, SOAP, Till

pytestmark = pytest.mark.browser
DIALOGS = {"customer": "F3", "bills": "F7", "return": "F8", "shift": "Alt+s", "queue": "Alt+u", "device": "Alt+d", "keys": "?"}


def test_axe_finds_nothing_on_a_desk(open_till: Callable[..., Till]) -> None:
    till = open_till()
    found: dict[str, list[str]] = {}
    for theme in ("light", "dark"):
        till.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        found[f"{theme} empty"] = till.faults()
        till.scan(DAL)
        till.scan(SOAP)
        till.press("F2")
        till.scan(NOBODYS)
        expect(till.page.locator("form.unknown-form")).to_have_count(1)
        found[f"{theme} bill"] = till.faults()
        till.page.locator("[data-do=leave]").click()
        for name, key in DIALOGS.items():
            till.press(key)
            expect(till.page.locator(f"#{name}")).to_be_visible()
            found[f"{theme} {name}"] = till.faults()
            till.press("Escape")
            expect(till.page.locator(f"#{name}")).to_be_hidden()
        till.press("Enter")
        expect(till.page.locator("#pay")).to_be_visible()
        for mode in ("1", "2", "3", "4"):
            till.press(f"Alt+{mode}")
            expect(till.page.locator(".mode").nth(int(mode) - 1)).to_have_attribute("aria-pressed", "true")
            found[f"{theme} pay {mode}"] = till.faults()
        till.press("Alt+1", "Enter")
        till.expect_done()
        found[f"{theme} done"] = till.faults()
        till.page.locator("#done [data-do=open]").click()
        expect(till.page.locator("#one-bill")).to_be_visible()
        found[f"{theme} one bill"] = till.faults()
        till.press("Escape")
        expect(till.page.locator("#one-bill")).to_be_hidden()
    assert {place: faults for place, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("width", "height"), [(320, 640), (360, 740), (640, 400)])
def test_nothing_hangs_over_the_side(open_till: Callable[..., Till], width: int, height: int) -> None:
    """640 by 400 is a desk enlarged to 200 %."""
    till = open_till(width=width, height=height, touch=width < 600)
    over = {"empty": till.hangs_over()}
    till.scan(DAL)
    till.scan(SOAP)
    over["bill"] = till.hangs_over()
    for name, key in DIALOGS.items():
        till.press(key)
        expect(till.page.locator(f"#{name}")).to_be_visible()
        box = till.page.locator(f"#{name}").evaluate("box => box.scrollWidth - box.clientWidth")
        over[name] = max(till.hangs_over(), box)
        till.press("Escape")
        expect(till.page.locator(f"#{name}")).to_be_hidden()
    till.press("Enter", "Alt+2")
    expect(till.page.locator("#pay-qr-box svg")).to_be_visible()
    over["pay"] = max(till.hangs_over(), till.page.locator("#pay").evaluate("box => box.scrollWidth - box.clientWidth"))
    assert {place: pixels for place, pixels in over.items() if pixels > 0} == {}


def test_fingers_find_their_targets(open_till: Callable[..., Till]) -> None:
    till = open_till(width=360, height=740, touch=True)
    till.scan(DAL)
    small = """() => [...document.querySelectorAll('button, a, input:not([type=checkbox]), select')].filter(e => e.checkVisibility() && !e.closest('.hidden-text, .skip') && !e.matches('.hidden-text, .skip'))
        .map(e => [e.id || e.className || e.textContent.trim(), Math.round(e.getBoundingClientRect().height)]).filter(([, height]) => height < 44)"""
    assert till.page.evaluate(small) == []
    till.page.locator(".line-main").tap()
    expect(till.page.locator(".line form")).to_be_visible()
    assert till.page.evaluate(small) == []
    till.page.locator("#pay-button").tap()
    expect(till.page.locator("#pay")).to_be_visible()
    assert till.page.evaluate(small) == []


def test_hindi_is_one_tap_away_and_stays(till: Till) -> None:
    till.page.locator("#menu-button").click()
    till.page.get_by_role("button", name="हिन्दी").click()
    expect(till.page.locator("html")).to_have_attribute("lang", "hi")
    expect(till.page.locator("#pay-button")).to_contain_text("भुगतान लें")
    till.press("Escape")
    till.scan(DAL)
    expect(till.page.locator(".line [data-f=name]")).to_have_text(["तूर दाल 1 किलो"])
    assert till.faults() == []
    till.page.reload()
    till.wait()
    expect(till.page.locator("#payable-label")).to_have_text("देय")
    till.page.locator("#menu-button").click()
    till.page.get_by_role("button", name="English").click()
    expect(till.page.locator("#payable-label")).to_have_text("To pay")
    expect(till.page.locator("#find")).to_have_attribute("placeholder", "Scan or type a name")


def test_the_policy_is_kept(open_till: Callable[..., Till]) -> None:
    till = open_till()
    said: list[str] = []
    till.page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    till.page.on("pageerror", lambda error: said.append(str(error)))
    till.page.reload()
    till.wait()
    till.scan(DAL)
    till.press("Enter", "Alt+2")
    expect(till.page.locator("#pay-qr-box svg")).to_be_visible()
    till.press("Enter")
    till.expect_done()
    for key, name in (("F7", "bills"), ("Alt+d", "device")):
        till.press(key)
        expect(till.page.locator(f"#{name}")).to_be_visible()
        till.press("Escape")
        expect(till.page.locator(f"#{name}")).to_be_hidden()
    assert said == []


def test_the_bare_device_asks_for_the_owner(open_till: Callable[..., Till]) -> None:
    till = open_till()
    fresh = till.page.context.browser.new_context()  # type: ignore[union-attr]
    try:
        other = fresh.new_page()
        other.goto(till.live.url + "/counter")
        other.get_by_role("button", name="Start billing here").click()
        expect(other.locator("#enrol-error")).to_be_visible()
        expect(other.get_by_role("link", name="Sign in")).to_have_attribute("href", "/sign-in?next=/counter")
        assert "Sharma" not in other.content()
    finally:
        fresh.close()


def test_the_theme_is_chosen_in_the_menu_and_followed_from_another_tab(till: Till) -> None:
    root = till.page.locator("html")
    till.page.locator("#menu-button").click()
    till.page.get_by_role("button", name="Dark").click()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(till.page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    till.page.reload()
    till.wait()
    expect(root).to_have_attribute("data-theme", "dark")
    other = till.page.context.new_page()
    other.goto(till.live.url + "/today")
    other.evaluate("() => { for (const key of Object.keys(localStorage)) if (localStorage[key] === 'dark') localStorage[key] = 'light'; }")
    expect(root).to_have_attribute("data-theme", "light")
