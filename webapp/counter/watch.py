"""What is to be known of tills by whoever tells people: when each was last heard, and what of it waits for a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select

from webapp.counter.models import Shift, SyncCommand, Till
from webapp.kernel.dates import IST
from webapp.kernel.records import dataclass
from webapp.platform.tenancy import Books

_LOOKED_BACK = timedelta(days=30)
_LONGEST_SHIFT = timedelta(hours=20)  # one that was left open over night says nothing of a shop's hours


@dataclass(frozen=True, slots=True)
class WatchedTill:
    """A till in use, its store, when it was last heard, whether a shift of it is open, and how many of its commands wait for a person."""

    id: UUID
    code: str
    name: str
    store_id: UUID
    last_seen_at: datetime | None
    has_open_shift: bool
    waiting: int


def watched_tills(books: Books) -> list[WatchedTill]:
    """Every till that is in use."""
    is_open = exists().where(Shift.company_id == Till.company_id, Shift.till_id == Till.id, Shift.closed_at.is_(None))
    waiting = (
        select(func.count())
        .where(SyncCommand.company_id == Till.company_id, SyncCommand.till_id == Till.id)
        .where(SyncCommand.status == "quarantined", SyncCommand.settled_at.is_(None))
        .scalar_subquery()
    )
    query = select(Till.id, Till.code, Till.name, Till.store_id, Till.last_seen_at, is_open, waiting).where(Till.revoked_at.is_(None))
    return [WatchedTill(row[0], row[1], row[2], row[3], row[4], bool(row[5]), int(row[6])) for row in books.session.execute(query)]


def usual_hours(books: Books, till_id: UUID) -> tuple[int, int] | None:
    """Between which minutes of the day in India a till worked in the last thirty days: the earliest opening and the latest closing of its
    shifts, which lies above 1440 where that is past midnight. None where no shift was closed."""
    since = (Shift.till_id == till_id, Shift.opened_at > books.now - _LOOKED_BACK, Shift.closed_at.is_not(None))
    opens, closes = [], []
    for opened_at, closed_at in books.session.execute(select(Shift.opened_at, Shift.closed_at).where(*since)):
        if closed_at and timedelta() < closed_at - opened_at < _LONGEST_SHIFT:
            local = opened_at.astimezone(IST)
            opens.append(local.hour * 60 + local.minute)
            closes.append(opens[-1] + int((closed_at - opened_at).total_seconds()) // 60)
    return (min(opens), min(max(closes), min(opens) + 1440)) if opens else None
