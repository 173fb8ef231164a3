"""Gathers the program's sentences and brings the files of translations up to date with them."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from webapp.gateway import CHARGES, CLEARING
from webapp.translations import refusals

ROOT = Path(__file__).parents[2]
FILES = Path(__file__).parent

_METHODS = [("webapp/**.py", "python"), ("templates/**.html", "jinja2")]
# As platform.templating sets them: whitespace inside a sentence must be read as it is drawn.
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
# No dates, names or places in the file: it changes when a sentence does, and for nothing else.
_HEADER = """\
# {name} of Munim. Written by `python -m webapp.translations`; only the msgstr are yours to change.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
# CLDR speaks of nought as of one in Hindi; here the first form often says "one" in so many words, so nought takes the second.
_LANGUAGES = {"hi": ("The Hindi", "nplurals=2; plural=(n != 1);")}
_PLACE = re.compile(r"\{\w+\}")


def languages() -> dict[str, Path]:
    """The file of each language the program speaks beside English."""
    return {language: FILES / language / "LC_MESSAGES" / "messages.po" for language in _LANGUAGES}


def gathered() -> Catalog:
    """Every sentence the sources hold now, untranslated."""
    found = Catalog()
    for place, line, message, _comments, context in extract_from_dir(ROOT, _METHODS, _OPTIONS, comment_tags=()):
        found.add(message, None, [(place, line)], context=context)
    for sentence in distinct(refusals.sentences(ROOT)):
        found.add(sentence, context=refusals.CONTEXT)
    for name in chart_names():
        found.add(name, context="chart")
    return found


def chart_names() -> list[str]:
    """The groups and accounts that every chart begins with, as webapp/ledger/chart.py names them; and those of a connected gateway."""
    seeds = ast.parse((ROOT / "webapp" / "ledger" / "chart.py").read_text(encoding="utf-8"))
    begun = [
        ast.literal_eval(call.args[1])
        for call in ast.walk(seeds)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"GroupSeed", "AccountSeed"}
    ]
    return [*begun, CLEARING, CHARGES]


def distinct(sentences: Iterator[str]) -> list[str]:
    """One of those that differ only in the names of what is filled in, and none that is nearly all filled in."""
    first: dict[str, str] = {}
    for sentence in sentences:
        bare = _PLACE.sub("{}", sentence)
        if sum(sign.isalpha() for sign in bare) >= 4:
            first.setdefault(bare, sentence)
    return list(first.values())


def renewed(language: str, earlier: str, template: Catalog) -> str:
    """The file of `language` brought up to date: what is translated stays, what is gone goes, what is new is empty."""
    kept: Catalog = read_po(io.StringIO(earlier), locale=language)
    kept.update(template, no_fuzzy_matching=True, update_header_comment=False)
    kept.obsolete.clear()
    said = io.BytesIO()
    write_po(said, kept, width=0, no_location=True, omit_header=True, sort_output=True)
    name, plural = _LANGUAGES[language]
    return _HEADER.format(name=name, language=language, plural=plural) + said.getvalue().decode().strip() + "\n"


def missing(text: str, language: str) -> list[str]:
    """The sentences of a file that have no translation yet."""
    return [message.id if isinstance(message.id, str) else message.id[0] for message in messages(text, language) if not all(forms(message))]


def messages(text: str, language: str) -> list[Any]:
    """The entries of a file, without its header."""
    return [message for message in read_po(io.StringIO(text), locale=language) if message.id]


def forms(message: Any) -> tuple[str, ...]:
    """The translation of an entry: one sentence, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)
