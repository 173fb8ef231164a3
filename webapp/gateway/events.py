"""What this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class GatewayMessageKept:
    """The gateway told us something; its bytes are kept and wait to be understood."""

    message_id: UUID


@dataclass(frozen=True, slots=True)
class GatewayRequestAsked:
    """A demand for money is to be made at the gateway, or taken back there."""

    request_id: UUID


@dataclass(frozen=True, slots=True)
class GatewayRefundAsked:
    """Money is to be given back through the gateway."""

    refund_id: UUID
