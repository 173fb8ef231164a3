"""People and their sign-ins: tables that belong to no company."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
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
    email_verified_at: Mapped[datetime | None]  # when somebody who reads its mail said so
    second_factor_since: Mapped[datetime | None]  # since when a second step is asked for

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)


class SignIn(Directory, Base):
    """One signed-in browser. The cookie holds a random token; only its SHA-256 is kept, so a copy of the table opens nothing.

    `last_seen_at` is written now and then; `proved_at` is when the person last gave a password or a second factor.
    """

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
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
    asks_second_factor_since: Mapped[datetime | None]  # since when its members must have a second step


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


class KnownDevice(Directory, Base):
    """A browser in which a person has signed in before. Its cookie is a random token, of which the SHA-256 is kept; one browser may be
    known of several people. It opens nothing: who comes from it waits for his own failed tries alone, and is not told of as new."""

    __tablename__ = "known_device"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

    __table_args__ = (Index("ix_known_device_user", "user_id"),)


class MailedLink(Directory, Base):
    """A link sent to a person by mail, good once and for a while: to choose a new password ("reset"), or to show that the address is
    his ("verify"). Only the SHA-256 of its token is kept. `email` is where it went: of an address that changed since it opens nothing."""

    __tablename__ = "mailed_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[str]
    email: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_mailed_link_user", "user_id"),
        CheckConstraint("purpose in ('reset', 'verify')", name="purpose_known"),
    )


class TotpSecret(Directory, Base):
    """The secret a person's app makes codes of, sealed. `last_step` is the half minute of the last code used: an older one, or the same
    again, is refused. Not asked for until `confirmed_at`."""

    __tablename__ = "totp_secret"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(info=sealing.kept_for("totp {user_id}"))
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]


class BackupCode(Directory, Base):
    """A code on paper, good once, as a hash keyed by the program's secret."""

    __tablename__ = "backup_code"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    code_mark: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class PendingSignIn(Directory, Base):
    """Somebody gave a right password and owes the second step. It signs nobody in."""

    __tablename__ = "pending_sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    mailed_mark: Mapped[str | None]
    mailed_until: Mapped[datetime | None]
