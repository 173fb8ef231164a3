"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class WriteOffPosted:
    """A party was let off something, or a debt was given up."""

    write_off_id: UUID
    number: str
    party_id: UUID


@dataclass(frozen=True, slots=True)
class WriteOffCancelled:
    """A write-off was taken back; its bills are open again."""

    write_off_id: UUID
    number: str
