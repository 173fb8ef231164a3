"""The stock register (stock_movement: append-only) and what is on hand, kept beside it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class StockMovement(CompanyScoped, Base):
    """One item in or out of one store. `qty` in thousandths, `value_paise` at cost, both signed, in positive.

    Keyed by the document that caused it and the line. A revaluation moves value and no quantity.
    """

    __tablename__ = "stock_movement"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # sale, return, cancel, opening, adjustment, revaluation …
    item_id: Mapped[UUID]
    store_id: Mapped[UUID]
    batch: Mapped[str] = mapped_column(default="")
    moved_on: Mapped[date]
    qty: Mapped[int]
    value_paise: Mapped[int]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CheckConstraint("qty <> 0 or value_paise <> 0", name="moves_something"),
        Index("ix_stock_movement_item", "company_id", "item_id", "store_id", "moved_on", "recorded_at"),
    )


class StockBalance(CompanyScoped, Base):
    """What is on hand of an item in a store, and what it cost. Kept with each movement; a replay must give the same."""

    __tablename__ = "stock_balance"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(primary_key=True, default="")
    qty: Mapped[int]
    value_paise: Mapped[int]
    # The newest known cost of one unit in thousandths of a paisa: what goods sold below zero are valued at.
    last_cost_millipaise: Mapped[int]
    last_moved_on: Mapped[date]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
    )


class StockAdjustment(CompanyScoped, Base):
    """Opening stock, or a count that differs: a document of the stock room, posting to both registers."""

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

    __table_args__ = (ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),)
