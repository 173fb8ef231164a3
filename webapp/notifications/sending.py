"""A message on its way to its provider and back. No transaction is open while an answer is waited for.

Three steps, each safe to be killed after: it is claimed and its try written down; the provider is asked; what it said is noted. Who was
killed between the last two leaves a message that may have arrived: it is marked so, and a person decides. It is never sent again for
a doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import update

from webapp import identity, messaging, parties
from webapp.kernel.dates import ist_day, month_name, month_of
from webapp.kernel.money import Paise, rupees
from webapp.kernel.records import dataclass
from webapp.notifications import carriers, queries, rules, telling
from webapp.notifications.events import MessagesQueued
from webapp.notifications.models import MessageCost, MessageTry, QueuedMessage
from webapp.notifications.queries import MessageRow
from webapp.notifications.rules import EMAIL, PAID, SMS, WHATSAPP, State
from webapp.platform.logging import log
from webapp.platform.outbox import announce
from webapp.platform.rows import update_count
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.platform.turns import write_one

CHUNK = 50  # messages of one job, so that a long queue is many short ones
LEASE = timedelta(minutes=10)  # longer than any provider's time-outs: who has not noted an answer by then was killed
MOST_WORDS = 300
_CLAIMS = UUID("b5a0f6f2-6d0c-4d5b-9a35-7c1a6f2d9c11")
# Why a message is not to leave after all, as the log says it; "" for one that may.
Check = Callable[[Books, MessageRow], str]
MAY_HAVE_ARRIVED = "It is not known whether this message left. It may have arrived."


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message that is claimed: by which try, and as its provider gets it."""

    row: MessageRow
    try_no: int
    message: messaging.Message


_checks: dict[str, Check] = {}


def use_check(events: Iterable[str], check: Check) -> None:
    """Ask a room above, whenever a message of these events is about to leave, why it should not. Saying the same again changes nothing."""
    _checks.update(dict.fromkeys(events, check))


def send_due(actor: Actor, part: int = 0) -> int:
    """Send what is due, one chunk of it, and leave a fact for the next chunk. Safe to run twice at once. Says how many were looked at."""
    with open_books(actor) as books:
        _give_up_lost(books)
        _try_other_channels(books)
    with read_books(actor) as books:
        found = queries.due(books, CHUNK)
    for message_id in found:
        send(actor, message_id)
    if len(found) == CHUNK:
        with open_books(actor) as books:
            announce(books, MessagesQueued(part + 1))
    return len(found)


def send(actor: Actor, message_id: UUID) -> None:
    """Send one message, unless it waits, is stopped, or another process has it. Nothing is raised for what a provider says."""
    with open_books(actor) as books:
        leaving = _claim(books, message_id)
    if leaving is None:
        return
    try:
        answer = carriers.deliver(actor, leaving.message)
    except Exception as trouble:
        log.exception("a message may have left", message_id=str(message_id))
        answer = messaging.Delivery(messaging.Outcome.UNKNOWN, words=type(trouble).__name__)
    with open_books(actor) as books:
        _settle(books, leaving, answer)


def take_report(books: Books, report: messaging.Report) -> None:
    """What a provider tells afterwards. Told twice, late or in another order, it changes nothing that is better known."""
    state = State(report.state.value)
    for row in queries.by_provider(books, report.provider, report.provider_id):
        if state is State.FAILED:
            if _move(books, row, rules.AFTERWARDS[state], state=state.value, words=report.words[:MOST_WORDS], fallback_at=None):
                telling.try_next(books, row)
        else:
            _move(books, row, rules.AFTERWARDS[state], state=state.value, words="", fallback_at=None)


# Out ------------------------------------------------------------------------------------------------------------------


def _claim(books: Books, message_id: UUID) -> Leaving | None:
    write_one(books, uuid5(_CLAIMS, str(books.company_id)))  # who counts a recipient's day and the budget, counts alone
    row = queries.message_or_none(books, message_id)
    if row is None or row.state != State.WAITING or row.next_at > books.now:
        return None
    policy = queries.policy(books)
    if (words := _hindrance(books, row, policy)) is not None:
        _stop(books, row, words)
        return None
    if (until := _wait(books, row, policy)) is not None:
        _move(books, row, {State.WAITING}, next_at=until)
        return None
    try_no = row.tries + 1
    same = (QueuedMessage.id == row.id, QueuedMessage.state == "waiting", QueuedMessage.tries == row.tries)
    values: dict[str, Any] = {"state": "sending", "tries": try_no, "claimed_at": books.now, "changed_at": books.now}
    if not update_count(books, update(QueuedMessage).where(*same).values(**values)):
        return None
    books.insert(MessageTry, [_try_row(row.id, try_no) | {"began_at": books.now}])
    return Leaving(row, try_no, _as_sent(books, row))


def _as_sent(books: Books, row: MessageRow) -> messaging.Message:
    link, text = carriers.absolute(row.link), row.text
    if row.channel == EMAIL and not rules.EVENTS[row.event].is_kept:
        link = carriers.unsubscribe_link(books.company_id, row.id)
        foot = {"hi": "ऐसे ईमेल बंद करने के लिए: ", "en": "To end such mails: "}
        text = f"{text}\n\n{foot[row.language]}{link}"
    attachment = messaging.Attachment(*row.attachment) if row.attachment else None
    values = tuple((pair[0], pair[1]) for pair in row.variables)
    template = f"{row.event}.{row.language}"
    return messaging.Message(row.id, messaging.Channel(row.channel), row.address, row.subject, text, template, values, link, attachment)


