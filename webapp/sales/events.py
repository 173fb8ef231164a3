"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class InvoicePosted:
    """A bill or a credit note stands in the books."""

    invoice_id: UUID
    number: str
    kind: str


@dataclass(frozen=True, slots=True)
class InvoiceToRegister:
    """A tax invoice or a note on one was posted, to a registered buyer or out of the country: the e-invoice portal may want it."""

    invoice_id: UUID


@dataclass(frozen=True, slots=True)
class InvoiceCancelled:
    """A bill or a credit note was cancelled; its number stays used."""

    invoice_id: UUID
    number: str
