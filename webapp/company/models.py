"""A company's own facts: its profile, its stores, its locked months."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class CompanyProfile(CompanyScoped, Base):
    """Who the seller is, as Rule 46 wants it on a bill, and the few choices a shop makes. One row a company."""

    __tablename__ = "company_profile"

    name: Mapped[str]
    legal_name: Mapped[str]
    shop_kind: Mapped[str]
    scheme: Mapped[str]  # webapp.tax Scheme: regular, composition, unregistered
    gstin: Mapped[str | None]
    state_code: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    pin_code: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    upi_id: Mapped[str] = mapped_column(default="")
    invoice_terms: Mapped[str] = mapped_column(default="")
    bill_language: Mapped[str] = mapped_column(default="en")  # en, hi, en+hi
    allows_negative_stock: Mapped[bool] = mapped_column(default=False)
    prices_include_tax: Mapped[bool] = mapped_column(default=True)
    rounds_to_rupee: Mapped[bool] = mapped_column(default=True)
    turnover_over_5_crore: Mapped[bool] = mapped_column(default=False)
    # What happens when credit is asked past a customer's limit, or when an older bill is so many days overdue (None: not looked at).
    credit_policy: Mapped[str] = mapped_column(default="block")  # warn, block
    credit_overdue_days: Mapped[int | None]
    # How far each role may go (webapp.company.limits), by Actor.role_key: {"cashier": {"most_discount_bp": 500, "backdate_days": 2}}. A
    # role that is not in it goes as far as anybody. It stands in this row because every bill reads it.
    role_limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # How the shop's own scale prints its labels (webapp.company.rules): which EAN-13 prefixes hold what, and how many digits.
    scale_weight_prefixes: Mapped[str] = mapped_column(default="20-24")
    scale_price_prefixes: Mapped[str] = mapped_column(default="25-29")
    scale_item_digits: Mapped[int] = mapped_column(default=5)
    scale_value_digits: Mapped[int] = mapped_column(default=5)
    scale_price_unit: Mapped[str] = mapped_column(default="paise")  # paise, rupees
    books_begin: Mapped[date]  # openings are dated the day before
    # One number for everything a till copies (items, customers, rates, series, this profile): taken with
    # UPDATE … RETURNING inside the writing transaction, so that its order is the order of commits.
    catalogue_rev: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("scheme in ('regular', 'composition', 'unregistered')", name="scheme_known"),
        CheckConstraint("scheme = 'unregistered' or gstin is not null", name="registered_has_gstin"),
    )


class Store(CompanyScoped, Base):
    """A place that sells and keeps stock (a godown). The first is made at sign-up.

    `code` marks its numbers (26PUN-SJ/000001). `gstin` is a registration of its own, None where the company's holds; the
    state follows from it. While it is closed nothing goes in or out. An empty address is the company's.
    """

    __tablename__ = "store"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    code: Mapped[str]
    gstin: Mapped[str | None]
    state_code: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    pin_code: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)  # raised by each edit; a stale form is refused

    __table_args__ = (Index("uq_store_code", "company_id", "code", unique=True),)


class RegistrationDays(CompanyScoped, Base):
    """The day on which a GSTIN of the company began to hold, and the one on which it was cancelled; None where nobody has said."""

    __tablename__ = "registration_days"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    __table_args__ = (CheckConstraint("began_on <= ended_on", name="days_in_order"),)


class MemberStore(CompanyScoped, Base):
    """A store that a member may work in. A member with no row may work in all; owners always may."""

    __tablename__ = "member_store"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)

    __table_args__ = (ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),)


class PeriodLock(CompanyScoped, Base):
    """A locked month (202611), for everything or for one part of the books: nothing is posted there until it is unlocked.

    The row stays, with who and why. `cause_id` is the year close or the filed return that made it, which alone can take it away; a
    final lock is never taken away. `gstin` is the registration that a filed return was of: the lock holds for its stores alone.
    """

    __tablename__ = "period_lock"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[int]
    scope: Mapped[str] = mapped_column(default="all")  # webapp.company.rules.SCOPES
    is_final: Mapped[bool] = mapped_column(default=False)
    cause_id: Mapped[UUID | None]
    gstin: Mapped[str | None]  # None: it holds for the whole business
    reason: Mapped[str] = mapped_column(default="")
    locked_by: Mapped[str]
    locked_at: Mapped[datetime]
    unlocked_by: Mapped[str | None]
    unlocked_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_period_lock_month", "company_id", "month", "scope"),)


class PeriodOpening(CompanyScoped, Base):
    """Locked days that some may post into for a while: who holds PERIOD_ENTER_LOCKED, in these parts of the books, until `closes_at`."""

    __tablename__ = "period_opening"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    scopes: Mapped[str]  # "all", or scopes with commas between
    reason: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("opened_at < closes_at", name="closes_later"),
        Index("ix_period_opening_closes", "company_id", "closes_at"),
    )
