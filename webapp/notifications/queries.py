"""What is read of notices, messages, choices and costs, as frozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select

from webapp.kernel.dates import ist_day, month_of
from webapp.kernel.errors import NotFound
from webapp.kernel.records import dataclass
from webapp.notifications.models import (
    MessageCost,
    MessageOptOut,
    MessagePolicy,
    MessageTry,
    MessageWording,
    Notice,
    QueuedMessage,
    ToldChoice,
)
from webapp.notifications.rules import OF_EACH_PARTY
from webapp.platform.rows import Lookup
from webapp.platform.tenancy import Books

AS_USUAL = "usual"  # in a kept choice: no channels of its own
MOST_UNREAD = 99


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a business (models.MessagePolicy). Usual: rest from nine in the evening to nine in the morning, six messages a day,
    the next channel after two hours, no budget."""

    rest_from: int = 21 * 60
    rest_until: int = 9 * 60
    most_per_day: int = 6
    fallback_minutes: int = 120
    budget_paise: int | None = None
    language: str = "en"
    version: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose: the channels (None: as usual), a language, and when and how he agreed to WhatsApp."""

    channels: tuple[str, ...] | None = None
    language: str = ""
    agreed_at: datetime | None = None
    agreed_words: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice of a member."""

    id: UUID
    event: str
    title: str
    text: str
    link: str
    is_urgent: bool
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as the log and the sender see it (models.QueuedMessage)."""

    id: UUID
    event: str
    key: str
    recipient: str
    name: str
    channel: str
    address: str
    language: str
    subject: str
    text: str
    variables: Sequence[Sequence[str]]
    link: str
    attachment: Sequence[str]
    values: Mapping[str, str]
    after: Sequence[Sequence[str]]
    subject_kind: str
    subject_id: UUID | None
    is_urgent: bool
    state: str
    words: str
    tries: int
    provider: str
    provider_id: str
    cost_paise: int
    created_at: datetime
    next_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None
    fallback_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages a list shows."""

    words: str = ""
    event: str = ""
    channel: str = ""
    state: str = ""
    first: datetime | None = None
    until: datetime | None = None


_POLICY = select(*(getattr(MessagePolicy, name) for name in Policy.__slots__))
_MESSAGE = tuple(getattr(QueuedMessage, name) for name in MessageRow.__slots__)
_NOTICE = tuple(getattr(Notice, name) for name in NoticeRow.__slots__)
_UNREAD = Lookup(select(Notice.id).where(Notice.user_id == bindparam("user"), Notice.read_at.is_(None)).limit(MOST_UNREAD + 1))


def unread(books: Books, user_id: UUID) -> int:
    """How many notices of a member are new, counted up to a hundred: one read of an index."""
    return len(_UNREAD.rows(books, user=user_id))


def notices(books: Books, user_id: UUID, *, is_new: bool, before: UUID | None, most: int) -> list[NoticeRow]:
    """A member's notices, the newest first, from below `before`."""
    query = select(*_NOTICE).where(Notice.user_id == user_id)
    if is_new:
        query = query.where(Notice.read_at.is_(None))
    if before is not None:
        query = query.where(Notice.id < before)
    return [NoticeRow(*row) for row in books.session.execute(query.order_by(Notice.id.desc()).limit(most))]


def notice_or_none(books: Books, user_id: UUID, notice_id: UUID) -> NoticeRow | None:
    """A notice of this member."""
    row = books.session.execute(select(*_NOTICE).where(Notice.id == notice_id, Notice.user_id == user_id)).first()
    return NoticeRow(*row) if row else None


def policy(books: Books) -> Policy:
    """The business's rules, or the usual ones."""
    row = books.session.execute(_POLICY).first()
    return Policy(*row) if row else Policy()


def choices(books: Books, who: Iterable[str], events: Iterable[str] = ()) -> dict[tuple[str, str], Choice]:
    """What these have chosen, by who and event; of these events, or of all."""
    columns = (ToldChoice.who, ToldChoice.event, ToldChoice.channels, ToldChoice.language, ToldChoice.agreed_at, ToldChoice.agreed_words)
    query = select(*columns).where(ToldChoice.who.in_(list(who)))
    if wanted := list(events):
        query = query.where(ToldChoice.event.in_(wanted))
    return {(row[0], row[1]): Choice(None if AS_USUAL in row[2] else tuple(row[2]), *row[3:]) for row in books.session.execute(query)}


def wanted_of_parties(books: Books) -> frozenset[str]:
    """Of rules.OF_EACH_PARTY the events that the business, or one party at least, wants told."""
    rows = books.session.execute(select(ToldChoice.event, ToldChoice.channels).where(ToldChoice.event.in_(OF_EACH_PARTY)).distinct())
    return frozenset(event for event, channels in rows if channels and AS_USUAL not in channels)


def party_told_of(books: Books, who: str) -> dict[str, bool | None]:
    """Of what a party is told or not, whatever is usual (rules.OF_EACH_PARTY); None: as usual."""
    kept = choices(books, [who], OF_EACH_PARTY)
    found = {event: kept.get((who, event), Choice()).channels for event in OF_EACH_PARTY}
    return {event: None if channels is None else bool(channels) for event, channels in found.items()}


def opted_out(books: Books, who: Iterable[str]) -> set[tuple[str, str]]:
    """Of these, who wants no more of which event; "" for all that can be ended."""
    query = select(MessageOptOut.who, MessageOptOut.event).where(MessageOptOut.who.in_(list(who)))
    return {(row[0], row[1]) for row in books.session.execute(query)}


def has_ended(ended: set[tuple[str, str]], who: str, event: str) -> bool:
    """Whether this one has ended messages of this event."""
    return (who, "") in ended or (who, event) in ended


