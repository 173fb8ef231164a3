"""A file of the portal as plain values, money exact. What comes from outside is hostile until it is read. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.kernel.errors import InvalidInput

MOST_BYTES = 24_000_000  # a request takes 25 MB; some forty thousand documents
MOST_DEPTH = 14  # a GSTR-2B has seven levels
MOST_DIGITS = 40
# A string that never ends is one find as well: looked for again at each of its quotes it would cost the square of its length.
_SIGNS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


class _Twice(ValueError):
    """A key stands twice in one object: which of the two is meant cannot be known."""


def read_json(content: bytes) -> Mapping[str, Any]:
    """A file as values. InvalidInput beside the field `file` for what is empty, too large, broken off, nested too deep, or no object."""
    if not content:
        raise InvalidInput({"file": "Choose the JSON file that you downloaded from the portal."})
    if len(content) > MOST_BYTES:
        raise InvalidInput({"file": f"The file is larger than {MOST_BYTES // 1_000_000} MB. Import the portal's parts one by one."})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput({"file": "This is no text. Unzip the portal's download and choose the JSON inside."}) from None
    _require_shallow(text)
    try:
        found = json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        words = f"The file breaks off or is damaged at line {error.lineno}, character {error.colno}. Download it again."
        raise InvalidInput({"file": words}) from None
    except _Twice as error:
        raise InvalidInput({"file": f"“{error}” stands twice in one place of the file. Download it again."}) from None
    except (ValueError, InvalidOperation, RecursionError):
        raise InvalidInput({"file": "A figure of the file is no amount. Download it again."}) from None
    if not isinstance(found, dict):
        raise InvalidInput({"file": "This JSON is no GSTR-2B, GSTR-2A or IMS file: those begin with a brace."})
    return found


def _require_shallow(text: str) -> None:
    """The depth is bounded before anything is built. What stands inside strings is passed over."""
    depth = 0
    for found in _SIGNS.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth += 1
            if depth > MOST_DEPTH:
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
