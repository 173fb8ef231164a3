"""Documents as they wait between reading and comparing: as plain values of a column, and back, unchanged."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from webapp.gst_inward.documents import Document
from webapp.gst_inward.values import Action
from webapp.gst_returns import Taxes

CHUNK = 1_000  # documents of a row
_NAMES = tuple(field.name for field in fields(Document))
_DAYS = frozenset({"day", "original_day", "filed_on"})


def to_plain(one: Document) -> list[Any]:
    """A document as a list, in the order of its fields."""
    return [_plain(getattr(one, name)) for name in _NAMES]


def from_plain(cells: list[Any]) -> Document:
    """The document again."""
    values = dict(zip(_NAMES, cells, strict=True))
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["taxes"], values["action"] = Taxes(*values["taxes"]), Action(values["action"])
    return Document(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Taxes):
        return [value.taxable, value.cgst, value.sgst, value.igst, value.cess]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Action) else value
