"""Facts this room announces."""

from __future__ import annotations

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class LedgerFileAsked:
    """Somebody wants the books as a file. What they asked for is in the edit log, under the id of this fact."""

    asked_by: str
