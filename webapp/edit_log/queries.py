"""Reads of the edit log: a page of entries by who, what and when; all versions of one thing, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp.kernel.dates import IST
from webapp.kernel.errors import NotFound
from webapp.kernel.money import rupees
from webapp.kernel.records import dataclass
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import Books

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of a person (a part of the name, or his member id, which gives `user_id`), of an action, of a kind of thing, from a
    day to a day."""

    who: str = ""
    user_id: UUID | None = None
    action: str = ""
    entity: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, as words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry, with the fields that it says differ."""

    seq: int
    at: datetime
    user_id: UUID | None
    user_name: str
    via: str
    action: str
    entity: str
    entity_id: str
    hash: str
    changes: tuple[Change, ...]


def entries(books: Books, wanted: Wanted, *, before: int | None = None, most: int = PAGE) -> tuple[list[EntryRow], int | None]:
    """A page of entries, the newest first, and the number to go on before."""
    query = select(EditLogEntry).order_by(EditLogEntry.seq.desc()).limit(most + 1)
    if wanted.user_id:
        query = query.where(EditLogEntry.user_id == wanted.user_id)
    elif wanted.who:
        query = query.where(func.lower(EditLogEntry.user_name).contains(wanted.who.lower(), autoescape=True))
    if wanted.action:
        query = query.where(EditLogEntry.action == wanted.action)
    if wanted.entity:
        query = query.where(EditLogEntry.entity == wanted.entity)
    if wanted.first_day:
        query = query.where(EditLogEntry.at >= _start_of(wanted.first_day))
    if wanted.last_day:
        query = query.where(EditLogEntry.at < _start_of(wanted.last_day + timedelta(days=1)))
    if before is not None:
        query = query.where(EditLogEntry.seq < before)
    rows = [_row(one) for one in books.session.scalars(query)]
    return rows[:most], rows[most - 1].seq if len(rows) > most else None


def every_entry(books: Books, wanted: Wanted) -> Iterator[EntryRow]:
    """All of `entries`, a page at a time."""
    before: int | None = None
    while True:
        rows, before = entries(books, wanted, before=before, most=500)
        yield from rows
        if before is None:
            return


def versions(books: Books, entity: str, entity_id: str) -> list[EntryRow]:
    """Everything that was done to one thing, the first act first. NotFound when nothing was."""
    query = select(EditLogEntry).where(EditLogEntry.entity == entity, EditLogEntry.entity_id == entity_id).order_by(EditLogEntry.seq)
    found = [_row(one) for one in books.session.scalars(query.limit(1000))]
    if not found:
        raise NotFound("entry")
    return found


def _row(entry: EditLogEntry) -> EntryRow:
    old, new = entry.old or {}, entry.new or {}
    changes = tuple(Change(name, words(name, old.get(name)), words(name, new.get(name))) for name in sorted(old.keys() | new.keys()))
    return EntryRow(
        entry.seq, entry.at, entry.user_id, entry.user_name, entry.via, entry.action, entry.entity, entry.entity_id, entry.hash, changes
    )


def words(field: str, value: Any) -> str:
    """A value of an entry as a person reads it: paise as rupees, a list with commas, what is absent as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int) and field.endswith("paise"):
        return rupees(value)
    if isinstance(value, list):
        return ", ".join(words("", one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), IST)
