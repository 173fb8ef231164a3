"""The table of saved views."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base, rows_where
from webapp.platform.tenancy import CompanyScoped


class SavedView(CompanyScoped, Base):
    """A person's view of a list: `endpoint` is the list, `query` its filters as an address carries them."""

    __tablename__ = "saved_view"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    made_by: Mapped[str]
    endpoint: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    is_shared: Mapped[bool]
    is_default: Mapped[bool]  # what its own person sees first
    saved_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_saved_view_name", "company_id", "user_id", "endpoint", "name", unique=True),
        Index("ix_saved_view_list", "company_id", "endpoint"),
        Index(
            "uq_saved_view_default",
            "company_id",
            "user_id",
            "endpoint",
            unique=True,
            **rows_where("is_default"),
        ),
    )
