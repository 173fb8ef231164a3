"""What papers do not say of a dealer under composition: what kind it is, and what was deducted or collected for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class CompositionKind(CompanyScoped, Base):
    """What kind of dealer a registration is from the quarter that begins with `from_month` (202604) on: it decides the rate."""

    __tablename__ = "composition_kind"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    from_month: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # facts.KINDS
    said_by: Mapped[str]
    said_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind in ('trader', 'manufacturer', 'restaurant', 'services')", name="kind_known"),
        CheckConstraint("from_month % 100 in (1, 4, 7, 10)", name="begins_a_quarter"),
    )


class CompositionCredit(CompanyScoped, Base):
    """GSTR-4 table 7: GST deducted (tds) or collected (tcs) for a registration in a financial year, by whom, of which value. In paise."""

    __tablename__ = "composition_credit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    start_year: Mapped[int]
    kind: Mapped[str]  # tds, tcs
    ctin: Mapped[str]  # of who deducted or collected
    gross_paise: Mapped[int]
    igst_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    said_by: Mapped[str]
    said_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_composition_credit_of", "company_id", "gstin", "start_year", "kind", "ctin", unique=True),
        CheckConstraint("kind in ('tds', 'tcs')", name="kind_known"),
        CheckConstraint("gross_paise > 0 and igst_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0", name="not_negative"),
    )
