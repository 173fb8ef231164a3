"""What axe finds on a page, and whether the page fits: the same questions for the screens of every room."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"type": "tag", "values": STANDARDS}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
# What is on its way from one colour or place to another has neither; what turns for ever is not waited for.
AT_REST = """() => Promise.allSettled(document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime))
    .map((one) => one.finished)).then(() => undefined)"""


def faults(page: Page, rules: dict[str, Any] | None = None) -> list[str]:
    """What axe finds, one line for each element."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    page.evaluate(AT_REST)
    result = page.evaluate("runOnly => axe.run(document, { runOnly, resultTypes: ['violations'] })", rules or RULES)
    return [f"{fault['id']}: {node['target']} {node['failureSummary']}" for fault in result["violations"] for node in fault["nodes"]]


def assert_fits(page: Page, path: str) -> None:
    """Nothing hangs over the side and axe finds nothing, at a desk and on the narrowest phone, in both themes. In the
    dark only the colours are asked for again: all else is the same page, and was seen."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        assert faults(page) == [], f"{path} at {width}"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{path} at {width}"
        # Without motion: a button on its way from one colour to the other has neither.
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert faults(page, COLOURS) == [], f"{path} at {width}, dark"
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
