"""Whom to remind, and what was said before."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp import outstandings
from webapp.kernel.records import dataclass
from webapp.outstandings import OpenItem
from webapp.platform.tenancy import Books
from webapp.reminders import rules
from webapp.reminders.models import Reminder, ReminderStep
from webapp.reminders.rules import USUAL_STEPS, Last


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A reminder as given (see models.Reminder)."""

    id: UUID
    party_id: UUID
    step: int
    reminded_on: date
    way: str
    overdue_paise: int
    promised_on: date | None
    note: str
    reminded_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A party with something late: how much, the step reached, the newest reminder, and whether today is the day."""

    party_id: UUID
    name: str
    phone: str
    overdue: int
    step: int
    last: ReminderRow | None
    state: str


_COLUMNS = [getattr(Reminder, field.name) for field in fields(ReminderRow)]


def steps(books: Books) -> tuple[int, ...]:
    """The days of the steps, as set or as usual."""
    rows = books.session.execute(select(ReminderStep.step, ReminderStep.days_over).order_by(ReminderStep.step)).all()
    return tuple(row.days_over for row in rows) or USUAL_STEPS


def due_list(books: Books, *, words: str = "", party_id: UUID | None = None, days: tuple[int, ...] = ()) -> list[Due]:
    """Every customer with late bills after money on account has paid the oldest: the latest first, then the largest. The statements
    do not grow with the customers. `days` are those of the steps, where the caller has read them."""
    days = days or steps(books)
    asked = outstandings.Asked(books.today, words=words, party_id=party_id)
    ages = outstandings.ageing(books, asked, edges=days, netted=True)
    last = last_reminders(books)
    found = []
    for row in ages.rows:
        # The first bound is always the due date itself: where the first step comes later, its bucket asks nothing yet.
        buckets = row.buckets if days[0] == 0 else (row.buckets[0] + row.buckets[1], *row.buckets[2:])
        step, overdue = rules.step_of(buckets), sum(row.buckets[1:])
        if step:
            newest = last.get(row.party_id)
            told = Last(newest.step, newest.reminded_on, newest.promised_on) if newest else None
            found.append(Due(row.party_id, row.name, row.phone, overdue, step, newest, rules.state_of(step, told, books.today)))
    return sorted(found, key=lambda one: (-one.step, -one.overdue, one.name, one.party_id))


def last_reminders(books: Books, party_id: UUID | None = None) -> dict[UUID, ReminderRow]:
    """The newest reminder of each party, or of one."""
    each = select(Reminder.party_id.label("party_id"), func.max(Reminder.created_at).label("at"))
    newest = (each.where(Reminder.party_id == party_id) if party_id else each).group_by(Reminder.party_id).subquery()
    joined = (newest.c.party_id == Reminder.party_id) & (newest.c.at == Reminder.created_at)
    rows: Any = books.session.execute(select(*_COLUMNS).join(newest, joined).order_by(Reminder.id))
    return {row.party_id: ReminderRow(*row) for row in rows}


def reminder_or_none(books: Books, reminder_id: UUID) -> ReminderRow | None:
    """A reminder, or None when this company has none by that id."""
    row = books.session.execute(select(*_COLUMNS).where(Reminder.id == reminder_id)).first()
    return ReminderRow(*row) if row else None


def reminders_of(books: Books, party_id: UUID, most: int = 50) -> list[ReminderRow]:
    """A party's reminders, newest first."""
    query = select(*_COLUMNS).where(Reminder.party_id == party_id).order_by(Reminder.created_at.desc(), Reminder.id.desc()).limit(most)
    return [ReminderRow(*row) for row in books.session.execute(query)]


def late_items(books: Books, party_id: UUID) -> list[OpenItem]:
    """A customer's bills past due, after money on account has paid the oldest."""
    items = outstandings.open_items(books, party_id, side=outstandings.RECEIVABLE)
    return [item for item in outstandings.netted_items(items, outstandings.RECEIVABLE) if item.open > 0 and item.due_on < books.today]
