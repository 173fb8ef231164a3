"""How far a long job is: told by whatever does the work, shown by the page of background work, and there after a reload.

Whoever performs a job says so once (`told_of`); a verb deep in a room then calls `tell`, which does nothing where no job is
performed. It writes at most once a second, in a short transaction of its own: call it outside a writing transaction, which on
SQLite is the one writer.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from webapp.platform import clock
from webapp.platform.logging import log
from webapp.platform.outbox import Job, JobProgress, open_relay
from webapp.platform.tenancy import Books

EVERY_SECONDS = 1.0
Thing = TypeVar("Thing")


@dataclass
class _Telling:
    job: Job
    name: str
    next_at: float = 0.0


class Standing(NamedTuple):
    """How far a job is: `done` of `total` (0: nobody knows of how many); `seconds_left` where that can be said."""

    done: int
    total: int
    seconds_left: int | None


def standing(books: Books, event_id: UUID, name: str) -> Standing | None:
    """How far the job called `name` on a fact of this business is; None where it tells nothing, or has ended."""
    row = books.session.scalar(select(JobProgress).where(JobProgress.event_id == event_id, JobProgress.job == name))
    return Standing(row.done, row.total, seconds_left(row.done, row.total, row.began_at, row.told_at)) if row else None


def seconds_left(done: int, total: int, began_at: datetime, told_at: datetime) -> int | None:
    """How long it will still take by its own speed so far; None before the first is done, and where nobody knows of how many."""
    if done <= 0 or total <= 0:
        return None
    return max(0, int((told_at - began_at).total_seconds()) * (total - done) // done)


_telling: ContextVar[_Telling | None] = ContextVar("telling", default=None)


@contextmanager
def told_of(job: Job, name: str) -> Iterator[None]:
    """While this lasts, `tell` tells of the job called `name` on this fact. What was told is taken away when the work has ended well."""
    telling = _Telling(job, name)
    mark = _telling.set(telling)
    try:
        yield
    finally:
        _telling.reset(mark)
    if telling.next_at:
        with open_relay() as session:
            if row := session.get(JobProgress, (job.company_id, job.event_id, name)):
                session.delete(row)


def tell(done: int, total: int = 0, words: str = "") -> None:
    """So many of `total` are done (0: nobody knows of how many). A database that is busy is not waited for twice: the work goes on."""
    telling = _telling.get()
    if telling is None or time.monotonic() < telling.next_at:
        return
    telling.next_at = time.monotonic() + EVERY_SECONDS
    job, now = telling.job, clock.now()
    try:
        with open_relay() as session:
            row = session.get(JobProgress, (job.company_id, job.event_id, telling.name))
            if row is None:
                row = JobProgress(company_id=job.company_id, event_id=job.event_id, job=telling.name, began_at=now)
                session.add(row)
            row.done, row.total, row.words, row.told_at = done, total, words, now
    except DBAPIError as trouble:
        log.warning("progress was not told", error=str(trouble.orig))


def counted(things: Iterable[Thing], total: int = 0) -> Iterator[Thing]:
    """The things one by one, telling how many there were."""
    for done, thing in enumerate(things):
        tell(done, total)
        yield thing
