"""Accounts with providers, the templates they have approved, what was handed to them and what they told of it, and devices for pushes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
from webapp.platform.db import Base, rows_where
from webapp.platform.tenancy import CompanyScoped


class MessagingAccount(CompanyScoped, Base):
    """An account of the business with a provider. `secrets` is sealed (webapp.platform.sealing), `last_four` what is shown of each.
    `hook_id` makes the address at which the provider reports: another id, another address."""

    __tablename__ = "messaging_account"

    provider: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    is_on: Mapped[bool]
    settings: Mapped[dict[str, Any]]
    secrets: Mapped[str] = mapped_column(info=sealing.kept_for("messaging {company_id} {provider}"))
    last_four: Mapped[dict[str, Any]]
    hook_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(default=1)  # raised by each edit; a stale form is refused
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_messaging_account_channel",
            "company_id",
            "channel",
            unique=True,
            **rows_where("is_on"),
        ),
        CheckConstraint("provider in ('smtp', 'msg91', 'twilio', 'whatsapp')", name="provider_known"),
        CheckConstraint("channel in ('email', 'sms', 'whatsapp')", name="channel_known"),
    )


class MessagingTemplate(CompanyScoped, Base):
    """Under which name a provider has approved words of ours. `name` is a Message's template; `text` the words as the DLT register has
    them, "" where the provider keeps them itself (WhatsApp); `language` the code of WhatsApp's."""

    __tablename__ = "messaging_template"

    provider: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    approved_as: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "provider"], ["messaging_account.company_id", "messaging_account.provider"]),
        CheckConstraint("approved_as <> ''", name="approved"),
    )


class ProviderHealth(CompanyScoped, Base):
    """The circuit breaker of one provider, and what it said last. Messages wait until `open_until`; None: they leave."""

    __tablename__ = "provider_health"

    provider: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    open_until: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    last_error_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("failures >= 0", name="counted"),)


class SentMessage(CompanyScoped, Base):
    """A message that was handed to a provider, or is just being handed: `state` "sending" from before the call until its end is known."""

    __tablename__ = "sent_message"

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    provider: Mapped[str]
    fingerprint: Mapped[str]
    state: Mapped[str]
    provider_id: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    cost_paise: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=1)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_sent_message_provider_id", "company_id", "provider", "provider_id"),
        Index("ix_sent_message_began", "company_id", "began_at", "message_id"),
        CheckConstraint("state in ('sending', 'sent', 'refused', 'later', 'unknown')", name="state_known"),
        CheckConstraint("(state = 'sending') = (ended_at is null)", name="ended_when_known"),
    )


class ProviderReport(CompanyScoped, Base):
    """What a provider told of a message: each state of each message once, in whatever order they came. `digest` is of the delivery of the
    provider's that brought it (ProviderPayload)."""

    __tablename__ = "provider_report"

    provider: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime]
    received_at: Mapped[datetime]
    digest: Mapped[str]

    __table_args__ = (CheckConstraint("state in ('delivered', 'read', 'failed')", name="state_known"),)


class ProviderPayload(CompanyScoped, Base):
    """The bytes of a provider's report, as they came, by their SHA-256; kept for ninety days."""

    __tablename__ = "provider_payload"

    digest: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str]
    body: Mapped[bytes]
    received_at: Mapped[datetime]

    __table_args__ = (Index("ix_provider_payload_received", "company_id", "received_at"),)


class PushKey(CompanyScoped, Base):
    """The pair of keys by which push services know this business (VAPID, RFC 8292). Every device's subscription is bound to it: it is made
    once and goes into every backup with the rest. `private_key` is sealed."""

    __tablename__ = "push_key"

    public_key: Mapped[str]
    private_key: Mapped[str] = mapped_column(info=sealing.kept_for("push {company_id}"))
    made_at: Mapped[datetime]


class PushSubscription(CompanyScoped, Base):
    """A browser that wants to be told, of one person. `endpoint` and the two keys are what the browser gave (RFC 8291)."""

    __tablename__ = "push_subscription"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    endpoint: Mapped[str]
    endpoint_digest: Mapped[str]
    p256dh: Mapped[str]
    auth: Mapped[str]
    device: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_push_subscription_endpoint", "company_id", "endpoint_digest", unique=True),
        Index("ix_push_subscription_user", "company_id", "user_id"),
    )
