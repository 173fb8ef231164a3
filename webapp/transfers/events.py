"""Facts of transfers, told once they are committed."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class TransferSent:
    """Goods left a store for another."""

    transfer_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class TransferReceived:
    """They arrived."""

    transfer_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class TransferRecalled:
    """They came back before they arrived."""

    transfer_id: UUID
    number: str
