"""Document numbers as two people write the same one: separators, leading noughts, years, prefixes, one slip of the pen. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_RUNS = re.compile(r"[^\W_]+")
# 2026-27, 26-27, 202627, 2627 and the like: the second year follows the first, which `_without_years` looks at.
_YEARS = re.compile(r"(?<!\d)(?:20)?(\d\d)[\W_]{0,3}(?:20)?(\d\d)(?!\d)")
MOST_SLIPPED = 20  # signs of a number that is looked for with a slip: the portal allows sixteen


@lru_cache(maxsize=65_536)
def plain(number: str) -> str:
    """Without separators, in small letters, digits of any script as 0 to 9: INV-001, inv/001 and INV ००१ are one. "" where nothing but
    separators stands."""
    return "".join(_RUNS.findall(_folded(number)))


@lru_cache(maxsize=65_536)
def core(number: str) -> str:
    """The running number alone: no year, no prefix or suffix, no leading noughts. INV/007/26-27 and 7 are one. "" for none."""
    groups = [part.lstrip("0") for part in re.findall(r"\d+", _without_years(_folded(number)))]
    return next((part for part in reversed(groups) if part), "")


def _folded(number: str) -> str:
    text = number.casefold()
    return text if text.isascii() else "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _without_years(text: str) -> str:
    def year_gone(found: re.Match[str]) -> str:
        return " " if int(found[2]) == (int(found[1]) + 1) % 100 else found[0]

    without = _YEARS.sub(year_gone, text)
    return without if re.search(r"\d", without) else text


def slips(text: str) -> Iterator[str]:
    """The text, and the text with each sign left out. Two that share one of these differ by one sign changed, missing, added or moved.
    Nothing of an empty one."""
    if text:
        yield text
    if 4 <= len(text) <= MOST_SLIPPED:
        for at in range(len(text)):
            yield text[:at] + text[at + 1 :]
