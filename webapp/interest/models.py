"""Terms of interest, and the notes that charged it, bill by bill."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class InterestTerms(CompanyScoped, Base):
    """What late payment costs a customer, or, under the id of nought, whoever has no terms of their own, for bills dated `since` or later
    and before the next row begins. See rules.Terms."""

    __tablename__ = "interest_terms"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    rate_bp: Mapped[int]
    grace_days: Mapped[int]
    with_tax: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]

    __table_args__ = (CheckConstraint("rate_bp >= 0 and grace_days >= 0", name="not_negative"),)


class InterestNote(CompanyScoped, StoreScoped, Base):
    """Interest charged to a customer up to a day. Its voucher has its id; `amount_paise` is the interest before tax."""

    __tablename__ = "interest_note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    party_id: Mapped[UUID]
    store_id: Mapped[UUID]
    charged_upto: Mapped[date]
    amount_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    body_sha256: Mapped[str]
    charged_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("uq_interest_note_number", "company_id", "number", unique=True),
        Index("ix_interest_note_date", "company_id", "charged_upto", "id"),
        Index("ix_interest_note_party", "company_id", "party_id"),
        CheckConstraint("amount_paise > 0", name="positive"),
    )


class InterestLine(CompanyScoped, Base):
    """Interest of one bill: on the days after `after_on` up to `upto_on`. `paise_days` is Σ what was open × days, so that the amount can
    be worked out again: paise_days × rate ÷ (365 × 100 %)."""

    __tablename__ = "interest_line"

    note_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    bill_voucher_id: Mapped[UUID]
    bill_line_no: Mapped[int]
    bill_name: Mapped[str]
    due_on: Mapped[date]
    after_on: Mapped[date]
    upto_on: Mapped[date]
    days: Mapped[int]
    paise_days: Mapped[int]
    rate_bp: Mapped[int]
    amount_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "note_id"], ["interest_note.company_id", "interest_note.id"]),
        ForeignKeyConstraint(
            ["company_id", "bill_voucher_id", "bill_line_no"],
            ["journal_line.company_id", "journal_line.voucher_id", "journal_line.line_no"],
        ),
        Index("ix_interest_line_bill", "company_id", "bill_voucher_id", "bill_line_no", "upto_on"),
        CheckConstraint("upto_on > after_on and amount_paise > 0", name="some_days"),
    )


class InterestCancellation(CompanyScoped, Base):
    """A note was cancelled: when, by whom, why. `voucher_id` is the reversal."""

    __tablename__ = "interest_cancellation"

    note_id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID]
    reason: Mapped[str]
    cancelled_at: Mapped[datetime]
    cancelled_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "note_id"], ["interest_note.company_id", "interest_note.id"]),
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
    )
