"""Access tokens: JSON web tokens (RFC 7519, RFC 9068) that live ten minutes, signed by this machine for itself.

HS256 with a key of 256 bits that comes of the program's secret: who signs is who reads, so a pair of keys would keep nothing apart, and one
key is checked in a few microseconds. The key changes every thirty days by itself; its name (`kid`) says which it is, and of the past ones
the last alone is taken. Algorithm and type are ours to say: what the token says of them must be the same.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from webapp.api_access.rules import ACCESS_LIFE
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.records import dataclass
from webapp.platform import machine

ALGORITHM, TYPE = "HS256", "at+jwt"
MOST_SIGNS = 2_048
_KEY_LIVES = timedelta(days=30)
_CLOCKS_DIFFER = timedelta(seconds=30)  # between machines of one business
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_CLAIMS = ("iss", "aud", "sub", "jti", "exp", "nbf", "iat", "company", "grant", "scope")


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says. Who that is now, and whether it still holds, stands in the tables."""

    grant_id: UUID
    company_id: int
    subject: str
    expires_at: datetime


def audience() -> str:
    """Whom an access token is for: the API of this machine."""
    return f"{machine.public_url()}/api/v1"


def sign(grant_id: UUID, company_id: int, subject: str, scopes: tuple[str, ...], now: datetime) -> str:
    """An access token of a grant. `subject` is "user:<id>" or "service:<id>"."""
    import jwt

    period, at = _period(now), int(now.timestamp())
    claims = {
        "iss": machine.public_url(),
        "aud": audience(),
        "sub": subject,
        "jti": new_id().hex,
        "iat": at,
        "nbf": at,
        "exp": at + int(ACCESS_LIFE.total_seconds()),
        "company": company_id,
        "grant": grant_id.hex,
        "scope": " ".join(scopes),
    }
    return jwt.encode(claims, _key(period), algorithm=ALGORITHM, headers={"kid": _kid(period), "typ": TYPE})


def read(text: str, now: datetime) -> Claims | None:
    """What an access token of ours says; None for a forged, foreign, expired or early one, and for what is none."""
    if len(text) > MOST_SIGNS or not _SHAPE.fullmatch(text):
        return None
    import jwt

    try:
        head = jwt.get_unverified_header(text)
        key = _keys(now).get(str(head.get("kid")))
        if key is None or head.get("typ") != TYPE or head.get("alg") != ALGORITHM:
            return None
        said: dict[str, Any] = jwt.decode(
            text,
            key,
            algorithms=[ALGORITHM],
            audience=audience(),
            issuer=machine.public_url(),
            # The times are held against the program's clock, below.
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_nbf": False, "verify_iat": False, "strict_aud": True},
        )
        begins, ends = _instant(said["nbf"], now), _instant(said["exp"], now)
        grant_id, company_id = read_id(said["grant"]), int(said["company"])
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    if grant_id is None or now >= ends or now + _CLOCKS_DIFFER < begins:
        return None
    return Claims(grant_id, company_id, str(said["sub"]), ends)


def _instant(seconds: int, now: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, now.tzinfo)


def _period(now: datetime) -> int:
    return int(now.timestamp()) // int(_KEY_LIVES.total_seconds())


def _key(period: int) -> bytes:
    return hmac.digest(machine.secret_key().encode(), f"api access token {period}".encode(), "sha256")


def _kid(period: int) -> str:
    return f"{period}-{hmac.digest(_key(period), b'kid', 'sha256').hex()[:12]}"


def _keys(now: datetime) -> dict[str, bytes]:
    """The key in use and the one before it, by their names."""
    return {_kid(period): _key(period) for period in (_period(now), _period(now) - 1)}
