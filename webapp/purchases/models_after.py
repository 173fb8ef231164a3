"""What comes after a bill: its freight put on goods that came before, and its payment in foreign money."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class LandedCost(CompanyScoped, Base):
    """Freight of one bill put on goods that came before: shared by value, quantity or weight, to the paisa. `amount_paise` left the
    account of purchase costs and is in the goods."""

    __tablename__ = "landed_cost"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    bill_id: Mapped[UUID]
    landed_on: Mapped[date]
    shared_by: Mapped[str]
    amount_paise: Mapped[int]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        Index("uq_landed_cost_number", "company_id", "number", unique=True),
        Index("ix_landed_cost_bill", "company_id", "bill_id"),
        CheckConstraint("shared_by in ('value', 'qty', 'weight')", name="share_known"),
        CheckConstraint("amount_paise > 0", name="positive"),
    )


class LandedCostLine(CompanyScoped, Base):
    """What one line of a goods receipt, or of a bill with its goods, bears of it. `cost_paise` is what those goods had cost before."""

    __tablename__ = "landed_cost_line"

    landed_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID]
    document_line_no: Mapped[int]
    store_id: Mapped[UUID]
    item_id: Mapped[UUID]
    name: Mapped[str]
    batch: Mapped[str] = mapped_column(default="")
    qty: Mapped[int]
    weight: Mapped[int]
    cost_paise: Mapped[int]
    amount_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "landed_id"], ["landed_cost.company_id", "landed_cost.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        ForeignKeyConstraint(["company_id", "item_id"], ["item.company_id", "item.id"]),
        Index("ix_landed_cost_line_document", "company_id", "document_id"),
        CheckConstraint("qty > 0 and weight >= 0 and amount_paise >= 0", name="not_negative"),
    )


class ForeignPayment(CompanyScoped, Base):
    """A bill in foreign money is paid, wholly or in part, at the rate of that day. `settled_paise` is that part at the bill's own rate,
    `paid_paise` what left our account; the difference is an exchange gain or loss. Its voucher has its id."""

    __tablename__ = "foreign_payment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    bill_id: Mapped[UUID]
    party_id: Mapped[UUID]
    paid_on: Mapped[date]
    foreign_amount: Mapped[int]
    rate_micro: Mapped[int]
    paid_paise: Mapped[int]
    settled_paise: Mapped[int]
    account_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]
    paid_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        Index("uq_foreign_payment_number", "company_id", "number", unique=True),
        Index("ix_foreign_payment_bill", "company_id", "bill_id"),
        CheckConstraint("foreign_amount > 0 and rate_micro > 0 and paid_paise > 0 and settled_paise > 0", name="positive"),
    )
