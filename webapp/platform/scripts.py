"""The scripts of India on paper: which signs are of which, and the bundled font that has them.

Latin and Devanagari are on nearly every paper; the others are read from disk by the first paper that has a name in them, and cost
nothing before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# What belongs to the run it stands in: joiners, the dotted circle, and the dandas, which Unicode keeps among the Devanagari.
_SHARED = "\u200c\u200d\u25cc\u0964\u0965"


class Script(NamedTuple):
    """A script: its ISO 15924 code, the name in its fonts' files (NotoSans<font>-Regular.ttf), its signs as in a regular expression."""

    code: str
    font: str
    signs: str


DEVANAGARI = Script("deva", "Devanagari", "\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff\u200c\u200d\u25cc")
RARER = (
    Script("beng", "Bengali", "\u0980-\u09ff"),
    Script("guru", "Gurmukhi", "\u0a00-\u0a7f"),
    Script("gujr", "Gujarati", "\u0a80-\u0aff"),
    Script("orya", "Oriya", "\u0b00-\u0b7f"),
    Script("taml", "Tamil", "\u0b80-\u0bff"),
    Script("telu", "Telugu", "\u0c00-\u0c7f"),
    Script("knda", "Kannada", "\u0c80-\u0cff"),
    Script("mlym", "Malayalam", "\u0d00-\u0d7f"),
)
INDIC = re.compile("[\u0900-\u0d7f\u1cd0-\u1cff\ua8e0-\ua8ff\u200c\u200d\u25cc]")
_RARER = re.compile("[\u0980-\u0d7f]")
_RUNS = re.compile("|".join(f"(?P<{one.code}>[{one.signs}][{one.signs}{_SHARED}]*)" for one in (DEVANAGARI, *RARER)))


def rarer_in(text: str) -> tuple[Script, ...]:
    """The scripts of a text besides Latin and Devanagari, in the order of RARER."""
    if text.isascii() or not _RARER.search(text):
        return ()
    return tuple(one for one in RARER if re.search(f"[{one.signs}]", text))


def runs(text: str) -> Iterator[tuple[str, str]]:
    """A text cut into pieces of one script each: (piece, its script's code; "" for all that is not of India)."""
    at = 0
    for found in _RUNS.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], ""
        yield found[0], str(found.lastgroup)
        at = found.end()
    if at < len(text):
        yield text[at:], ""
