"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class PaymentStated:
    """Who holds a link says that a payment was made. It posts nothing, and waits for a person."""

    notice_id: UUID
