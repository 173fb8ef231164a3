"""People and their sign-ins: tables that belong to no company."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import Directory


class UserAccount(Directory, Base):
    """A person who can sign in. `email` is kept in lower case; `password_hash` is argon2id."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)


class SignIn(Directory, Base):
    """One signed-in browser. The cookie holds a random token; only its SHA-256 is kept, so a copy of the table opens nothing."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_sign_in_user", "user_id"),)


class Company(Directory, Base):
    """The list of companies. What a company is, stands in its own tables."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Membership(Directory, Base):
    """A person's place in a company. `member_no` counts within the company: ORG_MEMBER is company id and member number."""

    __tablename__ = "membership"

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    member_no: Mapped[int]
    role: Mapped[str]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_membership_user", "user_id"),
        Index("uq_membership_member_no", "company_id", "member_no", unique=True),
        CheckConstraint("role in ('owner', 'accountant', 'cashier')", name="role_known"),
    )


class FailedSignIn(Directory, Base):
    """Tries that failed, by e-mail and by address, for the pause between tries."""

    __tablename__ = "failed_sign_in"

    key: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime]
