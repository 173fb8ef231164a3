"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class StatementsAsked:
    """Somebody wants the statements of many parties; a job makes them."""

    run_id: UUID
