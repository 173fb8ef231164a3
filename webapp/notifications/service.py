"""What people decide: their choices, the business's rules and wordings, whether a message goes again; and notices that were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from webapp import parties
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.money import MOST_PAISE
from webapp.kernel.records import dataclass
from webapp.notifications import bell, carriers, queries, rules, telling
from webapp.notifications.models import MessageOptOut, MessagePolicy, MessageWording, Notice, QueuedMessage, ToldChoice
from webapp.notifications.queries import AS_USUAL, Choice, MessageRow, Policy
from webapp.notifications.rules import EMAIL, EVENTS, LANGUAGES, State, Told
from webapp.platform import audit
from webapp.platform.rows import insert_once, put, update_count
from webapp.platform.tenancy import Books

_WAYS_OF: Mapping[bool | None, list[str]] = {None: [AS_USUAL], True: list(rules.FOR_PARTIES), False: []}


@dataclass(frozen=True, slots=True)
class PartyWishes:
    """How a party wants to be told. `channels` None: as usual. `agreed` says how it agreed to WhatsApp; "": it has not. `told_of` says of
    rules.OF_EACH_PARTY whether it is told, whatever is usual; None, or not there: as usual."""

    channels: tuple[str, ...] | None
    language: str
    agreed: str
    has_ended: bool
    told_of: Mapping[str, bool | None] | None = None


def mark_read(books: Books, user_id: UUID, notice_id: UUID | None = None) -> int:
    """Mark a notice of this member as read, or all; how many became so. NotFound for one that is not his."""
    mine = [Notice.user_id == user_id]
    if notice_id is not None:
        mine.append(Notice.id == notice_id)
        if queries.notice_or_none(books, user_id, notice_id) is None:
            raise NotFound("notice")
    bell.forget(books.company_id, user_id)
    return update_count(books, update(Notice).where(*mine, Notice.read_at.is_(None)).values(read_at=books.now))


def choose(books: Books, who: str, event: str, channels: Sequence[str] | None) -> None:
    """By which channels somebody is told of an event; None: as usual. `who` is "user:<id>" or "" for the business."""
    if event not in rules.CHOSEN:
        raise NotFound("event")
    known = rules.FOR_PARTIES if EVENTS[event].told is Told.PARTY else rules.FOR_MEMBERS
    if channels is not None and not set(channels) <= set(known):
        raise InvalidInput({f"{event}": "Choose from the channels shown."})
    kept = queries.choices(books, [who], [event]).get((who, event))
    wanted = tuple(channels) if channels is not None else None
    if (kept.channels if kept else None) == wanted:
        return
    row = {"who": who, "event": event, "channels": list(wanted) if wanted is not None else [AS_USUAL]}
    put(books, ToldChoice, [row | {"language": "", "agreed_at": None, "agreed_words": ""}])
    if not who.startswith("user:") or wanted is None or EMAIL in wanted:
        books.session.execute(delete(MessageOptOut).where(MessageOptOut.who == who, MessageOptOut.event == event))
    old = {"channels": list(kept.channels) if kept and kept.channels is not None else AS_USUAL}
    audit.record(books, "change", "told_choice", who or "business", old=old, new={"event": event, "channels": row["channels"]})


def set_party(books: Books, party_id: UUID, asked: PartyWishes) -> None:
    """How a party is told. NotFound for another company's; InvalidInput by field."""
    parties.party_row(books, party_id)
    who = f"party:{party_id}"
    agreed = rules.one_line(asked.agreed)[:200]
    if asked.channels is not None and not set(asked.channels) <= set(rules.FOR_PARTIES):
        raise InvalidInput({"channels": "Choose from the channels shown."})
    if asked.language and asked.language not in LANGUAGES:
        raise InvalidInput({"language": "Choose the language."})
    before, ended = queries.choices(books, [who], [""]).get((who, ""), Choice()), (who, "") in queries.opted_out(books, [who])
    agreed_at = (before.agreed_at if before.agreed_words == agreed else books.now) if agreed else None
    row = {"who": who, "event": "", "channels": list(asked.channels) if asked.channels is not None else [AS_USUAL]}
    put(books, ToldChoice, [row | {"language": asked.language, "agreed_at": agreed_at, "agreed_words": agreed}])
    told_before = queries.party_told_of(books, who)
    told_of = {event: (asked.told_of or {}).get(event) for event in rules.OF_EACH_PARTY}
    plain = {"who": who, "language": "", "agreed_at": None, "agreed_words": ""}
    rows = [plain | {"event": event, "channels": _WAYS_OF[wish]} for event, wish in told_of.items() if wish is not told_before[event]]
    put(books, ToldChoice, rows)
    if asked.has_ended and not ended:
        end_messages(books, who, "", via="office")
    elif ended and not asked.has_ended:
        books.session.execute(delete(MessageOptOut).where(MessageOptOut.who == who))
    old = {"channels": list(before.channels or [AS_USUAL]), "language": before.language, "agreed": before.agreed_words, "ended": ended}
    new = {"channels": row["channels"], "language": asked.language, "agreed": agreed, "ended": asked.has_ended}
    audit.record_change(books, "party_messages", party_id, old | told_before, new | told_of)


