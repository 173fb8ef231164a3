"""What plans were granted to a business, and which other one it has asked for."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base, rows_where
from webapp.platform.tenancy import CompanyScoped


class CompanyPlan(CompanyScoped, Base):
    """A plan as it was granted, with its limits of that day: they hold whatever becomes of the file. The one with the highest `seq` counts,
    through `until`; none with an empty key: the plan before it has ended. Never changed or deleted."""

    __tablename__ = "company_plan"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan_key: Mapped[str]
    name: Mapped[str]
    name_hi: Mapped[str]
    members: Mapped[int | None]
    stores: Mapped[int | None]
    bills: Mapped[int | None]
    grace_percent: Mapped[int]
    is_trial: Mapped[bool]
    since: Mapped[date]
    until: Mapped[date | None]
    how: Mapped[str]  # webapp.plans.service.HOW
    why: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("members >= 0 and stores >= 0 and bills >= 0 and grace_percent >= 0", name="not_negative"),
        CheckConstraint("until >= since", name="until_after_since"),
    )


class PlanRequest(CompanyScoped, Base):
    """Another plan that a business has asked for; it waits until the host has set one or declined (`ended_as`), or it was taken back."""

    __tablename__ = "plan_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_key: Mapped[str]
    paid_by: Mapped[str]  # month, year
    note: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str] = mapped_column(default="")  # applied, declined, withdrawn, replaced

    __table_args__ = (
        Index("uq_plan_request_open", "company_id", unique=True, **rows_where("ended_at is null")),
        Index("ix_plan_request_asked_at", "company_id", "asked_at"),
    )
