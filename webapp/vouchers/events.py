"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class VoucherPosted:
    """A voucher typed by an accountant stands in the books."""

    document_id: UUID
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class VoucherAmended:
    """A voucher that stood was taken back and stands anew under the same number."""

    document_id: UUID
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class VoucherCancelled:
    """A voucher was cancelled; its number stays used."""

    document_id: UUID
    number: str
