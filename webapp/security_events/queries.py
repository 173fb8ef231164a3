"""Reads of events and thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from webapp.kernel.records import dataclass
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import Books
from webapp.security_events import rules
from webapp.security_events.models import SecurityEvent, SecurityMark, SecurityThreshold

PART = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: words in a name, a detail or a place, a kind, a person, from an instant until another."""

    words: str = ""
    kind: str = ""
    user_id: UUID | None = None
    first: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a list shows it."""

    id: UUID
    kind: str
    at: datetime
    last_at: datetime
    user_id: UUID | None
    user_name: str
    detail: str
    place: str
    entity: str
    entity_id: str
    count: int

    @property
    def is_alert(self) -> bool:
        """Whether the owners were told of it."""
        return self.kind in rules.ALERTS


_EVENT = tuple(getattr(SecurityEvent, name) for name in EventRow.__slots__)


def events(books: Books, wanted: Wanted, before: UUID | None, most: int) -> list[EventRow]:
    """The events as filtered, what was noted last first, from below `before`."""
    query = select(*_EVENT).order_by(SecurityEvent.id.desc()).limit(most)
    if wanted.kind == "alerts":
        query = query.where(SecurityEvent.kind.in_(rules.ALERTS))
    elif wanted.kind:
        query = query.where(SecurityEvent.kind == wanted.kind)
    if wanted.user_id:
        query = query.where(SecurityEvent.user_id == wanted.user_id)
    if wanted.first:
        query = query.where(SecurityEvent.last_at >= wanted.first)
    if wanted.until:
        query = query.where(SecurityEvent.at < wanted.until)
    if before:
        query = query.where(SecurityEvent.id < before)
    for word in wanted.words.split()[:6]:
        columns = (SecurityEvent.user_name, SecurityEvent.detail, SecurityEvent.place)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return [EventRow(*row) for row in books.session.execute(query)]


def every_event(books: Books, wanted: Wanted) -> Iterator[EventRow]:
    """All of `events`, a part at a time."""
    before: UUID | None = None
    while found := events(books, wanted, before, PART):
        yield from found
        before = found[-1].id


def counted(books: Books, since: datetime) -> list[rules.Counted]:
    """What the rules look at: the events of these kinds since an instant."""
    columns = (
        SecurityEvent.kind,
        SecurityEvent.user_id,
        SecurityEvent.user_name,
        SecurityEvent.at,
        SecurityEvent.count,
        SecurityEvent.place,
    )
    kinds = (rules.NEW_DEVICE, rules.EXPORTED, rules.REFUSED)
    query = select(*columns).where(SecurityEvent.last_at >= since, SecurityEvent.kind.in_(kinds)).order_by(SecurityEvent.last_at)
    return [rules.Counted(*row) for row in books.session.execute(query)]


def own_thresholds(books: Books) -> list[tuple[str, date, int]]:
    """What the business said: rule, since, most."""
    rows = books.session.execute(select(SecurityThreshold.rule, SecurityThreshold.since, SecurityThreshold.most))
    return [(row[0], row[1], row[2]) for row in rows]


def mark(books: Books) -> int | None:
    """Up to which entry the edit log was read; None: not yet."""
    return books.session.scalar(select(SecurityMark.seq))


def last_seq(books: Books) -> int:
    """The last entry of the edit log."""
    return int(books.session.scalar(select(func.max(EditLogEntry.seq))) or 0)
