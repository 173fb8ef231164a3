"""Returns that were filed, and filings taken back: two lists that only grow."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class GstFiling(CompanyScoped, Base):
    """A return of a registration was filed: what its file said then, as zlib-packed JSON with the SHA-256 of the text. Append-only.

    `form` is the return it is (filing.FORMS), `month` the period's last month (202610), `kind` month, quarter, iff or year. `round` counts
    the filings of one period: one taken back by mistake is filed again. `tax_paise` is what the return said is due, all tables together.
    """

    __tablename__ = "gst_filing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    form: Mapped[str]
    gstin: Mapped[str]
    kind: Mapped[str]
    month: Mapped[int]
    round: Mapped[int]
    filed_on: Mapped[date]
    arn: Mapped[str] = mapped_column(default="")  # the portal's acknowledgement number
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    tax_paise: Mapped[int]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_gst_filing_round", "company_id", "form", "gstin", "kind", "month", "round", unique=True),
        CheckConstraint("form in ('gstr1', 'gstr3b', 'cmp08', 'gstr4', 'gstr9')", name="form_known"),
        CheckConstraint("kind in ('month', 'quarter', 'iff', 'year')", name="kind_known"),
    )


class GstReopening(CompanyScoped, Base):
    """That a filing was taken back, by whom and why. Append-only."""

    __tablename__ = "gst_reopening"

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    reopened_by: Mapped[str]
    reopened_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "filing_id"], ["gst_filing.company_id", "gst_filing.id"]),)
