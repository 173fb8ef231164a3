"""Facts of stock journals, told once they are committed."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class JournalPosted:
    """Goods were made out of others, or taken apart."""

    journal_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class JournalCancelled:
    """They were not, after all."""

    journal_id: UUID
    number: str
