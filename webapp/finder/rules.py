"""What was typed, read every way it can be meant; and which find stands first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

from webapp.kernel.money import Paise, read_paise
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded

MOST_TYPED = 100
MOST_WORDS = 8
_NUMBER = re.compile(r"(?:(?P<series>[0-9A-Za-z-]*[A-Za-z][0-9A-Za-z-]*)[/ -])?(?P<seq>[0-9]{1,6})")
_AMOUNT = re.compile(r"(?:₹|Rs\.? ?)?[0-9][0-9,]*(?:\.[0-9]{1,2})?")
_SHORTEST_CODE = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. `words` are folded, and none when it can only be money ("1,250.00"); `seq` with or without its series;
    `amount` in paise; `code` as a label has it."""

    text: str
    words: tuple[str, ...]
    series: str = ""
    seq: int | None = None
    amount: Paise | None = None
    code: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether it is a number or an amount, and names a document before anything else."""
        return self.seq is not None or self.amount is not None


def read_asked(typed: str) -> Asked:
    """Read what was typed. "123" is a number of any series, ₹123, and a part of a phone or a code; "26A1/123" is one bill."""
    text = " ".join(typed.split())[:MOST_TYPED]
    number, amount = _NUMBER.fullmatch(text), _amount(text)
    is_only_money = amount is not None and not text.isdigit()
    return Asked(
        text=text,
        words=() if is_only_money else tuple(folded(text).split()[:MOST_WORDS]),
        series=(number["series"] or "").upper() if number else "",
        seq=int(number["seq"]) if number else None,
        amount=amount,
        code=text if len(text) >= _SHORTEST_CODE and " " not in text and not is_only_money else "",
    )


def _amount(text: str) -> Paise | None:
    if not _AMOUNT.fullmatch(text):
        return None
    try:
        found = read_paise(text.replace("Rs ", ""))
    except ValueError:
        return None
    return found or None


class Named(Protocol):
    """Something with words to be found by."""

    @property
    def title(self) -> str: ...

    @property
    def others(self) -> str:
        """More words: its name in another language, codes, a phone."""


Kind = TypeVar("Kind", bound=Named)


def score(words: tuple[str, ...], named: Named) -> int | None:
    """How well it fits, 0 the best; None when a word is missing. A whole name, then its beginning, then words' beginnings."""
    title, others = folded(named.title), folded(named.others)
    if not words or not all(word in title or word in others for word in words):
        return None
    typed = " ".join(words)
    if typed == title or typed in others.split():
        return 0
    if title.startswith(typed):
        return 1
    begun = [any(part.startswith(word) for part in title.split()) for word in words]
    if all(begun):
        return 2
    if all(one or any(part.startswith(word) for part in others.split()) for one, word in zip(begun, words, strict=True)):
        return 3
    return 4


def ranked(asked: Asked, found: Iterable[Kind], most: int) -> list[Kind]:
    """The best first; equal ones by name, shorter first."""
    scored = [
        (fit, len(one.title), one.title, place, one) for place, one in enumerate(found) if (fit := score(asked.words, one)) is not None
    ]
    return [one for *_order, one in sorted(scored, key=lambda row: row[:4])[:most]]
