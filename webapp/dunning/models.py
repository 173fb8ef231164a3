"""Rules of dunning, what was sent by them and what was not, who is never reminded, and days on which nothing is sent."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class DunningPolicy(CompanyScoped, Base):
    """Whether reminders send themselves, on Sundays too, and of bills that fell due from which day on (None: of all). `ran_on` is the day
    whose reminders are done."""

    __tablename__ = "dunning_policy"

    only: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    is_on: Mapped[bool]
    on_sundays: Mapped[bool]
    bills_from: Mapped[date | None]
    ran_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class DunningRule(CompanyScoped, Base):
    """A rule (rules.Rule). One that was taken away is kept, for what was sent by it names it."""

    __tablename__ = "dunning_rule"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    days: Mapped[int]
    tone: Mapped[str]
    least_paise: Mapped[int] = mapped_column(default=0)
    price_list_id: Mapped[UUID | None]
    has_link: Mapped[bool]
    is_active: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "price_list_id"], ["price_list.company_id", "price_list.id"]),
        CheckConstraint("tone in ('polite', 'reminder', 'firm', 'last')", name="tone_known"),
        CheckConstraint("days between -30 and 365", name="days_possible"),
        CheckConstraint("least_paise >= 0", name="least_not_negative"),
    )


class DunningStep(CompanyScoped, Base):
    """A rule was sent for a bill (a line of a voucher): never again. Written with the message, in one transaction."""

    __tablename__ = "dunning_step"

    rule_id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    party_id: Mapped[UUID]
    sent_on: Mapped[date]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "rule_id"], ["dunning_rule.company_id", "dunning_rule.id"]),
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        Index("ix_dunning_step_party", "company_id", "party_id"),
    )


class DunningNotice(CompanyScoped, Base):
    """What was done for a customer on a day: written to ("sent"), or not and why ("skipped", `reason` of rules.HINDERED). One row for a
    customer and day, so nobody is written to twice in a day. `days` and `tone` are the rule's of that day, `bills` how many it spoke
    of, `amount_paise` what it asked for."""

    __tablename__ = "dunning_notice"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    rule_id: Mapped[UUID | None]
    days: Mapped[int]
    tone: Mapped[str]
    amount_paise: Mapped[int]
    bills: Mapped[int]
    oldest: Mapped[date | None]
    at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),
        ForeignKeyConstraint(["company_id", "rule_id"], ["dunning_rule.company_id", "dunning_rule.id"]),
        Index("ix_dunning_notice_day", "company_id", "day", "party_id"),
        CheckConstraint("outcome in ('sent', 'skipped')", name="outcome_known"),
    )


class DunningExemption(CompanyScoped, Base):
    """A customer that is never reminded by itself, since when and by whose word."""

    __tablename__ = "dunning_exemption"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    made_by: Mapped[str]

    __table_args__ = (ForeignKeyConstraint(["company_id", "party_id"], ["party.company_id", "party.id"]),)


class DunningHoliday(CompanyScoped, Base):
    """A day of the business's own on which nothing is sent; or (`is_open`) a listed holiday on which it is sent all the same."""

    __tablename__ = "dunning_holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_open: Mapped[bool] = mapped_column(default=False)
