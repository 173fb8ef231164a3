"""Facts this room announces."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class EwaybillsSwitchedOn:
    """A registration makes e-way bills from now on, or otherwise than before: documents that stand already are looked at."""

    gstin: str


@dataclass(frozen=True, slots=True)
class EwaybillAsked:
    """A person wants an e-way bill made, or something told about one that is made."""

    document_id: UUID


@dataclass(frozen=True, slots=True)
class EwaybillTripAsked:
    """A person wants a consolidated e-way bill made, or its vehicle changed at the portal."""

    trip_id: UUID
