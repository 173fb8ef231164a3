"""Facts this room announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EwaybillsSwitchedOn:
    """A registration makes e-way bills from now on, or otherwise than before: documents that stand already are looked at."""

    gstin: str


@dataclass(frozen=True, slots=True)
class EwaybillAsked:
    """A person wants an e-way bill made, or something told about one that is made."""

    document_id: UUID
