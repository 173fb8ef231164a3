"""What was written off, bill by bill, and what of it was cancelled. None of it is changed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class WriteOff(CompanyScoped, StoreScoped, Base):
    """A discount for settling, a round-off, a small balance or a bad debt (`kind`). Its voucher has its id. `amount_paise` is what
    the party is let off; `came_with` the receipt or cheque it belongs to."""

    __tablename__ = "write_off"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    kind: Mapped[str]
    party_id: Mapped[UUID]
    store_id: Mapped[UUID]
    written_on: Mapped[date]
    amount_paise: Mapped[int]
    reason: Mapped[str]
    came_with: Mapped[UUID | None]
    body_sha256: Mapped[str]
    written_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("ix_write_off_date", "company_id", "written_on", "id"),
        Index("ix_write_off_came_with", "company_id", "came_with"),
        Index("uq_write_off_number", "company_id", "number", unique=True),
        CheckConstraint("amount_paise > 0", name="positive"),
        CheckConstraint("kind in ('discount', 'round_off', 'small_balance', 'bad_debt')", name="kind_known"),
    )


class WriteOffLine(CompanyScoped, Base):
    """A bill that was closed, wholly or by a part: the line of the register, how it was called, and paise."""

    __tablename__ = "write_off_line"

    write_off_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    bill_voucher_id: Mapped[UUID]
    bill_line_no: Mapped[int]
    bill_name: Mapped[str]
    amount_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "write_off_id"], ["write_off.company_id", "write_off.id"]),
        ForeignKeyConstraint(
            ["company_id", "bill_voucher_id", "bill_line_no"],
            ["journal_line.company_id", "journal_line.voucher_id", "journal_line.line_no"],
        ),
        CheckConstraint("amount_paise > 0", name="positive"),
    )


class WriteOffCancellation(CompanyScoped, Base):
    """A write-off was taken back: when, by whom, why. `voucher_id` is the reversal."""

    __tablename__ = "write_off_cancellation"

    write_off_id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID]
    reason: Mapped[str]
    cancelled_at: Mapped[datetime]
    cancelled_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "write_off_id"], ["write_off.company_id", "write_off.id"]),
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
    )
