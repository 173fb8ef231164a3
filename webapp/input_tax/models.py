"""What was reversed and claimed again, by voucher; capital goods of common use; what a person has said of bills and vouchers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped

_NOT_NEGATIVE = "igst_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0 and cess_paise >= 0"
_SOMETHING = "igst_paise + cgst_paise + sgst_paise + cess_paise > 0"


class ItcReversal(CompanyScoped, Base):
    """Credit of a registration that was reversed in a month, or claimed again; its voucher has its id. Paise.

    `cell` says where the return tells it: `rules` 4B(1), `temporary` 4B(2), `reclaim` 4A(5) and 4D(1), `extra` 4A(5) alone (the annual
    working of Rule 42). `working` is what it was worked out from. `live_key` of one that stands: a rule is posted once for a month.
    """

    __tablename__ = "itc_reversal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    gstin: Mapped[str]
    month: Mapped[int]
    rule: Mapped[str]
    cell: Mapped[str]
    posted_on: Mapped[date]
    igst_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    cess_paise: Mapped[int]
    interest_paise: Mapped[int]
    working: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    reversal_id: Mapped[UUID | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    live_key: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"]),
        Index("uq_itc_reversal_number", "company_id", "number", unique=True),
        Index("uq_itc_reversal_live", "company_id", "live_key", unique=True),
        Index("ix_itc_reversal_month", "company_id", "gstin", "month", "id"),
        CheckConstraint("cell in ('rules', 'temporary', 'reclaim', 'extra')", name="cell_known"),
        CheckConstraint(f"{_NOT_NEGATIVE} and {_SOMETHING} and interest_paise >= 0", name="sums"),
        CheckConstraint("(reversal_id is null) = (live_key is not null)", name="live_unless_cancelled"),
        CheckConstraint("(reversal_id is null) = (cancelled_on is null)", name="cancelled_on_a_day"),
    )


class ItcReversalLine(CompanyScoped, Base):
    """A bill, goods or an asset that a reversal is about, with its part. `since`: interest runs from there."""

    __tablename__ = "itc_reversal_line"

    reversal_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    about_id: Mapped[UUID | None]
    number: Mapped[str]
    name: Mapped[str]
    igst_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    cess_paise: Mapped[int]
    since: Mapped[date | None]
    interest_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "reversal_id"], ["itc_reversal.company_id", "itc_reversal.id"]),
        Index("ix_itc_reversal_line_about", "company_id", "about_id"),
        CheckConstraint(f"{_NOT_NEGATIVE} and interest_paise >= 0", name="not_negative"),
    )


class ItcCapitalGood(CompanyScoped, Base):
    """Capital goods whose input tax was claimed (Rule 43): the tax; the use (common, taxable, exempt); the day they were given up."""

    __tablename__ = "itc_capital_good"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    name: Mapped[str]
    paper_number: Mapped[str]
    paper_date: Mapped[date]
    bill_id: Mapped[UUID | None]
    igst_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    cess_paise: Mapped[int]
    use: Mapped[str]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    entered_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "bill_id"], ["purchase_bill.company_id", "purchase_bill.id"]),
        Index("ix_itc_capital_good_gstin", "company_id", "gstin", "paper_date", "id"),
        CheckConstraint(f"{_NOT_NEGATIVE} and {_SOMETHING}", name="sums"),
        CheckConstraint("use in ('common', 'taxable', 'exempt')", name="use_known"),
        CheckConstraint("ended_on is null or ended_on >= paper_date", name="ends_after_it_came"),
    )


class ItcStanding(CompanyScoped, Base):
    """How a registration stands: whether it is a bank's (Rule 38), and what it had reversed for the time being before these books."""

    __tablename__ = "itc_standing"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    is_bank: Mapped[bool]
    igst_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    cess_paise: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint(_NOT_NEGATIVE, name="not_negative"),)


class ItcMark(CompanyScoped, Base):
    """What a person has said: why tax of a bill's line is not claimed, or (line 0) where the return tells a voucher entered by hand."""

    __tablename__ = "itc_mark"

    voucher_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    told_as: Mapped[str]

    __table_args__ = (ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),)
