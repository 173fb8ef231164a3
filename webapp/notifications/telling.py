"""Somebody is told of what happened: the notice within the program, and the messages that wait to leave. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from webapp import company, identity, parties
from webapp.identity import Member
from webapp.kernel.errors import NotFound, keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.messaging import Attachment
from webapp.notifications import bell, carriers, queries, rules
from webapp.notifications.events import MessagesQueued
from webapp.notifications.models import Notice, QueuedMessage
from webapp.notifications.queries import Choice, Policy
from webapp.notifications.rules import EMAIL, NOTICE, PUSH, Event, Told
from webapp.platform.outbox import announce
from webapp.platform.permissions import Permission, Role
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Actor, Books

MOST_KEY = 200
_PART = 500  # parties of one statement


@dataclass(frozen=True, slots=True)
class News:
    """What is told: the event, what makes it this one (`key`), the values of its places, where it leads, what it is about."""

    event: Event
    key: str
    values: Mapping[str, str]
    link: str
    subject_kind: str
    subject_id: UUID | None
    attachment: Attachment | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: as messages know him ("party:<id>"), his name and language."""

    who: str
    name: str
    language: str


# long: what the event is about is said by name, for the callers' sake
def notify(
    books: Books,
    event: str,
    *,
    key: str,
    words: Mapping[str, str],
    link: str = "",
    subject_kind: str = "",
    subject_id: UUID | None = None,
    party_id: UUID | None = None,
    user_ids: Collection[UUID] | None = None,
    addresses: Sequence[str] = (),
    store_id: UUID | None = None,
    attachment: Attachment | None = None,
) -> int:
    """Tell whoever is to be told; returns how many notices and messages were made. The same event, key and recipient again make none.

    `words` are the values of the event's places, as they are read ("₹1,180.00"); `shop` and `party` are known here. `link` is a path of
    ours or a whole address. Who is held to stores hears what is of his own (`store_id`), and what names him (`user_ids`).
    """
    known = rules.EVENTS[event]
    keep_promise(0 < len(key) <= MOST_KEY, "what is told has a key")
    values = {name: rules.one_line(str(value))[: rules.MOST_VALUE] for name, value in words.items()}
    if "shop" in known.places and "shop" not in values:
        values["shop"] = rules.one_line(company.profile(books).name)
    news = News(known, key, values | {"link": carriers.absolute(link)}, link, subject_kind, subject_id, attachment)
    if known.told is Told.PARTY:
        keep_promise(party_id is not None, "this event is told to a party")
        made = _tell_party(books, news, party_id) if party_id else 0
    else:
        made = _tell_members(books, news, user_ids, store_id) + _tell_addresses(books, news, addresses)
    return made


def _tell_party(books: Books, news: News, party_id: UUID) -> int:
    party, who = parties.party_row(books, party_id), f"party:{party_id}"
    wishes = _wishes(books, [who], [news.event.name])
    ways, _hindrance = _ways_to(party, news.event, wishes)
    if not ways or queries.has_been_told(books, news.event.name, news.key, who):
        return 0
    policy = queries.policy(books)
    to = [(way, party.email if way == EMAIL else party.phone) for way in ways]
    told = _with_values(news, {"party": rules.one_line(party.name)})
    language = wishes.chosen.get((who, ""), Choice()).language or policy.language
    return _queue(books, told, Recipient(who, party.name, language), to[0], to[1:], policy)


