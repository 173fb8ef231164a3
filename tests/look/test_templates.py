"""What the content security policy would break, or open, never gets into a template or a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "tests" / "look" / "templates").rglob("*.html")])
SCRIPTS = [path for path in sorted((ROOT / "static").rglob("*.js")) if "vendor" not in path.parts]
# WeasyPrint draws these on the server: no browser and no policy ever sees them.
FOR_PAPER = {path for path in TEMPLATES if "printing" in path.parts}

BANNED = {
    "an inline script (put it in a file under static/)": r"<script(?![^>]*\bsrc=)[^>]*>",
    "an inline style sheet (put it in static/css/)": r"<style\b",
    "a style attribute (use a class)": r"<[^>]*\sstyle\s*=",
    "an on…= attribute (use a data attribute and a module)": r"<[^>]*\son[a-z]+\s*=",
    "hx-on (the policy stops it)": r"\bhx-on\b",
    "a js: value (the policy stops it)": r"[\"'=]\s*(?:js|javascript):",
    "a [filter] in hx-trigger (htmx would need eval)": r"hx-trigger\s*=\s*\"[^\"]*\[",
    "|safe (build Markup where the value is made, or leave it escaped)": r"\|\s*safe\b",
    "autoescape off": r"autoescape\s+false",
    "a file of another site": r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
    "inherited headers without :inherited": r"<body[^>]*\shx-headers\s*=",
}


def without_comments(path: Path) -> str:
    """The template's text; what a Jinja comment says is not shown to anybody."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_list_to_choose_from_shows_that_it_opens(path: Path) -> None:
    boxes = re.findall(r'class="select">.*?</(?:span|div)>', path.read_text(), flags=re.S)
    assert [box for box in boxes if "icon(" not in box] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_paragraph_holds_a_form(path: Path) -> None:
    """A browser ends a paragraph where a form begins, and its button then stands alone, as wide as the page: a row is a div."""
    forms = r"<p\b[^>]*>(?:(?!</p>|<p\b).)*?(?:\bpost_button\(|<form\b)"
    assert re.findall(forms, without_comments(path), re.DOTALL) == []


def test_the_head_of_a_page_is_written_once() -> None:
    heads = [
        path for path in TEMPLATES if path not in FOR_PAPER and re.search(r"<meta charset|theme-color|rel=.manifest", path.read_text())
    ]
    assert [path.relative_to(ROOT).as_posix() for path in heads] == ["templates/macros/head.html"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_template_keeps_the_policy(path: Path) -> None:
    text = without_comments(path)
    rules = {why: rule for why, rule in BANNED.items() if path not in FOR_PAPER or "style" not in why}
    # A link to another site is a link; only what the page loads by itself is refused.
    text = re.sub(r"<a\b[^>]*>", lambda tag: re.sub(r"href\s*=\s*[\"']https?://[^\"']*[\"']", "", tag.group()), text)
    assert [why for why, rule in rules.items() if re.search(rule, text, re.I)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_script_keeps_the_policy(path: Path) -> None:
    text = path.read_text()
    found = [
        word
        for word in (
            r"\beval\(",
            r"new Function\(",
            r"\.innerHTML\s*=",
            r"insertAdjacentHTML",
            r"document\.write",
            r"setAttribute\(\s*[\"']style",
            r"\.cssText",
        )
        if re.search(word, text)
    ]
    assert found == []


def test_nobody_clears_the_storage_of_a_till() -> None:
    """`Clear-Site-Data: "storage"` erases bills that were not sent yet."""
    homes = [path for folder in ("webapp", "jobs") for path in (ROOT / folder).rglob("*.py")] + SCRIPTS
    guilty = [path.name for path in homes if re.search(r"Clear-Site-Data[^\n]*(?:storage|\*)", path.read_text())]
    assert guilty == []


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ('<p style="color:red">', "style attribute"),
        ("<p onclick=go()>", "on…="),
        ('<b hx-on:click="x">', "hx-on"),
        ("<b hx-vals='js:{a:1}'>", "js:"),
        ('<b hx-trigger="click[ctrlKey]">', "[filter]"),
        ("{{ x | safe }}", "|safe"),
        ('<script src="https://cdn.example/x.js"></script>', "another site"),
    ],
)
def test_the_lint_finds_what_is_planted(planted: str, why: str) -> None:
    assert any(re.search(rule, planted, re.I) for name, rule in BANNED.items() if why in name)
