"""Reminders as they were given, and the days of the steps."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class ReminderStep(CompanyScoped, Base):
    """A step of reminding: it is reached more than `days_over` days past due."""

    __tablename__ = "reminder_step"

    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days_over: Mapped[int]

    __table_args__ = (CheckConstraint("days_over >= 0", name="not_negative"),)


class Reminder(CompanyScoped, Base):
    """A party was reminded of what was late that day (`overdue_paise`), and may have promised a day. Never changed."""

    __tablename__ = "reminder"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    step: Mapped[int]
    reminded_on: Mapped[date]
    way: Mapped[str]
    overdue_paise: Mapped[int]
    promised_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    reminded_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        Index("ix_reminder_party", "company_id", "party_id", "created_at"),
        CheckConstraint("way in ('whatsapp', 'sms', 'letter', 'call', 'visit')", name="way_known"),
    )
