"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class EinvoicesSwitchedOn:
    """A registration reports its documents from now on, or otherwise than before: those that stand already are looked at."""

    gstin: str


@dataclass(frozen=True, slots=True)
class EinvoiceAsked:
    """A person wants a document sent to the portal, or asked for again."""

    invoice_id: UUID


@dataclass(frozen=True, slots=True)
class EinvoiceSettled:
    """The portal has signed or cancelled a document: its paper says so from now on."""

    invoice_id: UUID


@dataclass(frozen=True, slots=True)
class EinvoiceCancelAsked:
    """A document is to be cancelled on the portal."""

    invoice_id: UUID
