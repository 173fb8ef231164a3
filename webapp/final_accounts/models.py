"""What a company says for its statements that no account can tell: shares, what of a loan falls due within a year, which dues
are disputed or doubtful."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class YearNote(CompanyScoped, Base):
    """Of a financial year, by the calendar year it starts in: the weighted average number of equity shares, and their face value.

    For earnings per share (AS 20): what preference shares take of the profit, how many more shares there would be had
    everything that can become one done so, and what that would have saved the company (interest less tax).
    `words`: what the notes of the year say, by subject (notes.SUBJECTS).
    """

    __tablename__ = "year_note"

    start_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shares: Mapped[int]
    face_value_paise: Mapped[int]
    preference_paise: Mapped[int] = mapped_column(default=0)
    potential_shares: Mapped[int] = mapped_column(default=0)
    dilution_paise: Mapped[int] = mapped_column(default=0)
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
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


class DueMark(CompanyScoped, Base):
    """That dues of a party, or one bill of it, are disputed or doubtful, from a day on; `until` is the first day they no longer are.

    `number` is the bill's as it was chosen, "" for all the party's dues. A mark is ended, never deleted: the statements of
    the days between stay as they were signed.
    """

    __tablename__ = "due_mark"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    voucher_id: Mapped[UUID | None]
    line_no: Mapped[int | None]
    number: Mapped[str]
    is_disputed: Mapped[bool]
    is_doubtful: Mapped[bool]
    since: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_by: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        Index("ix_due_mark_party", "company_id", "party_id"),
        CheckConstraint("is_disputed or is_doubtful", name="says_something"),
        CheckConstraint("(voucher_id is null) = (line_no is null)", name="whole_line"),
        CheckConstraint("until is null or until > since", name="ends_after_it_began"),
    )
