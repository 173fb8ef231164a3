"""When each chore of the machine last ran, and how it ended. It belongs to no company: a chore goes through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.platform import clock
from webapp.platform.db import Base
from webapp.platform.logging import scrubbed
from webapp.platform.tenancy import Directory, open_directory

RUNNING, DONE, FAILED = "running", "done", "failed"
_LONGEST_ERROR = 1_000


class ChoreRun(Directory, Base):
    """The last run of one chore. A run that was killed stays `running` until the next one begins."""

    __tablename__ = "chore_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str]
    error: Mapped[str]
    succeeded_at: Mapped[datetime | None]


@contextmanager
def noted(name: str) -> Iterator[None]:
    """Note that the chore begins, and how it ended; its failure goes on to the caller."""
    _note(name, RUNNING)
    try:
        yield
    except BaseException as failure:
        _note(name, FAILED, str(scrubbed(f"{type(failure).__name__}: {failure}"))[:_LONGEST_ERROR])
        raise
    _note(name, DONE)


def last_runs(directory: Session) -> list[ChoreRun]:
    """The last run of each chore that ever ran, by name."""
    return list(directory.scalars(select(ChoreRun).order_by(ChoreRun.name)))


def _note(name: str, outcome: str, error: str = "") -> None:
    now = clock.now()
    with open_directory() as directory:
        row = directory.get(ChoreRun, name)
        if row is None:
            row = ChoreRun(name=name, began_at=now, ended_at=None, outcome=outcome, error=error, succeeded_at=None)
            directory.add(row)
        row.outcome, row.error = outcome, error
        if outcome == RUNNING:
            row.began_at, row.ended_at = now, None
        else:
            row.ended_at = now
        if outcome == DONE:
            row.succeeded_at = now
