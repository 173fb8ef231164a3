"""The verbs that ask nobody outside: keep an account, a template, a browser; and what became of a message, written before and after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update

from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.messaging import queries, rules
from webapp.messaging.carrier import End, Health
from webapp.messaging.commands import SaveAccount, SaveTemplate, Subscribe
from webapp.messaging.models import MessagingAccount, MessagingTemplate, ProviderHealth, PushKey, PushSubscription, SentMessage
from webapp.messaging.queries import AccountRow, SentRow, Subscription
from webapp.messaging.rules import CHANNELS, Breaker, Message, Outcome, Provider
from webapp.platform import audit, sealing
from webapp.platform.rows import insert_once, put, update_count
from webapp.platform.tenancy import Books

LEASE = timedelta(minutes=3)  # longer than every time-out of a call together: a process that was killed is given up after this
MOST_BROWSERS = 20  # of one person


# Accounts --------------------------------------------------------------------------------------------------------------


def save_account(books: Books, asked: SaveAccount) -> None:
    """Keep an account. What is in use for its channel gives way to one that is switched on. Conflict when somebody changed it meanwhile."""
    kept = queries.accounts(books).get(asked.provider.value)
    if (kept.version if kept else 0) != asked.version:
        raise _changed_meanwhile()
    secrets = {**(open_secrets(books, kept) if kept else {}), **{name: text for name, text in asked.secrets.items() if text}}
    missing = {name: "Type this once: nothing is kept yet." for name in asked.secrets if not secrets.get(name)}
    if asked.provider is Provider.SMTP and not asked.settings.get("user"):
        missing = {}
    if missing:
        raise InvalidInput(missing)
    channel = CHANNELS[asked.provider].value
    if asked.is_on:
        others = (MessagingAccount.channel == channel, MessagingAccount.provider != asked.provider.value, MessagingAccount.is_on)
        update_count(books, update(MessagingAccount).where(*others).values(is_on=False, version=MessagingAccount.version + 1))
    row = {
        "channel": channel,
        "is_on": asked.is_on,
        "settings": dict(asked.settings),
        "secrets": sealing.seal(_purpose(books, asked.provider), json.dumps(secrets)),
        "last_four": rules.shown(secrets),
        "version": asked.version + 1,
        "changed_by": books.actor.name,
        "changed_at": books.now,
    }
    if kept is None:
        written = insert_once(books, MessagingAccount, {"provider": asked.provider.value, "hook_id": new_id(), **row})
    else:
        same = (MessagingAccount.provider == asked.provider.value, MessagingAccount.version == asked.version)
        written = bool(update_count(books, update(MessagingAccount).where(*same).values(**row)))
    if not written:
        raise _changed_meanwhile()
    close_breaker(books, asked.provider)
    told = {**asked.settings, "is_on": asked.is_on, "secrets": sorted(name for name, text in asked.secrets.items() if text)}
    audit.record(books, "change", "messaging_account", asked.provider.value, new=told)


def _changed_meanwhile() -> Conflict:
    return Conflict(problem="Somebody has changed this account meanwhile.", fix="Reload the page, and enter your change again.")


def open_secrets(books: Books, kept: AccountRow) -> dict[str, str]:
    """The secrets of an account. SealBroken when they do not open."""
    found: dict[str, str] = json.loads(sealing.unseal(_purpose(books, Provider(kept.provider)), kept.secrets))
    return found


def _purpose(books: Books, provider: Provider) -> str:
    return f"messaging {books.company_id} {provider.value}"


def save_template(books: Books, asked: SaveTemplate) -> None:
    """Keep under which name a provider has approved our words, or forget it. NotFound without an account with it."""
    if asked.provider.value not in queries.accounts(books):
        raise NotFound("account")
    same = (MessagingTemplate.provider == asked.provider.value, MessagingTemplate.name == asked.name)
    if not asked.approved_as:
        books.session.execute(delete(MessagingTemplate).where(*same))
    else:
        row = {"approved_as": asked.approved_as, "language": asked.language, "text": asked.text}
        stamp = {"changed_by": books.actor.name, "changed_at": books.now}
        put(books, MessagingTemplate, [{"provider": asked.provider.value, "name": asked.name, **row, **stamp}])
    audit.record(books, "change", "messaging_template", f"{asked.provider.value} {asked.name}", new={"approved_as": asked.approved_as})


# A message's way -------------------------------------------------------------------------------------------------------


def claim(books: Books, message: Message, provider: Provider) -> SentRow | None:
    """Take a message for sending: None when it is this caller's to send, else what is known of it already. Conflict when the id was used
    for another message.

    One that is being sent belongs to whoever took it, for as long as a call can last; after that nobody knows whether it left. Only a push
    may be sent again then (webapp.messaging.push)."""
    fresh = {
        "message_id": message.id,
        "channel": message.channel.value,
        "provider": provider.value,
        "fingerprint": message.fingerprint,
        "state": "sending",
        "provider_id": "",
        "words": "",
        "cost_paise": 0,
        "tries": 1,
        "began_at": books.now,
        "ended_at": None,
    }
    if insert_once(books, SentMessage, fresh):
        return None
    kept = queries.sent_or_none(books, message.id)
    if kept is None or kept.fingerprint != message.fingerprint:
        raise Conflict(problem="This message's number was used for another message.", fix="Make a new message.")
    may_go = kept.state == Outcome.LATER or (provider is Provider.PUSH and kept.state == Outcome.UNKNOWN)
    if may_go:
        again = {"state": "sending", "provider": provider.value, "tries": kept.tries + 1, "began_at": books.now, "ended_at": None}
        update_count(books, update(SentMessage).where(SentMessage.message_id == message.id).values(**again))
        return None
    if kept.state == "sending" and kept.began_at < books.now - LEASE:
        end(books, message.id, provider, End(Outcome.UNKNOWN, "The process that sent it was stopped."))
        return queries.sent_or_none(books, message.id)
    return kept


def end(books: Books, message_id: UUID, provider: Provider, found: End) -> None:
    """Write down how a call ended, of the message and of the provider."""
    row = {
        "state": found.outcome.value,
        "provider_id": found.provider_id,
        "words": found.words,
        "cost_paise": found.cost_paise,
        "ended_at": books.now,
    }
    update_count(books, update(SentMessage).where(SentMessage.message_id == message_id, SentMessage.state == "sending").values(**row))
    note_health(books, provider, found)


# The circuit breaker ---------------------------------------------------------------------------------------------------


def may_call(books: Books, provider: Provider) -> int:
    """The seconds to wait before this provider is called; 0: call it. While the breaker is half open one caller is let through, and has a
    while for its try."""
    kept = queries.health_of(books, provider)
    match kept.state(books.now):
        case Breaker.CLOSED:
            return 0
        case Breaker.OPEN:
            assert kept.open_until is not None  # noqa: S101 - for the type checker: what is open says until when
            return max(1, int((kept.open_until - books.now).total_seconds()) + 1)
        case Breaker.HALF_OPEN:
            same = (ProviderHealth.provider == provider.value, ProviderHealth.open_until == kept.open_until)
            taken = update_count(books, update(ProviderHealth).where(*same).values(open_until=books.now + rules.PROBE))
            return 0 if taken else int(rules.PROBE.total_seconds())


def note_health(books: Books, provider: Provider, found: End) -> None:
    """What a call says of its provider: it closes the breaker, counts towards it, or opens it."""
    insert_once(books, ProviderHealth, {"provider": provider.value, "failures": 0, "last_error": ""})
    kept = queries.health_of(books, provider)
    row: dict[str, object] = {}
    if found.health is Health.FINE:
        row = {"failures": 0, "open_until": None}
    elif found.health is Health.TROUBLE:
        pause = rules.pause_after(kept.failures + 1)
        row = {"failures": kept.failures + 1, "open_until": books.now + pause if pause else None}
    elif found.health is Health.ACCOUNT:
        row = {"failures": kept.failures + 1, "open_until": books.now + rules.ACCOUNT_PAUSE}
    else:
        row = {"open_until": books.now + timedelta(seconds=found.retry_after)}
    if found.outcome is Outcome.SENT:
        row["last_sent_at"] = books.now
    else:
        row |= {"last_error": found.words, "last_error_at": books.now}
    update_count(books, update(ProviderHealth).where(ProviderHealth.provider == provider.value).values(**row))


def close_breaker(books: Books, provider: Provider) -> None:
    """An account that was changed is tried at once."""
    update_count(books, update(ProviderHealth).where(ProviderHealth.provider == provider.value).values(failures=0, open_until=None))


# Browsers --------------------------------------------------------------------------------------------------------------


def push_keys(books: Books) -> tuple[str, str]:
    """The public key of the business and the sealed private one, made at the first asking and never again."""
    found = queries.push_key(books)
    if found is None:
        from webapp.messaging import push  # with cryptography, for who asks first

        public, private = push.new_keys()
        sealed = sealing.seal(f"push {books.company_id}", private)
        insert_once(books, PushKey, {"public_key": public, "private_key": sealed, "made_at": books.now})
        found = queries.push_key(books)
    assert found is not None  # noqa: S101 - for the type checker: it was just written
    return found


def private_key(books: Books, sealed: str) -> str:
    """The private key. SealBroken when it does not open."""
    return sealing.unseal(f"push {books.company_id}", sealed)


def subscribe(books: Books, user_id: UUID, asked: Subscribe) -> UUID:
    """Keep a browser of a person; one that was another's is now this person's. InvalidInput for what no push service gave."""
    from webapp.messaging import push

    push.require_usable(asked.endpoint, asked.p256dh, asked.auth)
    digest = hashlib.sha256(asked.endpoint.encode()).hexdigest()
    kept = [each for each in queries.subscriptions(books, user_id) if each.endpoint != asked.endpoint]
    if len(kept) >= MOST_BROWSERS:
        raise InvalidInput({"endpoint": "You have twenty browsers already. Switch one of them off first."})
    books.session.execute(delete(PushSubscription).where(PushSubscription.endpoint_digest == digest))
    made = Subscription(new_id(), user_id, asked.endpoint, asked.p256dh, asked.auth, asked.device, books.now)
    row = {name: getattr(made, name) for name in Subscription.__slots__}
    if not insert_once(books, PushSubscription, {**row, "endpoint_digest": digest}):
        raise Conflict(problem="This browser was switched on twice at once.", fix="Reload the page.")
    audit.record(books, "create", "push_subscription", made.id, new={"device": made.device})
    return made.id


def unsubscribe(books: Books, user_id: UUID, subscription_id: UUID) -> None:
    """Forget a browser of a person. NotFound for another person's."""
    found = queries.subscription_or_none(books, subscription_id)
    if found is None or found.user_id != user_id:
        raise NotFound("browser")
    forget(books, subscription_id)
    audit.record(books, "remove", "push_subscription", subscription_id, old={"device": found.device})


def forget(books: Books, subscription_id: UUID) -> None:
    """Forget a browser whose push service says that it is gone."""
    books.session.execute(delete(PushSubscription).where(PushSubscription.id == subscription_id))


def settings_of(kept: AccountRow | None) -> Mapping[str, str]:
    """What is typed of an account, without its secrets."""
    return kept.settings if kept else {}
