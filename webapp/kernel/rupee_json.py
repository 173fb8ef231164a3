"""JSON in which money is written from whole paise as the shortest exact decimal of rupees (9000, 9000.5, 0.05), and read back. No float."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from webapp.kernel.errors import keep_promise


class InRupees(int):
    """Paise that a file writes as rupees."""


def as_json(value: object) -> str:
    """Text of dictionaries, lists, words, whole numbers, yes and no, and `InRupees`; keys in their order, no blanks."""
    if isinstance(value, InRupees):
        return rupees_of(value)
    if value is None or isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(key))}:{as_json(one)}" for key, one in value.items()) + "}"
    keep_promise(isinstance(value, Sequence), "a file of ours holds no other values, and no float")
    assert isinstance(value, Sequence)  # noqa: S101 - for the type checker: promised above
    return "[" + ",".join(as_json(one) for one in value) + "]"


def rupees_of(paise: int) -> str:
    """Paise as rupees, exact: 11800, 11800.5, -0.05."""
    whole, part = divmod(abs(paise), 100)
    sign = "-" if paise < 0 else ""
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part // 10}" if part % 10 == 0 else f"{sign}{whole}.{part:02d}"


def paise_of(value: Any) -> int:
    """An amount of a file of ours that was read with exact decimals, as paise; nothing for none."""
    scaled = Decimal(value or 0) * 100
    keep_promise(scaled == scaled.to_integral_value(), "a file of ours holds whole paise")
    return int(scaled)
