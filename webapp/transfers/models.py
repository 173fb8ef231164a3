"""Transfers as sent, received and recalled. None of it is changed: each step adds a row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import Stores, StoreScoped
from webapp.platform.tenancy import CompanyScoped


class Transfer(CompanyScoped, StoreScoped, Base):
    """Goods sent from one store to another: by challan (Rule 55), or by tax invoice where the other store has another GSTIN.

    Its movements and its voucher carry its id. `cost_paise` is what the goods cost, which waits in Goods in transit;
    `taxable_paise` what the paper says they are worth. `sender` and `receiver` are the two as they were that day.
    """

    __tablename__ = "transfer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # challan, tax_invoice
    number: Mapped[str]
    sent_on: Mapped[date]
    from_store_id: Mapped[UUID]
    to_store_id: Mapped[UUID]
    sender: Mapped[dict[str, Any]]
    receiver: Mapped[dict[str, Any]]
    supply: Mapped[str]
    vehicle: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    cost_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    body_sha256: Mapped[str]
    sent_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "from_store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "to_store_id"], ["store.company_id", "store.id"]),
        Index("uq_transfer_number", "company_id", "number", unique=True),
        Index("ix_transfer_sent", "company_id", "sent_on", "id"),
        CheckConstraint("kind in ('challan', 'tax_invoice')", name="kind_known"),
        CheckConstraint("from_store_id <> to_store_id", name="to_another"),
        CheckConstraint("kind = 'tax_invoice' or cgst_paise + sgst_paise + igst_paise + cess_paise = 0", name="challan_has_no_tax"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        return cls.from_store_id.in_(stores) | cls.to_store_id.in_(stores)


class TransferLine(CompanyScoped, Base):
    """One item out of one batch. Figures in paise; `unit_price_millipaise` is its value on the paper, before tax."""

    __tablename__ = "transfer_line"

    transfer_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID]
    name: Mapped[str]
    hsn: Mapped[str]
    unit: Mapped[str]
    qty: Mapped[int]
    batch: Mapped[str]
    serials: Mapped[str]
    unit_price_millipaise: Mapped[int]
    rate_bp: Mapped[int]
    cess_bp: Mapped[int]
    cost_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "transfer_id"], ["transfer.company_id", "transfer.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        CheckConstraint("qty > 0", name="sends_something"),
    )


class TransferReceipt(CompanyScoped, Base):
    """A transfer arrived. Its movements and voucher carry `id`; a difference has its `reason`."""

    __tablename__ = "transfer_receipt"

    transfer_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    received_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]
    received_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "transfer_id"], ["transfer.company_id", "transfer.id"]),
        Index("uq_transfer_receipt_id", "company_id", "id", unique=True),
    )


class TransferReceiptLine(CompanyScoped, Base):
    """What arrived of one line: thousandths, which may be nought, less or more than was sent; what it is worth there."""

    __tablename__ = "transfer_receipt_line"

    transfer_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    qty: Mapped[int]
    value_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "transfer_id", "line_no"], ["transfer_line.company_id", "transfer_line.transfer_id", "transfer_line.line_no"]
        ),
        CheckConstraint("qty >= 0 and value_paise >= 0", name="not_negative"),
    )


class TransferRecall(CompanyScoped, Base):
    """A transfer came back before it arrived. `reversal_id` is that of its voucher and its movements; its number stays used."""

    __tablename__ = "transfer_recall"

    transfer_id: Mapped[UUID] = mapped_column(primary_key=True)
    reversal_id: Mapped[UUID]
    recalled_on: Mapped[date]
    reason: Mapped[str]
    recalled_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "transfer_id"], ["transfer.company_id", "transfer.id"]),)
