"""How suppliers told our bills: what the room of GSTR-2B answers, asked once for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any
from uuid import UUID

from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class Told:
    """`is_imported`: a GSTR-2B of the month stands here; `bills` how each of our bills was told up to it."""

    is_imported: bool = False
    bills: Mapping[Any, Any] = field(default_factory=dict)

    def of(self, document_id: UUID) -> Any:
        """How this bill or debit note was told, or None."""
        return self.bills.get(document_id)


def told_of(books: Books, gstin: str, month: int) -> Told:
    """What GSTR-2B says of our bills."""
    from webapp import gst_inward  # readers of portal files, loaded when a page asks

    return Told(gst_inward.credit_told(books, gstin, month).is_imported, gst_inward.told_of_bills(books, gstin, month))
