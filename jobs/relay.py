"""From the outbox to the queue. A crash hands a fact on twice, never zero times; the queue itself is not trusted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update

from jobs.perform import MOST_TRIES, STARTED, Enqueue, back_off
from jobs.wiring import LISTENERS, listeners_of, manner_of
from webapp.platform import db, metrics
from webapp.platform.outbox import SWEPT, JobCancellation, JobEffect, JobFailure, OutboxEvent, RelaySession, open_relay

BATCH = 200
LOST_AFTER = timedelta(minutes=2)  # handed on that long ago and never begun: ask the queue whether it still has it


def relay(enqueue: Enqueue, now: datetime) -> int:
    """Hand the oldest committed facts on; returns how many. Facts nobody listens to are only marked.

    The transaction that marks them begins after they are handed on: a listener called at once needs the writer itself.
    """
    events = waiting()
    for event in events:
        for listener in listeners_of(event.kind):
            enqueue(listener.__name__, event.company_id, event.id, 0)
        metrics.FACTS_SENT.labels(event.kind).inc()
    if events:
        with open_relay() as session:
            for event in events:
                mine = (OutboxEvent.company_id == event.company_id, OutboxEvent.id == event.id)
                session.execute(update(OutboxEvent).where(*mine).values(sent_at=now))
    metrics.FACTS_WAITING.set(0 if len(events) < BATCH else BATCH)
    return len(events)


def waiting() -> Sequence[OutboxEvent]:
    """The oldest facts not handed on yet, of any company. Read without the writer's lock: it is asked twice a second."""
    with reading() as session:
        return session.scalars(select(OutboxEvent).where(OutboxEvent.sent_at.is_(None)).order_by(OutboxEvent.id).limit(BATCH)).all()


def sweep(enqueue: Enqueue, now: datetime) -> int:
    """Hand on again what the database says is not done: a try that failed and has waited its time, one whose process was
    killed, or a fact the queue has lost. Returns how many."""
    again = 0
    for kind, listeners in LISTENERS.items():
        for listener in listeners:
            for event, tries in unfinished(kind, listener.__name__, now):
                enqueue(listener.__name__, event.company_id, event.id, tries)
                again += 1
    return again


def unfinished(kind: str, name: str, now: datetime) -> Sequence[tuple[OutboxEvent, int]]:
    """Facts of this kind that the listener owes its effect, and how often it has tried."""
    same = (JobEffect.company_id == OutboxEvent.company_id, JobEffect.event_id == OutboxEvent.id, JobEffect.job == name)
    cancelled = (
        JobCancellation.company_id == OutboxEvent.company_id,
        JobCancellation.event_id == OutboxEvent.id,
        JobCancellation.job == name,
    )
    tried = (JobFailure.company_id == OutboxEvent.company_id) & (JobFailure.event_id == OutboxEvent.id) & (JobFailure.job == name)
    # Sent at a time that is still to come: the clock was set back since.
    was_sent = or_(OutboxEvent.sent_at.between(now - SWEPT, now - LOST_AFTER), OutboxEvent.sent_at > now + LOST_AFTER)
    rows = (
        select(OutboxEvent, JobFailure)
        .outerjoin(JobFailure, tried)
        .where(OutboxEvent.kind == kind, was_sent)
        .where(~exists().where(*same), ~exists().where(*cancelled), or_(JobFailure.tries.is_(None), JobFailure.tries < MOST_TRIES))
        .order_by(OutboxEvent.id)
        .limit(BATCH)
    )
    with reading() as session:
        found = session.execute(rows).all()
    return [(event, failure.tries if failure else 0) for event, failure in found if is_due(failure, now)]


def is_due(failure: JobFailure | None, now: datetime) -> bool:
    """Whether the next try may begin. One that began and did not say how it ended is given its whole time first. A clock that was set
    back makes nothing wait until it has caught up."""
    if failure is None:
        return True
    under_way = timedelta(seconds=manner_of(failure.job).seconds) if failure.error == STARTED else timedelta(0)
    return abs(now - failure.failed_at) >= under_way + back_off(failure.tries)


def reading() -> RelaySession:
    return RelaySession(db.engine(), expire_on_commit=False)
