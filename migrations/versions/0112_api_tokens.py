"""Tokens of programs, and what was given for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_token",
        _column("id", Id()),
        _column("company_id", Whole),
        sa.Column("user_id", Id(), nullable=True),
        *(_column(name, sa.Text()) for name in ("token_hash", "beginning", "name")),
        _column("scopes", Json),
        sa.Column("role", sa.Text(), nullable=True),
        *(_column(name, Json) for name in ("stores", "networks")),
        _column("made_by", sa.Text()),
        *(_column(name, Instant()) for name in ("created_at", "expires_at")),
        sa.Column("last_used_at", Instant(), nullable=True),
        _column("last_address", sa.Text()),
        sa.Column("refused_at", Instant(), nullable=True),
        _column("refused_address", sa.Text()),
        sa.Column("revoked_at", Instant(), nullable=True),
        _column("revoked_by", sa.Text()),
        sa.CheckConstraint("(user_id is null) <> (role is null)", name=op.f("ck_api_token_of_a_member_or_of_the_business")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_api_token_company_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
    )
    op.create_index("uq_api_token_hash", "api_token", ["token_hash"], unique=True)
    op.create_index("ix_api_token_company", "api_token", ["company_id", "user_id", "id"], unique=False)
    op.create_table(
        "api_grant",
        *(_column(name, Id()) for name in ("id", "token_id")),
        _column("scopes", Json),
        _column("refresh_hash", sa.Text()),
        *(_column(name, Instant()) for name in ("created_at", "refreshed_at", "expires_at")),
        sa.Column("ended_at", Instant(), nullable=True),
        _column("ended_why", sa.Text()),
        sa.CheckConstraint("ended_why in ('', 'revoked', 'reused', 'too_many')", name=op.f("ck_api_grant_ended_why_known")),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_api_grant_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_grant")),
    )
    op.create_index("ix_api_grant_token", "api_grant", ["token_id", "refreshed_at"], unique=False)
    create_guards(op.get_bind())


def _column(name: str, kind: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, kind, nullable=False)  # type: ignore[arg-type]
