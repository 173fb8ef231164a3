"""What a company says for its statements of a year that no account can tell: shares, and what of a loan falls due within a year."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class YearNote(CompanyScoped, Base):
    """Of a financial year, by the calendar year it starts in: the weighted average number of equity shares, and their face value."""

    __tablename__ = "year_note"

    start_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shares: Mapped[int]
    face_value_paise: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("shares >= 0", name="shares_counted"), CheckConstraint("face_value_paise >= 0", name="face_value"))


class LoanMaturity(CompanyScoped, Base):
    """What of a long-term loan falls due within twelve months of a year's end, in paise."""

    __tablename__ = "loan_maturity"

    start_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    amount_paise: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"]),
        CheckConstraint("amount_paise > 0", name="something"),
    )
