"""The stock room's documents: one row each; their movements and vouchers carry its id."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class StockAdjustment(CompanyScoped, Base):
    """Opening stock, a count that differs, or a revaluation: a document of stocktaking, posting to both registers.

    Its movements and its voucher carry its id. `value_paise` is what it adds to the value of stock, signed.
    """

    __tablename__ = "stock_adjustment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # opening, adjustment, revaluation
    number: Mapped[str]
    adjusted_on: Mapped[date]
    store_id: Mapped[UUID]
    reason: Mapped[str]
    value_paise: Mapped[int]
    fingerprint: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_stock_adjustment_number", "company_id", "number", unique=True),
        Index("ix_stock_adjustment_date", "company_id", "adjusted_on", "id"),
        CheckConstraint("kind in ('opening', 'adjustment', 'revaluation')", name="kind_known"),
    )
