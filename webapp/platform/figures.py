"""Figures of the whole machine, for those who watch it. Counts and ages alone: nothing of any company can be read from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text

from webapp.platform import db
from webapp.platform.outbox import MOST_TRIES, STARTED, JobCancellation, JobFailure, OutboxEvent, RelaySession


def outbox_age(now: datetime) -> float:
    """Seconds since the oldest committed fact that is not handed on; 0 for none."""
    with RelaySession(db.engine()) as session:
        oldest = session.scalar(select(func.min(OutboxEvent.created_at)).where(OutboxEvent.sent_at.is_(None)))
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def dead_letters() -> int:
    """Jobs of every company that were given up and that nobody has cancelled."""
    f, c = JobFailure, JobCancellation
    of_same = (c.company_id == f.company_id) & (c.event_id == f.event_id) & (c.job == f.job)
    dead = select(func.count()).select_from(f).outerjoin(c, of_same).where(f.tries >= MOST_TRIES, f.error != STARTED, c.job.is_(None))
    with RelaySession(db.engine()) as session:
        return session.scalar(dead) or 0


def database_bytes() -> int:
    """How large the database is on its disk, as it says itself."""
    with db.engine().connect() as connection:
        if connection.dialect.name == "postgresql":
            return int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
        pages = connection.execute(text("pragma page_count")).scalar_one()
        return int(pages) * int(connection.execute(text("pragma page_size")).scalar_one())
