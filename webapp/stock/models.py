"""The stock register (stock_movement, and serial_move beneath it: append-only), what is on hand, kept beside it; batches, serial
numbers and bins; and what is set aside for bills to come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import CLUSTERED, Base, Json, rows_where
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class StockMovement(CompanyScoped, StoreScoped, Base):
    """One item in or out of one store. `qty` in thousandths, `value_paise` at cost, both signed, in positive.

    Keyed by the document that caused it and the line. A revaluation moves value and no quantity; it names the
    movement whose cost it corrects in `about_id` and `about_line_no`. A reversal names there what it takes back, and
    goods that go back to their supplier (`purchase_return`) what had brought them.
    """

    __tablename__ = "stock_movement"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # sale, return, cancel, opening, adjustment, revaluation …
    # Of a revaluation: a document has said what the goods truly cost. False: the register has worked a cost out again.
    is_restatement: Mapped[bool] = mapped_column(default=False)
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
    document_line_no: Mapped[int | None]  # the document's line where that is not line_no: one line out of several batches
    about_id: Mapped[UUID | None]
    about_line_no: Mapped[int | None]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CheckConstraint("qty <> 0 or kind = 'revaluation'", name="moves_something"),
        CheckConstraint("kind <> 'revaluation' or (qty = 0 and about_id is not null)", name="revaluation_moves_value"),
        CheckConstraint("not is_restatement or kind = 'revaluation'", name="restatement_is_revaluation"),
        Index("ix_stock_movement_item", "company_id", "item_id", "store_id", "batch", "moved_on", "seq"),
        Index(
            "ix_stock_movement_about",
            "company_id",
            "about_id",
            "about_line_no",
            **rows_where("about_id is not null"),
        ),
        CLUSTERED,
    )


class StockMaking(CompanyScoped, Base):
    """What a document made out of what it used: `shares` are [line_no, weight] of its movements in that share the cost, which is
    what its movements out cost as it stands, and `added_paise` besides (wages, less what by-products are worth)."""

    __tablename__ = "stock_making"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    added_paise: Mapped[int]
    shares: Mapped[list[Any]] = mapped_column(Json)

    __table_args__ = (CLUSTERED,)


class StockBalance(CompanyScoped, StoreScoped, Base):
    """What is on hand of an item in a store, and what it cost. Kept with each movement; a replay must give the same."""

    __tablename__ = "stock_balance"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(primary_key=True, default="")
    qty: Mapped[int]
    value_paise: Mapped[int]
    # The newest known cost of one unit in thousandths of a paisa: what goods sold below zero are valued at.
    last_cost_millipaise: Mapped[int]
    # First in, first out: [[quantity, value], …] of what is there, the oldest first. None where goods cost the weighted average.
    layers: Mapped[str | None]
    last_moved_on: Mapped[date]
    last_seq: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CLUSTERED,
    )


class Batch(CompanyScoped, Base):
    """A lot of an item that is kept by batch: what its label says. Its goods are the balances and movements of that `batch`."""

    __tablename__ = "batch"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(primary_key=True)
    expires_on: Mapped[date | None]  # the last day on which it may be sold
    made_on: Mapped[date | None]
    mrp_paise: Mapped[int | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        CheckConstraint("batch <> ''", name="named"),
        CheckConstraint("made_on is null or expires_on is null or made_on <= expires_on", name="made_before_it_expires"),
        Index("ix_batch_expires", "company_id", "expires_on", "item_id"),
    )


class SerialNumber(CompanyScoped, Base):
    """One piece of an item that is kept by serial number, and where it is: in a store, or out of all (`store_id` null) by the
    movement of `kind` that took it. Kept with each move; a replay of its moves must give the same."""

    __tablename__ = "serial_number"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[UUID | None]
    step: Mapped[int]  # how often it has moved
    kind: Mapped[str]
    document_id: Mapped[UUID]
    moved_on: Mapped[date]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("ix_serial_number_store", "company_id", "item_id", "store_id", "moved_on", "serial"),
        Index("ix_serial_number_serial", "company_id", "serial"),
    )


class SerialMove(CompanyScoped, StoreScoped, Base):
    """One piece going into a store (`is_in`) or out of it, by one movement. `step` counts the moves of the piece."""

    __tablename__ = "serial_move"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID]
    line_no: Mapped[int]
    store_id: Mapped[UUID]
    is_in: Mapped[bool]

    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "document_id", "line_no"], ["stock_movement.company_id", "stock_movement.document_id", "stock_movement.line_no"]
        ),
        Index("ix_serial_move_document", "company_id", "document_id", "line_no"),
        CLUSTERED,
    )


class ItemBin(CompanyScoped, Base):
    """Where in a store an item lies: a shelf or bin, in the shop's own words."""

    __tablename__ = "item_bin"

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    bin: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        CheckConstraint("bin <> ''", name="named"),
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
