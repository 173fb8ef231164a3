"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class ChequeTaken:
    """A cheque was received from a customer, or issued to a supplier (`direction`)."""

    cheque_id: UUID
    number: str
    party_id: UUID
    direction: str


@dataclass(frozen=True, slots=True)
class ChequeMoved:
    """A cheque was deposited, cleared, returned, stopped, taken again or cancelled (`act`)."""

    cheque_id: UUID
    number: str
    act: str
