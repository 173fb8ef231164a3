"""Facts this room announces."""

from __future__ import annotations

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class MessagesQueued:
    """Messages wait to leave. One fact for all of a transaction, and one more for each part of a long queue; `part` counts them."""

    part: int
