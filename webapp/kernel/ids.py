"""Ids made by whoever makes the thing, so that a retry is recognised (UUID version 7, RFC 9562 section 5.7)."""

from __future__ import annotations

import re
import secrets
import time
from uuid import UUID

_RANDOM_BITS = 74
_last = (0, 0)  # the milliseconds and the random part of the newest id of this process


def new_id() -> UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, then random. Later ids sort later, which keeps indexes dense; within a process also in the
    same millisecond, and when the clock is set back (RFC 9562, section 6.2, method 2: what was random is counted on)."""
    global _last
    milliseconds, random = time.time_ns() // 1_000_000, secrets.randbits(_RANDOM_BITS)
    if milliseconds <= _last[0]:
        milliseconds, random = _last[0], _last[1] + 1 + secrets.randbits(32)
        if random >> _RANDOM_BITS:
            milliseconds, random = milliseconds + 1, random & ((1 << 32) - 1)
    _last = milliseconds, random
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low)


# `UUID` itself takes hyphens and underlines anywhere, braces, and the digits of every script: as many ways past whoever looks for ids.
_WRITTEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE | re.ASCII)


def read_id(text: str | None) -> UUID | None:
    """An id as a form or an address gives it, with its four hyphens or with none, or None when it is not one."""
    return UUID(text) if text and _WRITTEN.fullmatch(text) else None
