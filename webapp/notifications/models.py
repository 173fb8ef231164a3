"""Notices, messages with their tries, own wordings, who wants to be told what and how, and what it costs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class Notice(CompanyScoped, Base):
    """What a member is told within the program. `link` is a path of ours; `read_at` None: it is new."""

    __tablename__ = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    event: Mapped[str]
    key: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    link: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_notice_once", "company_id", "user_id", "event", "key", unique=True),
        Index("ix_notice_unread", "company_id", "user_id", "read_at", "id"),
    )


class QueuedMessage(CompanyScoped, Base):
    """A message to one recipient by one channel, and how it stands (rules.State). `recipient` is "party:<id>", "user:<id>" or
    "mail:<address>"; `address` where it goes; `link` a path of ours, or an address that the caller gave; `after` the channels that are
    tried in turn when it does not arrive, with their addresses. `claimed_at` is when its last try began, `next_at` when it may leave."""

    __tablename__ = "message"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event: Mapped[str]
    key: Mapped[str]
    recipient: Mapped[str]
    name: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    variables: Mapped[list[Any]]
    link: Mapped[str]
    attachment: Mapped[list[Any]]  # name, media type and storage key, or nothing
    values: Mapped[dict[str, Any]]
    after: Mapped[list[Any]]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    is_urgent: Mapped[bool]
    state: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    provider: Mapped[str] = mapped_column(default="")
    provider_id: Mapped[str] = mapped_column(default="")
    cost_paise: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    fallback_at: Mapped[datetime | None]  # when the next channel is tried, unless it was delivered
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_message_once", "company_id", "event", "key", "recipient", "channel", "address", unique=True),
        Index("ix_message_due", "company_id", "state", "next_at", "id"),
        Index("ix_message_recipient", "company_id", "recipient", "sent_at"),
        Index("ix_message_provider", "company_id", "provider_id"),
        Index("ix_message_fallback", "company_id", "fallback_at"),
        CheckConstraint("channel in ('email', 'sms', 'whatsapp', 'push')", name="channel_known"),
        CheckConstraint(
            "state in ('waiting', 'sending', 'sent', 'delivered', 'read', 'refused', 'failed', 'unknown', 'stopped')", name="state_known"
        ),
        CheckConstraint("cost_paise >= 0", name="cost_not_negative"),
    )


class MessageTry(CompanyScoped, Base):
    """One try of a message: written before the provider is asked, so that also a killed process has tried. No outcome: not known."""

    __tablename__ = "message_try"

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    try_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    provider: Mapped[str] = mapped_column(default="")
    provider_id: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    cost_paise: Mapped[int] = mapped_column(default=0)

    __table_args__ = (ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"]),)


class MessageWording(CompanyScoped, Base):
    """The business's own words for an event, a language and a channel, in place of ours."""

    __tablename__ = "message_wording"

    event: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    text: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class ToldChoice(CompanyScoped, Base):
    """By which channels somebody wants to be told of an event: `who` as a message's recipient, or "" for the business's usual choice.
    A party has one row, with the event "", its language, and when and how it agreed to be written to on WhatsApp."""

    __tablename__ = "told_choice"

    who: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    channels: Mapped[list[Any]]
    language: Mapped[str] = mapped_column(default="")
    agreed_at: Mapped[datetime | None]
    agreed_words: Mapped[str] = mapped_column(default="")


class MessageOptOut(CompanyScoped, Base):
    """Who wants no messages: of one event, or ("") of any that can be ended."""

    __tablename__ = "message_opt_out"

    who: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    via: Mapped[str]


class MessagePolicy(CompanyScoped, Base):
    """The rules of a business: the hours of rest (minutes of the day in IST), how many messages somebody gets in a day, after how many
    minutes the next channel is tried (0: never), what a month's messages may cost (None: no limit), the language of parties."""

    __tablename__ = "message_policy"

    only: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    rest_from: Mapped[int]
    rest_until: Mapped[int]
    most_per_day: Mapped[int]
    fallback_minutes: Mapped[int]
    budget_paise: Mapped[int | None]
    language: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("rest_from between 0 and 1439 and rest_until between 0 and 1439", name="rest_within_day"),
        CheckConstraint("most_per_day > 0 and fallback_minutes >= 0", name="figures_positive"),
        CheckConstraint("budget_paise is null or budget_paise >= 0", name="budget_not_negative"),
    )


class MessageCost(CompanyScoped, Base):
    """What left in a month (202611) by a channel, and what the providers said it cost."""

    __tablename__ = "message_cost"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(primary_key=True)
    messages: Mapped[int]
    cost_paise: Mapped[int]
