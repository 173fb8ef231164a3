"""What the portal keeps of a registration beside its returns: how a return was paid, and three ledgers. Lists that only grow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base, Json
from webapp.platform.tenancy import CompanyScoped


class GstSettlement(CompanyScoped, Base):
    """How a filed GSTR-3B was paid: table 6.1 as it was then, head by head, in paise. Append-only."""

    __tablename__ = "gst_settlement"

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (ForeignKeyConstraint(["company_id", "filing_id"], ["gst_filing.company_id", "gst_filing.id"]),)


class GstChallan(CompanyScoped, Base):
    """A deposit into the electronic cash ledger of a registration (PMT-06). Its voucher has its id. Append-only.

    `month` is the month a quarterly filer paid it for (202610), 0 for any other deposit. `cpin` is the portal's number of the challan.
    """

    __tablename__ = "gst_challan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    number: Mapped[str]
    month: Mapped[int]
    paid_on: Mapped[date]
    cpin: Mapped[str]
    account_id: Mapped[UUID]
    amounts: Mapped[dict[str, Any]] = mapped_column(Json)  # head → minor head → paise
    total_paise: Mapped[int]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        CheckConstraint("total_paise > 0", name="total_positive"),
        Index("ix_gst_challan_day", "company_id", "gstin", "paid_on", "id"),
    )


class GstChallanCancellation(CompanyScoped, Base):
    """That a deposit was cancelled: it was entered by mistake. Append-only."""

    __tablename__ = "gst_challan_cancellation"

    challan_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    cancelled_by: Mapped[str]
    cancelled_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "challan_id"], ["gst_challan.company_id", "gst_challan.id"]),)


class GstTaxCredited(CompanyScoped, Base):
    """Tax that somebody else deducted (TDS, s.51, GSTR-7) or collected (TCS, s.52, GSTR-8) and the portal credited to our cash ledger when
    it was accepted there. Its voucher has its id. Append-only.

    `month` is the period of the other's return (202610), `value_paise` the net value it is on, `other_gstin` the deductor's or operator's.
    `party_id` is whose due it lowers, where it is kept as a party; the account is Customers then.
    """

    __tablename__ = "gst_tax_credited"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str]
    other_gstin: Mapped[str]
    other_name: Mapped[str]
    month: Mapped[int]
    round: Mapped[int]
    accepted_on: Mapped[date]
    value_paise: Mapped[int]
    igst_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    account_id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        CheckConstraint("kind in ('tds', 'tcs')", name="kind_known"),
        CheckConstraint(
            "igst_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0 and igst_paise + cgst_paise + sgst_paise > 0 and value_paise >= 0",
            name="sums",
        ),
        Index("uq_gst_tax_credited_month", "company_id", "gstin", "kind", "other_gstin", "month", "round", unique=True),
        Index("ix_gst_tax_credited_day", "company_id", "gstin", "accepted_on", "id"),
    )


class GstTaxCreditedCancellation(CompanyScoped, Base):
    """That such a credit was cancelled: it was entered by mistake. Append-only."""

    __tablename__ = "gst_tax_credited_cancellation"

    credited_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    cancelled_by: Mapped[str]
    cancelled_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "credited_id"], ["gst_tax_credited.company_id", "gst_tax_credited.id"]),)


class GstLedgerEntry(CompanyScoped, Base):
    """A line of the electronic cash, credit or liability ledger of a registration. Append-only.

    More in the ledger is positive: money deposited, credit taken, tax that became due. `cause` is what made it (a challan, a filing, an
    opening, tax credited by others) and `cause_id` which; `is_undone` where it takes that back. `head` igst, cgst, sgst or cess; `minor`
    tax, reverse (charge), interest or fee.
    """

    __tablename__ = "gst_ledger_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    book: Mapped[str]
    day: Mapped[date]
    head: Mapped[str]
    minor: Mapped[str]
    amount_paise: Mapped[int]
    cause: Mapped[str]
    cause_id: Mapped[UUID]
    is_undone: Mapped[bool]
    reference: Mapped[str]
    entered_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("book in ('cash', 'credit', 'liability')", name="book_known"),
        CheckConstraint("head in ('igst', 'cgst', 'sgst', 'cess')", name="head_known"),
        CheckConstraint("minor in ('tax', 'reverse', 'interest', 'fee')", name="minor_known"),
        CheckConstraint("cause in ('challan', 'filing', 'opening', 'credited')", name="cause_known"),
        CheckConstraint("amount_paise <> 0", name="amount_not_nought"),
        Index("ix_gst_ledger_entry_day", "company_id", "gstin", "book", "day", "id"),
        Index("ix_gst_ledger_entry_cause", "company_id", "cause_id"),
    )
