"""Returns that were filed, and filings taken back: two lists that only grow; and figures of a year that only a person knows."""

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
        CheckConstraint("form in ('gstr1', 'gstr1a', 'gstr3b', 'cmp08', 'gstr4', 'gstr9')", name="form_known"),
        CheckConstraint("kind in ('month', 'quarter', 'iff', 'year')", name="kind_known"),
    )


class GstTypedFigure(CompanyScoped, Base):
    """A figure of a financial year that stands in no paper of these books, as somebody typed it: a line of GSTR-9 (12, 15A to 15G, 16B,
    16C) of a registration, or the turnover of the whole business (gstin ''), which chooses the most of late fees. Amounts in paise."""

    __tablename__ = "gst_typed_figure"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    start_year: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True)
    taxable_paise: Mapped[int] = mapped_column(default=0)
    cgst_paise: Mapped[int] = mapped_column(default=0)
    sgst_paise: Mapped[int] = mapped_column(default=0)
    igst_paise: Mapped[int] = mapped_column(default=0)
    cess_paise: Mapped[int] = mapped_column(default=0)
    typed_by: Mapped[str]
    typed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("start_year between 2017 and 2098", name="year_of_gst"),
        CheckConstraint(
            "taxable_paise >= 0 and cgst_paise >= 0 and sgst_paise >= 0 and igst_paise >= 0 and cess_paise >= 0", name="not_negative"
        ),
    )


class GstReopening(CompanyScoped, Base):
    """That a filing was taken back, by whom and why. Append-only."""

    __tablename__ = "gst_reopening"

    filing_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    reopened_by: Mapped[str]
    reopened_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["company_id", "filing_id"], ["gst_filing.company_id", "gst_filing.id"]),)
