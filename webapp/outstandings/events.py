"""Facts this room announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StatementsAsked:
    """Somebody wants the statements of many parties; a job makes them."""

    run_id: UUID