def end_messages(books: Books, who: str, event: str, *, via: str) -> bool:
    """This one wants no more messages of an event, or ("") of any that can be ended. Whether that is new."""
    is_new = insert_once(books, MessageOptOut, {"who": who, "event": event, "at": books.now, "via": via})
    if is_new:
        audit.record(books, "end", "messages", who, new={"event": event or "all", "via": via})
    return is_new


def end_by_message(books: Books, message_id: UUID) -> MessageRow:
    """The link in a mail was used: a party or an outsider ends all that can be ended, a member the mails of this event."""
    row = queries.message(books, message_id)
    end_messages(books, row.recipient, row.event if row.recipient.startswith("user:") else "", via="link")
    return row


def set_policy(books: Books, asked: Policy) -> None:
    """The business's rules. InvalidInput by field; Conflict when somebody changed them meanwhile (`version`)."""
    errors = {}
    if not (0 <= asked.rest_from < rules.DAY_MINUTES and 0 <= asked.rest_until < rules.DAY_MINUTES):
        errors["rest_from"] = "Type a time of the day, such as 21:00."
    if not 1 <= asked.most_per_day <= 1000:
        errors["most_per_day"] = "Type a number from 1 to 1000."
    if not 0 <= asked.fallback_minutes <= 2880:
        errors["fallback_minutes"] = "Type minutes from 0 to 2880."
    if asked.budget_paise is not None and not 0 <= asked.budget_paise <= MOST_PAISE:
        errors["budget"] = "Type an amount in rupees, or leave it empty."
    if asked.language not in LANGUAGES:
        errors["language"] = "Choose the language."
    if errors:
        raise InvalidInput(errors)
    before = queries.policy(books)
    if before.version != asked.version:
        raise Conflict(problem="Somebody changed these rules meanwhile.", fix="Look at them as they are now, then change them again.")
    after = asdict(replace(asked, version=before.version + 1))
    if before.version:
        same = (MessagePolicy.only == 1, MessagePolicy.version == before.version)
        changed = update_count(books, update(MessagePolicy).where(*same).values(**after))
    else:
        changed = insert_once(books, MessagePolicy, {"only": 1, **after})
    if not changed:
        raise Conflict(problem="Somebody changed these rules meanwhile.", fix="Look at them as they are now, then change them again.")
    audit.record_change(books, "message_policy", books.company_id, asdict(before), after)


def check_wording(event: str, subject: str, text: str) -> dict[str, str]:
    """What is wrong with words for an event, by field."""
    errors, known = {}, EVENTS[event]
    for field, words, most in (("subject", subject, rules.MOST_SUBJECT), ("text", text, rules.MOST_TEXT)):
        allowed = " ".join("{" + name + "}" for name in rules.places_of(known))
        if not words:
            errors[field] = "Type the words."
        elif len(words) > most:
            errors[field] = f"Type at most {most} signs."
        elif wrong := rules.wrong_place(words, known):
            errors[field] = f"{wrong[:40]} is no place that can be filled. Use: {allowed}."
    return errors


