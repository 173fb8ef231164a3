"""One try of one job. The try is written down before the work, so that also a killed process has tried."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.once import AlreadyDone, Listener, is_done, once
from jobs.wiring import listener_named, manner_of
from webapp.platform import clock, progress, tracker
from webapp.platform.logging import log, scrubbed
from webapp.platform.outbox import MOST_TRIES, STARTED, Job, JobCancellation, JobFailure, OutboxEvent, back_off, open_relay

__all__ = ["MOST_TRIES", "STARTED", "Enqueue", "back_off", "perform"]
LONGEST_ERROR = 4_000

Enqueue = Callable[[str, int, UUID, int], None]  # listener's name, company, event, tries before


def perform(name: str, company_id: int, event_id: str) -> None:
    """Let the listener called `name` act on a fact, unless its effect stands already. Fails loudly; the sweeper tries again."""
    structlog.contextvars.bind_contextvars(job=name, event_id=event_id, company_id=company_id)
    try:
        fact = _begin_try(name, company_id, UUID(event_id))
        if fact is None:
            return
        job, listener = fact
        try:
            with progress.told_of(job, name):
                listener(job)
            _note_effect(job, listener)
        except AlreadyDone:
            log.info("job was done before")
        except Exception as error:
            _note_failure(job, name, traceback.format_exc())
            tracker.tell(error)
            tracker.flush()  # the process ends with the job
            raise
        else:
            log.info("job done")
        _forget_tries(job, name)
    finally:
        structlog.contextvars.unbind_contextvars("job", "event_id", "company_id")


def _begin_try(name: str, company_id: int, event_id: UUID) -> tuple[Job, Listener] | None:
    with open_relay() as session:
        # Locked, as whoever cancels it does: of the two, one is first.
        wanted = select(OutboxEvent).where(OutboxEvent.company_id == company_id, OutboxEvent.id == event_id)
        event = session.scalar(wanted.with_for_update())
        if event is None or (listener := listener_named(event.kind, name)) is None:
            log.warning("nothing to do: the fact or its listener is gone")
            return None
        job = Job(company_id, event_id, event.payload)
        failure = _failure(session, job, name)
        if _is_cancelled(session, job, name) or (failure is not None and failure.tries >= MOST_TRIES):
            log.info("nothing to do: cancelled, or given up")
            return None
        if failure is None:
            failure = JobFailure(company_id=company_id, event_id=event_id, job=name, tries=0)
            session.add(failure)
        failure.tries, failure.error, failure.failed_at = failure.tries + 1, STARTED, clock.now()
        failure.next_at = failure.failed_at + timedelta(seconds=manner_of(name).seconds) + back_off(failure.tries)
    if is_done(job, name):
        _forget_tries(job, name)
        return None
    return job, listener


def _note_effect(job: Job, listener: Listener) -> None:
    """For a listener whose work leaves nothing in the books, and so did not note it itself."""
    if not is_done(job, listener.__name__):
        with once(job, listener):
            pass


def _note_failure(job: Job, name: str, error: str) -> None:
    with open_relay() as session:
        if failure := _failure(session, job, name):
            failure.error, failure.failed_at = str(scrubbed(error))[-LONGEST_ERROR:], clock.now()
            failure.next_at = failure.failed_at + back_off(failure.tries) if failure.tries < MOST_TRIES else None
            log.error("job failed", tries=failure.tries, is_given_up=failure.tries >= MOST_TRIES)


def _forget_tries(job: Job, name: str) -> None:
    with open_relay() as session:
        if failure := _failure(session, job, name):
            session.delete(failure)


def _is_cancelled(session: Session, job: Job, name: str) -> bool:
    mine = (JobCancellation.company_id == job.company_id, JobCancellation.event_id == job.event_id, JobCancellation.job == name)
    return session.scalar(select(JobCancellation.job).where(*mine)) is not None


def _failure(session: Session, job: Job, name: str) -> JobFailure | None:
    wanted = select(JobFailure).where(JobFailure.company_id == job.company_id, JobFailure.event_id == job.event_id, JobFailure.job == name)
    found: JobFailure | None = session.scalar(wanted)
    return found
