"""Places that businesses offer to addresses, by links that work once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant, Json

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", Id(), nullable=False),
        sa.Column("company_id", Whole, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("email", "role")),
        sa.Column("role_id", Id(), nullable=True),
        sa.Column("stores", Json(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("was_mailed", sa.Boolean(), nullable=False),
        sa.Column("invited_by", Id(), nullable=False),
        *(sa.Column(name, Instant(), nullable=False) for name in ("made_at", "expires_at")),
        *(sa.Column(name, Instant(), nullable=True) for name in ("accepted_at", "withdrawn_at")),
        sa.CheckConstraint(
            "role in ('owner', 'admin', 'accountant', 'analyst', 'cashier', 'viewer', 'custom') and role <> 'owner'",
            name=op.f("ck_invitation_role_known"),
        ),
        sa.CheckConstraint("(role = 'custom') = (role_id is not null)", name=op.f("ck_invitation_role_named")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_lower_case")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_invitation_company_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["user_account.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(
            ["company_id", "role_id"], ["member_role.company_id", "member_role.id"], name=op.f("fk_invitation_company_id_role_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_company", "invitation", ["company_id", "email"])
    op.create_index("uq_invitation_token", "invitation", ["token_hash"], unique=True)
    create_guards(op.get_bind())