def set_wording(books: Books, place: tuple[str, str, str], subject: str, text: str) -> None:
    """The business's own words for an event, language and channel. InvalidInput by field."""
    event, language, channel = place
    subject, text = rules.one_line(subject), rules.lines(text)
    if errors := check_wording(event, subject, text):
        raise InvalidInput(errors)
    before = queries.wordings(books, event).get(place)
    row = {"event": event, "language": language, "channel": channel, "subject": subject, "text": text}
    put(books, MessageWording, [row | {"changed_by": books.actor.name, "changed_at": books.now}])
    old = {"subject": before[0], "text": before[1]} if before else None
    audit.record(books, "change", "message_wording", ".".join(place), old=old, new={"subject": subject, "text": text})


def reset_wording(books: Books, place: tuple[str, str, str]) -> None:
    """Our own words again. Safe to repeat."""
    event, language, channel = place
    before = queries.wordings(books, event).get(place)
    if before is None:
        return
    own = (MessageWording.event == event, MessageWording.language == language, MessageWording.channel == channel)
    books.session.execute(delete(MessageWording).where(*own))
    audit.record(books, "end", "message_wording", ".".join(place), old={"subject": before[0], "text": before[1]})


def send_test(books: Books, message_id: UUID, place: tuple[str, str, str], values: Mapping[str, str]) -> None:
    """A message of these words to who asks, by mail, at once. The same id again sends none. InvalidInput where mail is not set up."""
    event, language, channel = place
    if EMAIL not in carriers.ready(books):
        raise InvalidInput({"": "Mail is not set up, so no test can be sent."})
    if books.actor.user_id is None:
        raise NotFound("member")
    member = telling.member_of(books, books.actor.user_id)
    subject, text = telling.wording(books, event, language, channel)
    row = telling.blank_row(books) | {
        "id": message_id,
        "event": event,
        "key": f"test {message_id.hex}",
        "recipient": f"user:{member.user_id}",
        "name": member.name,
        "channel": EMAIL,
        "address": member.email,
        "language": language,
        "subject": rules.one_line(rules.filled(subject, values))[: rules.MOST_SUBJECT],
        "text": rules.lines(rules.filled(text, values)),
        "variables": [list(pair) for pair in rules.variables(text, values)],
        "link": "/settings/messages",
        "attachment": [],
        "values": dict(values),
        "after": [],
        "subject_kind": "",
        "subject_id": None,
        "is_urgent": True,
        "next_at": books.now,
    }
    telling.put_message(books, row)


def send_again(books: Books, message_id: UUID, new_id: UUID) -> UUID:
    """A person has a message sent again: a message of its own, once for `new_id`. Conflict for one that is on its way or was delivered."""
    row = queries.message(books, message_id)
    if queries.message_or_none(books, new_id) is not None:
        return new_id
    if row.state not in rules.AGAIN:
        raise Conflict(problem="This message is on its way, or has arrived.", fix="Wait until it is known how it ended.")
    again: dict[str, Any] = {name: getattr(row, name) for name in MessageRow.__slots__}
    again |= telling.blank_row(books) | {"id": new_id, "key": f"{row.key[:180]} ~{new_id.hex[-12:]}", "next_at": books.now, "after": []}
    again |= {name: [list(one) if isinstance(one, tuple) else one for one in again[name]] for name in ("variables", "attachment")}
    telling.put_message(books, again)
    update_count(books, update(QueuedMessage).where(QueuedMessage.id == row.id).values(fallback_at=None, changed_at=books.now))
    audit.record(books, "send", "message", message_id, new={"again": str(new_id)})
    return new_id


def settle_unknown(books: Books, message_id: UUID, *, has_arrived: bool) -> None:
    """A person says how a message ended that may have arrived. Conflict for one whose end is known."""
    state = State.DELIVERED if has_arrived else State.FAILED
    same = (QueuedMessage.id == message_id, QueuedMessage.state == State.UNKNOWN.value)
    row = queries.message(books, message_id)
    words = f"Said by {books.actor.name}."
    if not update_count(books, update(QueuedMessage).where(*same).values(state=state.value, words=words, changed_at=books.now)):
        raise Conflict(problem="It is known how this message ended.", fix="Look at it as it stands now.")
    audit.record(books, "settle", "message", message_id, old={"state": row.state}, new={"state": state.value})
