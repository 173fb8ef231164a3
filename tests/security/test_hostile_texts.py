"""Sixty texts that try to become a part of the page, in every stored text of a shop, and every page drawn: none does."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule

from tests.every_route.bearers import heads_of
from tests.every_route.furnished import Furnished, furnish
from tests.every_route.test_url_map import EXPECTED, address, walk
from tests.ground.shops import Shop
from tests.security.hostile import BREAKS, FORMULAS, HOSTILE, MARK, TAGS, cells, faults, formula_cells, plant
from webapp import security_events
from webapp.platform.tenancy import open_books

TEMPLATES = Path(__file__).parents[2] / "templates"
# What a spreadsheet opens, and what says by itself what it is.
FILES = {"text/csv", "text/plain", "text/calendar", "application/jsonl", "text/x-python", "text/css", "text/javascript", "application/xml"}


def test_there_are_sixty_and_each_is_seen_where_it_is_not_escaped() -> None:
    assert len(set(HOSTILE)) == 60
    for hostile in TAGS:
        seen = [faults(page.replace("{}", hostile)) for page in ("<p>{}</p>", "<textarea>{}</textarea>")]
        assert any(seen), hostile
    for hostile in BREAKS:
        in_json = f'<script type="application/json">{{"a": "{hostile}"}}</script>'
        assert any(faults(page) for page in (f'<input value="{hostile}">', f"<input value='{hostile}'>", in_json)), hostile
    assert formula_cells("\r\n".join(f'"{one}"' for one in FORMULAS)) == list(FORMULAS)
    assert formula_cells("-5,+0530,'=1,-1.50,text") == []
    assert all(faults(page) for page in ('<a href="javascript:x">', '<a href="//evil.example">', "<p>49zqx</p>"))
    assert faults('<a href="/items?q=zqx" class="x">') == []


@pytest.fixture
def planted(app: Flask, sharma: Shop, engine: Engine) -> Furnished:
    """A furnished shop in which every stored text is hostile."""
    made = furnish(app, sharma, "SHARMAROW")
    security_events.watch(sharma.actor)
    with open_books(sharma.actor) as books:
        stand = plant(books.session.connection(), sharma.company_id, cells())
    assert len(stand) > 300  # a new column comes in by itself
    assert {
        "party.name",
        "item.name",
        "voucher.narration",
        "party.gstin",
        "item.hsn",
        "store.name",
        "account.name",
        "edit_log.user_name",
    } <= stand
    return made


def test_no_stored_text_becomes_a_part_of_any_page(app: Flask, planted: Furnished) -> None:
    wrong: list[Any] = []
    shown = 0
    for rule, method in walk(app):
        if method != "GET":
            continue
        for url in addresses(app, rule, planted):
            status, kind, body = _answer(planted.client, url)
            shown += MARK in body
            wrong += [(url, status)] if status >= 500 and status not in EXPECTED.get(rule.endpoint, ()) else []
            wrong += [(url, fault) for fault in trouble(kind, body)]
    assert wrong == []
    assert shown > 300


def addresses(app: Flask, rule: Rule, made: Furnished) -> Iterator[str]:
    """A rule as it is opened, as it is searched, and as the files that its list leaves as."""
    url = address(app, rule, made.rows)
    yield url
    name = rule.endpoint.rpartition(".")[2]
    if name.startswith("find_") or rule.endpoint.startswith("finder."):
        yield f"{url}?q={MARK}&text={MARK}&name={MARK}"
    if name.startswith("list_"):
        yield f"{url}?format=csv"


def _answer(client: FlaskClient, url: str) -> tuple[int, str, str]:
    with client.get(url, headers={"X-Munim-Sync": "1", **heads_of(client, url)}) as answer:
        assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"], url
        kind, body = answer.mimetype or "", answer.get_data()
        if kind.endswith("spreadsheetml.sheet"):
            return answer.status_code, kind, _formulas_of(body)
        return answer.status_code, kind, body.decode("utf-8", "replace")


def _formulas_of(workbook: bytes) -> str:
    with zipfile.ZipFile(BytesIO(workbook)) as opened:
        return "".join(opened.read(name).decode() for name in opened.namelist() if name.startswith("xl/worksheets/"))


def trouble(kind: str, body: str) -> Iterator[str]:
    """What is wrong with an answer of this kind, in which hostile texts are."""
    if kind == "text/html":
        yield from faults(body) if MARK in body or "<!doctype" in body[:20].lower() else ()
    elif kind == "application/json":
        json.loads(body)
    elif kind == "text/csv":
        yield from formula_cells(body)
    elif kind.endswith("spreadsheetml.sheet"):
        yield from re.findall(r"<f>.{0,40}|<hyperlink.{0,40}", body)
    elif MARK in body and kind not in FILES and not kind.startswith(("image/", "application/")):
        yield f"of kind {kind}"


def test_no_text_of_an_address_becomes_a_part_of_its_page(app: Flask, owner: FlaskClient) -> None:
    wrong: list[Any] = []
    asked = dict.fromkeys(
        ("q", "who", "text", "name", "from", "to", "older", "before", "kind", "store", "party", "next"), " ".join(HOSTILE).replace("\0", "")
    )
    for rule, method in walk(app):
        if method == "GET" and not rule.arguments and rule.endpoint not in {"health.show_metrics"}:
            with owner.get(rule.rule, query_string=asked) as answer:
                body = answer.get_data().decode("utf-8", "replace")
                wrong += [(rule.rule, fault) for fault in trouble(answer.mimetype or "", body)]
                if answer.status_code >= 500 and answer.status_code not in EXPECTED.get(rule.endpoint, ()):
                    wrong.append((rule.rule, answer.status_code))
                if MARK in answer.headers.get("Location", "").partition("?")[0]:
                    wrong.append((rule.rule, answer.headers["Location"][:80]))
    assert wrong == []


def test_templates_translate_only_sentences_of_ours() -> None:
    """What `_` answers is not escaped: a text that somebody typed may be a value of a sentence, and never the sentence."""
    called = re.compile(r"(?<![\w.])(?:_|gettext|ngettext)\(\s*([^\"'\s)][^)]{0,40})")
    raw = re.compile(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b")
    found = list[Any]()
    for file in sorted(TEMPLATES.rglob("*.html")):
        template = file.read_text(encoding="utf-8")
        found += [(file.name, hit[0]) for pattern in (called, raw) for hit in pattern.finditer(template)]
    assert found == []
