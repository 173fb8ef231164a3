"""The parts of the books that are locked by themselves; and how the shop's own scale prints its labels: EAN-13 codes of
the numbers that GS1 leaves to each shop, 20 to 29."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

# The parts of the books that a month can be locked for.
EVERYTHING = "all"
SCOPES = (EVERYTHING, "sales", "purchases", "money", "journal", "stock")

# GS1 General Specifications, GS1 prefixes 20-29: restricted circulation numbers within a country or a company; what they mean
# is left to whoever prints them.
FIRST_PREFIX, LAST_PREFIX = 20, 29
_PART = re.compile(r"(\d\d)(?:-(\d\d))?", re.ASCII)
# Two digits of prefix and one check digit leave ten; what is between item and value (a price's own check digit) is passed over.
ITEM_DIGITS, VALUE_DIGITS, BOTH_DIGITS = range(4, 8), range(4, 7), 10
PAISE_IN = {"paise": 1, "rupees": 100}


def read_prefixes(text: str) -> tuple[int, ...]:
    """ "20-24, 27" as numbers in order, each once; nothing for an empty text. ValueError, in words, for anything else."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text.strip()))):
        matched = _PART.fullmatch(part)
        first, last = (int(matched[1]), int(matched[2] or matched[1])) if matched else (0, 0)
        if not FIRST_PREFIX <= first <= last <= LAST_PREFIX:
            raise ValueError("Type numbers from 20 to 29, for example 20-24, 27.")
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


def written_prefixes(prefixes: Iterable[int]) -> str:
    """The same as text, runs joined: 20-24, 27."""
    runs: list[list[int]] = []
    for prefix in sorted(set(prefixes)):
        if runs and prefix == runs[-1][-1] + 1:
            runs[-1].append(prefix)
        else:
            runs.append([prefix])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def scale_errors(weight: Iterable[int], price: Iterable[int], item_digits: int, value_digits: int) -> Mapping[str, str]:
    """What cannot be, by field of the settings form."""
    errors = {}
    if twice := set(weight) & set(price):
        errors["scale_price_prefixes"] = f"{written_prefixes(twice)} stands above as a weight; it cannot be both."
    if item_digits + value_digits > BOTH_DIGITS:
        errors["scale_value_digits"] = "Item and value have at most 10 digits together."
    return errors


def scale_for_till(profile: Any) -> dict[str, Any]:
    """What a till reads labels by: what each prefix holds, how many digits are the item's and the value's, paise in a price's unit."""
    holds = dict.fromkeys(read_prefixes(profile.scale_weight_prefixes), "weight")
    holds |= dict.fromkeys(read_prefixes(profile.scale_price_prefixes), "price")
    return {
        "holds": {str(prefix): kind for prefix, kind in sorted(holds.items())},
        "item_digits": profile.scale_item_digits,
        "value_digits": profile.scale_value_digits,
        "paise": PAISE_IN[profile.scale_price_unit],
    }
