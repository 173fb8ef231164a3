"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class InterestCharged:
    """A customer was charged interest on overdue bills."""

    note_id: UUID
    number: str
    party_id: UUID


@dataclass(frozen=True, slots=True)
class InterestCancelled:
    """A note of interest was cancelled; its days may be charged again."""

    note_id: UUID
    number: str