def _hindrance(books: Books, row: MessageRow, policy: queries.Policy) -> str | None:
    """Why a message will not leave, or None. Asked when it is about to, however long it has waited: who has opted out meanwhile, left or
    was put away gets none."""
    event = rules.EVENTS[row.event]
    if not event.is_kept and queries.has_ended(queries.opted_out(books, [row.recipient]), row.recipient, row.event):
        return "The recipient has ended such messages."
    if not _is_there(books, row):
        return "The recipient is no longer here."
    if books.now - row.created_at > rules.TOO_OLD:
        return "It waited too long to be of use."
    if row.event in _checks and (words := _checks[row.event](books, row)):
        return words
    if row.channel not in carriers.ready(books):
        return "This channel is not set up."
    if row.channel in PAID and policy.budget_paise is not None and queries.cost_of_month(books) >= policy.budget_paise:
        _say_spent(books, policy.budget_paise)
        return "This month's budget for messages is spent."
    return None


def _is_there(books: Books, row: MessageRow) -> bool:
    if party_id := telling.recipient_id(row.recipient, "party"):
        party = parties.party_or_none(books, party_id)
        return party is not None and not party.archived
    if user_id := telling.recipient_id(row.recipient, "user"):
        return any(one.user_id == user_id for one in identity.members(books.session, books.company_id))
    return True


def _wait(books: Books, row: MessageRow, policy: queries.Policy) -> Any:
    """Until when a message waits: for the morning, or for another day when its recipient has had as many as he gets."""
    if row.is_urgent:
        return None
    if (morning := rules.after_rest(books.now, policy.rest_from, policy.rest_until)) > books.now:
        return morning
    if queries.sent_since(books, row.recipient, rules.day_begins(books.now)) >= policy.most_per_day:
        return rules.next_day(books.now, policy.rest_until)
    return None


def _say_spent(books: Books, budget_paise: int) -> None:
    month = month_of(ist_day(books.now))
    words = {"amount": rupees(Paise(budget_paise)), "month": month_name(month)}
    telling.notify(books, "budget_spent", key=f"{month}-{budget_paise}", words=words, link="/settings/messages")


# Back -----------------------------------------------------------------------------------------------------------------


def _settle(books: Books, leaving: Leaving, answer: messaging.Delivery) -> None:
    """Note how a try ended, and what its provider has told of it already. One that was given up as lost meanwhile learns its true end."""
    told = messaging.known_reports(books, answer.provider, answer.provider_id) if answer.provider_id else []
    row, words = leaving.row, answer.words[:MOST_WORDS]
    ended = {"outcome": answer.outcome.value, "provider": answer.provider, "provider_id": answer.provider_id, "words": words}
    cost = max(answer.cost_paise, 0)
    mine = (MessageTry.message_id == row.id, MessageTry.try_no == leaving.try_no)
    update_count(books, update(MessageTry).where(*mine).values(**ended, cost_paise=cost, ended_at=books.now))
    values: dict[str, Any] = {"provider": answer.provider, "provider_id": answer.provider_id, "words": words}
    values["cost_paise"] = QueuedMessage.cost_paise + cost
    _count(books, row.channel, cost, is_sent=answer.outcome is messaging.Outcome.SENT)
    before = {State.SENDING, State.UNKNOWN}
    if answer.outcome is messaging.Outcome.SENT:
        wait = queries.policy(books).fallback_minutes
        watched = bool(row.after) and row.channel in (SMS, WHATSAPP) and wait > 0
        fallback_at = books.now + timedelta(minutes=wait) if watched else None
        _move(books, row, before, **values, state="sent", sent_at=books.now, fallback_at=fallback_at)
    elif answer.outcome is messaging.Outcome.LATER and leaving.try_no < rules.MOST_TRIES:
        pause = rules.pause_after(leaving.try_no, answer.retry_after)
        _move(books, row, before, **values, state="waiting", next_at=books.now + pause)
    elif answer.outcome is messaging.Outcome.UNKNOWN:
        _move(books, row, before, **{**values, "words": words or MAY_HAVE_ARRIVED}, state="unknown")
    elif _move(books, row, before, **values, state="refused"):
        telling.try_next(books, row)
    for report in told:
        take_report(books, report)


def _count(books: Books, channel: str, cost: int, *, is_sent: bool) -> None:
    if is_sent or cost:
        row = {"month": month_of(ist_day(books.now)), "channel": channel, "messages": int(is_sent), "cost_paise": cost}
        books.add_up(MessageCost, [row], adding=("messages", "cost_paise"))


def _stop(books: Books, row: MessageRow, words: str) -> None:
    """It will not leave. Its other channels are tried, unless nobody wants it there either."""
    if _move(books, row, {State.WAITING}, state="stopped", words=words):
        books.session.flush()
        telling.try_next(books, row)


def _give_up_lost(books: Books) -> None:
    for row in queries.lost(books, books.now - LEASE, CHUNK):
        _move(books, row, {State.SENDING}, state="unknown", words=MAY_HAVE_ARRIVED)


def _try_other_channels(books: Books) -> None:
    for row in queries.undelivered(books, CHUNK):
        if _move(books, row, {State.SENT}, fallback_at=None, words="It was not delivered in time: the next channel is tried."):
            telling.try_next(books, row)


def _move(books: Books, row: MessageRow, before: Any, **values: Any) -> bool:
    """Change a message that still stands as one of `before`; whether it did."""
    same = (QueuedMessage.id == row.id, QueuedMessage.state.in_([state.value for state in before]))
    return bool(update_count(books, update(QueuedMessage).where(*same).values(**values, changed_at=books.now)))


def _try_row(message_id: UUID, try_no: int) -> dict[str, Any]:
    empty = dict.fromkeys(("outcome", "provider", "provider_id", "words"), "")
    return {"message_id": message_id, "try_no": try_no, "ended_at": None, "cost_paise": 0, **empty}
