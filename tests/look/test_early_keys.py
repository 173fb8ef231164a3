"""Keys pressed while a page stands there and its scripts have not run yet: they are pressed once the scripts are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.ground.browser import until

pytestmark = pytest.mark.browser

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# A click is written down and goes nowhere, so that the page stays for the next look. The clock of the page stands still.
NOTE_CLICKS = """
    window.clicked = [];
    performance.now = () => window.nowIs ?? 0;
    addEventListener("click", (event) => { clicked.push(event.target.textContent.trim()); event.preventDefault(); }, true);
"""
_KEPT = "performance.getEntriesByType('resource').filter(one => one.name.endsWith('/keys_kept.js'))"


@pytest.fixture
def early(desk: Page) -> Iterator[Callable[..., list[str]]]:
    """Presses keys on the list before its scripts run; says what was clicked once they have."""
    held: list[Route] = []
    desk.add_init_script(NOTE_CLICKS)
    desk.route("**/app/app.js", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given

    def press(*keys: str, at: str = "body", then: str = "") -> list[str]:
        held.clear()
        desk.goto("/list", wait_until="commit")
        for key in keys:
            desk.locator(at).press(key)
        if then:
            desk.evaluate(then)
        for _ in range(600):
            if held:
                break
            desk.wait_for_timeout(50)
        assert desk.evaluate("clicked") == [], "nobody listens yet"
        held[0].continue_()
        desk.wait_for_load_state()
        until(desk, f"{_KEPT}.length === 1")
        desk.evaluate(f"import({_KEPT}[0].name)")  # it has run, and what waited for it too
        return list(desk.evaluate("clicked"))

    yield press
    desk.unroute_all(behavior="ignoreErrors")


def test_a_key_before_the_scripts_is_pressed_once(early: Callable[..., list[str]], desk: Page) -> None:
    assert early("Alt+n", "Alt+n", "Alt+f") == ["New bill"]
    expect(desk.get_by_role("searchbox")).to_be_focused()
    desk.keyboard.press("Alt+n")
    assert desk.evaluate("clicked") == ["New bill", "New bill"], "and from then on as always"


def test_what_is_typed_and_enter_are_not(early: Callable[..., list[str]]) -> None:
    assert early("n", "Enter", "Control+Enter", "Tab", "Alt") == []


@pytest.mark.parametrize("since", ["window.nowIs = 1e12", "document.querySelector('.skip').focus()", "document.hasFocus = () => false"])
def test_nor_one_from_before_or_of_somebody_who_went_on(early: Callable[..., list[str]], since: str) -> None:
    assert early("Alt+n", at="[type=search]", then="0") == ["New bill"]
    assert early("Alt+n", at="[type=search]", then=since) == []


def test_the_counter_keeps_no_keys() -> None:
    kept_in = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if "early_keys" in path.read_text()}
    assert kept_in == {"base.html"}
