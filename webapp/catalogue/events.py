"""Facts of this room."""

from __future__ import annotations

from uuid import UUID

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class ImportRequested:
    """A sheet has been looked at and shall go into the catalogue."""

    import_id: UUID


@dataclass(frozen=True, slots=True)
class BulkChangeRequested:
    """One change of so many items that a job makes it."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class ImportUndoRequested:
    """All that an import did shall be taken back."""

    import_id: UUID
