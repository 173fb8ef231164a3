"""Customers and suppliers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class Party(CompanyScoped, Base):
    """Somebody the shop sells to or buys from. Archived, never deleted; bills keep their own copy of who it was."""

    __tablename__ = "party"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    local_name: Mapped[str] = mapped_column(default="")
    is_customer: Mapped[bool] = mapped_column(default=True)
    is_supplier: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(default="")  # E.164, +91…
    email: Mapped[str] = mapped_column(default="")
    gstin: Mapped[str | None]
    state_code: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    pin_code: Mapped[str] = mapped_column(default="")
    credit_limit_paise: Mapped[int | None]  # None: no limit
    credit_days: Mapped[int] = mapped_column(default=0)
    msme: Mapped[str] = mapped_column(default="")  # micro, small, medium: as registered under the MSMED Act 2006; empty: not, or not known
    is_composition: Mapped[bool] = mapped_column(default=False)  # pays under CGST Act s.10, and so charges no tax on its bills
    search_text: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    rev: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_party_name", "company_id", "name"),
        Index("ix_party_phone", "company_id", "phone"),
        Index("ix_party_rev", "company_id", "rev"),
        CheckConstraint("is_customer or is_supplier", name="is_something"),
    )
