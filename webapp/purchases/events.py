"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class PurchaseEntered:
    """A purchase document stands: `kind` is order, goods_receipt, bill, debit_note or payment."""

    document_id: UUID
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class PurchaseCancelled:
    """A purchase document was cancelled; its number stays used."""

    document_id: UUID
    kind: str
    number: str
