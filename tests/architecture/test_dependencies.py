"""What we did not write is explained, each by a row of docs/dependencies.md."""

from __future__ import annotations

import re
import tomllib

from tests.architecture.sources import ROOT

ROWS = re.findall(r"^\| (.+?) \|", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE)
EXPLAINED = {name.strip().lower() for row in ROWS for name in row.split(",")}


def direct(file: str) -> set[str]:
    lines = (line.strip() for line in (ROOT / file).read_text().splitlines())
    return {re.split(r"[<>=; ]", line)[0].lower() for line in lines if line and not line.startswith(("#", "-"))}


def test_each_direct_dependency_is_explained() -> None:
    assert direct("requirements.in") | direct("requirements-dev.in") <= EXPLAINED


def test_each_vendored_file_is_explained_in_its_version() -> None:
    files = tomllib.loads((ROOT / "static" / "vendor" / "vendor.toml").read_text())["file"]
    text = (ROOT / "docs" / "dependencies.md").read_text()
    missing = [one["name"] for one in files if f"| {one['name'].split(':')[0]} | {one['version']} |" not in text]
    assert not missing
