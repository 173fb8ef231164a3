"""Ids made by whoever makes the thing, so that a retry is recognised (UUID version 7, RFC 9562 section 5.7)."""

from __future__ import annotations

import re
import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, then random. Later ids sort later, which keeps indexes dense."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


# `UUID` itself takes hyphens and underlines anywhere, braces, and the digits of every script: as many ways past whoever looks for ids.
_WRITTEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE | re.ASCII)


def read_id(text: str | None) -> UUID | None:
    """An id as a form or an address gives it, with its four hyphens or with none, or None when it is not one."""
    return UUID(text) if text and _WRITTEN.fullmatch(text) else None
