"""Facts this room announces, in the business whose books the token opens. `at` is as it is read, in India."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class ApiTokenMade:
    """A token was made. `user_id` is whose it is; None for a service token, of which the owners are told."""

    token_id: UUID
    user_id: UUID | None
    name: str
    at: str
    address: str


@dataclass(frozen=True, slots=True)
class ApiTokenMisused:
    """A refresh token that was used already was shown again: two hold what one should (RFC 9700, section 4.14)."""

    token_id: UUID
    user_id: UUID | None
    name: str
    at: str
    address: str
