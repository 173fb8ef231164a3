"""Accounts, templates, what was sent and how providers fare, as frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.kernel.records import dataclass
from webapp.messaging.carrier import Template
from webapp.messaging.models import (
    MessagingAccount,
    MessagingTemplate,
    ProviderHealth,
    ProviderReport,
    PushKey,
    PushSubscription,
    SentMessage,
)
from webapp.messaging.rules import CHANNELS, Breaker, Channel, Provider, breaker_state
from webapp.platform import machine
from webapp.platform.tenancy import Books


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with a provider (see models.MessagingAccount)."""

    provider: str
    channel: str
    is_on: bool
    settings: Mapping[str, str]
    secrets: str
    last_four: Mapping[str, str]
    hook_id: UUID
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class HealthRow:
    """How a provider fares (see models.ProviderHealth)."""

    provider: str
    failures: int
    open_until: datetime | None
    last_sent_at: datetime | None
    last_error: str
    last_error_at: datetime | None

    def state(self, now: datetime) -> Breaker:
        return breaker_state(self.open_until, now)


@dataclass(frozen=True, slots=True)
class SentRow:
    """A message that was handed over (see models.SentMessage)."""

    message_id: UUID
    channel: str
    provider: str
    fingerprint: str
    state: str
    provider_id: str
    words: str
    cost_paise: int
    tries: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A browser that wants to be told (see models.PushSubscription): a push's `to` is its id."""

    id: UUID
    user_id: UUID
    endpoint: str
    p256dh: str
    auth: str
    device: str
    made_at: datetime


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]


def accounts(books: Books) -> dict[str, AccountRow]:
    """The accounts of the business, by provider."""
    return {row[0]: AccountRow(*row) for row in books.session.execute(select(*_columns(MessagingAccount, AccountRow)))}


def account_of(books: Books, channel: Channel) -> AccountRow | None:
    """The account in use for a channel, or None."""
    query = select(*_columns(MessagingAccount, AccountRow)).where(MessagingAccount.channel == channel.value, MessagingAccount.is_on)
    row = books.session.execute(query).first()
    return AccountRow(*row) if row else None


def ready(books: Books) -> frozenset[Channel]:
    """The channels by which this business can send: it has an account in use, or the machine sends mail for it; and pushes, once any of its
    people has a browser that wants them."""
    found = {Channel(row) for row in books.session.scalars(select(MessagingAccount.channel).where(MessagingAccount.is_on))}
    if machine.mail()[0]:
        found.add(Channel.EMAIL)
    if books.session.scalar(select(PushSubscription.id).limit(1)):
        found.add(Channel.PUSH)
    return frozenset(found)


def health(books: Books) -> dict[str, HealthRow]:
    """How each provider fares, by its name."""
    return {row[0]: HealthRow(*row) for row in books.session.execute(select(*_columns(ProviderHealth, HealthRow)))}


def health_of(books: Books, provider: Provider) -> HealthRow:
    """How one fares, held until the transaction ends; of one never called, that nothing is wrong."""
    query = select(*_columns(ProviderHealth, HealthRow)).where(ProviderHealth.provider == provider.value).with_for_update()
    row = books.session.execute(query).first()
    return HealthRow(*row) if row else HealthRow(provider.value, 0, None, None, "", None)


def templates(books: Books) -> dict[tuple[str, str], Template]:
    """What providers have approved, by provider and name."""
    names = (MessagingTemplate.name, MessagingTemplate.approved_as, MessagingTemplate.language, MessagingTemplate.text)
    query = select(MessagingTemplate.provider, *names).order_by(MessagingTemplate.name)
    return {(row[0], row[1]): Template(*row[1:]) for row in books.session.execute(query)}


def template_of(books: Books, provider: Provider, name: str) -> Template | None:
    """What a provider has approved for our words of that name."""
    names = (MessagingTemplate.name, MessagingTemplate.approved_as, MessagingTemplate.language, MessagingTemplate.text)
    query = select(*names).where(MessagingTemplate.provider == provider.value, MessagingTemplate.name == name)
    row = books.session.execute(query).first()
    return Template(*row) if row else None


def sent_or_none(books: Books, message_id: UUID) -> SentRow | None:
    """What is known of a message, held until the transaction ends."""
    query = select(*_columns(SentMessage, SentRow)).where(SentMessage.message_id == message_id).with_for_update()
    row = books.session.execute(query).first()
    return SentRow(*row) if row else None


def sent_messages(books: Books, provider: str, most: int) -> list[SentRow]:
    """The last messages that a provider was handed, the newest first."""
    query = select(*_columns(SentMessage, SentRow)).where(SentMessage.provider == provider)
    query = query.order_by(SentMessage.began_at.desc(), SentMessage.message_id.desc()).limit(most)
    return [SentRow(*row) for row in books.session.execute(query)]


def reports_of(books: Books, provider_ids: list[str]) -> dict[tuple[str, str], list[str]]:
    """The states that providers told of messages, by provider and its number of the message."""
    found: dict[tuple[str, str], list[str]] = {}
    if not provider_ids:
        return found
    query = select(ProviderReport.provider, ProviderReport.provider_id, ProviderReport.state).order_by(ProviderReport.said_at)
    for provider, provider_id, state in books.session.execute(query.where(ProviderReport.provider_id.in_(provider_ids))):
        found.setdefault((provider, provider_id), []).append(state)
    return found


def push_key(books: Books) -> tuple[str, str] | None:
    """The public key and the sealed private one, or None before the first subscription."""
    row = books.session.execute(select(PushKey.public_key, PushKey.private_key)).first()
    return (row[0], row[1]) if row else None


def subscriptions(books: Books, user_id: UUID) -> tuple[Subscription, ...]:
    """The browsers of one person, the newest first."""
    query = select(*_columns(PushSubscription, Subscription)).where(PushSubscription.user_id == user_id)
    return tuple(Subscription(*row) for row in books.session.execute(query.order_by(PushSubscription.made_at.desc(), PushSubscription.id)))


def subscription_or_none(books: Books, subscription_id: UUID) -> Subscription | None:
    """One browser of this business, or None."""
    query = select(*_columns(PushSubscription, Subscription)).where(PushSubscription.id == subscription_id)
    row = books.session.execute(query).first()
    return Subscription(*row) if row else None


def provider_in_use(books: Books, channel: Channel) -> Provider | None:
    """Who carries a channel for this business now, or None."""
    if channel is Channel.PUSH:
        return Provider.PUSH
    if account := account_of(books, channel):
        return Provider(account.provider)
    return Provider.MACHINE if channel is CHANNELS[Provider.MACHINE] and machine.mail()[0] else None
