"""The sheet keeps its size, its layers and its contrast."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from webapp.platform.assets import Assets

STATIC = Path(__file__).resolve().parents[2] / "static"
CSS = STATIC / "css"
LIMIT_GZ = 14_000


def test_sheet_is_small() -> None:
    assert len(gzip.compress(Assets(STATIC).css.encode(), 9)) <= LIMIT_GZ


def test_every_rule_stands_in_a_layer() -> None:
    for name in (CSS / "ORDER").read_text().split():
        text = re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.S)
        outside = re.sub(r"@layer [a-z, ]+;", "", text).strip()
        assert outside.startswith("@layer"), name
        assert text.count("{") == text.count("}"), name


def test_order_names_every_file() -> None:
    named = {(CSS / name).resolve() for name in (CSS / "ORDER").read_text().split()}
    assert {path.resolve() for path in CSS.glob("*.css")} <= named
    assert all(path.exists() for path in named)


def tokens(block: str) -> dict[str, str]:
    """The custom properties of one block."""
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", block))


def blocks() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Light, dark by the device, dark by choice."""
    text = (CSS / "tokens.css").read_text()
    light = text[text.index(":root {") : text.index("@media (prefers-color-scheme: dark)")]
    by_device = text[text.index("@media (prefers-color-scheme: dark)") : text.index(':root[data-theme="dark"]')]
    by_choice = text[text.index(':root[data-theme="dark"]') : text.index("/* Density")]
    return tokens(light), tokens(by_device), tokens(by_choice)


def test_the_two_dark_lists_are_equal() -> None:
    _light, by_device, by_choice = blocks()
    assert by_device == by_choice


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of #rrggbb."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TONES = ("ok", "warn", "danger", "info", "pending")
INKS = ("ink", "ink-2", "link", "brand", *TONES)
TEXT_ON = [
    *((ink, ground) for ink in INKS for ground in ("canvas", "surface", "sunken")),
    *(("ink-3", ground) for ground in ("canvas", "surface")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in ("brand", "danger", "warn")),
    *((f"on-{tone}", ground) for tone in ("brand", "danger") for ground in (tone, f"{tone}-hover")),
    ("canvas", "ink"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read(theme: str) -> None:
    light, dark, _ = blocks()
    colours = light | (dark if theme == "dark" else {})
    poor = {
        (ink, ground): round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in TEXT_ON
        if contrast(colours[ink], colours[ground]) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_fields_and_focus_can_be_seen(theme: str) -> None:
    light, dark, _ = blocks()
    colours = light | (dark if theme == "dark" else {})
    for edge in ("line-strong", "focus"):
        assert contrast(colours[edge], colours["canvas"]) >= 3, edge
