"""Facts this room announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


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
