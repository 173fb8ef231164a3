"""Mail to a person as such, not to somebody of a company: it waits here, and a job sends it by the machine's own mail server.

What is asked for is only an address and a purpose, and it is written down alike whether anybody has that address or not: who asks cannot
tell. Who that is, and what the mail says, the job finds out (webapp.identity).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.kernel.ids import new_id
from webapp.platform import clock, db
from webapp.platform.db import Base
from webapp.platform.tenancy import Directory

MOST_TRIES = 5
_TAKEN = timedelta(minutes=2)  # for so long nobody else takes what a job has taken
_KEPT = timedelta(days=7)


class PersonMail(Directory, Base):
    """A mail that waits, or has left or been given up (`ended_at`). `detail` is what its purpose needs, never a secret."""

    __tablename__ = "person_mail"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    email: Mapped[str]
    detail: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    next_at: Mapped[datetime]
    tries: Mapped[int]
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_person_mail_waiting", "ended_at", "next_at"),)


def forget(directory: Session, email: str) -> None:
    """Whatever was written to an address, or waits to be: who had it is erased."""
    directory.execute(delete(PersonMail).where(PersonMail.email == email))


def ask_for(directory: Session, purpose: str, email: str, detail: Mapping[str, Any] | None = None) -> None:
    """Have a mail sent. In the caller's transaction."""
    now = clock.now()
    directory.add(
        PersonMail(id=new_id(), purpose=purpose, email=email, detail=dict(detail or {}), asked_at=now, next_at=now, tries=0, ended_at=None)
    )


def is_waiting() -> bool:
    """Whether any mail is to be sent now: one quick look."""
    with db.engine().connect() as connection:
        waiting = select(PersonMail.id).where(PersonMail.ended_at.is_(None), PersonMail.next_at <= clock.now()).limit(1)
        return connection.execute(waiting).first() is not None


def take(directory: Session) -> PersonMail | None:
    """One mail whose time has come, for the caller alone. It comes again after a while, unless `end` is called."""
    now = clock.now()
    due = select(PersonMail).where(PersonMail.ended_at.is_(None), PersonMail.next_at <= now).order_by(PersonMail.next_at).limit(1)
    found = directory.scalar(due.with_for_update(skip_locked=True))
    if found is not None:
        found.tries += 1
        found.next_at = now + _TAKEN * found.tries
    return found


def end(directory: Session, mail_id: UUID) -> None:
    """It has left, or nothing can be done; and what ended long ago is forgotten."""
    now = clock.now()
    directory.execute(update(PersonMail).where(PersonMail.id == mail_id).values(ended_at=now))
    directory.execute(delete(PersonMail).where(PersonMail.ended_at < now - _KEPT))
