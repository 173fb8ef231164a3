"""Tokens of programs and what was given for them: tables that belong to no company's books, because a token is looked up before anybody
knows whose books it opens. A copy of one business takes none of them along."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import Directory


class ApiToken(Directory, Base):
    """A token that a program keeps. Of a member (`user_id`), or of the business itself (`role`, `stores`). Only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    token_hash: Mapped[str]
    beginning: Mapped[str]  # what a list shows of it
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    role: Mapped[str | None]
    stores: Mapped[list[Any]]  # ids as text; none: every store
    networks: Mapped[list[Any]]  # as webapp.api_access.rules.read_network writes them; none: from anywhere
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]  # written now and then
    last_address: Mapped[str] = mapped_column(default="")
    refused_at: Mapped[datetime | None]  # when it was last shown from a network it is not for
    refused_address: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("uq_api_token_hash", "token_hash", unique=True),
        Index("ix_api_token_company", "company_id", "user_id", "id"),
        CheckConstraint("(user_id is null) <> (role is null)", name="of_a_member_or_of_the_business"),
    )


class ApiGrant(Directory, Base):
    """What was given for a token: access tokens by the name of this row, and one refresh token at a time, whose SHA-256 stands here. Every
    earlier refresh token of the row is recognised by the mark it bears (webapp.api_access.refresh_tokens)."""

    __tablename__ = "api_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_id: Mapped[UUID] = mapped_column(ForeignKey("api_token.id"))
    scopes: Mapped[list[Any]]
    refresh_hash: Mapped[str]
    created_at: Mapped[datetime]
    refreshed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("ix_api_grant_token", "token_id", "refreshed_at"),
        CheckConstraint("ended_why in ('', 'revoked', 'reused', 'too_many')", name="ended_why_known"),
    )
