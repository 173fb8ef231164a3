"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """Somebody wants a PDF; a job will draw it."""

    paper_id: UUID
