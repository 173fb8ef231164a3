"""The register of shares: classes, what was issued and taken back, who held them at the end of a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class ShareClass(CompanyScoped, Base):
    """A class of shares: its face value in paise, how many may be issued, and the rights that go with it in words."""

    __tablename__ = "share_class"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_preference: Mapped[bool]
    face_value_paise: Mapped[int]
    authorised: Mapped[int]
    rights: Mapped[str]
    version: Mapped[int]

    __table_args__ = (
        Index("uq_share_class_name", "company_id", "name", unique=True),
        CheckConstraint("face_value_paise > 0", name="face_value"),
        CheckConstraint("authorised >= 0", name="authorised"),
    )


class ShareMove(CompanyScoped, Base):
    """Shares issued or taken back on a day, or (`undoes_id`) that such an entry was a mistake. Append-only; `kind` is of rules.KINDS."""

    __tablename__ = "share_move"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    class_id: Mapped[UUID]
    day: Mapped[date]
    kind: Mapped[str]
    shares: Mapped[int]
    note: Mapped[str]
    undoes_id: Mapped[UUID | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "class_id"], ["share_class.company_id", "share_class.id"]),
        ForeignKeyConstraint(["company_id", "undoes_id"], ["share_move.company_id", "share_move.id"]),
        Index("ix_share_move_class", "company_id", "class_id", "day"),
        Index("uq_share_move_undoes", "company_id", "undoes_id", unique=True),
        CheckConstraint("shares > 0", name="some_shares"),
    )


class ShareHolding(CompanyScoped, Base):
    """Who held a class of shares at the end of a financial year (by the calendar year it starts in): a list of
    `{"name", "shares", "is_promoter"}`, those who are named in the notes."""

    __tablename__ = "share_holding"

    class_id: Mapped[UUID] = mapped_column(primary_key=True)
    start_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holders: Mapped[list[Any]]
    version: Mapped[int]

    __table_args__ = (ForeignKeyConstraint(["company_id", "class_id"], ["share_class.company_id", "share_class.id"]),)
