"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class OrderDocumentMade:
    """A quotation, order, challan, return or proforma stands."""

    document_id: UUID
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class OrderDocumentCancelled:
    """One of them was cancelled; its number stays used."""

    document_id: UUID
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class AdvanceTaken:
    """Money came before its supply, or was given back."""

    advance_id: UUID
    kind: str
    number: str
