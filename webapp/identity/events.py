"""Facts this room announces, in the business that a person came into."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class SignedInAnew:
    """A person who has signed in before came from a browser in which he never had. `at` is as it is read, in India."""

    user_id: UUID
    at: str
    device: str
    address: str
