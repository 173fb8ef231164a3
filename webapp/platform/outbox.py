"""Facts leave in the transaction that made them true; the relay hands them to the queue afterwards, at least once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Protocol, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, event, text
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.platform import db
from webapp.platform.db import Base
from webapp.platform.tenancy import Books, CompanyScoped, before_commit

MOST_TRIES = 5
FIRST_BACK_OFF = timedelta(seconds=30)  # then 1, 2, 4 minutes: a full disk or a mail server on holiday
STARTED = "started, not ended"
SWEPT = timedelta(days=7)  # older facts are a person's decision: he hands them on again


def back_off(tries: int) -> timedelta:
    """How long to wait after this many tries."""
    return FIRST_BACK_OFF * (1 << (tries - 1))


class Fact(Protocol):
    """A frozen dataclass named in the past tense: InvoicePosted, ImportRequested."""

    __dataclass_fields__: ClassVar[Any]


class OutboxEvent(CompanyScoped, Base):
    """A fact that waits for, or has been handed to, the queue."""

    __tablename__ = "outbox_event"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_outbox_event_waiting", "sent_at", "id"),)


class JobEffect(CompanyScoped, Base):
    """A job's effect on one fact has happened; written in the effect's own transaction, so a repeat does nothing."""

    __tablename__ = "job_effect"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime]


class JobFailure(CompanyScoped, Base):
    """A job has tried and is not done: `error` is STARTED while a try is under way. After MOST_TRIES it is given up, and a person may
    start it again. `next_at` is when the next try may begin; of one under way, when it has been silent too long."""

    __tablename__ = "job_failure"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    error: Mapped[str]
    tries: Mapped[int]
    failed_at: Mapped[datetime]
    next_at: Mapped[datetime | None]


class JobCancellation(CompanyScoped, Base):
    """A person does not want a job that waited: it is not performed, also where the queue holds it already."""

    __tablename__ = "job_cancellation"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    cancelled_by: Mapped[str]
    cancelled_at: Mapped[datetime]


class JobProgress(CompanyScoped, Base):
    """How far a job is that takes long (webapp.platform.progress). `total` is 0 while nobody knows it."""

    __tablename__ = "job_progress"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    done: Mapped[int]
    total: Mapped[int]
    words: Mapped[str]
    began_at: Mapped[datetime]
    told_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("done >= 0 and total >= 0", name="figures_not_negative"),)


def announce(books: Books, fact: Fact) -> UUID:
    """Leave a fact in this transaction; returns its event id. It becomes known if, and only if, the transaction commits."""
    event_id = new_id()
    payload = {field.name: _plain(getattr(fact, field.name)) for field in fields(cast("Any", fact))}
    books.pending.facts.append({"id": event_id, "kind": type(fact).__name__, "payload": payload, "created_at": books.now, "sent_at": None})
    return event_id


@before_commit
def _write_facts(books: Books) -> None:
    books.insert(OutboxEvent, books.pending.facts)
    books.pending.facts.clear()


_RELAYED = (OutboxEvent, JobEffect, JobFailure, JobCancellation, JobProgress)


class RelaySession(Session):
    """Sees the outbox of every company, and nothing else: the one crossing of companies, for the relay alone."""


@event.listens_for(RelaySession, "do_orm_execute")
def _outbox_only(state: Any) -> None:
    if any(mapper.class_ not in _RELAYED for mapper in state.all_mappers):
        raise TypeError("the relay reads the outbox and nothing else")


@event.listens_for(RelaySession, "after_begin")
def _tell_the_row_policy(_session: RelaySession, _transaction: SessionTransaction, connection: Any) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select set_config('app.relay', 'on', true)"))


@contextmanager
def open_relay() -> Iterator[RelaySession]:
    """A transaction over every company's outbox."""
    with RelaySession(db.for_writing(db.engine()), expire_on_commit=False) as session, session.begin():
        yield session


@dataclass(frozen=True, slots=True)
class Job:
    """What a job is told: whose fact, which one, what it said."""

    company_id: int
    event_id: UUID
    payload: dict[str, Any]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value.isoformat() if isinstance(value, date | datetime) else value
