"""Exactly once in effect: a job's effect and the note that it happened are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select

from webapp.platform.outbox import Job, JobEffect
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, Books, open_books, read_books

Listener = Callable[[Job], None]


class AlreadyDone(Exception):
    """Another try got there first. Nothing of this one is kept."""


def actor_of(job: Job, name: str) -> Actor:
    """A job acts for its company in nobody's name; the edit log says which job it was."""
    return Actor(company_id=job.company_id, role=Role.OWNER, name=name, via="job")


@contextmanager
def once(job: Job, listener: Listener) -> Iterator[Books]:
    """The company's books for the effect of `listener` on this fact, and the note that it is done.

    Do what is slow before: on SQLite this is the one writer. Raises AlreadyDone when the effect stands.
    """
    with open_books(actor_of(job, listener.__name__)) as books:
        if _effect(books, job, listener.__name__):
            raise AlreadyDone
        books.insert(JobEffect, [{"event_id": job.event_id, "job": listener.__name__, "done_at": books.now}])
        yield books


def is_done(job: Job, name: str) -> bool:
    """Whether the effect of the job called `name` on this fact stands."""
    with read_books(actor_of(job, name)) as books:
        return _effect(books, job, name)


def _effect(books: Books, job: Job, name: str) -> bool:
    found = books.session.scalar(select(JobEffect.job).where(JobEffect.event_id == job.event_id, JobEffect.job == name))
    return found is not None