def wordings(books: Books, event: str = "") -> dict[tuple[str, str, str], tuple[str, str]]:
    """The business's own words by event, language and channel: subject and text."""
    query = select(MessageWording.event, MessageWording.language, MessageWording.channel, MessageWording.subject, MessageWording.text)
    if event:
        query = query.where(MessageWording.event == event)
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in books.session.execute(query)}


def message_or_none(books: Books, message_id: UUID) -> MessageRow | None:
    """The message of this id."""
    row = books.session.execute(select(*_MESSAGE).where(QueuedMessage.id == message_id)).first()
    return MessageRow(*row) if row else None


def message(books: Books, message_id: UUID) -> MessageRow:
    """The message of this id. NotFound when this company has none."""
    found = message_or_none(books, message_id)
    if found is None:
        raise NotFound("message")
    return found


def has_been_told(books: Books, event: str, key: str, recipient: str) -> bool:
    """Whether messages of this were made for this recipient already."""
    same = (QueuedMessage.event == event, QueuedMessage.key == key, QueuedMessage.recipient == recipient)
    return books.session.scalar(select(QueuedMessage.id).where(*same).limit(1)) is not None


def endings(books: Books, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """For recipients and the keys by which they were told: how the last message of each stands, and why, in the log's words."""
    wanted = set(keys)
    named = (QueuedMessage.recipient.in_({who for who, _ in wanted}), QueuedMessage.key.in_({key for _, key in wanted}))
    query = select(QueuedMessage.recipient, QueuedMessage.key, QueuedMessage.state, QueuedMessage.words).where(*named)
    rows = books.session.execute(query.order_by(QueuedMessage.id)) if wanted else ()
    return {(who, key): (state, words) for who, key, state, words in rows if (who, key) in wanted}


def due(books: Books, most: int) -> list[UUID]:
    """The messages that may leave now, the urgent ones first."""
    query = select(QueuedMessage.id).where(QueuedMessage.state == "waiting", QueuedMessage.next_at <= books.now)
    return list(books.session.scalars(query.order_by(QueuedMessage.is_urgent.desc(), QueuedMessage.next_at, QueuedMessage.id).limit(most)))


def lost(books: Books, before: datetime, most: int) -> list[MessageRow]:
    """Messages whose try began before an instant and did not say how it ended."""
    query = select(*_MESSAGE).where(QueuedMessage.state == "sending", QueuedMessage.claimed_at < before).limit(most)
    return [MessageRow(*row) for row in books.session.execute(query)]


def undelivered(books: Books, most: int) -> list[MessageRow]:
    """Messages that were taken and not delivered in time, with another channel to try."""
    query = select(*_MESSAGE).where(QueuedMessage.fallback_at <= books.now, QueuedMessage.state == "sent")
    return [MessageRow(*row) for row in books.session.execute(query.order_by(QueuedMessage.fallback_at).limit(most))]


def by_provider(books: Books, provider: str, provider_id: str) -> list[MessageRow]:
    """The messages that a provider knows by this id."""
    query = select(*_MESSAGE).where(QueuedMessage.provider_id == provider_id, QueuedMessage.provider == provider)
    return [MessageRow(*row) for row in books.session.execute(query)]


def sent_since(books: Books, recipient: str, since: datetime) -> int:
    """How many messages have left for somebody since an instant, or are leaving."""
    left = or_(QueuedMessage.sent_at >= since, (QueuedMessage.state == "sending") & (QueuedMessage.claimed_at >= since))
    return int(books.session.scalar(select(func.count()).select_from(QueuedMessage).where(QueuedMessage.recipient == recipient, left)) or 0)


def costs(books: Books, months: int = 12) -> list[tuple[int, str, int, int]]:
    """Month, channel, messages and cost, the newest month first."""
    query = select(MessageCost.month, MessageCost.channel, MessageCost.messages, MessageCost.cost_paise)
    rows = books.session.execute(query.order_by(MessageCost.month.desc(), MessageCost.channel).limit(months * 4))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def cost_of_month(books: Books) -> int:
    """What this month's messages have cost, in paise."""
    month = month_of(ist_day(books.now))
    return int(books.session.scalar(select(func.coalesce(func.sum(MessageCost.cost_paise), 0)).where(MessageCost.month == month)) or 0)


def tries_of(books: Books, message_id: UUID) -> list[Any]:
    """Each try of a message, the first one first."""
    columns = (MessageTry.try_no, MessageTry.began_at, MessageTry.ended_at, MessageTry.outcome, MessageTry.provider, MessageTry.words)
    query = select(*columns, MessageTry.provider_id, MessageTry.cost_paise).where(MessageTry.message_id == message_id)
    return list(books.session.execute(query.order_by(MessageTry.try_no)))


def messages(books: Books, wanted: Wanted, before: UUID | None, most: int | None) -> list[MessageRow]:
    """The log as filtered, the newest first, from below `before`."""
    query = _narrowed(select(*_MESSAGE), wanted)
    if before is not None:
        query = query.where(QueuedMessage.id < before)
    query = query.order_by(QueuedMessage.id.desc())
    return [MessageRow(*row) for row in books.session.execute(query.limit(most) if most else query)]


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    for column, value in (
        (QueuedMessage.event, wanted.event),
        (QueuedMessage.channel, wanted.channel),
        (QueuedMessage.state, wanted.state),
    ):
        query = query.where(column == value) if value else query
    if wanted.first is not None:
        query = query.where(QueuedMessage.created_at >= wanted.first)
    if wanted.until is not None:
        query = query.where(QueuedMessage.created_at < wanted.until)
    for word in wanted.words.split()[:6]:
        columns = (QueuedMessage.name, QueuedMessage.address, QueuedMessage.subject)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return query
