"""Bills of materials, and stock journals as posted and cancelled. A journal is never changed; a bill of materials is, and the
journals made by it keep what they used in lines of their own."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class BillOfMaterials(CompanyScoped, Base):
    """What `output_qty` thousandths of an item are made of, from a day on until its next version begins or it is ended."""

    __tablename__ = "bill_of_materials"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    valid_from: Mapped[date]
    output_qty: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_bill_of_materials_item", "company_id", "item_id", "valid_from"),
        CheckConstraint("output_qty > 0", name="makes_something"),
    )


class BillOfMaterialsLine(CompanyScoped, Base):
    """One component: thousandths for the bill's output, `wastage_bp` more of it is lost on the way. `share` is its part of the cost
    when the item is taken apart; nought for all: shared by their prices."""

    __tablename__ = "bill_of_materials_line"

    bom_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    qty: Mapped[int]
    wastage_bp: Mapped[int]
    share: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bom_id"], ["bill_of_materials.company_id", "bill_of_materials.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_bill_of_materials_line_item", "company_id", "item_id"),
        CheckConstraint("qty > 0 and wastage_bp >= 0 and share >= 0", name="positive"),
    )


class StockJournal(CompanyScoped, StoreScoped, Base):
    """Goods used and made in one store. Its movements and its voucher carry its id. Figures in paise as they were that day:
    made + by-products = used + costs."""

    __tablename__ = "stock_journal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # journal, assembly, disassembly
    number: Mapped[str]
    made_on: Mapped[date]
    store_id: Mapped[UUID]
    share_by: Mapped[str]  # value, qty, share
    bom_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="")
    used_paise: Mapped[int]
    costs_paise: Mapped[int]
    by_products_paise: Mapped[int]
    made_paise: Mapped[int]
    body_sha256: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "bom_id"], ["bill_of_materials.company_id", "bill_of_materials.id"]),
        Index("uq_stock_journal_number", "company_id", "number", unique=True),
        Index("ix_stock_journal_made", "company_id", "made_on", "id"),
        CheckConstraint("kind in ('journal', 'assembly', 'disassembly')", name="kind_known"),
        CheckConstraint("made_paise + by_products_paise = used_paise + costs_paise", name="nothing_lost"),
        CheckConstraint("used_paise >= 0 and costs_paise >= 0 and by_products_paise >= 0 and made_paise >= 0", name="not_negative"),
    )


class StockJournalLine(CompanyScoped, Base):
    """One item used, made or left over, of one batch; it has the number of its movement. Thousandths, paise."""

    __tablename__ = "stock_journal_line"

    journal_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str]  # used, made, by_product
    item_id: Mapped[UUID]
    name: Mapped[str]
    unit: Mapped[str]
    qty: Mapped[int]
    batch: Mapped[str]
    serials: Mapped[str]
    cost_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "journal_id"], ["stock_journal.company_id", "stock_journal.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_stock_journal_line_item", "company_id", "item_id"),
        CheckConstraint("side in ('used', 'made', 'by_product')", name="side_known"),
        CheckConstraint("qty > 0 and cost_paise >= 0", name="positive"),
    )


class StockJournalCost(CompanyScoped, Base):
    """What else the goods cost: an account credited, and by how many paise."""

    __tablename__ = "stock_journal_cost"

    journal_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    name: Mapped[str]
    amount_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "journal_id"], ["stock_journal.company_id", "stock_journal.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        CheckConstraint("amount_paise > 0", name="positive"),
    )


class StockJournalCancellation(CompanyScoped, Base):
    """A journal was taken back. `reversal_id` is that of its voucher and its movements; its number stays used."""

    __tablename__ = "stock_journal_cancellation"

    journal_id: Mapped[UUID] = mapped_column(primary_key=True)
    reversal_id: Mapped[UUID]
    cancelled_on: Mapped[date]
    reason: Mapped[str]
    cancelled_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "journal_id"], ["stock_journal.company_id", "stock_journal.id"]),)
