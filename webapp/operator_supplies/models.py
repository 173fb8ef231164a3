"""Which registrations are an operator's, and the supplies they pay the tax of. Amounts in paise, rates in basis points."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class OperatorRegistration(CompanyScoped, Base):
    """That the business is an electronic commerce operator under a GSTIN, and the account of its settlements with sellers."""

    __tablename__ = "operator_registration"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    is_operator: Mapped[bool]
    account_id: Mapped[UUID]
    version: Mapped[int]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),)


class OperatorSupply(CompanyScoped, Base):
    """A supply under s.9(5), or what bears one rate of it. Its voucher has its id. Append-only.

    A supplier or recipient without a GSTIN has '' for it. `number` is that of the document, unique with its rate in the financial year
    (`start_year`); `round` counts anew what was reversed and entered again. `place` is the state of supply. `document_type` is R, SEWP or
    SEWOP (to an SEZ on payment of tax or without it, under the letter of undertaking `lut_number`), or DE. What bears no tax has no
    voucher and '' for its number.
    """

    __tablename__ = "operator_supply"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    number: Mapped[str]
    start_year: Mapped[int]
    rate_bp: Mapped[int]
    round: Mapped[int]
    supply_date: Mapped[date]
    supplier_gstin: Mapped[str]
    supplier_name: Mapped[str]
    recipient_gstin: Mapped[str]
    recipient_name: Mapped[str]
    place: Mapped[str]
    is_inter: Mapped[bool]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    cess_paise: Mapped[int]
    voucher_number: Mapped[str]
    body_sha256: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    document_type: Mapped[str] = mapped_column(default="R")
    lut_number: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("uq_operator_supply_number", "company_id", "gstin", "start_year", "number", "rate_bp", "round", unique=True),
        Index("ix_operator_supply_day", "company_id", "gstin", "supply_date", "id"),
        CheckConstraint("taxable_paise > 0 and rate_bp > 0 and cess_paise >= 0", name="sums"),
        CheckConstraint(
            "cgst_paise = sgst_paise and (cgst_paise = 0 or igst_paise = 0) and cgst_paise >= 0 and igst_paise >= 0", name="one_tax"
        ),
        CheckConstraint(
            "document_type in ('R', 'SEWP', 'SEWOP', 'DE') and (document_type = 'R' or recipient_gstin <> '')", name="type_known"
        ),
        CheckConstraint(
            "(document_type not in ('SEWP', 'SEWOP') or (cgst_paise = 0 and is_inter))"
            " and (document_type <> 'SEWOP' or (igst_paise = 0 and cess_paise = 0 and lut_number <> '' and voucher_number = ''))",
            name="tax_of_type",
        ),
    )


class OperatorSupplyReversal(CompanyScoped, Base):
    """That a supply was taken back, on its own day: it was entered by mistake. Append-only."""

    __tablename__ = "operator_supply_reversal"

    supply_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    reversed_by: Mapped[str]
    reversed_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "supply_id"], ["operator_supply.company_id", "operator_supply.id"]),)
