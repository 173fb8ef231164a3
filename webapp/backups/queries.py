"""What the page of backups shows: how they stand, the list, and the files of the business that were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from webapp.backups import state
from webapp.backups.company_names import SUFFIX
from webapp.backups.places import DATABASE, Chosen
from webapp.backups.rules import Name, read_name
from webapp.platform import storage
from webapp.platform.audit import EditLogEntry
from webapp.platform.outbox import JobEffect, JobFailure
from webapp.platform.progress import Standing
from webapp.platform.progress import standing as job_standing
from webapp.platform.tenancy import Books

FILE = "company_file"
PAGE = 30
FILES_KEPT = timedelta(days=7)
REFUSED = "refuse"  # the act of the edit log on a file that who asked might not have any more
_JOB = "make_company_file"  # as jobs/wiring.py names it
_JOB_RUNS = "started, not ended"
_ASKED = (EditLogEntry.entity == FILE, EditLogEntry.action == "export")  # not who took it afterwards


class BackupRow(NamedTuple):
    """One backup of the list. `size` of its database, sealed; `found` what the last reading of it found: "whole" or why not."""

    name: Name
    size: int
    is_here: bool
    is_outside: bool
    found: str
    trouble: str


class CompanyFile(NamedTuple):
    """A file of the business somebody asked for. `state` is waiting, ready, failed, refused (who asked is no owner any more) or gone (its
    days are over); `standing` how far its job is, where it has told."""

    id: UUID
    at: datetime
    who: str
    state: str
    size_bytes: int
    standing: Standing | None


def rows(choice: Chosen, kept: Mapping[str, Any]) -> list[BackupRow]:
    """All backups, the newest first. What lies outside is told from what was noted when it was last sent: no page waits for a network."""
    here, outside = set(choice.folder.ids()), set(kept.get("copied", []) if choice.bucket else [])
    checked, bad = kept.get("checked", {}), kept.get("bad", {})
    names = sorted((name for one in here | outside if (name := read_name(one))), key=lambda name: -name.serial)
    return [
        BackupRow(
            name,
            choice.folder.has(f"{name.id}/{DATABASE}") or 0,
            name.id in here,
            name.id in outside,
            "bad" if name.id in bad else checked.get(name.id, ""),
            str(bad.get(name.id, "")),
        )
        for name in names
    ]


def standing(choice: Chosen) -> dict[str, Any]:
    """How backups stand: instants as datetimes, everything else as it was noted."""
    kept = state.read_state(choice.var_dir)
    instants = {name: state.instant(kept, name, "at") for name in ("good", "snapshot", "drill", "failed", "copy_failed", "working")}
    return {"kept": kept, "at": instants}


def entries_since(books: Books, moment: datetime) -> int:
    """How many entries the edit log of the business has of later than a moment."""
    return books.session.scalar(select(func.count()).select_from(EditLogEntry).where(EditLogEntry.at > moment)) or 0


def newest_files(books: Books, most: int = 5) -> list[CompanyFile]:
    """The files of the business asked for last, the newest first."""
    asked = select(EditLogEntry.entity_id, EditLogEntry.at, EditLogEntry.user_name).where(*_ASKED)
    return [_file(books, UUID(id_), at, who) for id_, at, who in books.session.execute(asked.order_by(EditLogEntry.seq.desc()).limit(most))]


def asked_file(books: Books, file_id: UUID) -> CompanyFile | None:
    """One of them, or None."""
    asked = select(EditLogEntry.at, EditLogEntry.user_name).where(*_ASKED, EditLogEntry.entity_id == str(file_id))
    found = books.session.execute(asked).first()
    return _file(books, file_id, *found) if found else None


def asker_of(books: Books, file_id: UUID) -> tuple[UUID | None, str]:
    """Who asked for a file that was asked for: the person, if it was one, and the name."""
    asked = select(EditLogEntry.user_id, EditLogEntry.user_name).where(*_ASKED, EditLogEntry.entity_id == str(file_id))
    row = books.session.execute(asked).one()
    return row.user_id, row.user_name


def _file(books: Books, file_id: UUID, at: datetime, who: str) -> CompanyFile:
    path = storage.path_of(books.company_id, file_id.hex + SUFFIX)
    if path.exists() and books.now - datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) < FILES_KEPT:
        return CompanyFile(file_id, at, who, "ready", path.stat().st_size, None)
    state = _state_of_missing(books, file_id)
    return CompanyFile(file_id, at, who, state, 0, job_standing(books, file_id, _JOB) if state == "waiting" else None)


def _state_of_missing(books: Books, file_id: UUID) -> str:
    refused = select(EditLogEntry.seq).where(EditLogEntry.entity == FILE, EditLogEntry.action == REFUSED)
    if books.session.scalar(refused.where(EditLogEntry.entity_id == str(file_id)).limit(1)):
        return "refused"
    failure = books.session.scalar(select(JobFailure.error).where(JobFailure.event_id == file_id))
    if failure is not None and failure != _JOB_RUNS:
        return "failed"
    is_done = books.session.scalar(select(JobEffect.job).where(JobEffect.event_id == file_id, JobEffect.job == _JOB))
    return "gone" if is_done else "waiting"
