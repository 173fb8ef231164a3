"""How far uploads are, for the page that shows it: what is read, what is left, and in about how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from webapp.gst_inward.models import InwardUpload
from webapp.kernel.errors import NotFound
from webapp.platform.tenancy import Books

WAITING, READING, COMPARING, DONE, FAILED, CANCELLED = "waiting", "reading", "comparing", "done", "failed", "cancelled"
OPEN = (WAITING, READING, COMPARING)
COMPARES = 4  # comparing takes about four times as long as reading did: measured at twenty thousand documents
SHOWN_FOR = timedelta(days=7)
_SHOWN = 5


class UploadRow(NamedTuple):
    """An upload as its page shows it. `seconds_left` is None where nothing is known yet."""

    id: UUID
    gstin: str
    state: str
    names: tuple[str, ...]
    done: int
    total: int
    parts_read: int
    documents: int
    months: tuple[int, ...]
    new: int
    replaced: int
    error: str
    created_by: str
    created_at: datetime
    seconds_left: int | None

    @property
    def is_over(self) -> bool:
        return self.state not in OPEN


def upload(books: Books, gstin: str, upload_id: UUID) -> UploadRow:
    """One upload. NotFound for none of this registration."""
    row = books.session.scalars(select(InwardUpload).where(InwardUpload.id == upload_id, InwardUpload.gstin == gstin)).one_or_none()
    if row is None:
        raise NotFound("import")
    return _row(row, books.now)


def recent(books: Books, gstin: str) -> list[UploadRow]:
    """What waits or is worked on, and what failed in the last week, newest first."""
    u = InwardUpload
    is_shown = u.state.in_(OPEN) | ((u.state == FAILED) & (u.created_at > books.now - SHOWN_FOR))
    query = select(u).where(u.gstin == gstin, is_shown).order_by(u.created_at.desc(), u.id).limit(_SHOWN)
    return [_row(row, books.now) for row in books.session.scalars(query)]


def _row(row: InwardUpload, now: datetime) -> UploadRow:
    return UploadRow(
        id=row.id,
        gstin=row.gstin,
        state=row.state,
        names=tuple(part[0] for part in row.parts),
        done=row.bytes_read,
        total=row.bytes,
        parts_read=len(row.heads),
        documents=row.documents,
        months=tuple(row.result.get("months", ())),
        new=row.result.get("new", 0),
        replaced=row.result.get("replaced", 0),
        error=row.error,
        created_by=row.created_by,
        created_at=row.created_at,
        seconds_left=_seconds_left(row, now),
    )


def _seconds_left(row: InwardUpload, now: datetime) -> int | None:
    """By its own speed so far: the bytes that are still to be read, then the comparing."""
    if row.state not in (READING, COMPARING) or row.started_at is None or not row.bytes_read:
        return None
    if row.compared_from is not None:
        read = (row.compared_from - row.started_at) * COMPARES
        left = read - (now - row.compared_from)
    else:
        whole = (now - row.started_at) * row.bytes // row.bytes_read
        left = whole * (1 + COMPARES) - (now - row.started_at)
    return max(left // timedelta(seconds=1), 1)
