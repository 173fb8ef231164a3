"""Schemes as they are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class SchemeRow(CompanyScoped, Base):
    """A scheme: when it stands, how it ranks, and in `terms` what it gives (`rules.terms_of`). Changed in place, archived, never
    deleted: bills name it, and keep what it gave themselves."""

    __tablename__ = "scheme"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]  # rules.Kind
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    days: Mapped[int]  # a bit for each day of the week, Monday the first
    stores: Mapped[list[Any]]  # ids as text; none is every store
    lists: Mapped[list[Any]]  # ids of price lists as text; none is everybody
    priority: Mapped[int]
    is_alone: Mapped[bool]
    most: Mapped[int]  # how often on one bill; 0 without end
    terms: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)  # raised by each change; a stale form is refused
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_scheme_name", "company_id", "name", unique=True),
        CheckConstraint("kind in ('free', 'bundle', 'off', 'bill')", name="kind_known"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("days between 1 and 127 and most >= 0", name="in_bounds"),
    )
