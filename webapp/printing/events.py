"""Facts this room announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """Somebody wants a PDF; a job will draw it."""

    paper_id: UUID
