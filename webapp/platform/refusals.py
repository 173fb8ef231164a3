"""Refusals in the reader's language.

Services refuse in English, filled in already: "October 2026 was locked by Asha." Their sentences stand in the file of
translations with names for what is filled in (webapp.translations.refusals finds them); here the sentence of a refusal is
recognised again, and what was filled in moves over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from babel.messages.pofile import read_po
from flask_babel import get_locale

from webapp.platform.translations import SOURCE

_CONTEXT = "refusal"
_PLACE = re.compile(r"\{(\w+)\}")
_END = re.compile(r"\. ")


class _Sentence(NamedTuple):
    pattern: re.Pattern[str]
    said: str


class _Phrases(NamedTuple):
    """What a language has: sentences and words known as they are, and sentences with something filled in."""

    whole: Mapping[str, str]
    filled: tuple[_Sentence, ...]


def told(refusal: str) -> str:
    """The refusal in the reader's language; as it is when that is English, or when nobody has translated it."""
    return in_language(str(get_locale() or "en"), refusal)


def in_language(language: str, refusal: str) -> str:
    """The refusal in `language`. What is wrong and what to do may come as one text: then sentence by sentence."""
    phrases = _phrases(language)
    if not phrases.whole:
        return refusal
    if (said := _known(phrases, refusal)) is not None:
        return said
    for end in _END.finditer(refusal):
        if (said := _known(phrases, refusal[: end.start() + 1])) is not None:
            return f"{said} {in_language(language, refusal[end.end() :])}"
    return refusal


def _known(phrases: _Phrases, sentence: str) -> str | None:
    if sentence in phrases.whole:
        return phrases.whole[sentence]
    for pattern, said in phrases.filled:
        if found := pattern.fullmatch(sentence):
            values = {name: phrases.whole.get(value, value) for name, value in found.groupdict().items()}
            return _PLACE.sub(lambda place: values[place[1]], said)  # noqa: B023 - used at once
    return None


@lru_cache(maxsize=8)
def _phrases(language: str) -> _Phrases:
    source = SOURCE / language / "LC_MESSAGES" / "messages.po"
    if language == "en" or not source.exists():
        return _Phrases({}, ())
    with source.open("rb") as file:
        known = {str(entry.id): str(entry.string) for entry in read_po(file, locale=language) if entry.context == _CONTEXT and entry.string}
    filled = sorted((text for text in known if _PLACE.search(text)), key=_said_outright, reverse=True)
    return _Phrases(known, tuple(_Sentence(_pattern(text), known[text]) for text in filled))


def _said_outright(text: str) -> int:
    """How much of a sentence stands fast: of two that fit, the one that says more is meant."""
    return len(_PLACE.sub("", text))


def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)  # words, name, words, name, words
    return re.compile("".join(f"(?P<{part}>.*?)" if turn % 2 else re.escape(part) for turn, part in enumerate(parts)), re.DOTALL)
