"""Events of security, the thresholds of a business, and how far its edit log was read for them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class SecurityEvent(CompanyScoped, Base):
    """An event, or several alike of one member in one hour, which `count` counts. `key` says what is counted together. `entity` and
    `entity_id` name what the edit log has of it; `place` is an address or a network."""

    __tablename__ = "security_event"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]
    last_at: Mapped[datetime]
    user_id: Mapped[UUID | None]
    user_name: Mapped[str]
    detail: Mapped[str]
    place: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]
    count: Mapped[int]

    __table_args__ = (
        Index("uq_security_event_key", "company_id", "key", unique=True),
        Index("ix_security_event_last_at", "company_id", "last_at"),
        CheckConstraint("count > 0", name="count_positive"),
    )


class SecurityThreshold(CompanyScoped, Base):
    """From which day on a business wants to be alerted at how many (webapp.security_events.rules.STANDARD)."""

    __tablename__ = "security_threshold"

    rule: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    most: Mapped[int]
    set_by: Mapped[str]
    set_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("most between 1 and 1000", name="most_within_bounds"),)


class SecurityMark(CompanyScoped, Base):
    """Up to which entry the edit log was read."""

    __tablename__ = "security_mark"

    only: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    seq: Mapped[int]
