"""JSON that came from a government portal, as plain values, money exact. What comes from outside is hostile until it is read. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from webapp.kernel.errors import InvalidInput

MOST_DIGITS = 40
# A string that never ends is one find as well: looked for again at each of its quotes it would cost the square of its length.
_SIGNS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


class Bounds(NamedTuple):
    """How large a file of one kind may be, in bytes, and how deep it may nest; what is said of one that is larger."""

    bytes: int
    depth: int
    too_large: str


class _Twice(ValueError):
    """A key stands twice in one object: which of the two is meant cannot be known."""


def read(content: bytes, bounds: Bounds, *, may_repeat: bool = False) -> Any:
    """A file as values; a number with a point is a Decimal. InvalidInput beside the field `file` for what is empty, too large, no text,
    broken off, nested too deep, or holds a figure of more than forty digits or none at all (NaN). `may_repeat`: of a key that stands
    twice in one object the last one counts, else it is refused."""
    if not content:
        raise InvalidInput({"file": "Choose the JSON file that you downloaded from the portal."})
    if len(content) > bounds.bytes:
        raise InvalidInput({"file": bounds.too_large})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput({"file": "This is no text. Unzip the portal's download and choose the JSON inside."}) from None
    _require_shallow(text, bounds.depth)
    once: Callable[[list[tuple[str, Any]]], Mapping[str, Any]] | None = None if may_repeat else _once
    try:
        return json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=_refuse, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        words = f"The file breaks off or is damaged at line {error.lineno}, character {error.colno}. Download it again."
        raise InvalidInput({"file": words}) from None
    except _Twice as error:
        raise InvalidInput({"file": f"“{error}” stands twice in one place of the file. Download it again."}) from None
    except (ValueError, InvalidOperation, RecursionError):
        raise InvalidInput({"file": "A figure of the file is no amount. Download it again."}) from None


def _require_shallow(text: str, most: int) -> None:
    """The depth is bounded before anything is built. What stands inside strings is passed over."""
    depth = 0
    for found in _SIGNS.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth += 1
            if depth > most:
                raise InvalidInput({"file": "The file is nested deeper than any return. Download it from the portal again."})
        elif sign in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                raise _Twice(name[:40])
            seen.add(name)
    return found


def _decimal(text: str) -> Decimal:
    if len(text) > MOST_DIGITS:
        raise ValueError(text[:10])
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(text[:10])
    return int(text)


def _refuse(name: str) -> None:
    raise ValueError(name)
