"""Links that work without signing in: signed, expiring, for one document of one company."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens: a `purpose` ("paper", "invoice"), one id, one company, until an instant (UTC)."""

    purpose: str
    company_id: int
    id: UUID
    expires_at: datetime


def sign(secret_key: str, link: Link) -> str:
    """The token of a link. It cannot be guessed or altered without the secret key."""
    return _signer(secret_key, link.purpose).dumps([link.company_id, link.id.hex, int(link.expires_at.timestamp())])


def read(secret_key: str, purpose: str, token: str, now: datetime) -> Link:
    """What a token opens. NotFound when it is forged, of another purpose, or past its time."""
    try:
        company_id, hex_id, expires = _signer(secret_key, purpose).loads(token)
    except BadSignature:
        raise NotFound("link") from None
    link = Link(purpose, company_id, UUID(hex=hex_id), datetime.fromtimestamp(expires, UTC))
    if link.expires_at < now:
        raise NotFound("link")
    return link


def _signer(secret_key: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=f"link:{purpose}")
