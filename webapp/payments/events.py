"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class ReceiptPosted:
    """Money from a customer stands in the books."""

    receipt_id: UUID
    number: str
    party_id: UUID


@dataclass(frozen=True, slots=True)
class ReceiptCancelled:
    """A receipt was cancelled; its number stays used."""

    receipt_id: UUID
    number: str
