"""The stock room's documents: one row each; their movements and vouchers carry its id."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import CLUSTERED, Base, rows_where
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class StockAdjustment(CompanyScoped, StoreScoped, Base):
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


class StockCount(CompanyScoped, StoreScoped, Base):
    """A stock count of one store: all of it, one category or one bin, as it was started. What was counted, and how it ended, are
    rows of their own.

    `basis` says as of when a count of an item is meant: "start" (as it stood at `started_at`) or "counted" (when it was counted).
    """

    __tablename__ = "stock_count"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    store_id: Mapped[UUID]
    scope: Mapped[str]  # store, category, bin
    scope_name: Mapped[str] = mapped_column(default="")
    basis: Mapped[str]
    started_on: Mapped[date]
    started_at: Mapped[datetime]
    started_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("ix_stock_count_started", "company_id", "started_on", "id"),
        CheckConstraint("scope in ('store', 'category', 'bin')", name="scope_known"),
        CheckConstraint("(scope = 'store') = (scope_name = '')", name="scope_named"),
        CheckConstraint("basis in ('start', 'counted')", name="basis_known"),
    )


class StockCountEntry(CompanyScoped, Base):
    """One act of counting. `seq` numbers them within a count, in the order of their commits; `id` is made by whoever counts.

    A scan adds `qty` (thousandths), a typed quantity replaces what was counted before, an undo takes back the entry `undoes`, and
    an unknown code is kept as `code` until somebody looks.
    """

    __tablename__ = "stock_count_entry"

    count_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    kind: Mapped[str]  # scan, set, undo, unknown
    item_id: Mapped[UUID | None]
    batch: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    qty: Mapped[int] = mapped_column(default=0)
    code: Mapped[str] = mapped_column(default="")
    undoes: Mapped[int | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    user_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "count_id"], ["stock_count.company_id", "stock_count.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("uq_stock_count_entry_id", "company_id", "id", unique=True),
        Index(
            "uq_stock_count_entry_undoes",
            "company_id",
            "count_id",
            "undoes",
            unique=True,
            **rows_where("undoes is not null"),
        ),
        Index("ix_stock_count_entry_item", "company_id", "count_id", "item_id"),
        CheckConstraint("kind in ('scan', 'set', 'undo', 'unknown')", name="kind_known"),
        CheckConstraint("(item_id is not null) = (kind in ('scan', 'set'))", name="counts_an_item"),
        CheckConstraint("(undoes is not null) = (kind = 'undo')", name="undo_names_an_entry"),
        CheckConstraint("kind <> 'scan' or qty > 0", name="scan_adds"),
        CheckConstraint("qty >= 0", name="not_negative"),
        CLUSTERED,
    )


class StockCountEnd(CompanyScoped, Base):
    """How a count ended, once: posted by the document `adjustment_id` (none where nothing differed), or cancelled."""

    __tablename__ = "stock_count_end"

    count_id: Mapped[UUID] = mapped_column(primary_key=True)
    ended_as: Mapped[str]  # posted, cancelled
    uncounted: Mapped[str] = mapped_column(default="")  # what was done with what nobody counted: left, nought
    reason: Mapped[str]
    adjustment_id: Mapped[UUID | None]
    ended_at: Mapped[datetime]
    ended_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "count_id"], ["stock_count.company_id", "stock_count.id"]),
        ForeignKeyConstraint(["company_id", "adjustment_id"], ["stock_adjustment.company_id", "stock_adjustment.id"]),
        CheckConstraint("ended_as in ('posted', 'cancelled')", name="end_known"),
        CheckConstraint("(ended_as = 'posted') = (uncounted in ('left', 'nought'))", name="uncounted_decided"),
    )


class StockCountLine(CompanyScoped, Base):
    """One line of a posted count as it was found: thousandths, and the difference at cost in paise. `counted_qty` None: nobody
    counted it. `pieces` names serial numbers that were missing or found."""

    __tablename__ = "stock_count_line"

    count_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    batch: Mapped[str] = mapped_column(default="")
    expected_qty: Mapped[int]
    counted_qty: Mapped[int | None]
    difference_qty: Mapped[int]
    value_paise: Mapped[int]
    pieces: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "count_id"], ["stock_count.company_id", "stock_count.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        CLUSTERED,
    )
