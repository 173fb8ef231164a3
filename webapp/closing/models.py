"""Years that were closed, re-opened and locked for good: three lists that only grow."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class YearClose(CompanyScoped, Base):
    """A close of a financial year: the trial balance as it stood, and the SHA-256 of it (webapp.closing.rules). Append-only."""

    __tablename__ = "year_close"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    start_year: Mapped[int]
    round: Mapped[int]  # 1, 2, 3 …: a year re-opened is closed again
    figures: Mapped[list[Any]]
    sha256: Mapped[str]
    findings: Mapped[list[Any]]  # what was still open, and accepted
    reason: Mapped[str] = mapped_column(default="")
    closed_by: Mapped[str]
    closed_at: Mapped[datetime]

    __table_args__ = (Index("uq_year_close_round", "company_id", "start_year", "round", unique=True),)


class YearReopening(CompanyScoped, Base):
    """That a close was taken back, by whom and why. Append-only."""

    __tablename__ = "year_reopening"

    close_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    reopened_by: Mapped[str]
    reopened_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "close_id"], ["year_close.company_id", "year_close.id"]),)


class YearFinalLock(CompanyScoped, Base):
    """That a close is final: the year is never opened again. Append-only."""

    __tablename__ = "year_final_lock"

    close_id: Mapped[UUID] = mapped_column(primary_key=True)
    locked_by: Mapped[str]
    locked_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "close_id"], ["year_close.company_id", "year_close.id"]),)
