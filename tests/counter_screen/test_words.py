"""The shell is the same for everybody, carries every sentence in both languages, and stays small."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]
COUNTER = ROOT / "static" / "counter"
QUOTED = r"'((?:[^'\\\n]|\\.)+)'"
# Names, and what is written the same in both languages.
ALIKE = {
    "English",
    "Enter",
    "Delete",
    "Alt",
    "CGST",
    "SGST",
    "IGST",
    "GST %",
    "Composition taxable person, not eligible to collect tax on supplies",
}
LIMIT_GZ = 45_000


class Words(HTMLParser):
    """Every text and label a person meets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value.strip() for name, value in attrs if name in {"aria-label", "placeholder", "title"} and value and value.strip()}

    def handle_data(self, data: str) -> None:
        self.found.add(data.strip())


@pytest.fixture
def shell(client: FlaskClient) -> str:
    return client.get("/counter").get_data(as_text=True)


def hindi_of(shell: str) -> dict[str, str]:
    inside = re.search(r'<template id="hindi">(.*?)</template>', shell, re.S)
    assert inside
    words: dict[str, str] = json.loads(inside[1])
    return words


def spoken_by_scripts() -> set[str]:
    """What scripts say: `t('…')`, `count(n, '…', '…')`, `say('…')` of papers, refusals, and tables of names."""
    found: set[str] = set()
    for path in COUNTER.glob("*.js"):
        text = path.read_text()
        for pattern in (
            rf"\bt\(\s*{QUOTED}",
            rf"\bt\([^()]*\? {QUOTED} : {QUOTED}",
            rf"\b(?:say|row)\({QUOTED}",
            rf"\bcount\([^']*?, {QUOTED}, {QUOTED}\)",
            rf"new Error\({QUOTED}\)",
            rf"CounterError\(\s*'[a-z_]+',\s*{QUOTED},\s*{QUOTED}",
        ):
            for match in re.finditer(pattern, text):
                found |= {part.replace("\\'", "'") for part in match.groups() if part}
        for table in re.findall(r"^(?:const|\s+this\.)\s*(?:LABELS|TITLES|MODES|KINDS|modes)\b[^=]*= \{(.*?)\};", text, re.S | re.M):
            found |= set(re.findall(rf": {QUOTED}", table))
    return found


def test_every_sentence_has_its_hindi(shell: str) -> None:
    page = Words()
    page.feed(re.sub(r'<template id="hindi">.*?</template>', "", shell, flags=re.S))
    wanted = {text for text in page.found | spoken_by_scripts() if re.search(r"[A-Za-z]{3}", text)}
    wanted = {text for text in wanted if text not in ALIKE and not re.match(r"^Alt [a-z]$", text)}
    assert wanted - hindi_of(shell).keys() == set()


def test_hindi_keeps_the_places_for_figures(shell: str) -> None:
    wrong = {
        english for english, hindi in hindi_of(shell).items() if set(re.findall(r"\{\w+\}", english)) != set(re.findall(r"\{\w+\}", hindi))
    }
    assert wrong == set()


def test_the_shell_is_the_same_bytes_for_everybody(client: FlaskClient) -> None:
    answers = {client.get("/counter", headers={"Accept-Language": language}).get_data() for language in ("en", "hi", "ta")}
    assert len(answers) == 1
    assert b"csrf" not in answers.pop()


def test_the_shell_speaks_no_other_language(shell: str) -> None:
    assert '<html lang="en">' in shell


def first_line_scripts() -> list[Path]:
    """What the page fetches before the first line of a bill: the static imports from screen.js on."""
    found: list[Path] = []
    waiting = [COUNTER / "screen.js"]
    while waiting:
        path = waiting.pop().resolve()
        if path in found:
            continue
        found.append(path)
        waiting += [path.parent / name for name in re.findall(r"^(?:import|export)[^'\n]*'(\.[^']+)';", path.read_text(), re.M)]
    return found


def without_comments(text: str) -> str:
    """Scripts are served as they stand; comments are not program."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*\*.*?\*/|^\s*//[^\n]*", "", text, flags=re.S | re.M))


def test_the_first_line_needs_little_script() -> None:
    sizes = {path.name: len(gzip.compress(without_comments(path.read_text()).encode(), 9)) for path in first_line_scripts()}
    assert sum(sizes.values()) <= LIMIT_GZ, sorted(sizes.items(), key=lambda one: -one[1])
