"""Money taken from, or given back to, a customer apart from a bill."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class Receipt(CompanyScoped, StoreScoped, Base):
    """A customer pays what is owed (khata). Its voucher has the same id. Client-made id, body hash as for bills."""

    __tablename__ = "receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    party_id: Mapped[UUID]
    received_on: Mapped[date]
    store_id: Mapped[UUID]
    till_id: Mapped[UUID | None]
    shift_id: Mapped[UUID | None]
    mode: Mapped[str]
    amount_paise: Mapped[int]
    reference: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]
    received_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("ix_receipt_date", "company_id", "received_on", "id"),
        Index("ix_receipt_party", "company_id", "party_id", "received_on"),
        Index("ix_receipt_shift", "company_id", "shift_id"),
        Index("ix_receipt_reference", "company_id", "reference"),
        Index("uq_receipt_number", "company_id", "number", unique=True),
        CheckConstraint("amount_paise > 0", name="positive"),
        CheckConstraint("mode in ('cash', 'upi', 'card', 'bank')", name="mode_known"),
    )


class ReceiptCancellation(CompanyScoped, Base):
    """A receipt was cancelled: when, by whom, why. Its number stays used; `voucher_id` is the reversal."""

    __tablename__ = "receipt_cancellation"

    receipt_id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID]
    reason: Mapped[str]
    cancelled_at: Mapped[datetime]
    cancelled_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "receipt_id"], ["receipt.company_id", "receipt.id"]),
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
    )
