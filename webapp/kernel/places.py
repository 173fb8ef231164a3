"""A place in a list, as an address carries it: the next page begins after it, however the list has grown meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date
from typing import NamedTuple
from uuid import UUID

from webapp.kernel.dates import read_day
from webapp.kernel.ids import read_id

_MOST = 2**63  # of a column


class Cursor(NamedTuple):
    """A place in a list by day, newest first: a document's day and id."""

    day: date
    id: UUID


def read_cursor(text: str) -> Cursor | None:
    """The place an address names, or None: the list's beginning."""
    day, _, id_ = text.partition("_")
    found_day, found_id = read_day(day), read_id(id_)
    return Cursor(found_day, found_id) if found_day and found_id else None


def write_cursor(cursor: Cursor | None) -> str:
    """The place as an address carries it; "" for none."""
    return f"{cursor.day.isoformat()}_{cursor.id.hex}" if cursor else ""


def read_key(text: str, kind: type) -> tuple[str | int, UUID] | None:
    """A place in a list in any order: what it is sorted by, and the id that decides between equals. None when unreadable, or when
    no column of `kind` (str or int) holds it."""
    try:
        value, hex_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        # Half a sign (a lone surrogate) is in no text.
        holds = abs(value) < _MOST if isinstance(value, int) else b"\x00" not in value.encode()
        found: tuple[str | int, UUID] = value, UUID(hex=hex_id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None
    return found if holds and type(value) is kind else None


def write_key(value: str | int, id_: UUID) -> str:
    """The same as an address carries it."""
    return base64.urlsafe_b64encode(json.dumps([value, id_.hex]).encode()).decode().rstrip("=")
