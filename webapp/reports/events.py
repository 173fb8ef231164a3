"""Facts of reports."""

from __future__ import annotations

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class AccountFileAsked:
    """Somebody wants a long account as a file. What they asked for is in the edit log, under the id of this fact."""

    asked_by: str
