"""Document numbers as two people write the same one: separators, leading noughts, years, prefixes, one slip of the pen. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_RUNS = re.compile(r"[^\W_]+")
# 2026-27, 26-27, 202627, 2627 and the like: the second year follows the first, which `_without_years` looks at.
_YEARS = re.compile(r"(?<!\d)(?:20)?(\d\d)[\W_]{0,3}(?:20)?(\d\d)(?!\d)")
MOST_SLIPPED = 20  # signs of a number that is looked for with a slip: the portal allows sixteen


@lru_cache(maxsize=65_536)
def plain(number: str) -> str:
    """Without separators and in small letters: INV-001, inv/001 and INV 001 are one."""
    return "".join(_RUNS.findall(number.casefold()))


@lru_cache(maxsize=65_536)
def core(number: str) -> str:
    """The running number alone: no year, no prefix or suffix, no leading noughts. INV/007/26-27 and 7 are one. "" for none."""
    groups = [part.lstrip("0") for part in re.findall(r"\d+", _without_years(number.casefold()))]
    return next((part for part in reversed(groups) if part), "")


def _without_years(text: str) -> str:
    def year_gone(found: re.Match[str]) -> str:
        return " " if int(found[2]) == (int(found[1]) + 1) % 100 else found[0]

    without = _YEARS.sub(year_gone, text)
    return without if re.search(r"\d", without) else text


def slips(text: str) -> Iterator[str]:
    """The text, and the text with each sign left out. Two that share one of these differ by one sign changed, missing, added or moved."""
    yield text
    if 4 <= len(text) <= MOST_SLIPPED:
        for at in range(len(text)):
            yield text[:at] + text[at + 1 :]
