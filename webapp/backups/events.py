"""Facts this room announces."""

from __future__ import annotations

from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class BackupAsked:
    """An owner wants a backup now."""

    asked_by: str


@dataclass(frozen=True, slots=True)
class BackupFailed:
    """No backup was made. `words` say why, and what to do."""

    day: str
    words: str


@dataclass(frozen=True, slots=True)
class DrillFailed:
    """The newest backup was brought back to try it, and is not whole. `words` say what was found."""

    backup_id: str
    words: str


@dataclass(frozen=True, slots=True)
class CompanyFileAsked:
    """An owner wants everything of the business as one file. Who asked stands in the edit log, under the id of this fact."""

    asked_by: str


@dataclass(frozen=True, slots=True)
class RestoreAsked:
    """An owner wants a backup brought back aside and proved, to put it in the place of what is live afterwards."""

    backup_id: str


@dataclass(frozen=True, slots=True)
class BackupCheckAsked:
    """An owner wants a backup read whole."""

    backup_id: str
