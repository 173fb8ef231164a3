"""People and their sign-ins: tables that belong to no company."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
from webapp.platform.db import Base
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Directory

ROLES_KNOWN = ", ".join(f"'{role.value}'" for role in Role)


class UserAccount(Directory, Base):
    """A person who can sign in. `email` is kept in lower case; `password_hash` is argon2id."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]  # in the international form; his own only where `phone_verified_at` says so
    phone_verified_at: Mapped[datetime | None]  # when somebody who reads its SMS said so
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
    by_issuer: Mapped[str] = mapped_column(default="")  # which issuer of OIDC_ISSUERS vouched for the person; "": none

    __table_args__ = (Index("ix_sign_in_user", "user_id"),)


class Company(Directory, Base):
    """The list of companies. What a company is, stands in its own tables. `code` is unique on the machine and begins the ids of its
    members; `last_member_no` is the last number given to one, and no number is given twice.

    An owner asks to close it: it will be at `closes_at`, is since `closed_at`, its books are kept through `kept_until` and gone since
    `deleted_at`. Its number is not given again."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    kept_until: Mapped[date | None]
    deleted_at: Mapped[datetime | None]
    asks_second_factor_since: Mapped[datetime | None]  # since when its members must have a second step
    code: Mapped[str]
    last_member_no: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("uq_company_code", "code", unique=True),)


class MemberRole(Directory, Base):
    """A role of a business's own: its name, and the permissions it holds, by their names. Who has a place in the business has it by
    `Membership.role_id`, and a change holds with his next request."""

    __tablename__ = "member_role"

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    permissions: Mapped[list[Any]]
    version: Mapped[int]
    made_at: Mapped[datetime]

    __table_args__ = (Index("uq_member_role_name", "company_id", "name", unique=True),)


class Membership(Directory, Base):
    """A person's place in a company. `member_no` counts within the company: ORG_MEMBER is the company's code and this number. `role_id`
    says which, where the role is one of the business's own. Who is deactivated keeps his place and does not come in."""

    __tablename__ = "membership"

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    member_no: Mapped[int]
    role: Mapped[str]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    role_id: Mapped[UUID | None]
    deactivated_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "role_id"], ["member_role.company_id", "member_role.id"]),
        Index("ix_membership_user", "user_id"),
        Index("uq_membership_member_no", "company_id", "member_no", unique=True),
        CheckConstraint(f"role in ({ROLES_KNOWN})", name="role_known"),
        CheckConstraint("(role = 'custom') = (role_id is not null)", name="role_named"),
    )


class Invitation(Directory, Base):
    """A place that a business offers to an address. Of its link's token the SHA-256 is kept, none until a link is made; a new link takes
    the place of the last. `was_mailed`: who has the link reads that mailbox. `stores` are those he will be held to; none: every store."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    email: Mapped[str]
    role: Mapped[str]
    role_id: Mapped[UUID | None]
    stores: Mapped[list[Any]]
    language: Mapped[str]
    token_hash: Mapped[str | None]
    was_mailed: Mapped[bool]
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "role_id"], ["member_role.company_id", "member_role.id"]),
        Index("ix_invitation_company", "company_id", "email"),
        Index("uq_invitation_token", "token_hash", unique=True),
        CheckConstraint(f"role in ({ROLES_KNOWN}) and role <> 'owner'", name="role_known"),
        CheckConstraint("(role = 'custom') = (role_id is not null)", name="role_named"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
    )


class OwnershipOffer(Directory, Base):
    """An owner offers another member the ownership. `former_role` is what he will be himself from then on."""

    __tablename__ = "ownership_offer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    from_user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    to_user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    former_role: Mapped[str]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_ownership_offer_company", "company_id"),
        CheckConstraint("former_role in ('owner', 'admin')", name="former_role_known"),
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


class PhoneCode(Directory, Base):
    """A code was asked for, to show that a number is its person's. The job that sends it makes it: until then there is no `mark`, which is
    its hash keyed by the program's secret. Of a person the newest alone is open (`ended_at`), for a while and some tries. Rows are kept a
    day, to count how many codes went to a number, were asked for by a person or from a network. `state`: how far its SMS is."""

    __tablename__ = "phone_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    phone: Mapped[str]
    network: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str]
    mark: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    tries: Mapped[int]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_phone_code_user", "user_id", "asked_at"),
        Index("ix_phone_code_phone", "phone", "asked_at"),
        Index("ix_phone_code_network", "network", "asked_at"),
        Index("ix_phone_code_asked", "asked_at"),
        CheckConstraint("state in ('waits', 'left', 'failed')", name="state_known"),
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
    by_issuer: Mapped[str] = mapped_column(default="")


class Passkey(Directory, Base):
    """A passkey of a person (W3C Web Authentication): its public half, which opens nothing. `credential_id` and `public_key` (COSE) are in
    base64url. `rp_id` is the name of the machine that it was made for, and works for no other. `sign_count` is what it counted when it was
    used last; `went_back_at` when it counted less than before, as a copy does. `transports` are what the browser said, by commas."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    credential_id: Mapped[str] = mapped_column(unique=True)
    rp_id: Mapped[str]
    public_key: Mapped[str]
    sign_count: Mapped[int]
    transports: Mapped[str]
    name: Mapped[str]
    is_backed_up: Mapped[bool]
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    went_back_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_passkey_user", "user_id"),)


class PasskeyChallenge(Directory, Base):
    """What a browser was given to have signed, good once and for a while, for one purpose, in one browser and, where he is known, for one
    person. Only the SHA-256 of the challenge and of what the browser is known by are kept."""

    __tablename__ = "passkey_challenge"

    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    browser_hash: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_passkey_challenge_expires", "expires_at"),
        CheckConstraint("purpose in ('enrol', 'sign-in', 'second-step', 'proof')", name="purpose_known"),
    )


class LinkedIdentity(Directory, Base):
    """Who somebody is at an issuer (OpenID Connect): issuer and subject, which are never given to another. `via` is what the issuer is
    called in OIDC_ISSUERS; `email` is what it said last, and opens nothing."""

    __tablename__ = "linked_identity"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    via: Mapped[str]
    email: Mapped[str]
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_linked_identity_user", "user_id"),
        Index("uq_linked_identity_subject", "issuer", "subject", unique=True),
    )


class IssuerTrip(Directory, Base):
    """A browser was sent to an issuer and is waited for, ten minutes and once. Of `state` and of what the browser is known by for this
    alone the SHA-256 is kept; what else the protocol needs comes of these two. `user_id`: who asked for his identity there to be linked."""

    __tablename__ = "issuer_trip"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    via: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    next_url: Mapped[str]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_issuer_trip_expires", "expires_at"),)


class HeldIdentity(Directory, Base):
    """An identity that nobody here has, while the person behind it signs up. It opens nothing."""

    __tablename__ = "held_identity"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    via: Mapped[str]
    email: Mapped[str]
    name: Mapped[str]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_held_identity_expires", "expires_at"),)
