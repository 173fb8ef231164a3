"""The jobs of a business as its page shows them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CTE, Select, and_, case, func, literal, or_, select, union_all

from webapp.background.rules import HEARD, State
from webapp.platform.outbox import MOST_TRIES, STARTED, SWEPT, JobCancellation, JobEffect, JobFailure, JobProgress, OutboxEvent
from webapp.platform.progress import seconds_left
from webapp.platform.tenancy import Books


class Wanted(NamedTuple):
    """The filters of the list. `names` are jobs; None: every one."""

    words: str = ""
    names: tuple[str, ...] | None = None
    state: str = ""
    first: datetime | None = None
    until: datetime | None = None


class JobRow(NamedTuple):
    """One job on one fact. `error` is the technical detail; `done` of `total` where the job tells it, with `began_at`."""

    event_id: UUID
    name: str
    state: State
    created_at: datetime
    tries: int
    error: str
    next_at: datetime | None
    ended_at: datetime | None
    cancelled_by: str
    done: int | None
    total: int
    began_at: datetime | None
    told_at: datetime | None

    @property
    def seconds_left(self) -> int | None:
        """By its own speed so far; None where it is not known."""
        if not (self.done and self.total and self.began_at and self.told_at):
            return None
        return seconds_left(self.done, self.total, self.began_at, self.told_at)


class Place(NamedTuple):
    """Where a page of the list ends."""

    event_id: UUID
    name: str


def jobs(books: Books, wanted: Wanted, after: Place | None, most: int) -> list[JobRow]:
    """Newest first, from `after` on."""
    query, heard, state = _all(books.now)
    if wanted.names is not None:
        kinds = [kind for kind, names in HEARD.items() if not set(names).isdisjoint(wanted.names)]
        query = query.where(OutboxEvent.kind.in_(kinds), heard.c.job.in_(wanted.names))
    if wanted.state:
        query = query.where(state == wanted.state, *_few(wanted.state))
    if wanted.first:
        query = query.where(OutboxEvent.created_at >= wanted.first)
    if wanted.until:
        query = query.where(OutboxEvent.created_at < wanted.until)
    if after is not None:
        further = and_(OutboxEvent.id == after.event_id, heard.c.job > after.name)
        query = query.where(or_(OutboxEvent.id < after.event_id, further))
    found = books.session.execute(query.order_by(OutboxEvent.id.desc(), heard.c.job).limit(most))
    return [_row(one) for one in found]


def _few(state: str) -> list[Any]:
    """What leads to the few jobs in a state, past the hundred thousands that are done."""
    if state in (State.GIVEN_UP, State.NEXT_TRY, State.UNDER_WAY):
        return [OutboxEvent.id.in_(select(JobFailure.event_id))]
    return [OutboxEvent.id.in_(select(JobCancellation.event_id))] if state == State.CANCELLED else []


def given_up(books: Books, most: int) -> list[JobRow]:
    """The dead letters, newest first."""
    return jobs(books, Wanted(state=State.GIVEN_UP), None, most)


def job_or_none(books: Books, event_id: UUID, name: str) -> JobRow | None:
    """One job on one fact of this business."""
    query, heard, _state = _all(books.now)
    found = books.session.execute(query.where(OutboxEvent.id == event_id, heard.c.job == name)).first()
    return _row(found) if found else None


def _all(now: datetime) -> tuple[Select[Any], CTE, Any]:
    """Every job on every fact, with its state. What nobody has done nor tried and the sweeper looks at no more is no job: its listener
    is newer than the fact."""
    e, effect, failure, cancelled, progress = OutboxEvent, JobEffect, JobFailure, JobCancellation, JobProgress
    heard = _heard()
    is_alive = and_(failure.error == STARTED, func.coalesce(failure.next_at, failure.failed_at) > now)
    state = case(
        (effect.job.is_not(None), State.DONE.value),
        (cancelled.job.is_not(None), State.CANCELLED.value),
        (failure.job.is_(None), State.WAITING.value),
        (is_alive, State.UNDER_WAY.value),
        (failure.tries >= MOST_TRIES, State.GIVEN_UP.value),
        else_=State.NEXT_TRY.value,
    )
    columns = (e.id, heard.c.job, state.label("state"), e.created_at, failure.tries, failure.error, failure.next_at, failure.failed_at)
    more = (effect.done_at, cancelled.cancelled_by, cancelled.cancelled_at, progress.done, progress.total, progress.began_at)
    query = select(*columns, *more, progress.told_at).join(heard, heard.c.kind == e.kind)
    for model in (effect, failure, cancelled, progress):
        of_this = and_(model.company_id == e.company_id, model.event_id == e.id, model.job == heard.c.job)
        query = query.outerjoin(model, of_this)
    is_known = or_(effect.job.is_not(None), failure.job.is_not(None), cancelled.job.is_not(None))
    return query.where(or_(is_known, e.sent_at.is_(None), e.sent_at > now - SWEPT)), heard, state


@cache
def _heard() -> CTE:
    pairs = [(kind, name) for kind, names in HEARD.items() for name in names]
    return union_all(*(select(literal(kind).label("kind"), literal(name).label("job")) for kind, name in pairs)).cte("heard")


def _row(found: Any) -> JobRow:
    state = State(found.state)
    is_open = state in (State.UNDER_WAY, State.NEXT_TRY)
    return JobRow(
        event_id=found.id,
        name=found.job,
        state=state,
        created_at=found.created_at,
        tries=found.tries or 0,
        error=found.error or "" if state is not State.UNDER_WAY else "",
        next_at=found.next_at if is_open else None,
        ended_at=found.done_at or found.cancelled_at or (found.failed_at if state is State.GIVEN_UP else None),
        cancelled_by=found.cancelled_by or "",
        done=found[-4] if state is State.UNDER_WAY else None,
        total=found.total or 0,
        began_at=found.began_at,
        told_at=found.told_at,
    )
