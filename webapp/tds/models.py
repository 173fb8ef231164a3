"""What is marked, certificates, what was paid of it (events), what was deducted, the challans it was deposited by, who deducts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.reach import StoreScoped
from webapp.platform.tenancy import CompanyScoped


class TdsMark(CompanyScoped, Base):
    """That tax is deducted at source of what a supplier is paid, or of what an account bears: the kind of payment (rules.law) and of
    payee. `head_id` is the party's or the account's. `before_paise` was paid in the year that began in April of `before_year` before
    it was marked. `is_specified`: section 206AB applied to the payee."""

    __tablename__ = "tds_mark"

    head_id: Mapped[UUID] = mapped_column(primary_key=True)
    is_party: Mapped[bool]
    kind: Mapped[str]
    payee: Mapped[str]
    pan: Mapped[str] = mapped_column(default="")
    payee_name: Mapped[str] = mapped_column(default="")
    is_specified: Mapped[bool] = mapped_column(default=False)
    before_paise: Mapped[int] = mapped_column(default=0)
    before_year: Mapped[int] = mapped_column(default=0)
    before_is_taxed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("payee in ('individual', 'other', 'no_pan')", name="payee_known"),)


class TdsCertificate(CompanyScoped, Base):
    """A certificate of lower or no deduction (section 197) that a party gave: of which kind, from when to when, up to which sum."""

    __tablename__ = "tds_certificate"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    number: Mapped[str]
    kind: Mapped[str]
    rate_bp: Mapped[int]
    limit_paise: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        Index("uq_tds_certificate_number", "company_id", "number", "kind", unique=True),
        CheckConstraint("rate_bp >= 0", name="rate_not_negative"),
        CheckConstraint("limit_paise > 0", name="limit_positive"),
        CheckConstraint("last_day >= first_day", name="ends_after_it_began"),
    )


class TdsEvent(CompanyScoped, StoreScoped, Base):
    """A payment or credit on something marked, by the voucher that wrote it, whether tax was due of it or not. Paise without GST:
    `base_paise` counts in the year; `advance_paise` of it was paid before a bill; `consumed_paise` of advances is what its own bill took
    up and does not count again. `taxed_paise` is what `due_paise` is of, `certified_paise` what of that by the certificate.
    `undone_on`: its voucher was taken back. The pages are the whole business's; what a year came to is so for every store."""

    __tablename__ = "tds_event"
    is_read_whole = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID]
    document_kind: Mapped[str]
    document_id: Mapped[UUID]
    number: Mapped[str]
    store_id: Mapped[UUID]
    head_id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    kind: Mapped[str]
    payee: Mapped[str]
    pan: Mapped[str]
    name: Mapped[str]
    paid_on: Mapped[date]
    base_paise: Mapped[int]
    gross_paise: Mapped[int]
    advance_paise: Mapped[int]
    consumed_paise: Mapped[int]
    taxed_paise: Mapped[int]
    certified_paise: Mapped[int]
    certificate_id: Mapped[UUID | None]
    rate_bp: Mapped[int]
    due_paise: Mapped[int]
    why: Mapped[str]
    undone_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "certificate_id"], ["tds_certificate.company_id", "tds_certificate.id"]),
        Index("uq_tds_event_voucher", "company_id", "voucher_id", "head_id", "kind", unique=True),
        Index("ix_tds_event_head", "company_id", "head_id", "paid_on"),
        Index("ix_tds_event_paid_on", "company_id", "paid_on", "id"),
        CheckConstraint("base_paise >= 0 and due_paise >= 0 and taxed_paise >= 0", name="not_negative"),
        CheckConstraint("advance_paise >= 0 and consumed_paise >= 0", name="advances_not_negative"),
        CheckConstraint("certified_paise between 0 and taxed_paise", name="certified_within_taxed"),
    )


class TdsDeduction(CompanyScoped, Base):
    """What was deducted of an event, by the voucher that credits TDS payable; and the challan that deposited it, at most one."""

    __tablename__ = "tds_deduction"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    voucher_id: Mapped[UUID]
    number: Mapped[str]
    deducted_on: Mapped[date]
    amount_paise: Mapped[int]
    challan_id: Mapped[UUID | None]
    undone_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "event_id"], ["tds_event.company_id", "tds_event.id"]),
        ForeignKeyConstraint(["company_id", "voucher_id"], ["voucher.company_id", "voucher.id"]),
        ForeignKeyConstraint(["company_id", "challan_id"], ["tds_challan.company_id", "tds_challan.id"]),
        Index("ix_tds_deduction_day", "company_id", "deducted_on", "id"),
        Index("ix_tds_deduction_event", "company_id", "event_id"),
        Index("ix_tds_deduction_challan", "company_id", "challan_id"),
        CheckConstraint("amount_paise > 0", name="positive"),
    )


class TdsChallan(CompanyScoped, Base):
    """A deposit of tax: its payment voucher has its id. BSR code of the bank's branch, the challan's serial number and day; paise, whole
    rupees. `reversal_id` of a cancelled one."""

    __tablename__ = "tds_challan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    paid_on: Mapped[date]
    bsr: Mapped[str]
    serial: Mapped[str]
    minor_head: Mapped[str]
    is_collected: Mapped[bool] = mapped_column(default=False)  # it deposits what was collected
    account_id: Mapped[UUID]
    tax_paise: Mapped[int]
    interest_paise: Mapped[int]
    fee_paise: Mapped[int]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    reversal_id: Mapped[UUID | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    live_key: Mapped[str | None]  # bank, day and serial of one that stands: no challan is entered twice

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(["company_id", "reversal_id"], ["voucher.company_id", "voucher.id"]),
        Index("ix_tds_challan_day", "company_id", "paid_on", "id"),
        Index("uq_tds_challan_live", "company_id", "live_key", unique=True),
        CheckConstraint("tax_paise > 0 and interest_paise >= 0 and fee_paise >= 0", name="sums"),
        CheckConstraint("minor_head in ('200', '400')", name="minor_head_known"),
        CheckConstraint("(reversal_id is null) = (live_key is not null)", name="live_unless_cancelled"),
    )


class TdsDeductor(CompanyScoped, Base):
    """Who deducts and who answers for it, as the statement tells them: the fields of the form by name. One row a company."""

    __tablename__ = "tds_deductor"

    body: Mapped[dict[str, Any]]


class TcsBuyer(CompanyScoped, Base):
    """What is known of a buyer of whom tax is collected at source. `kind` is that of all they buy, "" where only marked goods count.
    `is_specified`: section 206CCA applied; `deducts`: they deduct under section 194Q what 206C(1H) would collect."""

    __tablename__ = "tcs_buyer"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payee: Mapped[str]
    pan: Mapped[str]
    buyer_name: Mapped[str]
    is_specified: Mapped[bool]
    deducts: Mapped[bool]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        CheckConstraint("payee in ('individual', 'other', 'no_pan')", name="payee_known"),
    )


class TcsLine(CompanyScoped, Base):
    """A line of a bill that bears tax collected at source, as the kind of goods it was when the bill was made."""

    __tablename__ = "tcs_line"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]

    __table_args__ = (ForeignKeyConstraint(["company_id", "invoice_id"], ["invoice.company_id", "invoice.id"]),)
