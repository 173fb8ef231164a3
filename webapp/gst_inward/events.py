"""Facts of this room."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class PortalFilesSent:
    """Files of the portal wait to be read and compared with the books."""

    upload_id: UUID
