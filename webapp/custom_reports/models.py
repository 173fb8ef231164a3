"""Tables of custom reports: the report, its schedules, and each file that was asked for or fell due."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class CustomReport(CompanyScoped, Base):
    """A report somebody keeps. `definition` holds names of the declared lists, never SQL."""

    __tablename__ = "custom_report"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    definition: Mapped[dict[str, Any]]
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (Index("ix_custom_report_name", "company_id", "name", "id"),)


class ReportSchedule(CompanyScoped, Base):
    """When a report is prepared, and for whom. It reads with the rights that who made it (`user_id`; none: nobody in person) has each
    time it is due, and of the stores he was held to (`stores`; none: of all) at most; `headings` are in his language."""

    __tablename__ = "report_schedule"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID]
    every: Mapped[str]
    day: Mapped[int]  # of the week (Monday is 0) or of the month
    minute: Mapped[int]  # of the day, in IST
    format: Mapped[str]
    recipients: Mapped[list[Any]]
    headings: Mapped[dict[str, Any]]
    user_id: Mapped[UUID | None]
    made_by: Mapped[str]
    stores: Mapped[list[Any]]
    next_due_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "report_id"], ["custom_report.company_id", "custom_report.id"]),
        CheckConstraint("every in ('day', 'week', 'month')", name="every_known"),
        Index("ix_report_schedule_report", "company_id", "report_id"),
    )


class ReportRun(CompanyScoped, Base):
    """A file of a report, with everything it is made of, so that a later change of the report does not change it. `definition` and
    `stores` are what was asked for until it is made, then what is in it: as much of that as who asked (`user_id`) may have when it is
    made. `is_refused`: that was nothing any more."""

    __tablename__ = "report_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID]
    schedule_id: Mapped[UUID | None]
    due_at: Mapped[datetime | None]
    event_id: Mapped[UUID | None]
    name: Mapped[str]
    definition: Mapped[dict[str, Any]]
    headings: Mapped[dict[str, Any]]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    format: Mapped[str]
    user_id: Mapped[UUID | None]
    stores: Mapped[list[Any]]
    recipients: Mapped[list[Any]]
    is_refused: Mapped[bool]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "report_id"], ["custom_report.company_id", "custom_report.id"]),
        Index("uq_report_run_due", "company_id", "schedule_id", "due_at", unique=True),  # once for each time it is due
        Index("ix_report_run_report", "company_id", "report_id", "asked_at"),
    )