def hindrances(books: Books, events: Mapping[UUID, str]) -> dict[UUID, str]:
    """For each party and the event it would be told of, why it would not be: "archived", "off" (by nobody's choice is it told),
    "ended" (it wants no messages) or "unreachable"; those who would be told are absent. Its statements do not grow with the parties."""
    found: dict[UUID, str] = {}
    every = list(events)
    for start in range(0, len(every), _PART):
        some = every[start : start + _PART]
        wishes = _wishes(books, [f"party:{id_}" for id_ in some], sorted({events[id_] for id_ in some}))
        for id_, party in parties.parties_by_id(books, some).items():
            if hindrance := _ways_to(party, rules.EVENTS[events[id_]], wishes)[1]:
                found[id_] = hindrance
    return found


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What parties and the business have chosen, who has ended messages, and by which channels the business can send."""

    chosen: Mapping[tuple[str, str], Choice]
    ended: set[tuple[str, str]]
    ready: frozenset[str]


def _wishes(books: Books, who: Sequence[str], events: Sequence[str]) -> _Wishes:
    return _Wishes(queries.choices(books, ("", *who), ("", *events)), queries.opted_out(books, who), carriers.ready(books))


def _ways_to(party: parties.PartyRow, event: Event, wishes: _Wishes) -> tuple[tuple[str, ...], str]:
    """The channels by which a party is told of an event, in order; or why by none."""
    who, chosen = f"party:{party.id}", wishes.chosen
    usual, own = chosen.get(("", event.name), Choice()).channels, chosen.get((who, ""), Choice())
    chain = rules.chosen(event, chosen.get((who, event.name), Choice()).channels, usual)
    if party.archived:
        return (), "archived"
    if not chain:
        return (), "off"
    if queries.has_ended(wishes.ended, who, event.name):
        return (), "ended"
    if own.channels is not None:
        chain = tuple(way for way in own.channels if way in rules.FOR_PARTIES)
    able = {"has_phone": bool(party.phone), "has_mail": bool(party.email), "agreed": own.agreed_at is not None}
    ways = rules.ways_left(chain, wishes.ready, **able)
    return ways, "" if ways else "unreachable"


def _tell_members(books: Books, news: News, user_ids: Collection[UUID] | None, store_id: UUID | None) -> int:
    found = [one for one in identity.members(books.session, books.company_id) if _is_told(books, one, news.event, user_ids, store_id)]
    if not found:
        return 0
    chosen = queries.choices(books, ("", *(_who(one) for one in found)), [news.event.name])
    ended = queries.opted_out(books, [_who(one) for one in found])
    usual, policy, made = chosen.get(("", news.event.name), Choice()).channels, queries.policy(books), 0
    ready: frozenset[str] | None = None
    for one in found:
        own = chosen.get((_who(one), news.event.name), Choice()).channels
        ways = set(rules.chosen(news.event, own, usual))
        if not news.event.is_kept and queries.has_ended(ended, _who(one), news.event.name):
            ways.discard(EMAIL)
        recipient = Recipient(_who(one), one.name, one.language if one.language in rules.LANGUAGES else "en")
        made += NOTICE in ways and _put_notice(books, news, one.user_id, recipient.language)
        if ways & {EMAIL, PUSH}:
            ready = carriers.ready(books) if ready is None else ready
            made += sum(_queue(books, news, recipient, to, (), policy) for to in _targets(books, one, ways & ready))
    return made


def _is_told(books: Books, member: Member, event: Event, user_ids: Collection[UUID] | None, store_id: UUID | None) -> bool:
    if user_ids is not None or event.told is Told.NAMED:
        return member.user_id in (user_ids or ())
    held_to = company.stores_of_member(books, member.user_id) if member.role is not Role.OWNER else frozenset[UUID]()
    if held_to and store_id not in held_to:
        return False
    actor = Actor(books.company_id, member.role, member.user_id, held_to=held_to, role_id=member.role_id, grants=member.grants)
    return actor.may(Permission(event.may))


def _targets(books: Books, member: Member, ways: Iterable[str]) -> list[tuple[str, str]]:
    found = [(EMAIL, member.email)] if EMAIL in ways else []
    return found + ([(PUSH, target) for target in carriers.push_targets(books, member.user_id)] if PUSH in ways else [])


def _tell_addresses(books: Books, news: News, addresses: Sequence[str]) -> int:
    """People who are no members, by mail."""
    if not addresses or EMAIL not in carriers.ready(books):
        return 0
    policy, made = queries.policy(books), 0
    ended = queries.opted_out(books, [f"mail:{one.lower()}" for one in addresses])
    for address in dict.fromkeys(one.lower() for one in addresses):
        recipient = Recipient(f"mail:{address}", address, policy.language)
        if not queries.has_ended(ended, recipient.who, news.event.name):
            made += _queue(books, news, recipient, (EMAIL, address), (), policy)
    return made


def _put_notice(books: Books, news: News, user_id: UUID, language: str) -> bool:
    subject, text = wording(books, news.event.name, language, PUSH)
    row = {
        "id": new_id(),
        "user_id": user_id,
        "event": news.event.name,
        "key": news.key,
        "title": rules.one_line(rules.filled(subject, news.values)),
        # The notice is itself the link, so its address is not read out in it.
        "text": rules.one_line(rules.filled(text, {**news.values, "link": ""})),
        "link": news.link,
        "subject_kind": news.subject_kind,
        "subject_id": news.subject_id,
        "is_urgent": news.event.is_urgent,
        "created_at": books.now,
        "read_at": None,
    }
    bell.forget(books.company_id, user_id)
    return insert_once(books, Notice, row)


def _queue(books: Books, news: News, to: Recipient, first: tuple[str, str], rest: Sequence[tuple[str, str]], policy: Policy) -> int:
    """One message, with the channels to try after it; 1 when it was made, 0 when it was there."""
    channel, address = first
    subject, text = wording(books, news.event.name, to.language, channel)
    next_at = books.now if news.event.is_urgent else rules.after_rest(books.now, policy.rest_from, policy.rest_until)
    values = rules.for_channel(news.values, channel)
    filled = rules.filled(text, values)
    row = blank_row(books) | {
        "id": new_id(),
        "event": news.event.name,
        "key": news.key,
        "recipient": to.who,
        "name": to.name,
        "channel": channel,
        "address": address,
        "language": to.language,
        "subject": rules.one_line(rules.filled(subject, news.values))[: rules.MOST_SUBJECT],
        "text": rules.one_line(filled) if channel in (rules.SMS, PUSH) else rules.lines(filled),
        "variables": [list(pair) for pair in rules.variables(text, values)],
        "link": news.link,
        "attachment": [news.attachment.name, news.attachment.media_type, news.attachment.key] if news.attachment else [],
        "values": dict(news.values),
        "after": [list(one) for one in rest],
        "subject_kind": news.subject_kind,
        "subject_id": news.subject_id,
        "is_urgent": news.event.is_urgent,
        "next_at": next_at,
    }
    return put_message(books, row)


def blank_row(books: Books) -> dict[str, Any]:
    """What every message is when it is made."""
    nothing = dict.fromkeys(("claimed_at", "sent_at", "fallback_at"))
    empty = dict.fromkeys(("words", "provider", "provider_id"), "")
    return {**nothing, **empty, "state": "waiting", "tries": 0, "cost_paise": 0, "created_at": books.now, "changed_at": books.now}


def put_message(books: Books, row: Mapping[str, Any]) -> int:
    """Write a message unless it is there, and have it sent after the commit: one fact for all of a transaction."""
    if not insert_once(books, QueuedMessage, row):
        return 0
    if not any(fact["kind"] == MessagesQueued.__name__ for fact in books.pending.facts):
        announce(books, MessagesQueued(0))
    return 1


def try_next(books: Books, message: queries.MessageRow) -> bool:
    """A message did not arrive: the next channel of its chain, if there is one that can be used. Safe to repeat."""
    if not message.after:
        return False
    (channel, address), *rest = message.after
    news = News(
        rules.EVENTS[message.event],
        message.key,
        message.values,
        message.link,
        message.subject_kind,
        message.subject_id,
        Attachment(*message.attachment) if message.attachment else None,
    )
    to = Recipient(message.recipient, message.name, message.language)
    return bool(_queue(books, news, to, (channel, address), [(one[0], one[1]) for one in rest], queries.policy(books)))


def wording(books: Books, event: str, language: str, channel: str) -> tuple[str, str]:
    """The subject and text of an event: the business's own words, or ours."""
    from webapp.notifications.texts import USUAL  # fifty sentences that only a writer of messages needs

    own = queries.wordings(books, event).get((event, language, channel))
    return own or USUAL[event][language]


def _with_values(news: News, more: Mapping[str, str]) -> News:
    return News(news.event, news.key, {**more, **news.values}, news.link, news.subject_kind, news.subject_id, news.attachment)


def _who(member: Member) -> str:
    return f"user:{member.user_id}"


def recipient_id(who: str, kind: str) -> UUID | None:
    """The id in "party:<id>" or "user:<id>"; None for another kind."""
    found, _colon, text = who.partition(":")
    return UUID(text) if found == kind else None


def member_of(books: Books, user_id: UUID) -> Member:
    """A member of this business. NotFound when there is none."""
    found = next((one for one in identity.members(books.session, books.company_id) if one.user_id == user_id), None)
    if found is None:
        raise NotFound("member")
    return found
