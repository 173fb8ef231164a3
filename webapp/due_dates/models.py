"""How each registration files, what the business does under income tax, days that were moved, what was filed elsewhere, and which
reminders have gone out."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class DueFiler(CompanyScoped, Base):
    """How a registration files: monthly or by quarters (QRMP), and its turnover of the year before in paise, None where nobody said.
    The row without a GSTIN is the whole business: what it does under income tax (rules.law.Payer), which other rows leave empty."""

    __tablename__ = "due_filer"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    is_quarterly: Mapped[bool] = mapped_column(default=False)
    turnover_paise: Mapped[int | None]
    deducts: Mapped[bool] = mapped_column(default=False)
    collects: Mapped[bool] = mapped_column(default=False)
    pays_salaries: Mapped[bool] = mapped_column(default=False)
    advance: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("turnover_paise is null or turnover_paise >= 0", name="turnover_not_negative"),
        CheckConstraint("advance in ('', 'one', 'four')", name="advance_known"),
    )


class DueEntry(CompanyScoped, Base):
    """What somebody entered of a duty. `kind` "moved": the department moved the day of a form and period, `whose` the code of a state or
    "" for all, to `day`; `words` say where it was notified. "filed": it was filed or paid outside this program, `whose` the GSTIN or ""
    for the whole business, on `day`; `words` are the number on its receipt."""

    __tablename__ = "due_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    form: Mapped[str]
    period: Mapped[str]
    whose: Mapped[str]
    day: Mapped[date]
    words: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_due_entry", "company_id", "kind", "form", "period", "whose", unique=True),
        CheckConstraint("kind in ('moved', 'filed')", name="kind_known"),
    )


class DueNotice(CompanyScoped, Base):
    """That a reminder was announced: once for a return, its day and a lead time, however many ask at once."""

    __tablename__ = "due_notice"

    who: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    lead: Mapped[int] = mapped_column(primary_key=True)
    announced_at: Mapped[datetime]
