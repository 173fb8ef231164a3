"""Other people's files are the ones we looked at: version, hash and licence beside each."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
FILES = tomllib.loads((STATIC / "vendor" / "vendor.toml").read_text())["file"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_file_is_the_one_that_was_reviewed(file: dict[str, str]) -> None:
    assert hashlib.sha256((STATIC / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", file["version"])
    assert len((STATIC / file["licence_file"]).read_text()) > 300


def test_nothing_is_vendored_without_an_entry() -> None:
    listed = {file["path"] for file in FILES} | {file["licence_file"] for file in FILES} | {"vendor/vendor.toml"}
    found = {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert found - listed == set()


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    templates = STATIC.parent / "templates"
    named = {
        name
        for path in templates.rglob("*.html")
        for name in re.findall(r'(?:icon\(|symbol=|icon(?:"|\')?[:=]\s*)["\']([a-z0-9-]+)["\']', path.read_text())
    }
    menu = set(re.findall(r'"[a-z_]+\.[a-z_.]+", "([a-z0-9-]+)", Permission', (STATIC.parent / "webapp" / "app.py").read_text()))
    assert named
    assert menu
    assert (named | menu) - sprite == set(), "copy its symbol from lucide-static, of the version in vendor.toml"


def test_no_icon_is_carried_for_nothing() -> None:
    root = STATIC.parent
    users = [
        *(root / "templates").rglob("*.html"),
        *(root / "webapp").rglob("*.py"),
        *(STATIC / "app").glob("*.js"),
        *(STATIC / "counter").glob("*.js"),
    ]
    said = {word for path in users for word in re.findall(r"""["']([a-z0-9-]+)["']""", path.read_text())}
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    assert sprite - said == set()
