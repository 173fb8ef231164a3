"""Refresh tokens: the name of a grant, 256 random bits, and a mark that only we can make, so that one that was used already is known for
one of ours without keeping every one there ever was."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

from webapp.api_access.rules import Kind, body_of, read_text, written
from webapp.platform import machine

_NAME, _CHANCE, _MARK = 16, 32, 16
NOBODYS = UUID(int=0)


def new(grant_id: UUID) -> str:
    """A fresh refresh token of a grant."""
    known = grant_id.bytes + secrets.token_bytes(_CHANCE)
    return written(Kind.REFRESH, known + _mark(known))


def grant_of(text: str) -> UUID | None:
    """The grant of a refresh token that we made; None for any other text."""
    if read_text(text) is not Kind.REFRESH:
        return None
    try:
        body = body_of(text, _NAME + _CHANCE + _MARK)
    except ValueError:
        return None
    known, mark = body[:-_MARK], body[-_MARK:]
    return UUID(bytes=known[:_NAME]) if hmac.compare_digest(mark, _mark(known)) else None


def kept(text: str) -> str:
    """What is kept of a token: its SHA-256. It has 256 bits of chance, so nothing slower is needed."""
    return hashlib.sha256(text.encode()).hexdigest()


def _mark(known: bytes) -> bytes:
    key = hmac.digest(machine.secret_key().encode(), b"api refresh token", "sha256")
    return hmac.digest(key, known, "sha256")[:_MARK]
