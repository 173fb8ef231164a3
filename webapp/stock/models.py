"""The stock register (stock_movement: append-only), what is on hand, kept beside it, and what is set aside for bills to come."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import CLUSTERED, Base
from webapp.platform.tenancy import CompanyScoped


class StockMovement(CompanyScoped, Base):
    """One item in or out of one store. `qty` in thousandths, `value_paise` at cost, both signed, in positive.

    Keyed by the document that caused it and the line. A revaluation moves value and no quantity; it names the
    movement whose cost it corrects in `about_id` and `about_line_no`. A reversal names there what it takes back.
    """

    __tablename__ = "stock_movement"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # sale, return, cancel, opening, adjustment, revaluation …
    item_id: Mapped[UUID]
    store_id: Mapped[UUID]
    batch: Mapped[str] = mapped_column(default="")
    moved_on: Mapped[date]
    # Counts the movements of one item in one store and batch, in the order of their commits: the order of a replay is
    # (moved_on, seq), and no two clocks can disagree about it.
    seq: Mapped[int]
    qty: Mapped[int]
    value_paise: Mapped[int]
    is_value_given: Mapped[bool]  # False: valued at the weighted average by the register
    is_below_zero_allowed: Mapped[bool]  # took what was on hand below zero, and was allowed to
    about_id: Mapped[UUID | None]
    about_line_no: Mapped[int | None]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CheckConstraint("qty <> 0 or kind = 'revaluation'", name="moves_something"),
        CheckConstraint("kind <> 'revaluation' or (qty = 0 and about_id is not null)", name="revaluation_moves_value"),
        Index("ix_stock_movement_item", "company_id", "item_id", "store_id", "batch", "moved_on", "seq"),
        Index(
            "ix_stock_movement_about",
            "company_id",
            "about_id",
            "about_line_no",
            sqlite_where=text("about_id is not null"),
            postgresql_where=text("about_id is not null"),
        ),
        CLUSTERED,
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
    last_seq: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CLUSTERED,
    )


class StockReservation(CompanyScoped, Base):
    """Goods set aside for a bill that is being paid at a counter, in thousandths, until `expires_at`: no movement, and kept
    for minutes. `document_id` is the id the bill will have."""

    __tablename__ = "stock_reservation"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    qty: Mapped[int]
    expires_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CheckConstraint("qty > 0", name="reserves_something"),
        CLUSTERED,
    )
