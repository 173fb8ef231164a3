"""Identities at issuers (OpenID Connect), browsers on their way there and back, identities held while somebody signs up: of no company."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.triggers import create_guards
from webapp.platform.db import Id, Instant

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("sign_in", "pending_sign_in"):
        op.add_column(table, sa.Column("by_issuer", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "linked_identity",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_linked_identity_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_identity")),
    )
    op.create_index("ix_linked_identity_user", "linked_identity", ["user_id"])
    op.create_index("uq_linked_identity_subject", "linked_identity", ["issuer", "subject"], unique=True)
    op.create_table(
        "issuer_trip",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("next_url", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_issuer_trip_user_id")),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_issuer_trip")),
    )
    op.create_index("ix_issuer_trip_expires", "issuer_trip", ["expires_at"])
    op.create_table(
        "held_identity",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_held_identity")),
    )
    op.create_index("ix_held_identity_expires", "held_identity", ["expires_at"])
    create_guards(op.get_bind())
